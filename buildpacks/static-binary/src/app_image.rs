//! The app as an image: what its start commands lead to.

use std::path::Path;

use buildpack_kit::files::KeepPatterns;
use buildpack_kit::start::StartCommands;
use start_command::{Directories, Found, Image, Missing, Reason, Refusal, without_dots};

use crate::program::{is_go, is_native, is_script};
use crate::project::first_bytes;

/// An image that holds the app. Whatever file a command leads to is found: what it is worth as a program is
/// for [`crate::plan`] to say.
pub(crate) struct AppImage {
    directories: Directories,
    /// What stays beside programs; `None` where that isn't known yet.
    keep: Option<KeepPatterns>,
}

impl AppImage {
    /// Of an app. `bin/` is on the `PATH` wherever Procfiles come from, and the root is for those who left out
    /// the `./`.
    pub(crate) fn of(app_dir: &Path) -> Self {
        Self {
            directories: Directories {
                working_directory: app_dir.to_owned(),
                roots: vec![app_dir.to_owned()],
                path: vec![app_dir.join("bin"), app_dir.to_owned()],
                // Of what was compiled elsewhere, only Go tells by itself that it doesn't.
                ignores_sigterm: true,
                sets_modes: true,
            },
            keep: None,
        }
    }

    /// The same, of which only programs and what matches stays.
    pub(crate) fn keeping(self, keep: KeepPatterns) -> Self {
        let keep = Some(keep);
        Self { keep, ..self }
    }

    /// Whether something in a directory stays: what is kept, or a file that a command can lead to.
    fn keeps(&self, path: &Path) -> bool {
        let Some(keep) = &self.keep else { return true };
        let app_dir = &self.directories.working_directory;
        if keep.matches(path.strip_prefix(app_dir).unwrap_or(path)) {
            return true;
        }
        // Links go, and what they lead to is looked at where it is.
        let Ok(kind) = fs_err::symlink_metadata(path).map(|metadata| metadata.file_type()) else {
            return false;
        };
        if kind.is_dir() {
            let entries = fs_err::read_dir(path).into_iter().flatten().flatten();
            entries.into_iter().any(|entry| self.keeps(&entry.path()))
        } else {
            kind.is_file() && first_bytes(path).is_ok_and(|bytes| may_start(&bytes))
        }
    }
}

fn may_start(bytes: &[u8]) -> bool {
    is_native(bytes) || is_script(bytes)
}

impl Image for AppImage {
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
        let found = match self.directories.find(command, directory) {
            // No script either: a program for another system, or none at all.
            Err(Missing::ShellScript { path, shell: None }) => Found {
                words: vec![command.to_owned()],
                file: Some(path.into()),
                ignores_sigterm: true,
            },
            found => found?,
        };
        Ok(match found.file {
            Some(file) => followed(&self.directories.working_directory, &file, found.words),
            None => found,
        })
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        self.directories
            .enter_if(directory, |path| self.keeps(path))
    }
}

/// Links lead to the program, and only the program is in the image.
fn followed(app_dir: &Path, file: &Path, words: Vec<String>) -> Found {
    let program = fs_err::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let root = fs_err::canonicalize(app_dir).unwrap_or_default();
    let written = without_dots(file);
    let relative = written.strip_prefix(app_dir).unwrap_or(&written);
    let words = if root.join(relative) == program {
        words
    } else {
        vec![program.display().to_string()]
    };
    Found {
        words,
        ignores_sigterm: !fs_err::File::open(&program).is_ok_and(is_go),
        file: Some(program),
    }
}

/// Whether a command leads to a file of the app: one that it starts, or a program that it names where it can't
/// be read. What is wrong with either, the build says.
pub(crate) fn leads_into(app_dir: &Path, commands: &StartCommands) -> bool {
    let image = AppImage::of(app_dir);
    commands.scripts().any(|script| {
        let refusal = match start_command::plan(script, &image, None) {
            Ok(planned) => {
                return planned
                    .programs
                    .iter()
                    .any(|program| program.file.is_some());
            }
            Err(refusal) => refusal,
        };
        is_about_a_file(&refusal)
            || script
                .text
                .split_whitespace()
                .any(|word| names(app_dir, word))
    })
}

fn is_about_a_file(refusal: &Refusal) -> bool {
    let Reason::Command(missing) = &refusal.reason else {
        return false;
    };
    !matches!(missing, Missing::NotFound { .. })
}

fn names(app_dir: &Path, word: &str) -> bool {
    let path = app_dir.join(word.trim_matches(['"', '\'', ';']));
    path.is_file() && is_native(&fs_err::read(path).unwrap_or_default())
}
