//! Debian packages: what `dpkg-deb` reads out of them. No script of a package ever runs.

#![expect(clippy::disallowed_methods, reason = "the door to dpkg-deb")]

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};

use oci::{Content, Entry, EntryKind};

use crate::contents::{PackageContents, PathKind};

/// A package that was unpacked.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// `control`, as the package has it.
    pub(crate) control: String,
    /// `md5sums`: `<digest>  <path>` lines; empty where the package has none.
    pub(crate) md5sums: String,
    /// Its files, directories and links, by path. Everything is root's, and nothing has set-user-ID or
    /// set-group-ID bits: the owners that packages want do not exist in the images.
    pub(crate) entries: BTreeMap<String, Entry>,
}

impl Package {
    /// What is where.
    pub(crate) fn contents(&self) -> PackageContents {
        let kind = |entry: &Entry| match &entry.kind {
            EntryKind::Directory => PathKind::Directory,
            EntryKind::File(_) => PathKind::File,
            EntryKind::Symlink(target) => PathKind::Symlink(target.clone()),
        };
        self.entries
            .iter()
            .map(|(path, entry)| (path.clone(), kind(entry)))
            .collect()
    }
}

/// A package that can't be unpacked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DebError {
    /// `dpkg-deb` can't be started.
    #[error("dpkg-deb can't be started")]
    Start {
        /// Why.
        source: io::Error,
    },
    /// `dpkg-deb` says that the file is no package.
    #[error("dpkg-deb can't read {deb}")]
    Unreadable {
        /// The package.
        deb: PathBuf,
        /// What `dpkg-deb` says.
        stderr: String,
    },
    /// Its archive is damaged, or a file can't be written.
    #[error("{deb} can't be unpacked")]
    Unpack {
        /// The package.
        deb: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Unpacks a package into a directory of its own, which must exist and be empty. The files lie there
/// under numbers, not under their names, so that no name in an archive can lead outside of it.
pub(crate) fn unpack(deb: &Path, directory: &Path) -> Result<Package, DebError> {
    let mut control = String::new();
    let mut md5sums = String::new();
    read_archive(deb, "--ctrl-tarfile", |entry| {
        match entry.path_bytes().as_ref() {
            b"./control" => entry.read_to_string(&mut control).map(drop),
            b"./md5sums" => entry.read_to_string(&mut md5sums).map(drop),
            _ => Ok(()),
        }
    })?;
    let mut entries = BTreeMap::new();
    read_archive(deb, "--fsys-tarfile", |entry| {
        let path = image_path(entry)?;
        if !path.is_empty() {
            let unpacked = unpack_entry(entry, &entries, directory)?;
            entries.insert(path, unpacked);
        }
        Ok(())
    })?;
    Ok(Package {
        control,
        md5sums,
        entries,
    })
}

type ArchiveEntry<'a, 'b> = tar::Entry<'a, &'b mut ChildStdout>;

fn read_archive(
    deb: &Path,
    option: &str,
    mut receive: impl FnMut(&mut ArchiveEntry<'_, '_>) -> io::Result<()>,
) -> Result<(), DebError> {
    let mut child = Command::new("dpkg-deb")
        .arg(option)
        .arg(deb)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| DebError::Start { source })?;
    let mut stdout = child.stdout.take();
    let read = stdout.as_mut().map_or_else(
        || Err(io::Error::other("dpkg-deb has no output")),
        |stdout| read_tar(stdout, &mut receive),
    );
    if read.is_err() {
        // Before its output is closed, lest it complain of that instead of what we complain of.
        let _ = child.kill();
    }
    drop(stdout);
    let output = child
        .wait_with_output()
        .map_err(|source| DebError::Start { source })?;
    // A package that dpkg-deb refuses gives a truncated tar too; what it says is nearer to the cause.
    if output.status.code().is_some_and(|code| code != 0) {
        return Err(DebError::Unreadable {
            deb: deb.to_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    let whole = read.and_then(|()| {
        // Somebody may have killed it, and that may have ended between two files.
        let killed = || io::Error::other(format!("dpkg-deb ended with {}", output.status));
        output.status.success().then_some(()).ok_or_else(killed)
    });
    whole.map_err(|source| DebError::Unpack {
        deb: deb.to_owned(),
        source,
    })
}

fn read_tar(
    stdout: &mut ChildStdout,
    receive: &mut impl FnMut(&mut ArchiveEntry<'_, '_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut archive = tar::Archive::new(stdout);
    for entry in archive.entries()? {
        receive(&mut entry?)?;
    }
    // Padding after the end of the archive, lest dpkg-deb be left with a broken pipe.
    io::copy(archive.into_inner(), &mut io::sink()).map(drop)
}

/// The path of an entry in an image, without a leading slash. What older packages still put below
/// `/lib` and the like goes where the links of a merged-usr system lead.
fn image_path(entry: &ArchiveEntry<'_, '_>) -> io::Result<String> {
    let bytes = entry.path_bytes().into_owned();
    let path = String::from_utf8(bytes).map_err(io::Error::other)?;
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let aliased = ["bin/", "sbin/", "lib/", "lib64/"]
        .iter()
        .any(|prefix| path.starts_with(prefix));
    Ok(if aliased {
        format!("usr/{path}")
    } else if path == "." {
        String::new()
    } else {
        path.to_owned()
    })
}

fn unpack_entry(
    entry: &mut ArchiveEntry<'_, '_>,
    earlier: &BTreeMap<String, Entry>,
    directory: &Path,
) -> io::Result<Entry> {
    let mode = entry.header().mode()? & 0o1777;
    let link = || {
        let target = entry.link_name_bytes().unwrap_or_default().into_owned();
        String::from_utf8(target).map_err(io::Error::other)
    };
    match entry.header().entry_type() {
        tar::EntryType::Directory => Ok(Entry::directory(mode)),
        tar::EntryType::Symlink => Ok(Entry::symlink(link()?)),
        tar::EntryType::Link => {
            let target = link()?;
            earlier
                .get(target.trim_start_matches("./"))
                .cloned()
                .ok_or_else(|| io::Error::other(format!("a hard link leads to {target}")))
        }
        tar::EntryType::Regular => {
            use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
            let path = directory.join(earlier.len().to_string());
            let mut file = std::fs::File::options()
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(&path)?;
            io::copy(entry, &mut file)?;
            file.set_permissions(std::fs::Permissions::from_mode(mode))?;
            Ok(Entry::file(mode, Content::Disk(path)))
        }
        other => Err(io::Error::other(format!("an entry of type {other:?}"))),
    }
}
