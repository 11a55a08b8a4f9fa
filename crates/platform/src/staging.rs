//! The copy of the app that a build works on. The build may change it; the original is only read.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, utimensat};
use walkdir::{DirEntry, WalkDir};

use crate::selection::Matcher;
use crate::staging_error::StagingError;

/// Where the app is in the sandbox and in the image.
pub(crate) const APP_DIRECTORY: &str = "/workspace";

/// Whether there is an app to copy: a directory with something in it.
pub(crate) fn check(app: &Path) -> Result<(), StagingError> {
    let mut entries = fs_err::read_dir(app).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => StagingError::Missing { path: app.into() },
        io::ErrorKind::NotADirectory => StagingError::NotADirectory { path: app.into() },
        _ => unreadable(Path::new("."), error),
    })?;
    if entries.next().is_none() {
        return Err(StagingError::Empty {
            path: app.to_owned(),
            all_excluded: false,
        });
    }
    Ok(())
}

/// Copies what `matcher` keeps of `app` to the new directory `destination`. `left_out` are files and
/// directories that are never part of an app, should they lie in it: our own cache, and where images go.
pub(crate) fn stage(
    app: &Path,
    matcher: &Matcher,
    left_out: &[&Path],
    destination: &Path,
) -> Result<(), StagingError> {
    check(app)?;
    let left_out = below(app, left_out);
    let mut staging = Staging {
        app,
        matcher,
        destination,
        directories: Vec::new(),
        excluded: false,
    };
    staging.make_directory(Path::new(""), 0o777)?;
    let mut entries = WalkDir::new(app)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter();
    let mut copied = false;
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(|error| walk_error(app, error))?;
        let relative = entry.path().strip_prefix(app);
        let is_ours = relative.is_ok_and(|relative| left_out.iter().any(|path| path == relative));
        match staging.entry(&entry, is_ours)? {
            Copied::File => copied = true,
            Copied::Directory => {}
            Copied::Nothing => entries.skip_current_dir_if(&entry),
        }
    }
    if !copied {
        return Err(StagingError::Empty {
            path: app.to_owned(),
            all_excluded: staging.excluded,
        });
    }
    staging.finish()
}

/// Those of the paths that are below the directory, relative to it. What doesn't exist isn't.
fn below(directory: &Path, paths: &[&Path]) -> Vec<PathBuf> {
    let Ok(directory) = fs_err::canonicalize(directory) else {
        return Vec::new();
    };
    let real = paths
        .iter()
        .filter_map(|path| fs_err::canonicalize(path).ok());
    real.filter_map(|path| Some(path.strip_prefix(&directory).ok()?.to_owned()))
        .collect()
}

/// `walkdir`'s own `skip_current_dir` leaves the parent when it is called for a file.
trait SkipDirectory {
    fn skip_current_dir_if(&mut self, entry: &DirEntry);
}

impl SkipDirectory for walkdir::IntoIter {
    fn skip_current_dir_if(&mut self, entry: &DirEntry) {
        if entry.file_type().is_dir() {
            self.skip_current_dir();
        }
    }
}

/// What became of one entry of the app.
enum Copied {
    File,
    Directory,
    /// Nothing, and what is below it needs no look.
    Nothing,
}

struct Staging<'app> {
    app: &'app Path,
    matcher: &'app Matcher,
    destination: &'app Path,
    /// The directories that were made; their times are set at the end, since a new file changes them.
    directories: Vec<PathBuf>,
    excluded: bool,
}

