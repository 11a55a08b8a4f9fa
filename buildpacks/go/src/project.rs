//! The only reader of the app directory: what its files say, and no decision on it.

mod entries;

use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::{self, Entry, FilesError, KeepPatterns};

use self::entries::{directories_with, sources};

use crate::go_command::{Go, GoError};
use crate::go_mod::{
    ReadError, SummedModule, SyntaxError, line_of, malformed_sum, parse_go_sum, read_go_mod,
    read_go_work,
};
use crate::go_version::{GoVersion, InvalidVersion};

/// What the app's files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Project {
    /// The module, or the modules of the workspace; directories relative to the app.
    pub(crate) modules: Vec<Module>,
    /// Whether a `go.work` joins the modules.
    pub(crate) is_workspace: bool,
    /// Modules in the tree that are neither: `./...` does not reach into them.
    pub(crate) nested_modules: Vec<PathBuf>,
    /// The versions that `go` and `toolchain` lines name.
    pub(crate) versions: Vec<Sourced<GoVersion>>,
    /// Whether any module needs another.
    pub(crate) has_requirements: bool,
    /// What the `go.sum` files know.
    pub(crate) sums: Vec<SummedModule>,
    /// Directories with a `vendor/modules.txt`, relative to the app.
    pub(crate) vendored: Vec<PathBuf>,
    /// Files whose content `go` remembers by their time, relative to the app.
    pub(crate) sources: Vec<PathBuf>,
    /// What is wrong with the patterns of files to keep.
    pub(crate) keep_warnings: Vec<String>,
}

/// A module of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    /// Relative to the app; empty for its root.
    pub(crate) directory: PathBuf,
    /// The module path.
    pub(crate) path: String,
}

