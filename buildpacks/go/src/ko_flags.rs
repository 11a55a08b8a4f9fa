//! What of the flags in `.ko.yaml` a build applies: one `go build` makes all programs, so that flags of `go build` and
//! variables can't differ between them, while flags of the linker can.

use buildpack_kit::environment::{Origin, Sourced};

use crate::build_flags::quoted;
use crate::ko::{Ko, KoFlags, TemplateError, expand};

/// The flags, filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AppliedFlags {
    /// Flags of `go build`.
    pub(crate) build: Option<Sourced<String>>,
    /// Flags of the linker for all programs.
    pub(crate) linker: Option<Sourced<String>>,
    /// Flags of the linker for each of the builds, in their order; empty where they are the same for all.
    pub(crate) linker_of_builds: Vec<String>,
    /// Variables of every `go` command.
    pub(crate) environment: Vec<(String, String)>,
    /// Names of variables, and keys of the file, that are not applied.
    pub(crate) not_applied: Vec<String>,
}

/// Why the flags can't be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KoFlagsError {
    /// A value of a template.
    #[error("{origin}: {problem}")]
    Template {
        origin: Origin,
        problem: TemplateError,
    },
    /// The builds have different ones.
    #[error("the builds of {origin} differ in {key}")]
    Differ { origin: Origin, key: &'static str },
}

/// The flags of all builds. `variable` is the environment of the build, `is_decided` says of a name whether the user
/// or the buildpack decides its value.
pub(crate) fn applied(
    ko: &Ko,
    variable: impl Fn(&str) -> Option<String>,
    is_decided: impl Fn(&str) -> bool,
) -> Result<AppliedFlags, KoFlagsError> {
    let origin = Origin::file(&ko.file);
    let differ = |key| KoFlagsError::Differ {
        origin: origin.clone(),
        key,
    };
    let filled = |text: &String| {
        expand(text, &variable).map_err(|problem| KoFlagsError::Template {
            origin: origin.clone(),
            problem,
        })
    };
    let of_builds: Vec<&KoFlags> = if ko.builds.is_empty() {
        vec![&ko.default]
    } else {
        ko.builds.iter().map(|build| &build.flags).collect()
    };
    let first = of_builds[0];
    if of_builds.iter().any(|flags| flags.build != first.build) {
        return Err(differ("flags"));
    }
    if of_builds
        .iter()
        .any(|flags| flags.environment != first.environment)
    {
        return Err(differ("env"));
    }
    let words = first.build.iter().map(|word| Ok(quoted(&filled(word)?)));
    let words = words.collect::<Result<Vec<_>, KoFlagsError>>()?.join(" ");
    let linkers = of_builds.iter().map(|flags| {
        let parts = flags.linker.iter().map(filled);
        Ok(parts.collect::<Result<Vec<_>, _>>()?.join(" "))
    });
    let mut linkers = linkers.collect::<Result<Vec<String>, KoFlagsError>>()?;
    let sourced = |text: String| (!text.is_empty()).then(|| Sourced::new(text, origin.clone()));
    let linker = if linkers.iter().all(|linker| *linker == linkers[0]) {
        sourced(std::mem::take(&mut linkers).swap_remove(0))
    } else {
        None
    };
    let mut applied = AppliedFlags {
        build: sourced(words),
        linker,
        linker_of_builds: linkers,
        environment: Vec::new(),
        not_applied: ko.not_applied.clone(),
    };
    for variable in &first.environment {
        let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
        if is_decided(name) {
            applied.not_applied.push(name.to_owned());
        } else {
            applied
                .environment
                .push((name.to_owned(), value.to_owned()));
        }
    }
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn read(text: &str) -> Result<AppliedFlags, KoFlagsError> {
        let ko = crate::ko::parse(Path::new(".ko.yaml"), text).unwrap();
        let variable = |name: &str| (name == "V").then(|| "1".to_owned());
        applied(&ko, variable, |name| name == "GOCACHE")
    }

    #[test]
    fn what_all_builds_have_is_applied_to_all() {
        let text = "
defaultFlags: [-tags, 'a b']
defaultLdflags: ['-X main.v={{.Env.V}}', -X main.w=2]
defaultEnv: [GOCACHE=/x, GOEXPERIMENT=y=z]
defaultPlatforms: [linux/arm64]
";
        let file = || Origin::file(".ko.yaml");
        let expected = AppliedFlags {
            build: Some(Sourced::new("-tags 'a b'".into(), file())),
            linker: Some(Sourced::new("-X main.v=1 -X main.w=2".into(), file())),
            linker_of_builds: Vec::new(),
            environment: vec![("GOEXPERIMENT".into(), "y=z".into())],
            not_applied: vec!["defaultPlatforms".into(), "GOCACHE".into()],
        };
        assert_eq!(read(text), Ok(expected.clone()));
        let builds = format!("{text}builds: [{{main: ./a}}, {{main: ./b}}]\n");
        assert_eq!(read(&builds), Ok(expected));
    }

    #[test]
    fn only_flags_of_the_linker_may_differ() {
        let read = |flags: &str| read(&format!("builds: [{{main: ./a, {flags}}}, {{main: ./b}}]"));
        let linker = read("ldflags: [-X main.v=1]").unwrap();
        assert_eq!(linker.linker, None);
        assert_eq!(linker.linker_of_builds, ["-X main.v=1", ""]);
        let message = |flags: &str| read(flags).unwrap_err().to_string();
        assert_eq!(
            message("flags: -v"),
            "the builds of .ko.yaml differ in flags"
        );
        assert_eq!(
            message("env: [A=1]"),
            "the builds of .ko.yaml differ in env"
        );
        assert_eq!(message("ldflags: ['{{.Env.X}}']"), ".ko.yaml: X isn't set");
        assert_eq!(
            message("ldflags: ['{{.Date}}']"),
            ".ko.yaml: {{.Date}} can't be filled in"
        );
    }
}
