//! `stack/runtimes/go.toml`: which Go versions are bundled, what is left out of a toolchain, how
//! everything is compiled. The file explains itself.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The part of the file that the builder reads; the rest is the buildpack's.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct GoData {
    pub(crate) default: String,
    pub(crate) bundled: Vec<String>,
    pub(crate) build: BuildFlags,
    pub(crate) trim: Trim,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct BuildFlags {
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) arguments: Vec<String>,
}

/// What is left out of a toolchain.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Trim {
    /// Relative to `GOROOT`; `*` is one path segment.
    pub(crate) paths: Vec<String>,
    /// Names anywhere below `src`; `*` is any text.
    pub(crate) names: Vec<String>,
    /// Whether files below `src` for other platforms go.
    pub(crate) other_platforms: bool,
    /// Executables to strip, relative to `GOROOT`.
    pub(crate) strip: Vec<String>,
}

impl GoData {
    pub(crate) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let data: Self = toml::from_str(text)?;
        if data.bundled.contains(&data.default) {
            Ok(data)
        } else {
            Err(serde::de::Error::custom(format!(
                "`default` is {} but `bundled` holds only {}",
                data.default,
                data.bundled.join(", ")
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_this_tree_parses() {
        let data = GoData::parse(include_str!("../../../stack/runtimes/go.toml")).unwrap();
        assert!(data.build.arguments.contains(&"-trimpath".to_owned()));
    }

    #[test]
    fn the_default_is_bundled() {
        let text = include_str!("../../../stack/runtimes/go.toml")
            .replace("default = \"", "default = \"9.");
        let error = GoData::parse(&text).unwrap_err().to_string();
        assert!(error.contains("`default` is 9."), "{error}");
    }
}
