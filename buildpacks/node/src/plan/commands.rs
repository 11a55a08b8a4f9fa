//! How each package manager is called, and what it is told.

use std::ffi::OsString;
use std::path::Path;

use crate::plan::manager::Chosen;
use crate::plan::tool::Tool;
use crate::settings::ManagerName;

/// Whether the Yarn is the first, which is another program than its successors.
pub(crate) fn is_first_yarn(chosen: &Chosen) -> bool {
    chosen.manager == ManagerName::Yarn
        && match &chosen.tool {
            Tool::OfApp { is_first, .. } => *is_first,
            Tool::Fetched(package) => package.version.major() == 1,
            Tool::OfNode => false,
        }
}

/// The arguments that install exactly what the lock says, development dependencies included.
pub(crate) fn install(chosen: &Chosen) -> Vec<&'static str> {
    let is_locked = chosen.lock.is_some();
    match chosen.manager {
        ManagerName::Npm if is_locked => vec!["ci", "--include=dev"],
        ManagerName::Npm => vec!["install", "--include=dev", "--no-package-lock"],
        ManagerName::Pnpm if is_locked => vec!["install", "--frozen-lockfile", "--prod=false"],
        ManagerName::Pnpm => vec!["install", "--no-frozen-lockfile", "--prod=false"],
        ManagerName::Yarn if is_first_yarn(chosen) => {
            let mut arguments = vec!["install", "--non-interactive", "--production=false"];
            arguments.push(if is_locked {
                "--frozen-lockfile"
            } else {
                "--pure-lockfile"
            });
            arguments
        }
        ManagerName::Yarn if is_locked => vec!["install", "--immutable"],
        ManagerName::Yarn => vec!["install", "--no-immutable"],
        ManagerName::Bun if is_locked => vec!["install", "--frozen-lockfile"],
        ManagerName::Bun => vec!["install", "--no-save"],
    }
}

/// What makes the lock, as a person would type it.
pub(crate) fn locking(manager: ManagerName) -> &'static str {
    match manager {
        ManagerName::Npm => "npm install --package-lock-only",
        ManagerName::Pnpm => "pnpm install --lockfile-only",
        ManagerName::Yarn => "yarn install",
        ManagerName::Bun => "bun install --lockfile-only",
    }
}

/// What adds a package to the dependencies, as a person would type it.
pub(crate) fn adding(manager: ManagerName) -> &'static str {
    match manager {
        ManagerName::Npm => "npm install",
        ManagerName::Pnpm => "pnpm add",
        ManagerName::Yarn => "yarn add",
        ManagerName::Bun => "bun add",
    }
}

/// Where things are.
pub(crate) struct Places<'a> {
    /// The headers of Node.
    pub(crate) headers: &'a Path,
    /// What a package manager keeps.
    pub(crate) cache: &'a Path,
    /// The registry that packages come from, where this machine names one.
    pub(crate) registry: Option<&'a str>,
}

/// The variables of a package manager. Each gets its own only: npm tells of those that it doesn't know.
pub(crate) fn variables(chosen: &Chosen, places: &Places<'_>) -> Vec<(&'static str, OsString)> {
    let Places {
        headers,
        cache,
        registry,
    } = places;
    let mut variables: Vec<(&str, OsString)> = vec![
        ("npm_package_config_node_gyp_nodedir", headers.into()),
        ("XDG_CACHE_HOME", cache.join("xdg").into()),
        ("XDG_DATA_HOME", cache.join("data").into()),
    ];
    let texts: &[(&str, &str)] = match chosen.manager {
        ManagerName::Npm => &[
            ("npm_config_audit", "false"),
            ("npm_config_fund", "false"),
            // Where they would be, nobody can look.
            ("npm_config_logs_max", "0"),
            ("npm_config_update_notifier", "false"),
        ],
        ManagerName::Pnpm => &[
            ("npm_config_manage_package_manager_versions", "false"),
            ("npm_config_update_notifier", "false"),
            ("pnpm_config_pm_on_fail", "ignore"),
        ],
        ManagerName::Yarn if is_first_yarn(chosen) => &[
            ("SKIP_YARN_COREPACK_CHECK", "1"),
            ("YARN_PRODUCTION", "false"),
        ],
        ManagerName::Yarn => &[
            ("YARN_ENABLE_PROGRESS_BARS", "false"),
            ("YARN_ENABLE_TELEMETRY", "0"),
            ("YARN_NODE_LINKER", "node-modules"),
        ],
        ManagerName::Bun => &[],
    };
    variables.extend(texts.iter().map(|(name, value)| (*name, (*value).into())));
    match chosen.manager {
        ManagerName::Npm => variables.push(("npm_config_cache", cache.join("npm").into())),
        ManagerName::Pnpm => variables.push(("npm_config_nodedir", headers.into())),
        ManagerName::Yarn => {
            variables.push(("npm_config_nodedir", headers.into()));
            if is_first_yarn(chosen) {
                variables.push(("YARN_CACHE_FOLDER", cache.join("yarn-1").into()));
            } else {
                variables.push(("YARN_GLOBAL_FOLDER", cache.join("yarn").into()));
                let registry =
                    registry.map(|registry| ("YARN_NPM_REGISTRY_SERVER", registry.into()));
                variables.extend(registry);
            }
        }
        ManagerName::Bun => {
            variables.push(("npm_config_nodedir", headers.into()));
            variables.push(("BUN_INSTALL_CACHE_DIR", cache.join("bun").into()));
        }
    }
    variables
}

/// Whether what the package manager keeps is few files, so that it is worth being packed after every build and
/// unpacked before the next one.
pub(crate) fn keeps_few_files(chosen: &Chosen) -> bool {
    match chosen.manager {
        ManagerName::Npm => true,
        ManagerName::Yarn => !is_first_yarn(chosen),
        ManagerName::Pnpm | ManagerName::Bun => false,
    }
}
