//! What the user set in the environment, and what of it uv gets.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use buildpack_kit::environment::{Environment, EnvironmentError, Sourced};

use crate::python_version::{InvalidVersion, Requested};

/// What the user decided by variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Every version of Python that is asked for, the one that counts first.
    pub(crate) versions: Vec<Sourced<Requested>>,
    /// Who installs what the app needs.
    pub(crate) manager: Option<Sourced<ManagerName>>,
    /// Requirement files, relative to the app.
    pub(crate) requirement_files: Option<Sourced<Vec<String>>>,
    /// Directories of packages beside indexes.
    pub(crate) find_links: Vec<String>,
    /// The directory of packages in place of indexes.
    pub(crate) vendored: Option<Sourced<String>>,
    /// Groups of Poetry, in place of the main one.
    pub(crate) poetry_groups: Option<Sourced<Vec<String>>>,
    /// Groups of uv, beside the main one.
    pub(crate) uv_groups: Option<Sourced<Vec<String>>>,
    /// The console script, module or function that is started.
    pub(crate) run_target: Option<Sourced<String>>,
    /// Whether Django's static files are collected.
    pub(crate) collects_static: bool,
    /// Patterns of what stays in the image although it is private.
    pub(crate) keep: Vec<String>,
}

/// A manager by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ManagerName {
    Pip,
    Uv,
    Poetry,
    Pdm,
    Pipenv,
}

/// Variables that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// A version that is none.
    #[error("{} from {} is no version of Python", .text.value, .text.origin)]
    Version {
        text: Sourced<String>,
        reason: InvalidVersion,
    },
    /// Variables that would break the build.
    #[error("{} can't be set", .0.join(", "))]
    Denied(Vec<&'static str>),
}

/// Variables that the buildpack has to decide itself, and what to do instead.
pub(crate) const DENIED: [(&str, &str); 27] = [
    ("PIP_PREFIX", "packages go into the image"),
    ("PIP_PYTHON", "set BP_CPYTHON_VERSION instead"),
    ("PIP_ROOT", "packages go into the image"),
    ("PIP_TARGET", "packages go into the image"),
    ("PIP_USER", "packages go into the image"),
    ("PYTHONHOME", "set BP_CPYTHON_VERSION instead"),
    ("PYTHONPATH", "set BPE_PYTHONPATH for the app instead"),
    ("PYTHONPLATLIBDIR", "set BP_CPYTHON_VERSION instead"),
    ("PYTHONUSERBASE", "packages go into the image"),
    ("UV_BREAK_SYSTEM_PACKAGES", "packages go into the image"),
    ("UV_CACHE_DIR", "the cache is kept for you"),
    (
        "UV_CONFIG_FILE",
        "mount a binding of the type uv-toml instead",
    ),
    (
        "UV_EXCLUDE_NEWER",
        "set exclude-newer in [tool.uv] of pyproject.toml instead",
    ),
    ("UV_FROZEN", "a lock that is out of date would be used"),
    (
        "UV_ISOLATED",
        "set what the project itself says in pyproject.toml",
    ),
    ("UV_MANAGED_PYTHON", "set BP_CPYTHON_VERSION instead"),
    ("UV_NO_CACHE", "the cache is kept for you"),
    (
        "UV_NO_CONFIG",
        "[tool.uv] of pyproject.toml would have no effect",
    ),
    ("UV_NO_MANAGED_PYTHON", "set BP_CPYTHON_VERSION instead"),
    (
        "UV_NO_VERIFY_HASHES",
        "remove the hashes from the requirements instead",
    ),
    ("UV_PROJECT_ENVIRONMENT", "packages go into the image"),
    ("UV_PYTHON", "set BP_CPYTHON_VERSION instead"),
    ("UV_PYTHON_DOWNLOADS", "set BP_CPYTHON_VERSION instead"),
    ("UV_PYTHON_INSTALL_DIR", "what is fetched is kept for you"),
    ("UV_SYSTEM_PYTHON", "packages go into the image"),
    ("UV_WORKING_DIRECTORY", "set BP_APP_DIR instead"),
    ("VIRTUAL_ENV", "packages go into the image"),
];

