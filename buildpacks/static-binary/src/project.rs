//! The only reader of the app directory.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::{self, Entry, EntryKind, FilesError, KeepPatterns};
use buildpack_kit::start::{StartCommands, Starts, origin_of_place};
use sbom::Hash;

use crate::app_image;
use crate::composition::Composition;
use crate::program::{Format, ProgramFile, is_native, is_packed, is_script};
use crate::project_toml::{self, ProjectToml};
use crate::settings::Settings;

const PROJECT_TOML: &str = "project.toml";

/// The directories in which programs are looked for, the root first.
pub(crate) const DIRECTORIES: [&str; 2] = ["", "bin"];

/// What the app directory and the user's variables say.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// The program that was asked for, and what lies there.
    pub(crate) requested: Option<Sourced<Requested>>,
    /// The programs that start commands lead to, in their order.
    pub(crate) started: Vec<Sourced<ProgramFile>>,
    /// The scripts among them that a shell in the image runs.
    pub(crate) scripts: Vec<PathBuf>,
    /// The files at the root and in `bin/` that are programs or scripts by their first bytes, by directory.
    pub(crate) native: [Vec<ProgramFile>; 2],
    /// What the project is called.
    pub(crate) name: Option<String>,
    /// What stays beside the program.
    pub(crate) keep: KeepPatterns,
    /// Whether the program loses its symbols.
    pub(crate) strip: bool,
    /// What is wrong with `keep`.
    pub(crate) keep_warnings: Vec<String>,
}

/// A program that was asked for by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Requested {
    /// As it was written.
    pub(crate) path: PathBuf,
    /// What lies there.
    pub(crate) found: Found,
}

/// What lies at a path of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// A directory, a pipe or the like.
    NoFile,
    /// Something outside of the app directory.
    Outside,
    /// A file; where the path was a link, the file that it leads to.
    File(Box<ProgramFile>),
}

/// An app that can't be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    /// A file can't be read.
    #[error("the app can't be read")]
    Files(#[from] FilesError),
    /// project.toml can't be parsed.
    #[error("project.toml can't be parsed")]
    ProjectToml(#[from] toml::de::Error),
}

impl Project {
    /// Reads everything that decides what goes into the image.
    pub(crate) fn read(
        app_dir: &Path,
        settings: Settings,
        keep: KeepPatterns,
        starts: &Starts,
    ) -> Result<Self, ProjectError> {
        let entries = files::list(app_dir)?;
        let project_toml = read_project_toml(app_dir)?;
        let (started, scripts) = started(app_dir, starts)?;
        Ok(Self {
            requested: requested(app_dir, settings.binary, &project_toml)?,
            started,
            scripts,
            native: [
                native_files(app_dir, &entries, DIRECTORIES[0])?,
                native_files(app_dir, &entries, DIRECTORIES[1])?,
            ],
            name: project_toml.name,
            strip: settings.strip,
            keep_warnings: keep.warnings(&entries),
            keep,
        })
    }
}

/// Whether something in the app directory or the variables asks for this buildpack. Reads no more than
/// the first bytes of files, and leaves every mistake to [`Project::read`], which can explain it.
pub(crate) fn has_program(app_dir: &Path, settings: &Settings, commands: &StartCommands) -> bool {
    if settings.binary.is_some()
        || read_project_toml(app_dir).is_ok_and(|project| project.binary.is_some())
    {
        return true;
    }
    if app_image::leads_into(app_dir, commands) {
        return true;
    }
    let beside = DIRECTORIES.iter().flat_map(|directory| {
        let entries = fs_err::read_dir(app_dir.join(directory));
        let entries = entries.into_iter().flatten().flatten();
        entries.map(|entry| entry.path())
    });
    let files: Vec<PathBuf> = beside.filter(|path| path.is_file()).collect();
    let begins = |path: &PathBuf, as_what: fn(&[u8]) -> bool| {
        as_what(&first_bytes(path).unwrap_or_default())
    };
    // Scripts are in apps of every kind; one that has nothing else is explained here or nowhere.
    let is_hidden = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().starts_with('.')
    };
    let mut shown = files.iter().filter(|path| !is_hidden(path)).peekable();
    files.iter().any(|path| begins(path, is_native))
        || (shown.peek().is_some() && shown.all(|path| begins(path, is_script)))
}

