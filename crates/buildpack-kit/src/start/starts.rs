//! What becomes of start commands in an image: the processes, and the launch layers that they need.

use std::path::{Path, PathBuf};

use explain::quote;
use sbom::Component;
use start_command::{Located, Planned};

use super::{StartError, program, shell};
use crate::layer::LayerName;
use crate::output::Output;
use crate::process::{Program, WEB};

/// The process that is started where there is no `web` and several others, as Heroku has it.
const WORKER: &str = "worker";

/// How the processes that the user names are run in an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starts {
    pub(super) processes: Vec<Start>,
    pub(super) warnings: Vec<String>,
    pub(super) direct: bool,
    /// Whether `start` is process 1 for a program that no command names.
    pub(super) watches: bool,
    pub(super) layers_dir: PathBuf,
    /// Whether there is a shell in the image.
    pub with_shell: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) name: String,
    pub(super) origin: String,
    pub(super) not_used: Vec<String>,
    pub(super) planned: Planned,
    /// Whether it is a text in a shell.
    pub(super) by_shell: bool,
}

/// What [`Starts::install`] made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installed {
    /// The launch layers.
    pub layers: Vec<LayerName>,
    /// What is in them, for the bill of materials.
    pub components: Vec<Component>,
}

impl Starts {
    /// Says of each process who names it, who does so in vain, and what it starts how. `at_build` is what is
    /// said of a command before it that has its place in the build.
    pub fn log(&self, output: &Output, at_build: &str) {
        for Start {
            name,
            origin,
            not_used,
            planned,
            by_shell,
        } in &self.processes
        {
            let programs = planned.programs.iter();
            let programs: Vec<String> = programs
                .map(|program| quote(&program.place.token, 100))
                .collect();
            let programs = match programs.as_slice() {
                [] => "what variables say".to_owned(),
                programs => programs.join(", "),
            };
            let what = match (by_shell, planned.direct()) {
                (true, _) => "runs in a shell".to_owned(),
                (false, None) => format!("starts {programs} through start"),
                (false, Some(_)) => format!("starts {programs}"),
            };
            output.step(format_args!("{name} (from {origin}) {what}"));
            for place in not_used {
                output.detail(format_args!("not used: {place}"));
            }
            for command in &planned.at_build {
                output.detail(format_args!("not run: {}, {at_build}", quote(command, 200)));
            }
            for notice in &planned.notices {
                output.detail(notice);
            }
        }
        for warning in &self.warnings {
            output.warning(warning);
        }
    }

    /// Checks that what stands before a command and makes something was done when the app was built, as `is_built` says of
    /// the text of each.
    ///
    /// # Errors
    /// When nothing has done it.
    pub fn check_built(&self, is_built: impl Fn(&str) -> bool) -> Result<(), StartError> {
        for Start {
            origin, planned, ..
        } in &self.processes
        {
            if let Some(command) = planned.at_build.iter().find(|command| !is_built(command)) {
                return Err(StartError::NotBuilt {
                    command: command.clone(),
                    origin: origin.clone(),
                });
            }
        }
        Ok(())
    }

    /// Makes `start` process 1 of a program of the language's own that would ignore SIGTERM there; whether it
    /// does, for the user may have said that processes are direct. Comes before [`Self::install`].
    pub fn watch(&mut self, program: &mut Program) -> bool {
        if self.direct {
            return false;
        }
        self.watches = true;
        program.command = self.through_start(&Planned::watched(&program.command));
        true
    }

    /// The processes: those that the user names, those of the language that the user doesn't, and always a
    /// `web`, which is the default: the language's own, else the only process, else `worker`, else the first.
    #[must_use]
    pub fn programs(&self, own: Vec<Program>, output: &Output) -> Vec<Program> {
        let mut programs: Vec<Program> =
            self.processes.iter().map(|one| self.program(one)).collect();
        let is_named =
            |programs: &[Program], name: &str| programs.iter().any(|one| one.name == name);
        if !is_named(&programs, WEB) {
            let of =
                |name: &str, among: &[Program]| among.iter().find(|one| one.name == name).cloned();
            let default = of(WEB, &own)
                .or_else(|| own.first().cloned())
                .or_else(|| of(WORKER, &programs))
                .or_else(|| programs.first().cloned());
            if let Some(mut default) = default {
                if default.name != WEB && !(programs.is_empty() && own.len() < 2) {
                    output.detail(format_args!("web, the default, is {}", default.name));
                }
                WEB.clone_into(&mut default.name);
                programs.insert(0, default);
            }
        }
        for program in own {
            if !is_named(&programs, &program.name) {
                programs.push(program);
            }
        }
        programs
    }

    /// Makes the launch layers: `start` where a process needs it, and the shell where that is asked for. The
    /// directory is the one in which the build image has `start`.
    ///
    /// # Errors
    /// When the builder hasn't what goes into them, or a layer can't be written.
    pub fn install(&self, start: &Path, output: &Output) -> Result<Installed, StartError> {
        let mut installed = Installed::default();
        let mut processes = self.processes.iter();
        let needs_start = self.watches || processes.any(|one| one.planned.direct().is_none());
        if needs_start || self.with_shell {
            output.step("Adding what the start commands need");
        }
        if needs_start {
            let component = program::install(&self.layers_dir, start, output)?;
            installed.layers.push(program::name());
            installed.components.push(component);
        }
        if self.with_shell {
            let component = shell::install(&self.layers_dir, Path::new("/"), output)?;
            installed.layers.push(shell::name());
            installed.components.push(component);
        }
        Ok(installed)
    }

    /// The files of the app and of its layers that are started, and where they were named.
    pub fn located(&self) -> impl Iterator<Item = &Located> {
        self.processes.iter().flat_map(|one| &one.planned.programs)
    }

    /// The file that one of the processes of these commands ends up running, where it is known.
    #[must_use]
    pub fn file_of(&self, command: &[String]) -> Option<&Path> {
        let mut starts = self.processes.iter();
        let start = starts.find(|one| self.program(one).command == command)?;
        start.planned.programs.last()?.file.as_deref()
    }

    fn program(&self, start: &Start) -> Program {
        let direct = start.planned.direct();
        Program {
            name: start.name.clone(),
            command: direct.unwrap_or_else(|| self.through_start(&start.planned)),
        }
    }

    fn through_start(&self, planned: &Planned) -> Vec<String> {
        let program = program::file(&self.layers_dir).display().to_string();
        // It can't fail: a plan has text and nothing but text.
        let plan = planned.plan.to_argument().unwrap_or_default();
        vec![program, plan]
    }
}
