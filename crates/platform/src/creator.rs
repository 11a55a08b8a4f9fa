//! One run of the lifecycle's `creator`: the sandbox it sees, the command it is called with, and its
//! output on the way to the user.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use store::{Store, StoreError};

use crate::bubblewrap::{SandboxError, Streams};
use crate::builder_filesystem::BuilderFilesystem;
use crate::host::Host;
use crate::lifecycle_log::LifecycleLog;
use crate::sandbox::{Mount, RootDirectory, Sandbox};
use crate::staging::APP_DIRECTORY;

/// User and group of the build, those of the build image's `cnb` user.
const USER: (u32, u32) = (1000, 1000);

/// Where the build image's user lives when its passwd does not say.
const DEFAULT_HOME: &str = "/home/cnb";

/// The directory of the layouts in the sandbox.
pub(crate) const LAYOUT_DIRECTORY: &str = "/layout";

/// The directories of one run, on the host.
#[derive(Debug)]
pub(crate) struct Places {
    /// The copy of the app.
    pub(crate) app: PathBuf,
    /// The layouts of run image, previous image and result.
    pub(crate) layout: PathBuf,
    /// The variables.
    pub(crate) platform: PathBuf,
    /// The user's own directory of bindings.
    pub(crate) bindings: Option<PathBuf>,
    /// What the lifecycle notes for its exporter; kept on disk, where we can read it.
    pub(crate) metadata: PathBuf,
    /// The lifecycle's cache.
    pub(crate) cache: PathBuf,
    /// What buildpacks that look for it keep from build to build, as it lies.
    pub(crate) kept: PathBuf,
    /// Where layers, temporary files and the home directory are.
    pub(crate) scratch: Scratch,
}

/// Where a build puts what it throws away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scratch {
    /// In memory, at most so many bytes each: ten times as fast with many files.
    Memory(u64),
    /// In a directory.
    Disk(PathBuf),
}

/// What the creator is asked for.
#[derive(Debug)]
pub(crate) struct Order<'request> {
    /// The run image as `/cnb/run.toml` names it.
    pub(crate) run_image: &'request str,
    /// The previous image below [`LAYOUT_DIRECTORY`].
    pub(crate) previous: Option<&'request str>,
    /// The name of the result.
    pub(crate) image: &'request str,
    /// The process that starts by default.
    pub(crate) default_process: Option<&'request str>,
    /// Whether the output may have colours.
    pub(crate) color: bool,
}

impl Order<'_> {
    /// The command line.
    pub(crate) fn command(&self) -> Vec<OsString> {
        let mut words = vec!["/cnb/lifecycle/creator", "-layout"];
        words.extend(["-layout-dir", LAYOUT_DIRECTORY, "-cache-dir", "/cache"]);
        words.extend(["-run-image", self.run_image]);
        let previous = self
            .previous
            .map(|name| format!("{LAYOUT_DIRECTORY}/{name}"));
        if let Some(previous) = &previous {
            words.extend(["-previous-image", previous]);
        }
        if let Some(process) = self.default_process {
            words.extend(["-process-type", process]);
        }
        if !self.color {
            words.push("-no-color");
        }
        words.push(self.image);
        words.into_iter().map(OsString::from).collect()
    }
}

/// The sandbox of a build.
pub(crate) fn sandbox(builder: &BuilderFilesystem, host: &Host, places: &Places) -> Sandbox {
    let passwd = fs_err::read_to_string(builder.base.join("etc/passwd")).unwrap_or_default();
    let home = PathBuf::from(home_of(&passwd, USER.0).unwrap_or(DEFAULT_HOME));
    let mut mounts: BTreeMap<PathBuf, Mount> = BTreeMap::new();
    for mount in &builder.mounts {
        let source = Mount::ReadOnly(mount.source.clone());
        mounts.insert(mount.target.clone(), source);
    }
    mounts.insert("/proc".into(), Mount::Proc);
    mounts.insert("/dev".into(), Mount::Dev);
    let scratch = [
        (PathBuf::from("/layers"), "layers", "0755"),
        (PathBuf::from("/tmp"), "tmp", "1777"),
        (home.clone(), "home", "0755"),
    ];
    for (target, name, mode) in scratch {
        let mount = match &places.scratch {
            Scratch::Memory(size) => Mount::Memory(mode, *size),
            Scratch::Disk(directory) => Mount::Writable(directory.join(name)),
        };
        mounts.insert(target, mount);
    }
    let metadata = Mount::Writable(places.metadata.clone());
    mounts.insert("/layers/config".into(), metadata);
    mounts.insert(APP_DIRECTORY.into(), Mount::Writable(places.app.clone()));
    mounts.insert(
        LAYOUT_DIRECTORY.into(),
        Mount::Writable(places.layout.clone()),
    );
    mounts.insert("/cache".into(), Mount::Writable(places.cache.clone()));
    mounts.insert(
        "/layers/.caches".into(),
        Mount::Writable(places.kept.clone()),
    );
    mounts.insert("/platform".into(), Mount::ReadOnly(places.platform.clone()));
    if let Some(bindings) = &places.bindings {
        let source = Mount::ReadOnly(bindings.clone());
        mounts.insert("/platform/bindings".into(), source);
    }
    let from_host = [
        ("/etc/resolv.conf".into(), &host.resolver),
        ("/etc/hosts".into(), &host.hosts),
        (
            "/etc/ssl/certs/ca-certificates.crt".into(),
            &host.certificates,
        ),
        (home.join(".netrc"), &host.netrc),
    ];
    for (target, source) in from_host {
        if let Some(source) = source {
            mounts.insert(target, Mount::ReadOnly(source.clone()));
        }
    }
    Sandbox {
        root: builder.base.clone(),
        mounts,
        environment: environment(&builder.environment),
        user: USER,
        hostname: "coracle",
        directory: "/layers".into(),
    }
}

