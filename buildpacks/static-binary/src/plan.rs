//! Which programs go into the image, and why none could. Pure.

mod choice;
mod finding;
mod program;

use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::{Entry, KeepPatterns};
use linkage::Libraries;
use sbom::{Component, Document};

pub(crate) use self::finding::{Finding, Foreign, Lacking, Needs, version_numbers};
pub(crate) use self::program::PlannedProgram;
use crate::composition::Composition;
use crate::program::ProgramFile;
use crate::project::{Found, Project};

/// What the image will hold.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The programs, each once, in the order of the processes.
    pub(crate) programs: Vec<PlannedProgram>,
    /// The one that is started although no start command leads to it.
    pub(crate) own: Option<Own>,
    /// Scripts for a shell in the image.
    pub(crate) scripts: Vec<PathBuf>,
    /// What stays beside the programs.
    pub(crate) keep: KeepPatterns,
    /// Whether the programs lose their symbols.
    pub(crate) strips: bool,
    /// What the user should change.
    pub(crate) warnings: Vec<String>,
}

/// A program that no start command leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Own {
    /// Relative to the app directory.
    pub(crate) path: PathBuf,
    /// Whether it may ignore SIGTERM as process 1: the kernel does nothing there where a program has no handler,
    /// and only those of Go are known to have one.
    pub(crate) may_ignore_sigterm: bool,
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
    let check = Check { target };
    let mut programs: Vec<PlannedProgram> = Vec::new();
    for Sourced { value, origin } in project.started {
        add(&mut programs, check.file(value, origin)?);
    }
    let nothing_is_named = programs.is_empty() && project.scripts.is_empty();
    let own = match project.requested {
        Some(Sourced { value, origin }) => Some(check.found(&value.path, origin, value.found)?),
        None if nothing_is_named => {
            let (file, origin) = choice::only_program(project.native, project.name.as_deref())?;
            Some(check.file(file, origin)?)
        }
        None => None,
    };
    let named = own.as_ref().map(|program| Own {
        path: program.path.clone(),
        may_ignore_sigterm: !matches!(program.composition, Composition::Go(..)),
    });
    if let Some(program) = own {
        add(&mut programs, program);
    }
    let mut warnings = project.keep_warnings;
    warnings.extend(programs.iter().filter_map(PlannedProgram::warning));
    Ok(Plan {
        strips: project.strip,
        own: named,
        scripts: project.scripts,
        programs,
        keep: project.keep,
        warnings,
    })
}

/// One program can be started in several ways.
fn add(programs: &mut Vec<PlannedProgram>, program: PlannedProgram) {
    if programs.iter().all(|other| other.path != program.path) {
        programs.push(program);
    }
}

struct Check<'a> {
    target: Target<'a>,
}

impl Check<'_> {
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
        self.programs.iter().any(is_program)
            || self.scripts.contains(&entry.path)
            || self.keep.matches(&entry.path)
    }

    /// The programs by their digests, what they say that they are made of, and what is put into the image
    /// beside them.
    pub(crate) fn bill_of_materials(&self, beside: Vec<Component>) -> Document {
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
        let components = files.chain(made_of.cloned()).chain(beside);
        Document::new(Component::new(sbom::Kind::Application, name), components)
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
