//! What the user set in the environment, and what of it every `go` command gets.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use buildpack_kit::environment::{Environment, EnvironmentError, Sourced};

use crate::build_flags::UserFlags;
use crate::go_version::Requested;

/// What the user decided by variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The version of Go.
    pub(crate) version: Option<Sourced<Requested>>,
    /// The packages to build.
    pub(crate) targets: Option<Sourced<Vec<String>>>,
    /// Flags for `go build`.
    pub(crate) flags: UserFlags,
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
    /// A version that is none.
    #[error("{} from {} is no version of Go", .0.value, .0.origin)]
    Version(Sourced<String>),
    /// Variables that would break the build.
    #[error("{} can't be set", .0.join(", "))]
    Denied(Vec<&'static str>),
}

/// Variables that the buildpack has to decide itself, and what to do instead.
pub(crate) const DENIED: [(&str, &str); 14] = [
    ("CGO_ENABLED", "this version builds without cgo only"),
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
        let texts = |names: &[&str]| -> Result<Vec<Sourced<String>>, EnvironmentError> {
            let found = names.iter().map(|name| environment.text(name));
            Ok(found
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .collect())
        };
        let keep = environment.list("BP_KEEP_FILES", ':')?;
        Ok(Self {
            version: version(environment)?,
            targets: targets(environment)?,
            flags: UserFlags {
                build: texts(&["GOFLAGS", "BP_GO_BUILD_FLAGS"])?,
                linker: texts(&["BP_GO_BUILD_LDFLAGS", "GOOGLE_GOLDFLAGS"])?,
                compiler: texts(&["GOOGLE_GOGCFLAGS"])?,
            },
            keep: keep.map(|keep| keep.value).unwrap_or_default(),
            clear_source: environment.is_on("GOOGLE_CLEAR_SOURCE")?,
        })
    }
}

fn version(environment: &Environment) -> Result<Option<Sourced<Requested>>, SettingsError> {
    let mut names = vec!["BP_GO_VERSION", "GOOGLE_GO_VERSION"];
    // The version of whichever language GOOGLE_RUNTIME forces; unset, it can only mean this one.
    let runtime = environment.text("GOOGLE_RUNTIME")?;
    if runtime.is_none_or(|runtime| runtime.value.starts_with("go")) {
        names.push("GOOGLE_RUNTIME_VERSION");
    }
    let Some(text) = environment.first_text(&names)? else {
        return Ok(None);
    };
    match text.value.parse() {
        Ok(requested) => Ok(Some(text.map(|_| requested))),
        Err(_) => Err(SettingsError::Version(text)),
    }
}

fn targets(environment: &Environment) -> Result<Option<Sourced<Vec<String>>>, EnvironmentError> {
    if let Some(targets) = environment.list("BP_GO_TARGETS", ':')? {
        return Ok(Some(targets));
    }
    let buildable = environment.text("GOOGLE_BUILDABLE")?;
    Ok(buildable.map(|path| path.map(|path| vec![path])))
}

fn denied(user: &BTreeMap<OsString, OsString>, architecture: &str) -> Vec<&'static str> {
    let is_harmless = |name: &str, value: &OsStr| match name {
        "CGO_ENABLED" => value == "0",
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

/// What every `go` command inherits: the user's own variables and the machine's. What the buildpack
/// decides is laid over this.
pub(crate) fn inherited(environment: &Environment) -> BTreeMap<OsString, OsString> {
    let process = environment.process();
    let mut inherited: BTreeMap<OsString, OsString> = FROM_PROCESS
        .iter()
        .filter_map(|name| process.get_key_value(OsStr::new(name)))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let user = environment.user().iter();
    let allowed = user.filter(|(name, _)| !DENIED.iter().any(|(denied, _)| *name == *denied));
    inherited.extend(allowed.map(|(name, value)| (name.clone(), value.clone())));
    inherited
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(user: &[(&str, &str)]) -> Environment {
        let process = [
            ("PATH", "/usr/bin"),
            ("GOROOT", "/host"),
            ("HTTPS_PROXY", "http://localhost:1"),
            ("CNB_STACK_ID", "x"),
        ];
        Environment::new(user.iter().copied(), process)
    }

    fn read(user: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(&environment(user), "amd64")
    }

    #[test]
    fn the_version_comes_from_the_first_variable_that_is_set() {
        let chosen = |user: &[(&str, &str)]| {
            let version = read(user).unwrap().version;
            version.map(|version| format!("{} from {}", version.value, version.origin))
        };
        assert_eq!(chosen(&[]), None);
        assert_eq!(
            chosen(&[("GOOGLE_GO_VERSION", "1.25"), ("BP_GO_VERSION", "1.26.8")]).unwrap(),
            "1.26.8 from BP_GO_VERSION"
        );
        let google = ("GOOGLE_RUNTIME_VERSION", "1.25");
        assert_eq!(
            chosen(&[google]).unwrap(),
            "1.25 from GOOGLE_RUNTIME_VERSION"
        );
        assert!(chosen(&[google, ("GOOGLE_RUNTIME", "go")]).is_some());
        assert_eq!(chosen(&[google, ("GOOGLE_RUNTIME", "nodejs")]), None);
        assert!(matches!(
            read(&[("BP_GO_VERSION", "newest")]),
            Err(SettingsError::Version(_))
        ));
    }

    #[test]
    fn targets_are_a_list_or_one() {
        let targets = |user: &[(&str, &str)]| read(user).unwrap().targets.map(|list| list.value);
        assert_eq!(targets(&[]), None);
        assert_eq!(
            targets(&[
                ("BP_GO_TARGETS", "./cmd/web:./cmd/worker"),
                ("GOOGLE_BUILDABLE", "x")
            ]),
            Some(vec!["./cmd/web".into(), "./cmd/worker".into()])
        );
        assert_eq!(
            targets(&[("GOOGLE_BUILDABLE", "./cmd")]),
            Some(vec!["./cmd".into()])
        );
    }

    #[test]
    fn files_to_keep_are_a_list() {
        let keep = |user: &[(&str, &str)]| read(user).unwrap().keep;
        assert_eq!(keep(&[]), [""; 0]);
        assert_eq!(keep(&[("BP_KEEP_FILES", ".env: *.go")]), [".env", "*.go"]);
    }

    #[test]
    fn variables_that_would_break_the_build_are_all_named() {
        let user = [
            ("GOROOT", "/usr/local/go"),
            ("GOPRIVATE", "example.com"),
            ("CGO_ENABLED", "1"),
            ("GO111MODULE", "on"),
        ];
        assert_eq!(
            read(&user),
            Err(SettingsError::Denied(vec!["CGO_ENABLED", "GOROOT"]))
        );
        assert!(read(&[("CGO_ENABLED", "0"), ("GOTOOLCHAIN", "local")]).is_ok());
        assert!(read(&[("GOOS", "linux"), ("GOARCH", "amd64")]).is_ok());
        let foreign = read(&[("GOOS", "windows"), ("GOARCH", "arm64")]);
        assert_eq!(foreign, Err(SettingsError::Denied(vec!["GOARCH", "GOOS"])));
        assert!(DENIED.is_sorted());
        assert!(FROM_PROCESS.is_sorted());
    }

    #[test]
    fn go_inherits_the_users_variables_and_few_of_the_machines() {
        let inherited = inherited(&environment(&[("GOPRIVATE", "example.com"), ("GOOS", "")]));
        let names: Vec<&str> = inherited
            .keys()
            .map(|name| name.to_str().unwrap())
            .collect();
        assert_eq!(names, ["GOPRIVATE", "HTTPS_PROXY", "PATH"]);
    }
}
