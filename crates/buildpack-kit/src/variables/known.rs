//! Names that the builders know which people come from: Paketo's, Google's, Heroku's, Railpack and Nixpacks.

use super::Language::{self, Go, Node, Python, StaticBinary};

/// What is to be said of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// It is for these kinds of apps.
    For(&'static [Language]),
    /// It is not applied; what to do instead, in words that follow "Instead, ".
    Instead(&'static str),
    /// It is not applied, and nothing else is to be done; why, in a sentence without a full stop.
    Without(&'static str),
}

use About::{For, Instead, Without};

const OWN_CLIENT: About =
    Without("packages are fetched by the language's own client, with its own timeouts");
const OWN_SETTINGS: About = Instead("set what the language's own client reads, such as GOPROXY");
const RUN_TIME: About = Without("nothing in the image reads it when the app runs");
const RELOAD: About = Without("an image is built once, and nothing in it is reloaded");
const COMMAND: About = Instead("let the language's own files say how the app is built");
const PACKAGES: About = Instead("name packages of Debian in BP_DEB_PACKAGES");
const FUNCTION: About = Instead("write a program that serves HTTP: functions aren't built");
const SITE: About = Instead("add a server to the app: sites without one aren't built");
const CLEAR_CACHE: About = Instead("build with --clear-cache");
const TOOLS: About = Without("the build brings its own version of that tool");
const JAVA: About = Without("it is for Java apps, which this builder doesn't build");

/// Sorted by name.
const KNOWN: &[(&str, About)] = &[
    ("BPL_DEBUG_ENABLED", RUN_TIME),
    ("BPL_DEBUG_PORT", RUN_TIME),
    (
        "BP_CPYTHON_CONFIGURE_FLAGS",
        Without("Python isn't compiled by a build"),
    ),
    (
        "BP_CPYTHON_RM_SETUPTOOLS",
        Without("the image has no setuptools anyway"),
    ),
    ("BP_CPYTHON_VERSION", For(&[Python])),
    ("BP_DEB_PACKAGES", For(&[Node, Python, StaticBinary])),
    ("BP_DEPENDENCY_MIRROR", OWN_SETTINGS),
    ("BP_DIALER_TIMEOUT", OWN_CLIENT),
    (
        "BP_DISABLE_SBOM",
        Without("every image has a bill of materials"),
    ),
    (
        "BP_EMBED_CERTS",
        Instead("set SSL_CERT_FILE where the container runs"),
    ),
    ("BP_ENABLE_RUNTIME_CERT_BINDING", RUN_TIME),
    ("BP_GO_BUILD_FLAGS", For(&[Go])),
    ("BP_GO_BUILD_IMPORT_PATH", For(&[Go])),
    ("BP_GO_BUILD_LDFLAGS", For(&[Go])),
    ("BP_GO_TARGETS", For(&[Go])),
    ("BP_GO_VERSION", For(&[Go])),
    ("BP_GO_WORKDIR", For(&[Go])),
    ("BP_GO_WORK_USE", For(&[Go])),
    (
        "BP_HEALTH_CHECKER_ENABLED",
        Instead("let the app answer the platform's health checks"),
    ),
    ("BP_KEEP_NODE_BUILD_CACHE", For(&[Node])),
    ("BP_LAUNCHPOINT", For(&[Node])),
    (
        "BP_LAUNCH_WITH_TINI",
        Without("an app that would ignore SIGTERM as process 1 is watched by start"),
    ),
    ("BP_LIVE_RELOAD_ENABLED", RELOAD),
    (
        "BP_MINICONDA_VERSION",
        Instead("use pip, uv or Poetry: conda isn't supported"),
    ),
    ("BP_NODE_ALLOW_NO_LOCK", For(&[Node])),
    ("BP_NODE_OPTIMIZE_MEMORY", For(&[Node])),
    ("BP_NODE_PROJECT_PATH", For(&[Node])),
    ("BP_NODE_RUN_SCRIPTS", For(&[Node])),
    ("BP_NODE_TRIM", For(&[Node])),
    ("BP_NODE_VERSION", For(&[Node])),
    (
        "BP_NPM_INCLUDE_BUILD_PYTHON",
        Without("the build image has what native addons need"),
    ),
    ("BP_NPM_START_SCRIPT", For(&[Node])),
    ("BP_NPM_VERSION", For(&[Node])),
    ("BP_PIPENV_VERSION", TOOLS),
    ("BP_PIP_DEST_PATH", For(&[Python])),
    ("BP_PIP_FIND_LINKS", For(&[Python])),
    ("BP_PIP_REQUIREMENT", For(&[Python])),
    ("BP_PIP_VERSION", TOOLS),
    (
        "BP_PIXI_VERSION",
        Instead("use pip, uv or Poetry: pixi isn't supported"),
    ),
    ("BP_POETRY_INSTALL_ONLY", For(&[Python])),
    ("BP_POETRY_RUN_TARGET", For(&[Python])),
    ("BP_POETRY_VERSION", TOOLS),
    ("BP_RESPONSE_HEADER_TIMEOUT", OWN_CLIENT),
    ("BP_RUNTIME_CERT_BINDING_DISABLED", RUN_TIME),
    ("BP_STATIC_BINARY", For(&[StaticBinary])),
    ("BP_STRIP_BINARY", For(&[StaticBinary])),
    ("BP_TLS_HANDSHAKE_TIMEOUT", OWN_CLIENT),
    ("BP_UV_FIND_LINKS", For(&[Python])),
    ("BP_UV_INSTALL_GROUPS", For(&[Python])),
    ("BP_UV_VERSION", TOOLS),
    ("BP_VERIFY_LAUNCHPOINT", For(&[Node])),
    ("BP_WEB_SERVER", SITE),
    ("BP_WEB_SERVER_ENABLE_PUSH_STATE", SITE),
    ("BP_WEB_SERVER_ROOT", SITE),
    ("DISABLE_COLLECTSTATIC", For(&[Python])),
    (
        "GOOGLE_ALLOW_VULNERABLE_DEPENDENCIES",
        Without("no dependency is refused for its age"),
    ),
    ("GOOGLE_BUILDABLE", For(&[Go])),
    ("GOOGLE_BUILD_ARGS", JAVA),
    ("GOOGLE_CLEAR_SOURCE", For(&[Go])),
    ("GOOGLE_CONTAINER_MEMORY_HINT_MB", RUN_TIME),
    ("GOOGLE_DEBUG", Instead("set BP_LOG_LEVEL=DEBUG")),
    ("GOOGLE_DEVMODE", RELOAD),
    ("GOOGLE_DEVSYNC", RELOAD),
    ("GOOGLE_FUNCTION_SIGNATURE_TYPE", FUNCTION),
    ("GOOGLE_FUNCTION_SOURCE", FUNCTION),
    ("GOOGLE_FUNCTION_TARGET", FUNCTION),
    ("GOOGLE_GOGCFLAGS", For(&[Go])),
    ("GOOGLE_GOLDFLAGS", For(&[Go])),
    ("GOOGLE_GO_VERSION", For(&[Go])),
    ("GOOGLE_JAVA_NATIVE_IMAGE_ARGS", JAVA),
    ("GOOGLE_JAVA_USE_NATIVE_IMAGE", JAVA),
    ("GOOGLE_NODEJS_VERSION", For(&[Node])),
    ("GOOGLE_NODE_RUN_SCRIPTS", For(&[Node])),
    ("GOOGLE_NO_CACHE", CLEAR_CACHE),
    ("GOOGLE_PACKAGE_MANAGER", For(&[Node])),
    ("GOOGLE_PYTHON_PACKAGE_MANAGER", For(&[Python])),
    ("GOOGLE_PYTHON_VERSION", For(&[Python])),
    (
        "GOOGLE_RUNTIME_IMAGE_REGION",
        Without("the builder has its runtimes in it"),
    ),
    ("GOOGLE_RUNTIME_VERSION", For(&[Go, Node, Python])),
    ("GOOGLE_VENDOR_NPM_DEPENDENCIES", For(&[Node])),
    ("GOOGLE_VENDOR_PIP_DEPENDENCIES", For(&[Python])),
    ("GOVERSION", Instead("set BP_GO_VERSION")),
    ("GO_INSTALL_PACKAGE_SPEC", Instead("set BP_GO_TARGETS")),
    (
        "GO_LINKER_SYMBOL",
        Instead("set BP_GO_BUILD_LDFLAGS to -X symbol=value"),
    ),
    (
        "GO_LINKER_VALUE",
        Instead("set BP_GO_BUILD_LDFLAGS to -X symbol=value"),
    ),
    ("NIXPACKS_APT_PKGS", PACKAGES),
    (
        "NIXPACKS_BUILD_CACHE_DIRS",
        Without("what later builds profit from is kept anyway"),
    ),
    ("NIXPACKS_BUILD_CMD", COMMAND),
    ("NIXPACKS_CONFIG_FILE", COMMAND),
    (
        "NIXPACKS_INSTALL_CACHE_DIRS",
        Without("what later builds profit from is kept anyway"),
    ),
    ("NIXPACKS_INSTALL_CMD", COMMAND),
    ("NIXPACKS_LIBS", PACKAGES),
    ("NIXPACKS_NODE_VERSION", Instead("set BP_NODE_VERSION")),
    ("NIXPACKS_NO_CACHE", CLEAR_CACHE),
    ("NIXPACKS_PDM_VERSION", TOOLS),
    ("NIXPACKS_PKGS", PACKAGES),
    ("NIXPACKS_POETRY_VERSION", TOOLS),
    (
        "NIXPACKS_PYTHON_PACKAGE_MANAGER",
        Instead("set GOOGLE_PYTHON_PACKAGE_MANAGER"),
    ),
    ("NIXPACKS_PYTHON_VERSION", Instead("set BP_CPYTHON_VERSION")),
    ("NIXPACKS_SPA_OUTPUT_DIR", SITE),
    (
        "NIXPACKS_START_CMD",
        Instead("name the start command in a Procfile"),
    ),
    ("NIXPACKS_UV_VERSION", TOOLS),
    ("RAILPACK_BUILD_APT_PACKAGES", PACKAGES),
    ("RAILPACK_BUILD_CMD", COMMAND),
    ("RAILPACK_CONFIG_FILE", COMMAND),
    ("RAILPACK_DEPLOY_APT_PACKAGES", PACKAGES),
    ("RAILPACK_DISABLE_CACHES", CLEAR_CACHE),
    ("RAILPACK_GO_BIN", For(&[Go])),
    ("RAILPACK_GO_VERSION", For(&[Go])),
    (
        "RAILPACK_GO_WORKSPACE_MODULE",
        Instead("set BP_APP_DIR to the module's directory"),
    ),
    ("RAILPACK_INSTALL_CMD", COMMAND),
    (
        "RAILPACK_NODE_NPM_INSTALL",
        Without("what the lock file says is installed"),
    ),
    (
        "RAILPACK_NODE_PRUNE_CMD",
        Without("development dependencies are never in the image"),
    ),
    ("RAILPACK_NODE_VERSION", For(&[Node])),
    (
        "RAILPACK_NX_APP",
        Instead("set BP_APP_DIR to the app's directory"),
    ),
    ("RAILPACK_PACKAGES", PACKAGES),
    (
        "RAILPACK_PRUNE_DEPS",
        Without("development dependencies are never in the image"),
    ),
    ("RAILPACK_PYTHON_PLAYWRIGHT_INSTALL", PACKAGES),
    ("RAILPACK_PYTHON_VERSION", For(&[Python])),
    ("RAILPACK_SPA_OUTPUT_DIR", SITE),
];

/// Families of names about each of which the same is to be said.
const KNOWN_PREFIXES: &[(&str, About)] = &[
    ("BP_DEPENDENCY_MIRROR_", OWN_SETTINGS),
    ("BP_GRADLE_", JAVA),
    ("BP_JVM_", JAVA),
    ("BP_MAVEN_", JAVA),
];

/// What is known of a name.
pub(super) fn about(name: &str) -> Option<About> {
    let exact = KNOWN.binary_search_by_key(&name, |(name, _)| name).ok();
    if let Some(index) = exact {
        return Some(KNOWN[index].1);
    }
    let mut prefixes = KNOWN_PREFIXES.iter();
    let found = prefixes.find(|(prefix, _)| name.starts_with(prefix));
    found.map(|(_, about)| *about)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        let names: Vec<&str> = KNOWN.iter().map(|(name, _)| *name).collect();
        assert!(names.is_sorted_by(|one, other| one < other));
        assert_eq!(
            about("GOOGLE_DEBUG"),
            Some(Instead("set BP_LOG_LEVEL=DEBUG"))
        );
        assert_eq!(about("BP_JVM_VERSION"), Some(JAVA));
        assert_eq!(about("BP_GO"), None);
    }
}
