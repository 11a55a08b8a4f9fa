//! What the go.mod, go.work and go.sum files of the app say.

use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files;

use crate::go_command::Go;
use crate::go_mod::{SyntaxError, line_of, malformed_sum, parse_go_sum, read_go_mod, read_go_work};
use crate::go_version::InvalidVersion;
use crate::module_root::normal;
use crate::project::{Module, Project, ProjectError};

impl Project {
    /// What the go.work in the root says.
    pub(super) fn read_workspace(&mut self, app_dir: &Path, go: &Go) -> Result<(), ProjectError> {
        let file = self.root.join("go.work");
        let text = read_go_file(app_dir, &file)?;
        let work = read_go_work(go, app_dir, &file);
        let work = work.map_err(|error| ProjectError::of(error, &text))?;
        self.add_versions(&file, &text, work.go.as_deref(), work.toolchain.as_deref())?;
        let uses = work.uses.unwrap_or_default().into_iter();
        let uses = uses.map(|used| used.disk_path).collect();
        self.read_used(app_dir, go, uses, &Origin::file(&file))?;
        if self.modules.is_empty() {
            return Err(ProjectError::EmptyWorkspace);
        }
        if let Some(sums) = files::read_text(app_dir, self.root.join("go.work.sum"))? {
            self.sums.extend(parse_go_sum(&sums));
        }
        Ok(())
    }

    /// The modules of a workspace, by directories as they were written.
    pub(super) fn read_used(
        &mut self,
        app_dir: &Path,
        go: &Go,
        uses: Vec<PathBuf>,
        origin: &Origin,
    ) -> Result<(), ProjectError> {
        for written in uses {
            let inside = normal(&self.root.join(&written));
            let is_module = |path: &PathBuf| app_dir.join(path).join("go.mod").is_file();
            let Some(inside) = inside.filter(is_module) else {
                return Err(ProjectError::UsedModuleMissing {
                    directory: written,
                    origin: origin.clone(),
                });
            };
            self.read_module(app_dir, go, &inside)?;
        }
        Ok(())
    }

    /// What the go.mod in a directory, relative to the app, says.
    pub(super) fn read_module(
        &mut self,
        app_dir: &Path,
        go: &Go,
        directory: &Path,
    ) -> Result<(), ProjectError> {
        let file = directory.join("go.mod");
        let text = read_go_file(app_dir, &file)?;
        let module = read_go_mod(go, app_dir, &file);
        let module = module.map_err(|error| ProjectError::of(error, &text))?;
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
    pub(super) fn check_sums(&self, app_dir: &Path) -> Result<(), ProjectError> {
        if !self.has_requirements || !self.vendored.is_empty() {
            return Ok(());
        }
        let mut files: Vec<PathBuf> = Vec::new();
        if self.is_workspace {
            files.push(self.root.join("go.work.sum"));
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
pub(super) fn read_go_file(app_dir: &Path, file: &Path) -> Result<String, ProjectError> {
    let text = files::read_text(app_dir, file)?.unwrap_or_default();
    if text.starts_with('\u{feff}') {
        let file = file.to_owned();
        return Err(ProjectError::ByteOrderMark { file });
    }
    Ok(text)
}
