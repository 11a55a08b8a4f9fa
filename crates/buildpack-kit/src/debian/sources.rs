//! Where packages come from: what the platform says, else what apt in the build image is configured with, else what
//! Debian's apt has as an example of its own archive. No address stands here.

use std::path::{Path, PathBuf};

use super::Place;
use crate::environment::EnvironmentError;

/// The variable with the text of a `sources.list`, or of a file of stanzas (sources.list(5), both). The embedded
/// platform sets it from the apt of the machine, a builder in `[[build.env]]`.
pub(super) const VARIABLE: &str = "BP_DEB_SOURCES";

/// Where apt in a build image has what a platform team gave it.
const OF_IMAGE: [&str; 2] = ["etc/apt/sources.list", "etc/apt/sources.list.d"];

/// What Debian's package of apt says of the archive that it is from.
const EXAMPLE: &str = "usr/share/doc/apt/examples/debian.sources";

/// Sources of packages, as apt reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sources {
    pub(super) form: Form,
    pub(super) text: String,
}

/// How sources are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `deb URI SUITE COMPONENT …`
    Lines,
    /// `Types: deb`, `URIs: …` (deb822).
    Stanzas,
}

/// Nobody says where packages come from.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// The variable is no text.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The build image has no sources.
    #[error("nothing names an archive of Debian")]
    None,
    /// A file of the build image can't be read.
    #[error("the sources of apt can't be read")]
    Io(#[from] std::io::Error),
}

/// The first of the three.
pub(super) fn of_build(place: &Place<'_>) -> Result<Sources, SourcesError> {
    if let Some(text) = place.environment.text(VARIABLE)? {
        return Ok(Sources::of(text.value + "\n"));
    }
    let [list, directory] = OF_IMAGE.map(|path| place.root.join(path));
    let mut files = vec![list];
    if directory.is_dir() {
        for entry in fs_err::read_dir(directory)? {
            files.push(entry?.path());
        }
    }
    files.sort();
    files.retain(|path| path.is_file());
    let mut all: Option<Sources> = None;
    for path in files {
        let sources = Sources::of(fs_err::read_to_string(path)?);
        match &mut all {
            _ if !sources.names_any() => {}
            Some(all) if all.form == sources.form => {
                all.text.push('\n');
                all.text += &sources.text;
            }
            // Both forms in one image: stanzas are what Debian writes today.
            Some(all) if all.form == Form::Stanzas => {}
            _ => all = Some(sources),
        }
    }
    let example = || Sources::read(&place.root.join(EXAMPLE));
    all.map_or_else(example, Ok)
}

/// The release of the build image, which is that of the run image: `13`.
pub(super) fn release(root: &Path) -> Option<String> {
    let text = fs_err::read_to_string(root.join("etc/os-release")).ok()?;
    let mut lines = text.lines();
    let release = lines.find_map(|line| line.strip_prefix("VERSION_ID="))?;
    Some(release.trim_matches('"').to_owned())
}

impl Sources {
    fn of(text: String) -> Self {
        let is_stanza = text.lines().any(|line| line.starts_with("Types:"));
        let form = if is_stanza {
            Form::Stanzas
        } else {
            Form::Lines
        };
        Self { form, text }
    }

    fn read(path: &PathBuf) -> Result<Self, SourcesError> {
        match fs_err::read_to_string(path) {
            Ok(text) => Ok(Self::of(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(SourcesError::None),
            Err(error) => Err(error.into()),
        }
    }

    fn names_any(&self) -> bool {
        self.text.lines().any(|line| match self.form {
            Form::Lines => line.starts_with("deb "),
            Form::Stanzas => line.starts_with("URIs:"),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::environment::Environment;

    fn of(tree: &str, variable: &str) -> String {
        let root = testkit::directory(tree);
        let none: [(&str, &str); 0] = [];
        let place = Place {
            layers_dir: Path::new("/layers"),
            environment: &Environment::new([(VARIABLE, variable)], none),
            variables: &BTreeMap::new(),
            root: root.path(),
        };
        match of_build(&place) {
            Ok(Sources { form, text }) => format!("{form:?} {}", text.trim()),
            Err(error) => format!("{error:?}"),
        }
    }

    const EMPTY: &str =
        "-- usr/share/doc/apt/examples/debian.sources --\nTypes: deb\nURIs: example\n";

    #[test]
    fn the_platform_wins_over_the_build_image_and_that_over_the_example() {
        let image = format!(
            "{EMPTY}-- etc/apt/sources.list --\n# moved\n-- etc/apt/sources.list.d/own.sources --\nTypes: deb\nURIs: own\n"
        );
        let lines = [
            of(&image, "deb file:/given ./"),
            of(&image, "Types: deb\nURIs: file:/given\n"),
            of(&image, ""),
            of(
                "-- etc/apt/sources.list --\ndeb file:/a ./\n-- etc/apt/sources.list.d/b.list --\ndeb file:/b ./\n",
                "",
            ),
            of(EMPTY, ""),
            of("-- a --\n", ""),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        Lines deb file:/given ./
        Stanzas Types: deb
        URIs: file:/given
        Stanzas Types: deb
        URIs: own
        Lines deb file:/a ./

        deb file:/b ./
        Stanzas Types: deb
        URIs: example
        None
        ");
    }
}
