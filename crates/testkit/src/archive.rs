//! Directories written as text, in the form of Go's `txtar` files.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Makes a temporary directory from text.
///
/// A line `-- path --` starts a file, `-- path 0755 --` a file with a mode, `-- path -> target --` is
/// a symbolic link and `-- path/ --` an empty directory. The lines up to the next such line are the
/// file's content. Modes are 0644 and 0755 unless said, whatever the umask.
///
/// ```
/// let app = testkit::directory("
/// -- go.mod --
/// module example.com/app
/// -- bin/tool 0755 --
/// -- current -> bin --
/// ");
/// assert!(app.path().join("current/tool").is_file());
/// ```
///
/// # Panics
/// When the text doesn't begin with such a line or the directory can't be made.
#[must_use]
#[track_caller]
pub fn directory(text: &str) -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory can be made");
    set_mode(directory.path(), 0o755);
    write_into(directory.path(), text);
    directory
}

/// Writes what `text` describes (see [`directory`]) into a directory that is there already.
///
/// # Panics
/// As [`directory`].
#[track_caller]
pub fn write_into(root: &Path, text: &str) {
    let mut entry: Option<(&str, String)> = None;
    for line in text.trim_start_matches('\n').lines() {
        let header = line
            .strip_prefix("-- ")
            .and_then(|rest| rest.strip_suffix(" --"));
        match (header, &mut entry) {
            (Some(header), _) => {
                if let Some((header, content)) = entry.replace((header, String::new())) {
                    write_entry(root, header, &content);
                }
            }
            (None, Some((_, content))) => {
                content.push_str(line);
                content.push('\n');
            }
            (None, None) => panic!("the text begins with {line:?} and not with `-- path --`"),
        }
    }
    if let Some((header, content)) = entry {
        write_entry(root, header, &content);
    }
}

#[track_caller]
fn write_entry(root: &Path, header: &str, content: &str) {
    if let Some((path, target)) = header.split_once(" -> ") {
        make_directories(root, Path::new(path).parent());
        symlink(target, root.join(path)).expect("the link can be made");
        return;
    }
    if let Some(directory) = header.strip_suffix('/') {
        make_directories(root, Some(Path::new(directory)));
        return;
    }
    let (path, mode) = match header.rsplit_once(' ') {
        Some((path, mode)) => (path, u32::from_str_radix(mode, 8).expect("an octal mode")),
        None => (header, 0o644),
    };
    make_directories(root, Path::new(path).parent());
    let path = root.join(path);
    if mode & 0o111 == 0 {
        fs_err::write(&path, content).expect("the file can be written");
    } else {
        write_program(&path, content);
    }
    set_mode(&path, mode);
}

/// Writes by another process: what a thread of ours starts just then would have our file open, too, and no file
/// that is open for writing can be started (`execve(2)`, ETXTBSY).
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "says why above")]
fn write_program(path: &Path, content: &str) {
    let source = path.with_file_name(".being-written");
    fs_err::write(&source, content).expect("the file can be written");
    let copied = Command::new("cp").arg(&source).arg(path).status();
    assert!(
        copied.is_ok_and(|status| status.success()),
        "{} can't be written",
        path.display()
    );
    fs_err::remove_file(source).expect("the file can be removed");
}

#[track_caller]
fn make_directories(root: &Path, relative: Option<&Path>) {
    let mut path = root.to_owned();
    for component in relative.into_iter().flat_map(Path::components) {
        path.push(component);
        if !path.is_dir() {
            fs_err::create_dir(&path).expect("the directory can be made");
            set_mode(&path, 0o755);
        }
    }
}

#[track_caller]
fn set_mode(path: &Path, mode: u32) {
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode))
        .expect("the mode can be set");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_becomes_files_modes_links_and_directories() {
        let made = directory(
            "
-- go.mod --
module example.com/app

go 1.26
-- bin/tool 0750 --
-- empty/ --
-- current -> bin/tool --
",
        );
        insta::assert_snapshot!(crate::tree(made.path()), @r"
        bin       dir  0755
        bin/tool  file 0750 e3b0c442
        current   link -> bin/tool
        empty     dir  0755
        go.mod    file 0644 161fc509
        ");
    }

    #[test]
    #[should_panic(expected = "begins with")]
    fn text_without_a_first_header_is_refused() {
        let _ = directory("go.mod\n");
    }
}
