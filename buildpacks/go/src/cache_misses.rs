//! What besides flags makes the shipped build cache useless, measured: with these the standard library is compiled
//! again.

use std::path::{Path, PathBuf};

use crate::go_command::Go;
use crate::packages::MainPackage;

/// A profile that `go build` uses where it lies beside a main package, unless `-pgo=off` is set.
const PROFILE: &str = "default.pgo";

/// Variables with the values that change nothing.
const VARIABLES: [(&str, &[&str]); 5] = [
    ("CGO_ENABLED", &["0"]),
    ("GOAMD64", &["", "v1"]),
    ("GOARM64", &["", "v8.0"]),
    ("GOEXPERIMENT", &[""]),
    ("GOFIPS140", &["", "off", "latest"]),
];

/// Each as a person would name it.
pub(crate) fn beside_flags(
    go_dir: &Path,
    targets: &[MainPackage],
    arguments: &str,
    go: &Go,
) -> Vec<String> {
    let set = VARIABLES.iter().filter_map(|(name, harmless)| {
        let value = go.variable(name)?;
        let is_harmless = harmless.contains(&value);
        (!is_harmless).then(|| format!("{name}={value}"))
    });
    let mut misses: Vec<String> = set.collect();
    if !arguments.contains("-pgo=") {
        let profiles = targets.iter().map(|target| target.directory.join(PROFILE));
        let profiles = profiles.filter(|profile: &PathBuf| go_dir.join(profile).is_file());
        misses.extend(profiles.map(|profile| profile.display().to_string()));
    }
    misses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_profiles_are_named() {
        let app = testkit::directory("-- cmd/web/default.pgo --\n");
        let target = |directory: &str| MainPackage {
            import_path: "example.com/app".into(),
            directory: directory.into(),
            program: "app".into(),
        };
        let targets = [target("cmd/web"), target("cmd/other")];
        let variables = [
            ("CGO_ENABLED", "1"),
            ("GOAMD64", "v1"),
            ("GOEXPERIMENT", "x"),
        ];
        let variables = variables.map(|(name, value)| (name.into(), value.into()));
        let go = Go::new(Path::new("/nonexistent"), variables.into());
        let misses = |arguments| beside_flags(app.path(), &targets, arguments, &go);
        assert_eq!(
            misses(""),
            ["CGO_ENABLED=1", "GOEXPERIMENT=x", "cmd/web/default.pgo"]
        );
        assert_eq!(misses("-pgo=off"), ["CGO_ENABLED=1", "GOEXPERIMENT=x"]);
    }
}
