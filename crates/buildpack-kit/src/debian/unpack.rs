//! What a package brings: its files without its scripts, and what these would have done.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::DebianError;
use super::apt::Apt;

/// Directories that are links into `usr` on every system of today; older packages still put files below them.
const MERGED: [&str; 4] = ["bin", "lib", "lib64", "sbin"];

/// The scripts that `dpkg` runs when it installs a package.
const SCRIPTS: [&str; 3] = ["config", "postinst", "preinst"];

/// A package that was unpacked, as it is remembered beside the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unpacked {
    pub(super) name: String,
    /// [`super::Resolved`]'s.
    pub(super) is_in_image: bool,
    /// The text of `control`.
    pub(super) control: String,
    /// The text of `md5sums`; empty where the package has none.
    pub(super) md5sums: String,
    /// Its files and links, relative to the root, sorted.
    pub(super) files: Vec<PathBuf>,
    /// What isn't done of what it asks for, a sentence each.
    pub(super) notices: Vec<String>,
}

/// Two packages have a file of one name, which Debian forbids (policy §7.6).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{package} and {other} have {}", .path.display())]
pub struct Clash {
    /// The later one.
    pub package: String,
    /// The earlier one.
    pub other: String,
    /// The file, relative to the root.
    pub path: PathBuf,
}

/// Moves what a `.deb` has into a tree. `owners` says of which package each file of the tree is.
pub(super) fn unpack(
    deb: &Path,
    scratch: &Path,
    tree: &Path,
    apt: &Apt,
    owners: &mut BTreeMap<PathBuf, String>,
) -> Result<Unpacked, DebianError> {
    // In a directory of its own, so that no link of another package leads anywhere.
    let work = tempfile::tempdir_in(scratch)?;
    let root = work.path().join("files");
    let name = deb.file_name().unwrap_or_default().to_string_lossy();
    let name = name.split('_').next().unwrap_or_default().to_owned();
    let command = apt.command("dpkg-deb");
    let command = command.arguments(["--raw-extract".as_ref(), deb.as_os_str(), root.as_os_str()]);
    command.capture().map_err(|source| DebianError::Unpack {
        package: name.clone(),
        source,
    })?;
    let text = |file: &str| {
        let bytes = fs_err::read(root.join("DEBIAN").join(file)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let mut unpacked = Unpacked {
        control: text("control"),
        md5sums: text("md5sums"),
        files: Vec::new(),
        notices: Vec::new(),
        is_in_image: false,
        name,
    };
    let scripts: String = SCRIPTS.iter().map(|script| text(script)).collect();
    for entry in WalkDir::new(&root).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(std::io::Error::from)?;
        let path = entry.path().strip_prefix(&root).unwrap_or(entry.path());
        if path.starts_with("DEBIAN") || entry.file_type().is_dir() {
            continue;
        }
        let path = merged(path);
        if entry.file_type().is_file()
            && entry
                .metadata()
                .map_err(std::io::Error::from)?
                .permissions()
                .mode()
                & 0o6000
                != 0
        {
            let shown = path.display();
            unpacked.notices.push(format!(
                "/{shown} gets no rights by its owner (setuid) in an image"
            ));
        }
        if let Some(other) = owners.insert(path.clone(), unpacked.name.clone()) {
            let package = unpacked.name.clone();
            return Err(Clash {
                package,
                other,
                path,
            }
            .into());
        }
        move_into(tree, &path, entry.path())?;
        unpacked.files.push(path);
    }
    unpacked
        .notices
        .extend(left_undone(&scripts, &unpacked.files));
    Ok(unpacked)
}

pub(super) fn merged(path: &Path) -> PathBuf {
    if MERGED.iter().any(|directory| path.starts_with(directory)) {
        return Path::new("usr").join(path);
    }
    path.to_owned()
}

fn move_into(tree: &Path, path: &Path, file: &Path) -> Result<(), std::io::Error> {
    let to = tree.join(path);
    let parent = to.parent().unwrap_or(tree);
    fs_err::create_dir_all(parent)?;
    if !fs_err::canonicalize(parent)?.starts_with(fs_err::canonicalize(tree)?) {
        let message = format!("a link leads out of the packages: {}", parent.display());
        return Err(std::io::Error::other(message));
    }
    fs_err::rename(file, to)
}

/// What scripts would have done that matters to an app.
fn left_undone(scripts: &str, files: &[PathBuf]) -> Vec<String> {
    let mut notices = Vec::new();
    // A command may go on in the next line.
    let joined = scripts.replace("\\\n", " ");
    for line in joined
        .lines()
        .filter(|line| line.contains("update-alternatives"))
    {
        // update-alternatives --install <link> <name> <path> <priority>
        let mut words = line
            .split_whitespace()
            .skip_while(|word| *word != "--install");
        if let (Some(link), Some(path)) = (words.nth(1), words.nth(1)) {
            notices.push(format!(
                "{link}, which a script would make, isn't there: use {path}"
            ));
        }
    }
    if scripts.contains("adduser")
        || scripts.contains("useradd")
        || scripts.contains("systemd-sysusers")
    {
        notices.push("its users and groups aren't made".to_owned());
    }
    let is_content = |path: &PathBuf| !path.starts_with("usr/share/doc");
    if !scripts.is_empty() && !files.iter().any(is_content) {
        notices.push("it has nothing but scripts, which don't run".to_owned());
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scripts_would_have_done_is_told() {
        let script = "#!/bin/sh\nset -e\nupdate-alternatives --quiet --install \\\n /usr/lib/libblas.so.3 libblas.so.3 /usr/lib/blas/libblas.so.3 10\n\
                      adduser --system shop\n";
        let undone = |script: &str, files: &[&str]| {
            let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
            left_undone(script, &files).join("\n")
        };
        let all = [
            undone(script, &["usr/bin/shop"]),
            undone("#!/bin/sh\nldconfig\n", &["usr/share/doc/a/copyright"]),
            undone("", &["usr/share/doc/a/copyright"]),
        ];
        insta::assert_snapshot!(all.join("\n--\n"), @"
        /usr/lib/libblas.so.3, which a script would make, isn't there: use /usr/lib/blas/libblas.so.3
        its users and groups aren't made
        --
        it has nothing but scripts, which don't run
        --
        ");
    }

    #[test]
    fn older_packages_have_files_beside_usr() {
        let table = [
            ("lib/x/liba.so.1", "usr/lib/x/liba.so.1"),
            ("library/a", "library/a"),
            ("etc/a", "etc/a"),
        ];
        for (path, expected) in table {
            assert_eq!(merged(Path::new(path)), Path::new(expected));
        }
    }
}
