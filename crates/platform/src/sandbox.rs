//! What a sandbox looks like from inside, as bubblewrap's arguments.
//!
//! Bubblewrap can't mount on a path that doesn't exist in a read-only root. Where the root lacks a
//! mount point, the directory that should hold it is put together from its entries, one mount each, on
//! the sandbox's own root, which is memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// Bytes of `/dev/shm`, as many as docker gives.
const SHARED_MEMORY: u64 = 64 << 20;

/// A sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sandbox {
    /// The directory that is `/`, read-only.
    pub(crate) root: PathBuf,
    /// What is mounted, by where.
    pub(crate) mounts: BTreeMap<PathBuf, Mount>,
    /// All variables of the program.
    pub(crate) environment: BTreeMap<String, String>,
    /// User and group inside.
    pub(crate) user: (u32, u32),
    /// The name of the machine inside.
    pub(crate) hostname: &'static str,
    /// Where the program starts.
    pub(crate) directory: PathBuf,
}

/// What stands at a mount point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mount {
    /// A file or directory of the host that can't be written.
    ReadOnly(PathBuf),
    /// A file or directory of the host that can.
    Writable(PathBuf),
    /// An empty directory in memory: its mode, and the most bytes it can hold.
    Memory(&'static str, u64),
    /// The processes of the sandbox.
    Proc,
    /// The harmless devices.
    Dev,
}

/// The root directory as far as a [`Sandbox`] has to know it.
pub(crate) trait Root {
    /// The entries of a directory, sorted; the path begins with `/` and means the sandbox.
    fn entries(&self, directory: &Path) -> io::Result<Vec<RootEntry>>;
}

/// An entry of a directory of the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RootEntry {
    Directory(OsString),
    File(OsString),
    Link(OsString, PathBuf),
}

impl Sandbox {
    /// Bubblewrap's arguments, without the program that is started.
    ///
    /// # Errors
    /// When a directory of the root can't be read.
    pub(crate) fn arguments(&self, root: &dyn Root) -> io::Result<Vec<OsString>> {
        let mut arguments = Arguments::default();
        let (uid, gid) = (self.user.0.to_string(), self.user.1.to_string());
        let root = &Remembered::new(root);
        arguments.push(["--unshare-user", "--uid", &uid, "--gid", &gid]);
        arguments.push(["--unshare-pid", "--unshare-ipc", "--unshare-uts"]);
        arguments.push(["--hostname", self.hostname, "--cap-drop", "ALL"]);
        // Without a session of its own, a program could type into our terminal (TIOCSTI).
        arguments.push(["--die-with-parent", "--new-session", "--clearenv"]);
        for (name, value) in &self.environment {
            arguments.push(["--setenv", name, value]);
        }
        self.compose(Path::new("/"), root, &mut arguments)?;
        for (target, mount) in &self.mounts {
            arguments.mount(target, mount);
        }
        arguments.push(["--remount-ro", "/"]);
        arguments.push([OsStr::new("--chdir"), self.directory.as_os_str()]);
        Ok(arguments.list)
    }

    /// Brings the directory of the root at `path` into the sandbox.
    fn compose(&self, path: &Path, root: &dyn Root, arguments: &mut Arguments) -> io::Result<()> {
        let source = self.root.join(path.strip_prefix("/").unwrap_or(path));
        let entries = if self.needs(path).is_empty() {
            None
        } else {
            Some(root.entries(path)?)
        };
        let Some(entries) = entries.filter(|_| !self.has_mount_points(path, root)) else {
            arguments.push([
                OsStr::new("--ro-bind"),
                source.as_os_str(),
                path.as_os_str(),
            ]);
            return Ok(());
        };
        if path != Path::new("/") {
            arguments.push([OsStr::new("--dir"), path.as_os_str()]);
        }
        for entry in entries {
            let target = |name: &OsString| path.join(name);
            match entry {
                RootEntry::Directory(name) | RootEntry::File(name) | RootEntry::Link(name, _)
                    if self.mounts.contains_key(&target(&name)) => {}
                RootEntry::Directory(name) => self.compose(&target(&name), root, arguments)?,
                RootEntry::File(name) => arguments.push([
                    OsStr::new("--ro-bind"),
                    source.join(&name).as_os_str(),
                    target(&name).as_os_str(),
                ]),
                RootEntry::Link(name, to) => arguments.push([
                    OsStr::new("--symlink"),
                    to.as_os_str(),
                    target(&name).as_os_str(),
                ]),
            }
        }
        Ok(())
    }

