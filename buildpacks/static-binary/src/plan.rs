//! Which programs go into the image, and why none could. Pure.

mod choice;
mod finding;

use std::path::{Path, PathBuf};

use buildpack_kit::environment::Origin;
use buildpack_kit::files::{Entry, KeepPatterns};
use buildpack_kit::output::size;
use buildpack_kit::process::name_of;
use explain::quote;
use linkage::{Libraries, Linkage, Machine};
use sbom::{Component, Document, Hash};

pub(crate) use self::finding::{Finding, Foreign, Lacking, Needs, version_numbers};
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
    /// What the user should change.
    pub(crate) warnings: Vec<String>,
}

/// A program that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedProgram {
    /// Relative to the app directory.
    pub(crate) path: PathBuf,
    /// Who named it.
    pub(crate) origin: Origin,
    /// The permission bits that it has now.
    pub(crate) mode: u32,
    /// In bytes.
    pub(crate) size: u64,
    /// The machine it is for.
    pub(crate) machine: Machine,
    /// How it is linked.
    pub(crate) linkage: Linkage,
    /// The libraries that it needs; the run image has them.
    pub(crate) needed: Vec<String>,
    /// Its SHA-256.
    pub(crate) hash: Hash,
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
    Ok(Plan {
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
            let path = quote(&program.path.display().to_string(), 200);
            decisions.push(format!(
                "{path} (from {}): a {} program for {}, {}",
                program.origin,
                if program.linkage == Linkage::Dynamic {
                    "dynamic"
                } else {
                    "static"
                },
                program.machine,
                size(program.size)
            ));
            if !program.needed.is_empty() {
                let needed = quote(&program.needed.join(", "), 400);
                decisions.push(format!("{path} needs, and the run image has: {needed}"));
            }
            if program.mode & 0o111 == 0 {
                decisions.push(format!(
                    "{path} isn't executable (mode {:04o}): it gets mode 0755",
                    program.mode
                ));
            }
        }
        decisions
    }

    /// Whether a path of the app stays in the image.
    pub(crate) fn keeps(&self, entry: &Entry) -> bool {
        let is_program = |program: &PlannedProgram| program.path == entry.path;
        self.programs.iter().any(is_program) || self.keep.matches(&entry.path)
    }

    /// The programs by their digests; what they were made of is not known.
    pub(crate) fn bill_of_materials(&self) -> Document {
        let first = self.programs.first();
        let name = first.map_or_else(|| "app".into(), |program| file_name(&program.path));
        let files = self.programs.iter().map(|program| {
            Component::new(sbom::Kind::File, file_name(&program.path))
                .hash(program.hash.clone())
                .location(program.path.to_string_lossy())
        });
        Document::new(Component::new(sbom::Kind::Application, name), files)
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
