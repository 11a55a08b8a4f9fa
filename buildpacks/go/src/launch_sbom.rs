//! The bill of materials of the programs, from what the Go linker wrote into them.

use std::collections::BTreeMap;
use std::path::Path;

use sbom::{Component, Document, Hash, Kind, go_build_info};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SbomError {
    #[error("{program} can't be read")]
    Read {
        program: String,
        #[source]
        source: std::io::Error,
    },
    /// Go's linker writes it into every program.
    #[error("{program} has no build information")]
    None { program: String },
}

/// The document of the programs in a directory, given with their SHA-256; `location` is where they lie
/// in the image, and `beside` what else is put there.
pub(crate) fn document(
    directory: &Path,
    programs: &BTreeMap<String, String>,
    location: &Path,
    app_name: &str,
    beside: Vec<Component>,
) -> Result<Document, SbomError> {
    let mut components = beside;
    for (program, sha256) in programs {
        let bytes = fs_err::read(directory.join(program));
        let bytes = bytes.map_err(|source| SbomError::Read {
            program: program.clone(),
            source,
        })?;
        let section = linkage::section(&bytes, ".go.buildinfo");
        let info = section.and_then(go_build_info::parse_section);
        let info = info.ok_or_else(|| SbomError::None {
            program: program.clone(),
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
