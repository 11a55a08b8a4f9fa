//! The only reader of the app's directory, and of what the builder's buildpacks say of themselves.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use buildpack_kit::detection::Detection;
use buildpack_kit::files::{self, FilesError};
use buildpack_kit::sub_directory::SubDirectory;
use serde::Deserialize;
use start_command::procfile;

/// `[metadata]` of our `buildpack.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metadata {
    /// Where the builder's buildpacks are, each at `<id>/<version>`.
    pub(crate) buildpacks: PathBuf,
}

/// How deep files are looked for, in directories.
const DEPTH: usize = 4;

/// How many files are looked at: enough for any app that a person laid out.
const LIMIT: usize = 20_000;

/// Directories of what others wrote, or of what tests read.
const PASSED_OVER: [&str; 3] = ["node_modules", "testdata", "vendor"];

/// An app, and what the buildpacks of the builder look for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Project {
    /// Where the app lies in the tree that was handed to the build, with a slash at its end; empty when it is
    /// all of it.
    pub(crate) within: String,
    /// The names at the root, sorted, directories with a slash at their end.
    pub(crate) root: Vec<String>,
    /// Files below the root, relative to it.
    pub(crate) below: Vec<String>,
    /// Those of them that are compiled programs for Linux.
    pub(crate) programs: Vec<String>,
    /// The first line of a Procfile that starts a program by its path, counted from 1, and that path.
    pub(crate) started: Option<(usize, String)>,
    /// The lines of `project.toml` that leave files out.
    pub(crate) leaves_out: Vec<String>,
    /// Of the builder's buildpacks, by their directories.
    pub(crate) detections: Vec<Detection>,
}

impl Project {
    /// Reads both.
    pub(crate) fn read(app: &SubDirectory, buildpacks: &Path) -> Result<Self, FilesError> {
        let app_dir = &app.directory();
        let within = if app.is_part() {
            format!("{}/", app.path.display())
        } else {
            String::new()
        };
        let mut project = Self {
            detections: detections(buildpacks)?,
            started: started(app_dir),
            leaves_out: leaves_out(app_dir),
            within,
            ..Self::default()
        };
        let mut pending = vec![String::new()];
        for _ in 0..=DEPTH {
            let mut deeper = Vec::new();
            for directory in pending {
                project.list(app_dir, &directory, &mut deeper)?;
            }
            pending = deeper;
        }
        Ok(project)
    }

    fn list(
        &mut self,
        app_dir: &Path,
        directory: &str,
        deeper: &mut Vec<String>,
    ) -> Result<(), FilesError> {
        for (name, is_directory) in names(&app_dir.join(directory))? {
            let path = format!("{directory}{name}");
            if directory.is_empty() {
                let slash = if is_directory { "/" } else { "" };
                self.root.push(format!("{name}{slash}"));
            } else if !is_directory && self.below.len() < LIMIT {
                if is_program(&app_dir.join(&path))? {
                    self.programs.push(path.clone());
                }
                self.below.push(path.clone());
            }
            if is_directory && !name.starts_with('.') && !PASSED_OVER.contains(&name.as_str()) {
                deeper.push(format!("{path}/"));
            }
        }
        Ok(())
    }
}

/// Names that are no text are shown with a replacement and can't be opened; nobody looks for those.
fn names(directory: &Path) -> Result<Vec<(String, bool)>, FilesError> {
    let mut names = Vec::new();
    let entries = fs_err::read_dir(directory);
    for entry in entries.map_err(|error| FilesError::reading(directory, error))? {
        let entry = entry?;
        let is_directory = entry.file_type()?.is_dir();
        names.push((
            entry.file_name().to_string_lossy().into_owned(),
            is_directory,
        ));
    }
    names.sort();
    Ok(names)
}

/// `ET_EXEC` and `ET_DYN` of the ELF specification, which libraries have, too; their names tell them.
fn is_program(path: &Path) -> Result<bool, FilesError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if !path.is_file() || name.contains(".so") {
        return Ok(false);
    }
    let mut bytes = Vec::new();
    let read = fs_err::File::open(path).and_then(|file| file.take(18).read_to_end(&mut bytes));
    read.map_err(|error| FilesError::reading(path, error))?;
    Ok(linkage::is_elf(&bytes) && matches!(bytes.get(16), Some(2 | 3)))
}

/// A Procfile that can't be read is for the buildpack to explain that takes the app.
fn started(app_dir: &Path) -> Option<(usize, String)> {
    let text = files::read_text(app_dir, "Procfile").ok().flatten()?;
    let procfile = procfile::parse(text.as_bytes(), "Procfile").ok()?;
    let mut processes = procfile.processes.into_iter();
    processes.find_map(|process| {
        let mut words = process.command.text.split_whitespace();
        let program = words.find(|word| !word.contains('='))?;
        let is_path = program.contains('/') && !program.contains(['$', '"', '\'']);
        is_path.then(|| (process.line, program.to_owned()))
    })
}

/// The texts of `include` and `exclude`; a `project.toml` that can't be read is the platform's to explain.
fn leaves_out(app_dir: &Path) -> Vec<String> {
    let text = files::read_text(app_dir, "project.toml").ok().flatten();
    let table = text.and_then(|text| text.parse::<toml::Table>().ok());
    let table = table.unwrap_or_default();
    let io = table.get("io").and_then(|io| io.get("buildpacks"));
    let mut lines = Vec::new();
    for section in [io, table.get("build")].into_iter().flatten() {
        for key in ["include", "exclude"] {
            lines.extend(section.get(key).map(|value| format!("{key} = {value}")));
        }
    }
    lines
}

#[derive(Deserialize)]
struct Descriptor {
    metadata: Detecting,
}

#[derive(Deserialize)]
struct Detecting {
    detection: Detection,
}

/// Buildpacks of others, which say nothing of the kind, are passed over.
fn detections(buildpacks: &Path) -> Result<Vec<Detection>, FilesError> {
    let mut detections = Vec::new();
    for (id, _) in names(buildpacks)? {
        let versions = buildpacks.join(id);
        if !versions.is_dir() {
            continue;
        }
        for (version, _) in names(&versions)? {
            let path = versions.join(version).join("buildpack.toml");
            if !path.is_file() {
                continue;
            }
            let text = fs_err::read_to_string(path)?;
            let descriptor: Option<Descriptor> = toml::from_str(&text).ok();
            detections.extend(descriptor.map(|descriptor| descriptor.metadata.detection));
        }
    }
    Ok(detections)
}
