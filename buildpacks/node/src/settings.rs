//! What the user set in the environment, and what of it the tools get.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use buildpack_kit::environment::{Environment, EnvironmentError, Origin, Sourced};

use crate::node_version::{InvalidVersion, Requested};

/// What the user decided by variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Every version of Node that is asked for, the one that counts first.
    pub(crate) versions: Vec<Sourced<Requested>>,
    /// Who installs, where no lock says it.
    pub(crate) manager: Option<Sourced<ManagerName>>,
    /// The version of npm.
    pub(crate) npm: Option<Sourced<String>>,
    /// Scripts that build the app, in place of the usual ones; may be none.
    pub(crate) scripts: Option<Sourced<Vec<String>>>,
    /// The file that is started.
    pub(crate) launchpoint: Option<Sourced<String>>,
    /// The script that starts the app.
    pub(crate) start_script: Option<Sourced<String>>,
    /// Whether an app may be installed without a lock.
    pub(crate) allows_no_lock: bool,
    /// Whether what no app needs is left out of packages.
    pub(crate) trims: bool,
    /// Patterns of what stays in the image.
    pub(crate) keep: Vec<String>,
}

/// A package manager by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ManagerName {
    Npm,
    Pnpm,
    Yarn,
    Bun,
}

/// Variables that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// A version that is none.
    #[error("{} from {} is no version of Node", .text.value, .text.origin)]
    Version {
        text: Sourced<String>,
        reason: InvalidVersion,
    },
    /// Variables that would break the build.
    #[error("{} can't be set", .0.join(", "))]
    Denied(Vec<&'static str>),
}

/// Variables that the buildpack has to decide itself, and what to do instead.
pub(crate) const DENIED: [(&str, &str); 16] = [
    ("NODE_PATH", "set BPE_NODE_PATH for the app instead"),
    ("NPM_CONFIG_CACHE", "the cache is kept for you"),
    ("NPM_CONFIG_GLOBAL", "packages go into the app"),
    (
        "NPM_CONFIG_IGNORE_SCRIPTS",
        "set ignore-scripts in .npmrc instead",
    ),
    ("NPM_CONFIG_LOCATION", "packages go into the app"),
    (
        "NPM_CONFIG_OMIT",
        "development dependencies are removed after the build",
    ),
    ("NPM_CONFIG_PREFIX", "packages go into the app"),
    (
        "NPM_CONFIG_PRODUCTION",
        "development dependencies are removed after the build",
    ),
    ("npm_config_cache", "the cache is kept for you"),
    ("npm_config_global", "packages go into the app"),
    (
        "npm_config_ignore_scripts",
        "set ignore-scripts in .npmrc instead",
    ),
    ("npm_config_location", "packages go into the app"),
    (
        "npm_config_omit",
        "development dependencies are removed after the build",
    ),
    ("npm_config_prefix", "packages go into the app"),
    (
        "npm_config_production",
        "development dependencies are removed after the build",
    ),
    ("YARN_CACHE_FOLDER", "the cache is kept for you"),
];

/// Variables of the machine, not of the user, that tools need: how to find programs, certificates and proxies.
const FROM_PROCESS: [&str; 17] = [
    "ALL_PROXY",
    "GIT_SSL_CAINFO",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LOGNAME",
    "NO_PROXY",
    "PATH",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "TMPDIR",
    "USER",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

impl ManagerName {
    /// As its command is called.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pnpm => "pnpm",
            Self::Yarn => "yarn",
            Self::Bun => "bun",
        }
    }

    /// That of a command.
    pub(crate) fn of(command: &str) -> Option<Self> {
        let all = [Self::Npm, Self::Pnpm, Self::Yarn, Self::Bun];
        all.into_iter().find(|name| name.command() == command)
    }
}

impl Settings {
    /// Reads and checks every variable that this buildpack knows.
    pub(crate) fn read(environment: &Environment) -> Result<Self, SettingsError> {
        let is_set = |name: &str| {
            let value = environment.user().get(OsStr::new(name));
            value.is_some_and(|value| !value.is_empty())
        };
        let denied = DENIED.iter().map(|(name, _)| *name);
        let denied: Vec<&str> = denied.filter(|name| is_set(name)).collect();
        if !denied.is_empty() {
            return Err(SettingsError::Denied(denied));
        }
        let keep = environment.list("BP_KEEP_FILES", ':')?;
        let trims =
            environment.text("BP_NODE_TRIM")?.is_none() || environment.is_on("BP_NODE_TRIM")?;
        Ok(Self {
            versions: versions(environment)?,
            manager: manager(environment)?,
            npm: environment.text("BP_NPM_VERSION")?,
            scripts: scripts(environment)?,
            launchpoint: environment.text("BP_LAUNCHPOINT")?,
            start_script: environment.text("BP_NPM_START_SCRIPT")?,
            allows_no_lock: environment.is_on("BP_NODE_ALLOW_NO_LOCK")?,
            trims,
            keep: keep.map(|keep| keep.value).unwrap_or_default(),
        })
    }
}

