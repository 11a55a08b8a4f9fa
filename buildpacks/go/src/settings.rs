//! What the user set in the environment, and what of it every `go` command gets.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use buildpack_kit::environment::{Environment, EnvironmentError, Origin, Sourced};

use crate::build_flags::UserFlags;
use crate::go_version::Requested;
use crate::variable_references::expand;

/// What the user decided by variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Every version of Go that is asked for, the one that counts first.
    pub(crate) versions: Vec<Sourced<Requested>>,
    /// Every list of packages to build that is asked for, the one that counts first.
    pub(crate) targets: Vec<Sourced<Vec<String>>>,
    /// Directories of modules to join in a workspace.
    pub(crate) work_use: Option<Sourced<Vec<String>>>,
    /// What imports of the app itself begin with, for an app that is no module.
    pub(crate) import_path: Option<Sourced<String>>,
    /// Flags for `go build`.
    pub(crate) flags: UserFlags,
    /// Whether C is compiled, too; none where the user says nothing.
    pub(crate) cgo: Option<bool>,
    /// Patterns of what stays in the image although it is source or private.
    pub(crate) keep: Vec<String>,
    /// Whether nothing else of the app stays.
    pub(crate) clear_source: bool,
}

/// Variables that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// Flags that name a variable that isn't set.
    #[error("{name} in {origin} isn't set")]
    Unset { name: String, origin: Origin },
    /// A version that is none.
    #[error("{} from {} is no version of Go", .0.value, .0.origin)]
    Version(Sourced<String>),
    /// Variables that would break the build.
    #[error("{} can't be set", .0.join(", "))]
    Denied(Vec<&'static str>),
}

/// Variables that the buildpack has to decide itself, and what to do instead.
pub(crate) const DENIED: [(&str, &str); 13] = [
    ("GO111MODULE", "apps are built as modules"),
    ("GOARCH", "choose the platform of the image instead"),
    ("GOBIN", "the programs go into the image"),
    ("GOCACHE", "the build cache is kept for you"),
    ("GOCACHEPROG", "the build cache is kept for you"),
    ("GOENV", "set the variables themselves"),
    ("GOMODCACHE", "the module cache is kept for you"),
    ("GOOS", "choose the platform of the image instead"),
    ("GOPATH", "the module cache is kept for you"),
    ("GOROOT", "set BP_GO_VERSION instead"),
    ("GOTMPDIR", "set TMPDIR instead"),
    ("GOTOOLCHAIN", "set BP_GO_VERSION instead"),
    ("GOWORK", "a go.work file is used as it lies in the app"),
];

