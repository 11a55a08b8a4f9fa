//! Which programs go into the image, and why none could. Pure.

mod choice;
mod finding;
mod program;

use std::path::{Path, PathBuf};

use buildpack_kit::environment::Origin;
use buildpack_kit::files::{Entry, KeepPatterns};
use buildpack_kit::process::name_of;
use linkage::Libraries;
use sbom::{Component, Document};

pub(crate) use self::finding::{Finding, Foreign, Lacking, Needs, version_numbers};
pub(crate) use self::program::PlannedProgram;
use crate::procfile::Entry as ProcfileEntry;
use crate::program::ProgramFile;
use crate::project::{Found, ProcfileProcesses, Project};

/// What the image will hold.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The programs, each once, in the order of the processes.
    pub(crate) programs: Vec<PlannedProgram>,
    /// What can be started; a name may be missing.
    pub(crate) processes: Vec<PlannedProcess>,
    /// What stays beside the programs.
    pub(crate) keep: KeepPatterns,
    /// Whether the programs lose their symbols.
    pub(crate) strips: bool,
    /// What the user should change.
    pub(crate) warnings: Vec<String>,
}

/// A process, before it has its final name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedProcess {
    /// The name of the process.
    pub(crate) name: String,
    /// The program, relative to the app directory.
    pub(crate) program: PathBuf,
    /// What it is started with.
    pub(crate) arguments: Vec<String>,
}

/// Why there is nothing that could be put into an image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanError {
    /// There is no program, and none was asked for.
    #[error("there is no program at the root or in bin/")]
    NoProgram,
    /// There are several programs and nothing says which.
    #[error("there are several programs: {paths:?}")]
    Several {
        /// Sorted, relative to the app directory.
        paths: Vec<PathBuf>,
    },
    /// The program can't be used.
    #[error("{} can't be used", .0.path.display())]
    Unsuitable(Box<Unsuitable>),
}

/// A program that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unsuitable {
    /// As it was written, or relative to the app directory.
    pub(crate) path: PathBuf,
    /// Who named it.
    pub(crate) origin: Origin,
    /// What is wrong with it.
    pub(crate) finding: Finding,
    /// The architecture that is built for, in the words of CNB.
    pub(crate) target: String,
}

/// What an image is made for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// In the words of CNB: `amd64`, `arm64`.
    pub(crate) architecture: &'a str,
    /// What the run image has for programs that are linked dynamically.
    pub(crate) libraries: &'a Libraries,
}

/// Chooses the programs and checks them against what they are to run on.
///
/// # Errors
/// When there is none, when it is unclear which, or when one could not start.
pub(crate) fn plan(project: Project, target: Target<'_>) -> Result<Plan, PlanError> {
    let mut warnings = project.keep_warnings;
    let check = Check { target };
    let (programs, processes) = match (project.requested, project.procfile) {
        (Some(requested), procfile) => {
            if procfile.is_some() {
                warnings.push(format!(
                    "The Procfile isn't used, because {} names the program. Remove one of them.",
                    requested.origin
                ));
            }
            let path = &requested.value.path;
            let program = check.found(path, requested.origin, requested.value.found)?;
            alone(program)
        }
        (None, Some(procfile)) => {
            warnings.extend(procfile.procfile.warnings.iter().cloned());
            check.procfile(procfile)?
        }
        (None, None) => {
            let (file, origin) = choice::only_program(project.native, project.name.as_deref())?;
            alone(check.file(file, origin)?)
        }
    };
    warnings.extend(programs.iter().filter_map(PlannedProgram::warning));
    Ok(Plan {
        strips: project.strip,
        programs,
        processes,
        keep: project.keep,
        warnings,
    })
}

fn alone(program: PlannedProgram) -> (Vec<PlannedProgram>, Vec<PlannedProcess>) {
    let process = PlannedProcess {
        name: name_of(&file_name(&program.path)),
        program: program.path.clone(),
        arguments: Vec::new(),
    };
    (vec![program], vec![process])
}

struct Check<'a> {
    target: Target<'a>,
}

impl Check<'_> {
    fn procfile(
        &self,
        ProcfileProcesses { procfile, commands }: ProcfileProcesses,
    ) -> Result<(Vec<PlannedProgram>, Vec<PlannedProcess>), PlanError> {
        let mut programs: Vec<PlannedProgram> = Vec::new();
        let mut processes = Vec::new();
        for (entry, found) in procfile.entries.into_iter().zip(commands) {
            let ProcfileEntry {
                name,
                command,
                arguments,
                line,
            } = entry;
            let origin = Origin::line("Procfile", line);
            let program = self.found(Path::new(&command), origin, found)?;
            processes.push(PlannedProcess {
                name,
                program: program.path.clone(),
                arguments,
            });
            if programs.iter().all(|other| other.path != program.path) {
                programs.push(program);
            }
        }
        Ok((programs, processes))
    }

    fn found(
        &self,
        path: &Path,
        origin: Origin,
        found: Found,
    ) -> Result<PlannedProgram, PlanError> {
        match found {
            Found::File(file) => self.file(*file, origin),
            Found::Nothing => Err(self.unsuitable(path, origin, Finding::Absent)),
            Found::NoFile => Err(self.unsuitable(path, origin, Finding::NoFile)),
            Found::Outside => Err(self.unsuitable(path, origin, Finding::Outside)),
        }
    }

    fn file(&self, file: ProgramFile, origin: Origin) -> Result<PlannedProgram, PlanError> {
        let elf = finding::examine(&file, &self.target)
            .map_err(|finding| self.unsuitable(&file.path, origin.clone(), finding))?;
        Ok(PlannedProgram {
            machine: elf.machine,
            linkage: elf.linkage(),
            needed: elf.needed.clone(),
            path: file.path,
            origin,
            mode: file.mode,
            size: file.size,
            hash: file.hash,
            composition: file.composition,
            is_packed: file.is_packed,
        })
    }

    fn unsuitable(&self, path: &Path, origin: Origin, finding: Finding) -> PlanError {
        PlanError::Unsuitable(Box::new(Unsuitable {
            path: path.to_owned(),
            origin,
            finding,
            target: self.target.architecture.to_owned(),
        }))
    }
}

impl Plan {
    /// What was decided, a line each.
    pub(crate) fn decisions(&self) -> Vec<String> {
        let mut decisions = Vec::new();
        for program in &self.programs {
            program.decisions(&mut decisions);
        }
        decisions
    }

    /// Whether a path of the app stays in the image.
    pub(crate) fn keeps(&self, entry: &Entry) -> bool {
        let is_program = |program: &PlannedProgram| program.path == entry.path;
        self.programs.iter().any(is_program) || self.keep.matches(&entry.path)
    }

    /// The programs by their digests, and what they say that they are made of.
    pub(crate) fn bill_of_materials(&self) -> Document {
        let first = self.programs.first();
        let name = first.map_or_else(|| "app".into(), |program| file_name(&program.path));
        let files = self.programs.iter().map(|program| {
            Component::new(sbom::Kind::File, file_name(&program.path))
                .hash(program.hash.clone())
                .location(program.path.to_string_lossy())
        });
        let made_of = self
            .programs
            .iter()
            .flat_map(|program| program.composition.components());
        let components = files.chain(made_of.cloned());
        Document::new(Component::new(sbom::Kind::Application, name), components)
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