/// The lifecycle's own variables: the build image's, and what the platform sets.
fn environment(image: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut environment = image.clone();
    environment
        .entry("PATH".into())
        .or_insert_with(|| "/usr/local/bin:/usr/bin:/bin".into());
    let ours = [
        ("CNB_PLATFORM_API", "0.15"),
        ("CNB_USER_ID", "1000"),
        ("CNB_GROUP_ID", "1000"),
        // Layouts are "experimental"; every build would begin with a warning that says so.
        ("CNB_EXPERIMENTAL_MODE", "quiet"),
        // The helpers of two clouds would look for metadata services, which takes seconds.
        ("CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AMAZON", "true"),
        ("CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AZURE", "true"),
    ];
    for (name, value) in ours {
        environment.insert(name.to_owned(), value.to_owned());
    }
    environment
}

/// The home directory of a user in the text of a passwd file.
fn home_of(passwd: &str, uid: u32) -> Option<&str> {
    passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let is_user = fields.get(2)?.parse() == Ok(uid);
        is_user.then(|| fields.get(5).copied()).flatten()
    })
}

/// How a run of the creator can't even end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreatorError {
    #[error(transparent)]
    Cancelled(#[from] StoreError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The user's end of the output is closed.
    #[error("the build's output can't be written")]
    Log(#[source] io::Error),
}

/// Runs the creator to its end, its output going to `log` line by line.
pub(crate) fn run(
    store: &Store,
    builder: &BuilderFilesystem,
    sandbox: &Sandbox,
    order: &Order,
    log: &mut dyn Write,
) -> Result<(ExitStatus, LifecycleLog), CreatorError> {
    let arguments = sandbox
        .arguments(&RootDirectory(&builder.base))
        .map_err(SandboxError::Io)?;
    let (reader, writer) = io::pipe().map_err(SandboxError::Io)?;
    let other = writer.try_clone().map_err(SandboxError::Io)?;
    let streams = Streams::Piped(writer, other);
    store.check_cancelled()?;
    let mut child = builder
        .bubblewrap
        .spawn(&arguments, &order.command(), streams)?;
    child.group().end_with_leader();
    // Whoever ends our children on a signal may have looked just before this one was there.
    store.check_cancelled()?;
    let mut follower = LifecycleLog::default();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .map_err(SandboxError::Io)?
        > 0
    {
        let text = String::from_utf8_lossy(&line);
        follower.line(text.trim_end_matches('\n'));
        if !is_of_no_use(&text) {
            log.write_all(&line)
                .and_then(|()| log.flush())
                .map_err(CreatorError::Log)?;
        }
        line.clear();
    }
    let status = child.wait().map_err(SandboxError::Io)?;
    Ok((status, follower))
}

/// Whether a line of the lifecycle only speaks of the layouts in the sandbox. The digest that it prints
/// with them isn't the image's: the manifest still changes when the image is completed. Nor is what it restores the
/// metadata of in the app's image: most of it is the builder's, for apps of all kinds.
fn is_of_no_use(line: &str) -> bool {
    if line.starts_with("Restoring metadata for \"") && line.ends_with("\" from app image\n") {
        return true;
    }
    let beginnings = [
        "Image with name \"",
        "Reusing layers from image '",
        "Using app image: ",
        "Saving ",
        "*** Images (",
        "      ",
    ];
    let speaks = |beginning: &&str| {
        let rest = line.strip_prefix(*beginning);
        rest.is_some_and(|rest| rest.starts_with(&format!("{LAYOUT_DIRECTORY}/")))
    };
    beginnings.iter().any(speaks)
}

/// Makes the directories of a scratch space on disk.
pub(crate) fn make_scratch(directory: &Path) -> io::Result<()> {
    for (name, mode) in [("layers", 0o755), ("tmp", 0o1777), ("home", 0o755)] {
        make_directory(&directory.join(name), mode)?;
    }
    Ok(())
}

/// Makes a directory that has this mode whatever our umask: modes of what a build sees reach its image.
pub(crate) fn make_directory(path: &Path, mode: u32) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::create_dir_all(path)?;
    fs_err::set_permissions(path, Permissions::from_mode(mode))
}

#[cfg(test)]
#[path = "creator_tests.rs"]
mod tests;
