//! What a person reads of installations, and of what is started.

use linkage::Missing;

use super::tests::{absent, assert_messages, full, text, variable};
use super::*;
use crate::native_addons::AddonError;
use crate::processes::StartProblem;
use crate::settings::ManagerName;
use crate::tool_failure::ToolFailure;
use crate::tools::{Purpose, ToolError};

#[test]
fn of_tools() {
    let failed = |purpose: Purpose, failure, is_killed| {
        BuildpackError::from(ToolError::Failed {
            command: text("npm ci"),
            manager: ManagerName::Npm,
            purpose,
            failure,
            is_killed,
            output: text("npm error code E1"),
        })
    };
    let installs = [
        ToolFailure::Outdated,
        ToolFailure::Network,
        ToolFailure::Forbidden,
        ToolFailure::NotFound,
        ToolFailure::Altered,
        ToolFailure::Engine,
        ToolFailure::Addon,
        ToolFailure::Blocked,
        ToolFailure::Full,
        ToolFailure::Memory,
        ToolFailure::Other,
    ];
    let installs = installs.map(|failure| failed(Purpose::Install, failure, false));
    let others = [
        failed(Purpose::Install, ToolFailure::Other, true),
        failed(
            Purpose::Script {
                name: text("build"),
            },
            ToolFailure::Other,
            false,
        ),
        failed(Purpose::BeforeStart, ToolFailure::Other, false),
        ToolError::NotRun {
            manager: ManagerName::Bun,
            source: absent(),
        }
        .into(),
        ToolError::Io(full()).into(),
    ];
    assert_messages("of_tools", installs.into_iter().chain(others));
}

#[test]
fn of_addons() {
    let addon = |manager, major, source| BuildpackError::Addon {
        manager,
        major,
        source,
    };
    let not_built = |manager, major| {
        let packages = vec![text("bcrypt"), text("sharp")];
        addon(manager, major, AddonError::NotBuilt { packages })
    };
    assert_messages(
        "of_addons",
        [
            not_built(ManagerName::Npm, None),
            not_built(ManagerName::Npm, Some(12)),
            not_built(ManagerName::Pnpm, Some(10)),
            not_built(ManagerName::Pnpm, Some(11)),
            not_built(ManagerName::Yarn, Some(4)),
            not_built(ManagerName::Bun, Some(1)),
            addon(
                ManagerName::Npm,
                None,
                AddonError::Missing(vec![(
                    Missing::Library(text("libvips.so.42")),
                    "node_modules/sharp/x.node".into(),
                )]),
            ),
            addon(ManagerName::Npm, None, AddonError::Io(full())),
        ],
    );
}

#[test]
fn of_what_is_started() {
    assert_messages(
        "of_what_is_started",
        [
            StartProblem::NoScript {
                name: text("serve"),
                origin: variable("BP_NPM_START_SCRIPT"),
                known: Vec::new(),
            }
            .into(),
            StartProblem::NoFile {
                file: text("lib/server.js"),
                origin: variable("BP_LAUNCHPOINT"),
            }
            .into(),
            StartProblem::PlugAndPlay {
                file: text("./.pnp.cjs"),
                origin: variable("package.json (scripts.start)"),
            }
            .into(),
            StartProblem::StaticSite {
                tool: "Vite",
                directory: "dist".to_owned(),
                manager: ManagerName::Npm,
            }
            .into(),
            StartProblem::NoAdapter {
                framework: "SvelteKit",
                adapter: "@sveltejs/adapter-node",
                manager: ManagerName::Pnpm,
            }
            .into(),
            StartProblem::Runtime {
                runtime: "bun",
                origin: text("package.json (scripts.start)"),
            }
            .into(),
            StartProblem::NotMade {
                file: text("dist/index.js"),
                origin: text("package.json (scripts.start)"),
                ran: Vec::new(),
                known: vec![text("compile"), text("start")],
            }
            .into(),
            StartProblem::Nothing {
                looked: vec![text("server.js"), text("index.js")],
            }
            .into(),
        ],
    );
}
