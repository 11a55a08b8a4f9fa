//! An image as directories of this machine, and what is on their files' first lines.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path, PathBuf};

use super::{Found, Image};
use crate::refusal::Missing;

/// An image as directories that are the same at build and at run: the app and layers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directories {
    /// The directory in which processes start.
    pub working_directory: PathBuf,
    /// Everything that is in the image; whatever else this machine has is not.
    pub roots: Vec<PathBuf>,
    /// The PATH at launch, in order.
    pub path: Vec<PathBuf>,
    /// Every program ignores SIGTERM as process 1, as far as the caller knows.
    pub ignores_sigterm: bool,
    /// Whoever makes the image sets the permission to run of what is started.
    pub sets_modes: bool,
}

/// Enough of a file to see its `#!` line; the kernel reads 256 bytes.
const FIRST_LINE: u64 = 256;

/// Programs that read a script as shell text.
pub(crate) const SHELLS: &[&str] = &[
    "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "busybox",
];

impl Image for Directories {
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
        let file = if command.contains('/') {
            let file = self.working_directory.join(directory).join(command);
            // `./server` is shown without its dot.
            let file: PathBuf = file.components().collect();
            self.check(&file)?;
            file
        } else {
            self.on_path(command)?
        };
        let words = self.words(&file, command)?;
        Ok(Found {
            words,
            file: Some(file),
            ignores_sigterm: self.ignores_sigterm,
        })
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        self.enter_if(directory, |_| true)
    }
}

impl Directories {
    /// Whether a directory is there, as far as it belongs to the image: `has` tells which of those that the app has
    /// now it will have, by their paths.
    ///
    /// # Errors
    /// The directories that there are in its place, when it isn't one of them.
    pub fn enter_if(
        &self,
        directory: &Path,
        has: impl Fn(&Path) -> bool,
    ) -> Result<(), Vec<String>> {
        let path = without_dots(&self.working_directory.join(directory));
        let is_ours = self.contains(&path) && path != self.working_directory;
        let is_there = |path: &Path| path.is_dir() && has(path);
        if !is_ours || is_there(&path) {
            return Ok(());
        }
        let mut above = path.ancestors().skip(1);
        let is_nearest = |path: &&Path| path.is_dir() && self.contains(path);
        let nearest = above.find(is_nearest).unwrap_or(&self.working_directory);
        let entries = fs_err::read_dir(nearest).into_iter().flatten().flatten();
        let beside = entries
            .map(|entry| entry.path())
            .filter(|path| is_there(path));
        let beside = beside.map(|path| {
            let relative = path.strip_prefix(&self.working_directory);
            shown(relative.unwrap_or(&path))
        });
        let mut beside: Vec<String> = beside.collect();
        beside.sort();
        Err(beside)
    }

    fn on_path(&self, command: &str) -> Result<PathBuf, Missing> {
        let mut closest = None;
        for directory in &self.path {
            let file = directory.join(command);
            match self.check(&file) {
                Ok(()) => return Ok(file),
                Err(Missing::NotFound { .. }) => {}
                Err(problem) => closest = closest.or(Some(problem)),
            }
        }
        let looked = self
            .path
            .iter()
            .map(|directory| directory.display().to_string())
            .collect();
        Err(closest.unwrap_or(Missing::NotFound { looked }))
    }

    /// Whether a path is a file in the image that may be run.
    fn check(&self, file: &Path) -> Result<(), Missing> {
        let path = shown(file);
        let not_found = || Missing::NotFound {
            looked: vec![path.clone()],
        };
        if !self.contains(file) || file.symlink_metadata().is_err() {
            return Err(not_found());
        }
        let target = fs_err::canonicalize(file)
            .map_err(|_| Missing::LinkOutOfImage { path: path.clone() })?;
        let roots = self
            .roots
            .iter()
            .filter_map(|root| fs_err::canonicalize(root).ok());
        if !roots.into_iter().any(|root| target.starts_with(root)) {
            return Err(Missing::LinkOutOfImage { path });
        }
        let metadata = fs_err::metadata(&target).map_err(|_| not_found())?;
        if !metadata.is_file() {
            return Err(Missing::NotAFile { path });
        }
        if !self.sets_modes && metadata.permissions().mode() & 0o111 == 0 {
            return Err(Missing::NotExecutable { path });
        }
        Ok(())
    }

    fn contains(&self, file: &Path) -> bool {
        let normal = without_dots(file);
        self.roots.iter().any(|root| normal.starts_with(root))
    }

    /// The words that start a file: itself, or its interpreter where `#!` reaches for `env`.
    fn words(&self, file: &Path, command: &str) -> Result<Vec<String>, Missing> {
        // A path stays as it was written: it may be seen from another directory by then.
        let itself = if command.contains('/') {
            command.to_owned()
        } else {
            shown(file)
        };
        let start = beginning(file)?;
        if start.starts_with(b"\x7fELF") {
            return Ok(vec![itself]);
        }
        let path = shown(file);
        let Some(line) = start.strip_prefix(b"#!") else {
            return Err(Missing::ShellScript { path, shell: None });
        };
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line).trim().to_owned();
        let (mut words, uses_env) = interpreter(&line);
        let name = if words.is_empty() {
            ""
        } else {
            words.remove(0)
        };
        let base = Path::new(name)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        if SHELLS.contains(&base.as_ref()) {
            let shell = Some(name.to_owned());
            return Err(Missing::ShellScript { path, shell });
        }
        let found = if name.contains('/') {
            let file = PathBuf::from(name);
            self.check(&file).map(|()| file)
        } else {
            self.on_path(name)
        };
        let Ok(found) = found else {
            let interpreter = line;
            return Err(Missing::NoInterpreter { path, interpreter });
        };
        if !uses_env {
            return Ok(vec![itself]);
        }
        let interpreter = shown(&found);
        let arguments = words.into_iter().map(str::to_owned);
        Ok([interpreter]
            .into_iter()
            .chain(arguments)
            .chain([itself])
            .collect())
    }
}

/// A path as its text says, without `.` and with `..` only where it leads out of what it is relative to; links
/// are not looked at.
#[must_use]
pub fn without_dots(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match normal.components().next_back() {
                None | Some(Component::ParentDir) => normal.push(component),
                Some(_) => drop(normal.pop()),
            },
            other => normal.push(other),
        }
    }
    normal
}

/// What a `#!` line starts, and whether it leaves the search to `env`.
fn interpreter(line: &str) -> (Vec<&str>, bool) {
    let (program, argument) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let argument = argument.trim();
    if Path::new(program).file_name() == Some("env".as_ref()) {
        let command = argument.strip_prefix("-S").unwrap_or(argument);
        return (command.split_whitespace().collect(), true);
    }
    let argument = Some(argument).filter(|text| !text.is_empty());
    (Some(program).into_iter().chain(argument).collect(), false)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn beginning(file: &Path) -> Result<Vec<u8>, Missing> {
    let mut start = Vec::new();
    let read =
        fs_err::File::open(file).and_then(|file| file.take(FIRST_LINE).read_to_end(&mut start));
    read.map(|_| start).map_err(|error| Missing::Unreadable {
        path: shown(file),
        cause: error.to_string(),
    })
}

#[cfg(test)]
mod tests;
