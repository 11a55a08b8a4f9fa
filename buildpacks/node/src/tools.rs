//! The package manager, and what else the build of an app runs.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};

use buildpack_kit::command::{Command, CommandError};
use buildpack_kit::output::Output;

use crate::settings::ManagerName;
use crate::tool_failure::{ToolFailure, classify};

/// What a command is run for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Purpose {
    Install,
    /// A script of package.json.
    Script {
        name: String,
    },
    /// What stands before the start command and makes what that runs.
    BeforeStart,
}

/// What scripts see unless the user says otherwise. Those that install in another directory, to build there, need
/// packages for development, which package managers leave out in production.
const OF_SCRIPTS: [(&str, &str); 2] = [("NODE_ENV", "production"), ("npm_config_include", "dev")];

/// A command that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ToolError {
    /// It could not be started.
    #[error("{} could not be run", .manager.command())]
    NotRun {
        manager: ManagerName,
        source: CommandError,
    },
    /// It ran and failed.
    #[error("{command} failed")]
    Failed {
        /// As a person would type it.
        command: String,
        manager: ManagerName,
        purpose: Purpose,
        /// What its output means.
        failure: ToolFailure,
        /// It was killed from outside.
        is_killed: bool,
        output: String,
    },
    /// The commands can't be put where scripts find them.
    #[error("the commands of the build can't be written")]
    Io(#[from] std::io::Error),
}

/// The package manager with the variables that all of its runs share.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    manager: ManagerName,
    environment: BTreeMap<OsString, OsString>,
    /// Where commands are that scripts find.
    commands: PathBuf,
}

/// The programs that there are.
pub(crate) struct Programs<'a> {
    /// That of the app's Node.
    pub(crate) node: &'a Path,
    /// The package manager, and whether it is run by itself.
    pub(crate) manager: (&'a Path, bool),
    /// npm, which compiles native addons, and runs scripts that call it.
    pub(crate) npm: &'a Path,
}

impl Tools {
    /// Writes the commands that scripts find.
    pub(crate) fn prepare(
        manager: ManagerName,
        programs: &Programs<'_>,
        mut environment: BTreeMap<OsString, OsString>,
        scratch: &Path,
    ) -> Result<Self, ToolError> {
        let commands = scratch.join("bin");
        fs_err::create_dir_all(&commands)?;
        let Programs {
            node,
            manager: (program, is_native),
            npm,
        } = programs;
        let mut scripts = vec![
            ("npm", npm.join("bin/npm-cli.js"), false),
            ("npx", npm.join("bin/npx-cli.js"), false),
            (
                "node-gyp",
                npm.join("node_modules/node-gyp/bin/node-gyp.js"),
                false,
            ),
        ];
        scripts.retain(|(name, _, _)| *name != manager.command());
        scripts.push((manager.command(), (*program).to_owned(), *is_native));
        for (name, file, is_native) in scripts {
            let node = if is_native {
                String::new()
            } else {
                format!("{} ", word(node))
            };
            let text = format!("#!/bin/sh\nexec {node}{} \"$@\"\n", word(&file));
            let path = commands.join(name);
            fs_err::write(&path, text)?;
            fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
        }
        let inherited = environment
            .get(OsStr::new("PATH"))
            .cloned()
            .unwrap_or_default();
        let mut path = commands.clone().into_os_string();
        for directory in [node.parent().unwrap_or(node).as_os_str(), &inherited] {
            path.push(":");
            path.push(directory);
        }
        environment.insert("PATH".into(), path);
        Ok(Self {
            manager,
            environment,
            commands,
        })
    }

    /// Runs the package manager.
    pub(crate) fn manage(
        &self,
        directory: &Path,
        arguments: &[&str],
        purpose: Purpose,
        output: &Output,
    ) -> Result<(), ToolError> {
        let command = Command::new(self.commands.join(self.manager.command())).arguments(arguments);
        // Scripts of the app may take it for a reason to be strict.
        let command = match purpose {
            Purpose::Install => command.variables([("CI", "1")]),
            Purpose::Script { .. } | Purpose::BeforeStart => command,
        };
        self.run(command, directory, purpose, output)
    }

    /// Runs shell text in the app, as a script of it would be run.
    pub(crate) fn shell(
        &self,
        directory: &Path,
        text: &str,
        output: &Output,
    ) -> Result<(), ToolError> {
        let mut path = directory.join("node_modules/.bin").into_os_string();
        path.push(":");
        path.push(
            self.environment
                .get(OsStr::new("PATH"))
                .cloned()
                .unwrap_or_default(),
        );
        let command = Command::new("sh").arguments(["-c", text]);
        let tools = Self {
            environment: {
                let mut environment = self.environment.clone();
                environment.insert("PATH".into(), path);
                environment
            },
            ..self.clone()
        };
        tools.run(command, directory, Purpose::BeforeStart, output)
    }

    fn run(
        &self,
        command: Command,
        directory: &Path,
        purpose: Purpose,
        output: &Output,
    ) -> Result<(), ToolError> {
        let shown = command.to_string();
        let mut environment = self.environment.clone();
        if purpose != Purpose::Install {
            for (name, value) in OF_SCRIPTS {
                environment
                    .entry(name.into())
                    .or_insert_with(|| value.into());
            }
        }
        let command = Command::variables(command, &environment).directory(directory);
        output.debug(&shown);
        let (result, said) = command.stream_to(output);
        match result {
            Ok(()) => Ok(()),
            Err(CommandError::Failed { status, .. }) => Err(ToolError::Failed {
                command: shown,
                manager: self.manager,
                purpose,
                failure: classify(&said),
                is_killed: status.signal().is_some() || status.code() == Some(137),
                output: said,
            }),
            Err(source) => Err(ToolError::NotRun {
                manager: self.manager,
                source,
            }),
        }
    }
}

/// As a shell reads it.
fn word(path: &Path) -> String {
    buildpack_kit::bindings::shell_word(path)
}