/// Variables of the machine, not of the user, that tools need: how to find programs, certificates,
/// proxies and credentials.
const FROM_PROCESS: [&str; 26] = [
    "ALL_PROXY",
    "GIT_SSL_CAINFO",
    "GOAUTH",
    "GOINSECURE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "GOVCS",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LANG",
    "LOGNAME",
    "NETRC",
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

impl Settings {
    /// Reads and checks every variable that this buildpack knows, for an architecture by Go's name.
    pub(crate) fn read(
        environment: &Environment,
        architecture: &str,
    ) -> Result<Self, SettingsError> {
        let denied = denied(environment.user(), architecture);
        if !denied.is_empty() {
            return Err(SettingsError::Denied(denied));
        }
        let keep = environment.list("BP_KEEP_FILES", ':')?;
        let cgo = environment.text("CGO_ENABLED")?;
        Ok(Self {
            versions: versions(environment)?,
            targets: targets(environment)?,
            work_use: environment.list("BP_GO_WORK_USE", ':')?,
            import_path: environment.text("BP_GO_BUILD_IMPORT_PATH")?,
            flags: UserFlags {
                build: texts(environment, &["GOFLAGS", "BP_GO_BUILD_FLAGS"])?,
                linker: texts(environment, &["BP_GO_BUILD_LDFLAGS", "GOOGLE_GOLDFLAGS"])?,
                compiler: texts(environment, &["GOOGLE_GOGCFLAGS"])?,
                tags: Vec::new(),
            },
            cgo: match cgo.as_ref().map(|cgo| cgo.value.as_str()) {
                None => None,
                Some("0") => Some(false),
                Some("1") => Some(true),
                Some(value) => {
                    return Err(EnvironmentError::Invalid {
                        name: "CGO_ENABLED".to_owned(),
                        value: value.to_owned(),
                        expected: "0 or 1".to_owned(),
                    }
                    .into());
                }
            },
            keep: keep.map(|keep| keep.value).unwrap_or_default(),
            clear_source: environment.is_on("GOOGLE_CLEAR_SOURCE")?,
        })
    }
}

/// Those of the variables that are set; Paketo fills in variables in its own.
fn texts(environment: &Environment, names: &[&str]) -> Result<Vec<Sourced<String>>, SettingsError> {
    let mut texts = Vec::new();
    for name in names {
        let Some(text) = environment.text(name)? else {
            continue;
        };
        let variable = |name: &str| Some(environment.raw(name)?.to_str()?.to_owned());
        texts.push(if name.starts_with("BP_") {
            let Sourced { value, origin } = text;
            match expand(&value, variable) {
                Ok(value) => Sourced::new(value, origin),
                Err(name) => return Err(SettingsError::Unset { name, origin }),
            }
        } else {
            text
        });
    }
    Ok(texts)
}

fn versions(environment: &Environment) -> Result<Vec<Sourced<Requested>>, SettingsError> {
    let mut names = vec!["BP_GO_VERSION", "GOOGLE_GO_VERSION"];
    // The version of whichever language GOOGLE_RUNTIME forces; unset, it can only mean this one.
    let runtime = environment.text("GOOGLE_RUNTIME")?;
    if runtime.is_none_or(|runtime| runtime.value.starts_with("go")) {
        names.push("GOOGLE_RUNTIME_VERSION");
    }
    names.push("RAILPACK_GO_VERSION");
    let mut versions = Vec::new();
    for name in names {
        if let Some(text) = environment.text(name)? {
            match text.value.parse() {
                Ok(requested) => versions.push(text.map(|_| requested)),
                Err(_) => return Err(SettingsError::Version(text)),
            }
        }
    }
    Ok(versions)
}

fn targets(environment: &Environment) -> Result<Vec<Sourced<Vec<String>>>, EnvironmentError> {
    let listed = environment.list("BP_GO_TARGETS", ':')?;
    let buildable = environment.text("GOOGLE_BUILDABLE")?;
    // Names a directory of cmd.
    let command = environment.text("RAILPACK_GO_BIN")?;
    let one = buildable.map(|path| path.map(|path| vec![path]));
    let command = command.map(|name| name.map(|name| vec![format!("./cmd/{name}")]));
    Ok(listed.into_iter().chain(one).chain(command).collect())
}

fn denied(user: &BTreeMap<OsString, OsString>, architecture: &str) -> Vec<&'static str> {
    let is_harmless = |name: &str, value: &OsStr| match name {
        "GO111MODULE" => value == "on" || value == "auto",
        "GOARCH" => value == architecture || value.is_empty(),
        "GOOS" => value == "linux" || value.is_empty(),
        "GOTOOLCHAIN" => value == "local" || value == "auto",
        _ => value.is_empty(),
    };
    let names = DENIED.iter().map(|(name, _)| *name);
    names
        .filter(|name| {
            let value = user.get(OsStr::new(name));
            value.is_some_and(|value| !is_harmless(name, value))
        })
        .collect()
}

/// Whether the buildpack decides the value of a variable itself.
pub(crate) fn is_decided(name: &str) -> bool {
    DENIED.iter().any(|(denied, _)| *denied == name)
}

/// What every `go` command inherits: the user's own variables and the machine's. What the buildpack
/// decides is laid over this.
pub(crate) fn inherited(environment: &Environment) -> BTreeMap<OsString, OsString> {
    environment.inherited(&FROM_PROCESS, is_decided)
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