    /// The mount points below `path` that no other mount below it will bring with it.
    fn needs(&self, path: &Path) -> Vec<&Path> {
        let below = |target: &&PathBuf| target.starts_with(path) && **target != path;
        let targets: Vec<&PathBuf> = self.mounts.keys().filter(below).collect();
        let nested = |target: &PathBuf| {
            targets
                .iter()
                .any(|other| target != *other && target.starts_with(other))
        };
        targets
            .iter()
            .filter(|target| !nested(target))
            .map(|target| target.as_path())
            .collect()
    }

    fn has_mount_points(&self, path: &Path, root: &dyn Root) -> bool {
        self.needs(path).iter().all(|target| exists(target, root))
    }
}

/// Whether the root has a file or directory at this path without a symbolic link on the way or at the
/// end: a link could lead the mount elsewhere.
fn exists(target: &Path, root: &dyn Root) -> bool {
    let mut directory = PathBuf::from("/");
    for name in target.iter().skip(1) {
        let Ok(entries) = root.entries(&directory) else {
            return false;
        };
        let plain = |entry: &RootEntry| match entry {
            RootEntry::Directory(found) | RootEntry::File(found) => found == name,
            RootEntry::Link(..) => false,
        };
        if !entries.iter().any(plain) {
            return false;
        }
        directory.push(name);
    }
    true
}

#[derive(Default)]
struct Arguments {
    list: Vec<OsString>,
}

impl Arguments {
    fn push<T: AsRef<OsStr>>(&mut self, arguments: impl IntoIterator<Item = T>) {
        let owned = arguments
            .into_iter()
            .map(|argument| argument.as_ref().to_owned());
        self.list.extend(owned);
    }

    fn mount(&mut self, target: &Path, mount: &Mount) {
        let target = target.as_os_str();
        match mount {
            Mount::ReadOnly(source) => {
                self.push([OsStr::new("--ro-bind"), source.as_os_str(), target]);
            }
            Mount::Writable(source) => {
                self.push([OsStr::new("--bind"), source.as_os_str(), target]);
            }
            Mount::Memory(mode, size) => {
                self.push(["--perms", mode, "--size", &size.to_string()]);
                self.push([OsStr::new("--tmpfs"), target]);
            }
            Mount::Proc => self.push([OsStr::new("--proc"), target]),
            Mount::Dev => {
                self.push([OsStr::new("--dev"), target]);
                let shared = Path::new(target).join("shm");
                self.mount(&shared, &Mount::Memory("1777", SHARED_MEMORY));
                // Bubblewrap's own is a directory in memory that holds as much as one likes.
                self.push([OsStr::new("--remount-ro"), target]);
            }
        }
    }
}

/// A root directory on disk.
#[derive(Debug)]
pub(crate) struct RootDirectory<'path>(pub(crate) &'path Path);

impl Root for RootDirectory<'_> {
    fn entries(&self, directory: &Path) -> io::Result<Vec<RootEntry>> {
        let directory = self
            .0
            .join(directory.strip_prefix("/").unwrap_or(directory));
        let mut entries = Vec::new();
        for entry in fs_err::read_dir(directory)? {
            let entry = entry?;
            let (name, file_type) = (entry.file_name(), entry.file_type()?);
            entries.push(if file_type.is_dir() {
                RootEntry::Directory(name)
            } else if file_type.is_symlink() {
                RootEntry::Link(name, fs_err::read_link(entry.path())?)
            } else {
                RootEntry::File(name)
            });
        }
        entries.sort_by(|one, other| one.name().cmp(other.name()));
        Ok(entries)
    }
}

/// A root directory each directory of which is read once: what is looked for in them are many mount points.
struct Remembered<'root> {
    root: &'root dyn Root,
    known: RefCell<BTreeMap<PathBuf, Vec<RootEntry>>>,
}

impl<'root> Remembered<'root> {
    fn new(root: &'root dyn Root) -> Self {
        let known = RefCell::default();
        Self { root, known }
    }
}

impl Root for Remembered<'_> {
    fn entries(&self, directory: &Path) -> io::Result<Vec<RootEntry>> {
        if let Some(entries) = self.known.borrow().get(directory) {
            return Ok(entries.clone());
        }
        let entries = self.root.entries(directory)?;
        let mut known = self.known.borrow_mut();
        known.insert(directory.to_owned(), entries.clone());
        Ok(entries)
    }
}

impl RootEntry {
    fn name(&self) -> &OsStr {
        match self {
            Self::Directory(name) | Self::File(name) | Self::Link(name, _) => name,
        }
    }
}

#[cfg(test)]
#[path = "sandbox_tests.rs"]
mod tests;