fn manager(environment: &Environment) -> Result<Option<Sourced<ManagerName>>, EnvironmentError> {
    let name = "GOOGLE_PACKAGE_MANAGER";
    let Some(text) = environment.text(name)? else {
        return Ok(None);
    };
    let manager = text.try_map(|text| {
        ManagerName::of(&text.to_ascii_lowercase()).ok_or_else(|| EnvironmentError::Invalid {
            name: name.to_owned(),
            value: text,
            expected: "npm, pnpm, yarn or bun".to_owned(),
        })
    });
    Ok(Some(manager?))
}

/// A variable that is set to nothing says that there are none.
fn scripts(environment: &Environment) -> Result<Option<Sourced<Vec<String>>>, EnvironmentError> {
    for name in ["BP_NODE_RUN_SCRIPTS", "GOOGLE_NODE_RUN_SCRIPTS"] {
        if environment.raw(name).is_none() {
            continue;
        }
        let words = environment
            .text(name)?
            .map(|text| text.value)
            .unwrap_or_default();
        let words = words
            .split([',', ' ', '\t', '\n'])
            .filter(|word| !word.is_empty());
        let words = words.map(str::to_owned).collect();
        return Ok(Some(Sourced::new(words, Origin::Variable(name.to_owned()))));
    }
    Ok(None)
}

fn versions(environment: &Environment) -> Result<Vec<Sourced<Requested>>, SettingsError> {
    let mut names = vec!["BP_NODE_VERSION", "GOOGLE_NODEJS_VERSION"];
    // The version of whichever language GOOGLE_RUNTIME forces; unset, it can only mean this one.
    let runtime = environment.text("GOOGLE_RUNTIME")?;
    if runtime.is_none_or(|runtime| runtime.value.starts_with("nodejs")) {
        names.push("GOOGLE_RUNTIME_VERSION");
    }
    names.push("RAILPACK_NODE_VERSION");
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

/// What every command inherits: the user's own variables and the machine's.
pub(crate) fn inherited(environment: &Environment) -> BTreeMap<OsString, OsString> {
    environment.inherited(&FROM_PROCESS, |_| false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(&Environment::new(variables.iter().copied(), [("PATH", "")]))
    }

    #[test]
    fn variables_are_read_with_their_aliases() {
        let settings = read(&[
            ("GOOGLE_RUNTIME", "python312"),
            ("GOOGLE_RUNTIME_VERSION", "3.12"),
            ("RAILPACK_NODE_VERSION", "20"),
            ("GOOGLE_NODEJS_VERSION", "22"),
            ("GOOGLE_NODE_RUN_SCRIPTS", "a, b"),
            ("BP_NODE_TRIM", "false"),
            ("GOOGLE_PACKAGE_MANAGER", "PNPM"),
        ])
        .unwrap();
        let versions: Vec<String> = settings
            .versions
            .iter()
            .map(|version| format!("{} {}", version.origin, version.value))
            .collect();
        assert_eq!(
            versions,
            ["GOOGLE_NODEJS_VERSION 22", "RAILPACK_NODE_VERSION 20"]
        );
        assert_eq!(settings.scripts.unwrap().value, ["a", "b"]);
        assert_eq!(settings.manager.unwrap().value, ManagerName::Pnpm);
        assert!(!settings.trims);
        assert!(read(&[]).unwrap().trims);
        assert_eq!(read(&[]).unwrap().scripts, None);
        let none = read(&[
            ("BP_NODE_RUN_SCRIPTS", ""),
            ("GOOGLE_NODE_RUN_SCRIPTS", "a"),
        ])
        .unwrap();
        assert_eq!(none.scripts.unwrap().value, [""; 0]);
    }

    #[test]
    fn what_would_break_the_build_is_refused_at_once() {
        let error = read(&[("npm_config_omit", "dev"), ("NODE_PATH", "/x")]).unwrap_err();
        assert_eq!(
            error,
            SettingsError::Denied(vec!["NODE_PATH", "npm_config_omit"])
        );
    }
}
