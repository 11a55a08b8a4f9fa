//! Wishes for a version of Python that can't be met.

use buildpack_kit::environment::Sourced;

use crate::python_version::{Constraint, PythonVersion, Requested};
use crate::releases::Month;

/// Wishes that no version meets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VersionError {
    /// Asked for by name, and not allowed by the app.
    #[error("{} asks for {} and {} allows {}", .wish.origin, .wish.value, .constraint.origin, .constraint.value)]
    Contradiction {
        wish: Sourced<Requested>,
        constraint: Sourced<Constraint>,
        bundled: Vec<PythonVersion>,
    },
    /// No version that there is meets them.
    #[error("no version of Python is allowed")]
    NoneAllowed {
        constraints: Vec<Sourced<Constraint>>,
        /// The wish, where that is a range too.
        wish: Option<Sourced<Requested>>,
        bundled: Vec<PythonVersion>,
    },
    /// Not mended any more, and not asked for exactly.
    #[error("Python {version} is no longer mended")]
    EndOfLife {
        version: PythonVersion,
        end: Option<Month>,
        request: Sourced<Requested>,
        constraints: Vec<Sourced<Constraint>>,
        bundled: Vec<PythonVersion>,
    },
    /// Newer than what is known.
    #[error("there is no Python {version}")]
    Unknown {
        version: PythonVersion,
        request: Sourced<Requested>,
        newest: u64,
        bundled: Vec<PythonVersion>,
    },
}
