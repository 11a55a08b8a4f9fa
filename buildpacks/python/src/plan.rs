//! What is installed, and with which Python: decided from what was read, and nothing else.

pub(crate) mod indexes;
pub(crate) mod install;
pub(crate) mod uv_call;

use buildpack_kit::environment::Sourced;

use crate::project::{Dependencies, Project};
use crate::python_version::{Constraint, PythonVersion, Requested};
use crate::releases::Releases;
use crate::resolved_version::{Candidates, Resolved, resolve};
use crate::version_error::VersionError;
use crate::wheels;

/// Every version that is asked for by name; the first counts.
pub(crate) fn wishes(
    of_variables: Vec<Sourced<Requested>>,
    project: &Project,
    dependencies: &Dependencies,
) -> Vec<Sourced<Requested>> {
    let of_files = project.versions.iter().cloned();
    let of_lock = dependencies.version();
    of_variables
        .into_iter()
        .chain(of_files)
        .chain(of_lock)
        .collect()
}

/// The version of Python that the app gets. `architecture` is one of `amd64` and `arm64`.
pub(crate) fn version(
    wish: Option<Sourced<Requested>>,
    constraints: &[Sourced<Constraint>],
    dependencies: &Dependencies,
    bundled: &[PythonVersion],
    releases: &Releases,
    architecture: &str,
) -> Result<Resolved, Box<VersionError>> {
    let locked = dependencies.locked();
    let without_wheel =
        |version: &PythonVersion| wheels::without_wheel(locked, version, architecture);
    let candidates = Candidates {
        bundled,
        releases,
        without_wheel: &without_wheel,
    };
    resolve(wish, constraints, candidates)
}
