//! What the user set in the environment.

use buildpack_kit::environment::{Environment, EnvironmentError, Sourced};

/// What the user decided by variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The path of the program in the app directory: `BP_STATIC_BINARY`.
    pub(crate) binary: Option<Sourced<String>>,
    /// Patterns of what stays beside the programs: `BP_KEEP_FILES`.
    pub(crate) keep: Vec<String>,
    /// Whether programs lose their symbols: `BP_STRIP_BINARY`.
    pub(crate) strip: bool,
}

impl Settings {
    /// Reads every variable that this buildpack knows.
    pub(crate) fn read(environment: &Environment) -> Result<Self, EnvironmentError> {
        let keep = environment.list("BP_KEEP_FILES", ':')?;
        let strip = environment.parsed::<bool>("BP_STRIP_BINARY", "true or false")?;
        Ok(Self {
            strip: strip.is_some_and(|strip| strip.value),
            binary: environment.text("BP_STATIC_BINARY")?,
            keep: keep.map(|keep| keep.value).unwrap_or_default(),
        })
    }
}
