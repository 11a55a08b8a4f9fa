//! `config/metadata.toml` of the layers directory: what the buildpacks made of the app, for the
//! exporter (CNB platform specification, "metadata.toml").

use std::path::Path;

use serde::Deserialize;

use crate::build_error::BuildError;
use crate::text_file::read_text_file;

#[derive(Deserialize)]
struct BuildMetadata {
    #[serde(default)]
    processes: Vec<Process>,
    #[serde(default)]
    buildpacks: Vec<Buildpack>,
}

#[derive(Deserialize)]
struct Buildpack {
    id: String,
}

#[derive(Deserialize)]
struct Process {
    r#type: String,
}

/// The error of an export that was asked for a default process which no buildpack has made, if that is
/// what happened. Read from the file, since the lifecycle's words are no contract.
pub(crate) fn unknown_process(directory: &Path, wanted: Option<&str>) -> Option<BuildError> {
    let types = read(directory)?.processes.into_iter();
    let mut known: Vec<String> = types.map(|process| process.r#type).collect();
    known.sort();
    let wanted = wanted.filter(|wanted| !known.iter().any(|known| known == wanted))?;
    Some(BuildError::NoProcess {
        process: wanted.to_owned(),
        known,
    })
}

/// The ids of the buildpacks that built the app; none where the file doesn't say.
pub(crate) fn buildpacks(directory: &Path) -> Option<Vec<String>> {
    let buildpacks = read(directory)?.buildpacks.into_iter();
    Some(buildpacks.map(|buildpack| buildpack.id).collect())
}

fn read(directory: &Path) -> Option<BuildMetadata> {
    let text = read_text_file(&directory.join("metadata.toml")).ok()?;
    toml::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "-- metadata.toml --\n[[processes]]\ntype = \"web\"\ncommand = [\"/workspace/a\"]\n\
                       [[processes]]\ntype = \"api\"\n[[buildpacks]]\nid = \"x\"\n";

    fn error(tree: &str, wanted: Option<&str>) -> Option<String> {
        let directory = testkit::directory(tree);
        unknown_process(directory.path(), wanted).map(|error| format!("{error:?}"))
    }

    #[test]
    fn only_a_process_that_was_asked_for_and_is_not_there_is_an_error() {
        assert_eq!(
            error(TWO, Some("nope")).as_deref(),
            Some(r#"NoProcess { process: "nope", known: ["api", "web"] }"#)
        );
        assert_eq!(error(TWO, Some("api")), None);
        assert_eq!(error(TWO, None), None);
        let directory = testkit::directory(TWO);
        assert_eq!(buildpacks(directory.path()), Some(vec!["x".to_owned()]));
        assert_eq!(error("-- other --\n", Some("nope")), None);
    }
}