/// Variables of the machine, not of the user, that tools need: how to find programs, certificates,
/// proxies, credentials and indexes.
const FROM_PROCESS: [&str; 32] = [
    "ALL_PROXY",
    "GIT_SSL_CAINFO",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LOGNAME",
    "NETRC",
    "NO_PROXY",
    "PATH",
    "PIP_CERT",
    "PIP_CONFIG_FILE",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "PIP_NO_INDEX",
    "PIP_TRUSTED_HOST",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TMPDIR",
    "USER",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_INSECURE_HOST",
    "UV_SYSTEM_CERTS",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

impl Settings {
    /// Reads and checks every variable that this buildpack knows.
    pub(crate) fn read(environment: &Environment) -> Result<Self, SettingsError> {
        let denied = denied(environment.user());
        if !denied.is_empty() {
            return Err(SettingsError::Denied(denied));
        }
        let words = |name: &str| -> Result<Option<Sourced<Vec<String>>>, EnvironmentError> {
            let text = environment.text(name)?;
            Ok(text.map(|text| text.map(|text| split(&text))))
        };
        let mut find_links = Vec::new();
        for name in ["BP_PIP_FIND_LINKS", "BP_UV_FIND_LINKS"] {
            find_links.extend(words(name)?.map(|words| words.value).unwrap_or_default());
        }
        let keep = environment.list("BP_KEEP_FILES", ':')?;
        Ok(Self {
            versions: versions(environment)?,
            manager: manager(environment)?,
            requirement_files: words("BP_PIP_REQUIREMENT")?,
            find_links,
            vendored: environment
                .first_text(&["BP_PIP_DEST_PATH", "GOOGLE_VENDOR_PIP_DEPENDENCIES"])?,
            poetry_groups: words("BP_POETRY_INSTALL_ONLY")?,
            uv_groups: words("BP_UV_INSTALL_GROUPS")?,
            run_target: environment.text("BP_POETRY_RUN_TARGET")?,
            collects_static: !environment.is_on("DISABLE_COLLECTSTATIC")?,
            keep: keep.map(|keep| keep.value).unwrap_or_default(),
        })
    }
}

/// People separate lists by spaces and by commas.
fn split(text: &str) -> Vec<String> {
    let words = text
        .split([' ', ',', '\t', '\n'])
        .filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn manager(environment: &Environment) -> Result<Option<Sourced<ManagerName>>, EnvironmentError> {
    let name = "GOOGLE_PYTHON_PACKAGE_MANAGER";
    let Some(text) = environment.text(name)? else {
        return Ok(None);
    };
    let manager = text.try_map(|text| match text.to_ascii_lowercase().as_str() {
        "pip" => Ok(ManagerName::Pip),
        "uv" => Ok(ManagerName::Uv),
        "poetry" => Ok(ManagerName::Poetry),
        "pdm" => Ok(ManagerName::Pdm),
        "pipenv" => Ok(ManagerName::Pipenv),
        _ => Err(EnvironmentError::Invalid {
            name: name.to_owned(),
            value: text,
            expected: "pip, uv, poetry, pdm or pipenv".to_owned(),
        }),
    });
    Ok(Some(manager?))
}

fn versions(environment: &Environment) -> Result<Vec<Sourced<Requested>>, SettingsError> {
    let mut names = vec!["BP_CPYTHON_VERSION", "GOOGLE_PYTHON_VERSION"];
    // The version of whichever language GOOGLE_RUNTIME forces; unset, it can only mean this one.
    let runtime = environment.text("GOOGLE_RUNTIME")?;
    if runtime.is_none_or(|runtime| runtime.value.starts_with("python")) {
        names.push("GOOGLE_RUNTIME_VERSION");
    }
    names.push("RAILPACK_PYTHON_VERSION");
    let mut versions = Vec::new();
    for name in names {
        if let Some(text) = environment.text(name)? {
            match text.value.parse() {
                Ok(requested) => versions.push(text.map(|_| requested)),
                Err(reason) => return Err(SettingsError::Version { text, reason }),
            }
        }
    }
    Ok(versions)
}

fn denied(user: &BTreeMap<OsString, OsString>) -> Vec<&'static str> {
    let names = DENIED.iter().map(|(name, _)| *name);
    names
        .filter(|name| {
            user.get(OsStr::new(name))
                .is_some_and(|value| !value.is_empty())
        })
        .collect()
}

/// What every command inherits: the user's own variables and the machine's, without those that are decided here.
pub(crate) fn inherited(environment: &Environment) -> BTreeMap<OsString, OsString> {
    let is_decided = |name: &str| DENIED.iter().any(|(denied, _)| *denied == name);
    environment.inherited(&FROM_PROCESS, is_decided)
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