impl Staging<'_> {
    fn entry(&mut self, entry: &DirEntry, is_ours: bool) -> Result<Copied, StagingError> {
        let path = entry.path();
        let relative = path.strip_prefix(self.app).unwrap_or(path);
        let file_type = entry.file_type();
        if is_ours {
            return Ok(Copied::Nothing);
        }
        if !self.matcher.keeps(relative, file_type.is_dir()) {
            self.excluded = true;
            return Ok(if self.matcher.looks_into_what_is_not_kept() {
                Copied::Directory
            } else {
                Copied::Nothing
            });
        }
        if relative.to_str().is_none() {
            return Err(StagingError::NotUnicode {
                path: relative.to_owned(),
            });
        }
        if file_type.is_dir() {
            self.directory(relative)?;
            return Ok(Copied::Directory);
        }
        if file_type.is_socket() || file_type.is_fifo() || is_device(file_type) {
            tracing::warn!(
                "{} is a socket, pipe or device and isn't part of the build; list it under `exclude` in project.toml to silence this",
                explain::quote(&relative.display().to_string(), 200)
            );
            return Ok(Copied::Nothing);
        }
        if let Some(parent) = relative.parent() {
            self.directory(parent)?;
        }
        if file_type.is_symlink() {
            self.link(relative)?;
        } else {
            self.file(relative)?;
        }
        Ok(Copied::File)
    }

    /// Makes a directory and those above it that are missing, with the modes they have in the app.
    fn directory(&mut self, relative: &Path) -> Result<(), StagingError> {
        if self.destination.join(relative).is_dir() {
            return Ok(());
        }
        if let Some(parent) = relative.parent() {
            self.directory(parent)?;
        }
        let metadata = fs_err::metadata(self.app.join(relative));
        let mode = metadata
            .map_err(|source| unreadable(relative, source))?
            .permissions()
            .mode();
        self.make_directory(relative, mode & 0o777 | 0o700)
    }

    fn make_directory(&mut self, relative: &Path, mode: u32) -> Result<(), StagingError> {
        let path = self.destination.join(relative);
        self.written(|| {
            fs_err::create_dir(&path)?;
            fs_err::set_permissions(&path, Permissions::from_mode(mode))
        })?;
        self.directories.push(path);
        Ok(())
    }

    fn file(&self, relative: &Path) -> Result<(), StagingError> {
        let (source, target) = (self.app.join(relative), self.destination.join(relative));
        // Opened first, so that what the app lacks and what the disk lacks are told apart.
        let mode = fs_err::File::open(&source)
            .and_then(|file| file.metadata())
            .map_err(|error| unreadable(relative, error))?
            .permissions()
            .mode();
        self.written(|| {
            fs_err::copy(&source, &target)?;
            let kept = mode & 0o777 | 0o600;
            if kept != mode & 0o7777 {
                fs_err::set_permissions(&target, Permissions::from_mode(kept))?;
            }
            set_time(&target)
        })
    }

    fn link(&self, relative: &Path) -> Result<(), StagingError> {
        let target = fs_err::read_link(self.app.join(relative))
            .map_err(|source| unreadable(relative, source))?;
        if target.to_str().is_none() {
            return Err(StagingError::NotUnicode {
                path: relative.to_owned(),
            });
        }
        if leaves(relative, &target) {
            return Err(StagingError::LinkOutside {
                link: relative.to_owned(),
                target,
            });
        }
        let link = self.destination.join(relative);
        self.written(|| {
            fs_err::os::unix::fs::symlink(&target, &link)?;
            set_time(&link)
        })
    }

    fn finish(&self) -> Result<(), StagingError> {
        self.written(|| self.directories.iter().try_for_each(|path| set_time(path)))
    }

    fn written<T>(&self, operation: impl FnOnce() -> io::Result<T>) -> Result<T, StagingError> {
        operation().map_err(|source| StagingError::Write {
            destination: self.destination.to_owned(),
            source,
        })
    }
}

/// Whether a link at `link` (relative to the app) that points to `target` leads out of the app.
fn leaves(link: &Path, target: &Path) -> bool {
    if target.is_absolute() {
        let inside = target.strip_prefix(APP_DIRECTORY);
        return inside.is_err() || leaves(Path::new("link"), inside.unwrap_or(target));
    }
    let mut depth = link.components().count().saturating_sub(1);
    for component in target.components() {
        match component {
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    false
}

fn is_device(file_type: std::fs::FileType) -> bool {
    file_type.is_block_device() || file_type.is_char_device()
}

fn set_time(path: &Path) -> io::Result<()> {
    let time = Timespec {
        tv_sec: oci::FILE_TIME.into(),
        tv_nsec: 0,
    };
    let times = Timestamps {
        last_access: time,
        last_modification: time,
    };
    Ok(utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)?)
}

fn unreadable(path: &Path, source: io::Error) -> StagingError {
    StagingError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

fn walk_error(app: &Path, error: walkdir::Error) -> StagingError {
    let path = error.path().unwrap_or(app);
    let relative = path.strip_prefix(app).unwrap_or(path).to_owned();
    unreadable(&relative, error.into())
}

#[cfg(test)]
#[path = "staging_tests.rs"]
mod tests;