fn requested(
    app_dir: &Path,
    in_variable: Option<Sourced<String>>,
    project_toml: &ProjectToml,
) -> Result<Option<Sourced<Requested>>, ProjectError> {
    let in_file = project_toml.binary.clone();
    let in_file = in_file.map(|path| Sourced::new(path, Origin::file(PROJECT_TOML)));
    let Some(requested) = in_variable.or(in_file) else {
        return Ok(None);
    };
    let requested = requested.try_map(|path| {
        let path = PathBuf::from(path);
        let found = look_at(app_dir, &path)?;
        Ok::<_, ProjectError>(Requested { path, found })
    })?;
    Ok(Some(requested))
}

/// The programs that start commands lead to, and the scripts.
fn started(
    app_dir: &Path,
    starts: &Starts,
) -> Result<(Vec<Sourced<ProgramFile>>, Vec<PathBuf>), ProjectError> {
    let root = fs_err::canonicalize(app_dir).map_err(FilesError::from)?;
    let (mut programs, mut scripts) = (Vec::new(), Vec::new());
    for located in starts.located() {
        let Some(file) = &located.file else { continue };
        let place = fs_err::canonicalize(file).map_err(FilesError::from)?;
        let path = place.strip_prefix(&root).unwrap_or(&place);
        let metadata = fs_err::metadata(&place).map_err(FilesError::from)?;
        let program = program_file(app_dir, path, metadata.permissions().mode() & 0o7777)?;
        if starts.with_shell && matches!(program.format, Format::Script { .. }) {
            scripts.push(program.path);
        } else {
            programs.push(Sourced::new(program, origin_of_place(&located.place)));
        }
    }
    Ok((programs, scripts))
}

fn read_project_toml(app_dir: &Path) -> Result<ProjectToml, ProjectError> {
    let text = files::read_text(app_dir, PROJECT_TOML)?;
    let parsed = text.map(|text| project_toml::parse(&text)).transpose()?;
    Ok(parsed.unwrap_or_default())
}

/// What lies at a path, links followed as long as they stay in the app.
fn look_at(app_dir: &Path, path: &Path) -> Result<Found, ProjectError> {
    let is_inside = |component| matches!(component, Component::Normal(_) | Component::CurDir);
    if !path.components().all(is_inside) {
        return Ok(Found::Outside);
    }
    if !app_dir.join(path).exists() {
        return Ok(Found::Nothing);
    }
    let root = fs_err::canonicalize(app_dir).map_err(FilesError::from)?;
    let place = fs_err::canonicalize(root.join(path)).map_err(FilesError::from)?;
    let Ok(path) = place.strip_prefix(&root) else {
        return Ok(Found::Outside);
    };
    if !place.is_file() {
        return Ok(Found::NoFile);
    }
    let metadata = fs_err::metadata(&place).map_err(FilesError::from)?;
    let mode = metadata.permissions().mode() & 0o7777;
    Ok(Found::File(Box::new(program_file(app_dir, path, mode)?)))
}

fn native_files(
    app_dir: &Path,
    entries: &[Entry],
    directory: &str,
) -> Result<Vec<ProgramFile>, ProjectError> {
    let mut native = Vec::new();
    for entry in entries {
        let is_there = entry.path.parent() == Some(Path::new(directory));
        if !is_there || entry.kind != EntryKind::File {
            continue;
        }
        let file = app_dir.join(&entry.path);
        let first = first_bytes(&file).map_err(|error| FilesError::reading(&file, error))?;
        if is_native(&first) || is_script(&first) {
            native.push(program_file(app_dir, &entry.path, entry.mode)?);
        }
    }
    Ok(native)
}

fn program_file(app_dir: &Path, path: &Path, mode: u32) -> Result<ProgramFile, FilesError> {
    let file = app_dir.join(path);
    let bytes = fs_err::read(&file).map_err(|error| FilesError::reading(&file, error))?;
    Ok(ProgramFile {
        path: path.to_owned(),
        mode,
        size: bytes.len() as u64,
        format: Format::of(&bytes),
        hash: Hash::sha256_of(&bytes),
        composition: Composition::of(&bytes),
        is_packed: is_packed(&bytes),
    })
}

/// As many as [`is_native`] and [`is_script`] need.
pub(crate) fn first_bytes(path: &Path) -> Result<Vec<u8>, std::io::Error> {
    let mut bytes = Vec::new();
    fs_err::File::open(path)?.take(8).read_to_end(&mut bytes)?;
    Ok(bytes)
}
