//! The bill of materials of the programs, from what the Go linker wrote into them.

use std::collections::BTreeMap;
use std::path::Path;

use sbom::go_build_info::{self, GoBuildInfoError};
use sbom::{Component, Document, Hash, Kind};

use crate::go_command::{Go, GoError};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SbomError {
    #[error("go could not read {program}")]
    Go {
        program: String,
        #[source]
        source: Box<GoError>,
    },
    #[error("the build information of {program} can't be read")]
    Format {
        program: String,
        #[source]
        source: GoBuildInfoError,
    },
}

/// The document of the programs in a directory, given with their SHA-256; `location` is where they lie
/// in the image, and `beside` what else is put there.
pub(crate) fn document(
    go: &Go,
    directory: &Path,
    programs: &BTreeMap<String, String>,
    location: &Path,
    app_name: &str,
    beside: Vec<Component>,
) -> Result<Document, SbomError> {
    let mut components = beside;
    for (program, sha256) in programs {
        let text = go
            .capture(directory, ["version", "-m", program])
            .map_err(|source| SbomError::Go {
                program: program.clone(),
                source: Box::new(source),
            })?;
        let text = String::from_utf8_lossy(&text);
        let info = go_build_info::parse(&text).map_err(|source| SbomError::Format {
            program: program.clone(),
            source,
        })?;
        components.extend(info.components());
        let path = location.join(program).display().to_string();
        components.push(
            Component::new(Kind::File, program)
                .hash(Hash::sha256(sha256))
                .location(path),
        );
    }
    let subject = Component::new(Kind::Application, app_name);
    Ok(Document::new(subject, components))
}