/// Why the app can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    /// A file can't be read, or is one that no image can hold.
    #[error("the app can't be read")]
    Files(#[from] FilesError),
    /// `go.mod` or `go.work` does not parse.
    #[error(transparent)]
    Syntax(#[from] SyntaxFailure),
    /// A file begins with the bytes `ef bb bf`, which go takes for a part of the first word.
    #[error("{} begins with a byte order mark", .file.display())]
    ByteOrderMark {
        /// Relative to the app.
        file: PathBuf,
    },
    /// `go.mod` does not say what the module is called.
    #[error("{} has no module line", .file.display())]
    NoModuleLine {
        /// Relative to the app.
        file: PathBuf,
        /// Whether it says nothing at all.
        is_empty: bool,
    },
    /// A `go` line names a version that there can't be.
    #[error("{} asks for Go {}", .0.origin, .0.value)]
    Version(Sourced<String>),
    /// A line of `go.sum` is none.
    #[error("{error}")]
    Sum {
        error: SyntaxError,
        /// The line as it stands in the file.
        text: String,
    },
    /// The parser did not run.
    #[error("go could not read the app")]
    Go(#[source] GoError),
    /// There are Go files but no module.
    #[error("there is no go.mod")]
    NoModule {
        /// Modules further down, relative to the app.
        nested: Vec<PathBuf>,
    },
    /// `go.work` names no module.
    #[error("go.work uses no module")]
    EmptyWorkspace,
    /// `go.work` names a directory without a module.
    #[error("go.work uses {}, which has no go.mod", .directory.display())]
    UsedModuleMissing {
        /// As `go.work` has it.
        directory: PathBuf,
    },
}

/// A complaint with the line that it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub(crate) struct SyntaxFailure {
    pub(crate) error: SyntaxError,
    /// The line as it stands in the file.
    pub(crate) text: String,
}

impl Project {
    /// Reads the app.
    pub(crate) fn read(app_dir: &Path, keep: &KeepPatterns, go: &Go) -> Result<Self, ProjectError> {
        let entries = files::list(app_dir)?;
        let needed = |entry: &&Entry| keep.matches(&entry.path) || !files::is_private(&entry.path);
        files::check_readable(app_dir, entries.iter().filter(needed))?;
        let all_modules = directories_with(app_dir, &entries, "go.mod");
        let mut project = Self {
            modules: Vec::new(),
            is_workspace: app_dir.join("go.work").is_file(),
            nested_modules: Vec::new(),
            versions: Vec::new(),
            has_requirements: false,
            sums: Vec::new(),
            vendored: Vec::new(),
            sources: sources(app_dir, &entries),
            keep_warnings: keep.warnings(&entries),
        };
        if project.is_workspace {
            project.read_workspace(app_dir, go)?;
        } else if app_dir.join("go.mod").is_file() {
            project.read_module(app_dir, go, Path::new(""))?;
        } else {
            return Err(ProjectError::NoModule {
                nested: all_modules,
            });
        }
        let is_ours = |directory: &PathBuf| {
            project
                .modules
                .iter()
                .any(|ours| ours.directory == *directory)
        };
        project.nested_modules = all_modules
            .into_iter()
            .filter(|path| !is_ours(path))
            .collect();
        let vendored = directories_with(app_dir, &entries, "modules.txt").into_iter();
        project.vendored = vendored
            .filter(|directory| directory.ends_with("vendor"))
            .filter_map(|directory| Some(directory.parent()?.to_owned()))
            .filter(|directory| directory == Path::new("") || is_ours(directory))
            .collect();
        project.check_sums(app_dir)?;
        Ok(project)
    }

    fn read_workspace(&mut self, app_dir: &Path, go: &Go) -> Result<(), ProjectError> {
        let file = Path::new("go.work");
        let text = read_go_file(app_dir, file)?;
        let work = read_go_work(go, app_dir, file).map_err(|error| explained(error, &text))?;
        self.add_versions(file, &text, work.go.as_deref(), work.toolchain.as_deref())?;
        for used in work.uses.unwrap_or_default() {
            let directory: PathBuf = used.disk_path.components().filter(is_named).collect();
            if !app_dir.join(&directory).join("go.mod").is_file() {
                return Err(ProjectError::UsedModuleMissing {
                    directory: used.disk_path,
                });
            }
            self.read_module(app_dir, go, &directory)?;
        }
        if self.modules.is_empty() {
            return Err(ProjectError::EmptyWorkspace);
        }
        if let Some(sums) = files::read_text(app_dir, "go.work.sum")? {
            self.sums.extend(parse_go_sum(&sums));
        }
        Ok(())
    }

    fn read_module(
        &mut self,
        app_dir: &Path,
        go: &Go,
        directory: &Path,
    ) -> Result<(), ProjectError> {
        let file = directory.join("go.mod");
        let text = read_go_file(app_dir, &file)?;
        let module = read_go_mod(go, app_dir, &file).map_err(|error| explained(error, &text))?;
        if module.module.path.is_empty() {
            let is_empty = text.trim().is_empty();
            return Err(ProjectError::NoModuleLine { file, is_empty });
        }
        self.add_versions(
            &file,
            &text,
            module.go.as_deref(),
            module.toolchain.as_deref(),
        )?;
        self.has_requirements |= module.require.is_some_and(|modules| !modules.is_empty());
        self.modules.push(Module {
            directory: directory.to_owned(),
            path: module.module.path,
        });
        if let Some(sums) = files::read_text(app_dir, directory.join("go.sum"))? {
            self.sums.extend(parse_go_sum(&sums));
        }
        Ok(())
    }

    /// `go` reads these files when it needs another module that is not in `vendor`, and no sooner complains.
    fn check_sums(&self, app_dir: &Path) -> Result<(), ProjectError> {
        if !self.has_requirements || !self.vendored.is_empty() {
            return Ok(());
        }
        let mut files: Vec<PathBuf> = Vec::new();
        if self.is_workspace {
            files.push("go.work.sum".into());
        }
        let modules = self.modules.iter();
        files.extend(modules.map(|module| module.directory.join("go.sum")));
        for file in files {
            let text = read_go_file(app_dir, &file)?;
            if let Some((line, problem)) = malformed_sum(&text) {
                let whole = text.lines().nth(line - 1).unwrap_or_default().to_owned();
                let error = SyntaxError {
                    file,
                    line,
                    problem,
                };
                return Err(ProjectError::Sum { error, text: whole });
            }
        }
        Ok(())
    }

    fn add_versions(
        &mut self,
        file: &Path,
        text: &str,
        go: Option<&str>,
        toolchain: Option<&str>,
    ) -> Result<(), ProjectError> {
        // `toolchain default` names none; a suffix, as in go1.26.8-custom, names a build of it.
        let toolchain = toolchain.and_then(|name| name.strip_prefix("go")?.split('-').next());
        let lines = [("go", go), ("toolchain", toolchain)].into_iter();
        for (directive, version) in lines.filter_map(|(name, text)| Some((name, text?))) {
            let origin = match line_of(text, directive) {
                Some(line) => Origin::line(file, line),
                None => Origin::file(file),
            };
            match version.parse() {
                Ok(version) => self.versions.push(Sourced::new(version, origin)),
                Err(InvalidVersion) if directive == "go" => {
                    let version = Sourced::new(version.to_owned(), origin);
                    return Err(ProjectError::Version(version));
                }
                // go asks nothing of a toolchain line that is older than the go line, as `go1` is.
                Err(InvalidVersion) => {}
            }
        }
        Ok(())
    }
}

/// The text of a file of go's that may be absent; go itself knows no byte order mark in them.
fn read_go_file(app_dir: &Path, file: &Path) -> Result<String, ProjectError> {
    let text = files::read_text(app_dir, file)?.unwrap_or_default();
    if text.starts_with('\u{feff}') {
        let file = file.to_owned();
        return Err(ProjectError::ByteOrderMark { file });
    }
    Ok(text)
}

fn explained(error: ReadError, text: &str) -> ProjectError {
    match error {
        ReadError::Go(error) => ProjectError::Go(error),
        ReadError::Syntax(error) => {
            let line = text.lines().nth(error.line.saturating_sub(1));
            let text = line.unwrap_or_default().to_owned();
            ProjectError::Syntax(SyntaxFailure { error, text })
        }
    }
}

fn is_named(component: &std::path::Component<'_>) -> bool {
    !matches!(component, std::path::Component::CurDir)
}
