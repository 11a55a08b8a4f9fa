//! The bundle of root certificates that `update-ca-certificates` of `ca-certificates` would have made:
//! every certificate of Mozilla's list, in the order of their file names.

use std::path::Path;

use oci::{Content, Entry};

use super::{Context, Step, StepError};

pub(super) const PATH: &str = "etc/ssl/certs/ca-certificates.crt";

const PACKAGE: &str = "ca-certificates";
const CERTIFICATES: &str = "usr/share/ca-certificates/mozilla/";

pub(super) fn run(step: Step, context: &Context<'_>) -> Result<Vec<(String, Entry)>, StepError> {
    let mut bundle = Vec::new();
    for (path, entry) in &step.package(context, PACKAGE)?.entries {
        if is_certificate(path) {
            bundle.extend(step.read(entry)?);
            if bundle.last().is_some_and(|last| *last != b'\n') {
                bundle.push(b'\n');
            }
        }
    }
    if bundle.is_empty() {
        return Err(StepError::NothingToWorkFrom {
            step,
            package: PACKAGE,
            what: "certificate",
        });
    }
    let entry = Entry::file(0o644, Content::Bytes(bundle));
    Ok(vec![(PATH.to_owned(), entry)])
}

fn is_certificate(path: &str) -> bool {
    path.starts_with(CERTIFICATES)
        && Path::new(path)
            .extension()
            .is_some_and(|extension| extension == "crt")
}
