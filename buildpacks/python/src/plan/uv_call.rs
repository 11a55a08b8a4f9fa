//! A call of uv as data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Calls of uv, one after another, in the app's directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct InstallPlan {
    /// Files that the calls read, by their names in the scratch directory.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) calls: Vec<UvCall>,
    /// Paths of the app whose content is copied into the environment, relative to it: it is made anew when they change.
    pub(crate) copied: BTreeSet<PathBuf>,
    /// Whether what is installed can be another thing tomorrow.
    pub(crate) is_unlocked: bool,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UvCall {
    pub(crate) arguments: Vec<String>,
    /// Variables beside those of all calls, in which `${NAME}` is to be filled in; an empty one is removed.
    pub(crate) environment: BTreeMap<&'static str, String>,
    pub(crate) purpose: Purpose,
}

/// What a call is for, so that its failure can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An interpreter.
    FetchPython,
    /// Whether `uv.lock` is of the project.
    CheckLock,
    /// Reading `uv.lock`.
    ExportLock,
    Install,
    /// The app as a package of its own.
    InstallApp,
    /// Whether what is installed fits together.
    Check,
}

/// Where things lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places<'a> {
    pub(crate) app: &'a Path,
    /// For the files of the plan.
    pub(crate) scratch: &'a Path,
    /// The virtual environment.
    pub(crate) environment: &'a Path,
    /// The interpreter that it is made with.
    pub(crate) python: &'a Path,
}

/// What of the settings of uv changes the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UvSettings {
    /// Whether the user's settings name an index, which may be another than that of the lock.
    pub(crate) has_index: bool,
    /// Whether they say how indexes are searched.
    pub(crate) has_index_strategy: bool,
}
