//! What `cargo auditable` writes into a program: the crates that it was linked from. The format is documented
//! at <https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md>.

use auditable_info::{Error, audit_info_from_slice};
use auditable_serde::{DependencyKind, Source};

use crate::{Component, Kind, Purl};

/// The most that the list of crates may have, unpacked, in bytes: 8 MiB, the reader's own default.
const LIMIT: usize = 8 << 20;

/// A list of crates that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("the list of crates in the program can't be read")]
pub struct RustAuditError(#[source] Error);

/// The crates of a program, given its bytes; nothing for one that says none. Crates that only ran when it was
/// compiled are no part of it. Only those of a registry have a package URL: a crate of the same name that lay in
/// a directory is another.
///
/// # Errors
/// When there is a list that can't be read.
pub fn components(program: &[u8]) -> Result<Option<Vec<Component>>, RustAuditError> {
    let audited = match audit_info_from_slice(program, LIMIT) {
        Ok(audited) => audited,
        Err(Error::NoAuditData | Error::BinaryParsing(_)) => return Ok(None),
        Err(error) => return Err(RustAuditError(error)),
    };
    let packages = audited.packages.into_iter();
    let linked = packages.filter(|package| package.kind == DependencyKind::Runtime);
    let components = linked.map(|package| {
        let kind = if package.root {
            Kind::Application
        } else {
            Kind::Library
        };
        let version = package.version.to_string();
        let component = Component::new(kind, &package.name).version(&version);
        match package.source {
            Source::CratesIo | Source::Registry => {
                component.purl(Purl::cargo(&package.name, &version))
            }
            _ => component,
        }
    });
    Ok(Some(components.collect()))
}
