//! Where an image goes besides the store: a directory, a file, a daemon, a registry.

use std::io::{self, BufWriter, ErrorKind, Read as _, Write};
use std::path::{Path, PathBuf};

use oci::{Layout, LayoutError, UNFINISHED, write_docker_archive};
use store::Store;

use crate::ImageName;
use crate::crane::push;
use crate::docker::{check_docker, load_into_docker};
use crate::layout_output::{check_free, copy_layout, go_on};
use crate::output_error::OutputError;

/// How the places are written on the command line.
const LAYOUT: &str = "--output oci:";
const ARCHIVE: &str = "--output docker-archive:";

/// One destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A directory that becomes an OCI layout; the image takes the place of one that is there.
    OciLayout(PathBuf),
    /// A file for `docker load` and `podman load`.
    DockerArchive(PathBuf),
    /// The Docker daemon that the `docker` program talks to.
    Docker,
}

impl Output {
    /// The file or directory that is written, if there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::OciLayout(path) | Self::DockerArchive(path) => Some(path),
            Self::Docker => None,
        }
    }
}

/// Everywhere that an image goes besides the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The name of the image there.
    pub image: ImageName,
    /// Directories, files, daemons.
    pub output: Vec<Output>,
    /// Push to the registry in the image's name.
    pub publish: bool,
}

impl Delivery {
    /// Nowhere but to the store.
    #[must_use]
    pub fn to_store(image: ImageName) -> Self {
        Self {
            image,
            output: Vec::new(),
            publish: false,
        }
    }
}

/// Takes the stored image to every destination. `crane` is the program that pushes.
pub(crate) fn deliver(
    layout: &Layout,
    crane: &Path,
    delivery: &Delivery,
    cancellation: &Store,
) -> Result<(), OutputError> {
    for output in &delivery.output {
        cancellation.check_cancelled()?;
        match output {
            Output::OciLayout(path) => copy_layout(layout, path, LAYOUT, cancellation)?,
            Output::DockerArchive(path) => {
                write_archive(layout, &delivery.image, path, cancellation)?;
            }
            Output::Docker => load_into_docker(layout, &delivery.image)?,
        }
    }
    if delivery.publish {
        cancellation.check_cancelled()?;
        let image = &delivery.image;
        push(layout, crane, image, &image.to_string())?;
    }
    Ok(())
}

/// What is known before the build to go wrong after it: a place that is taken or can't be written, a
/// program or a daemon that isn't there, a name without a registry.
///
/// # Errors
/// The one that [`deliver`] would end with.
pub(crate) fn check(delivery: &Delivery) -> Result<(), OutputError> {
    for output in &delivery.output {
        match output {
            Output::OciLayout(path) => {
                check_free(path)?;
                check_writable(LAYOUT, path)?;
            }
            Output::DockerArchive(path) => {
                check_replaceable(path)?;
                check_writable(ARCHIVE, path)?;
            }
            Output::Docker => check_docker()?,
        }
    }
    // What docker means by it is a repository that nobody may push to.
    if delivery.publish && delivery.image.is_bare() {
        return Err(OutputError::NoRegistry {
            image: delivery.image.clone(),
        });
    }
    Ok(())
}

/// Makes the directory that is written to, which is `path` or has it, and something in it that has no name.
fn check_writable(option: &'static str, path: &Path) -> Result<(), OutputError> {
    let directory = if path.is_dir() { path } else { parent(path) };
    let made = fs_err::create_dir_all(directory);
    made.and_then(|()| tempfile::tempfile_in(directory))
        .map(drop)
        .map_err(|source| OutputError::Write {
            option,
            path: path.to_owned(),
            source,
        })
}

/// Whether an archive may be put at this path: where nothing is, or an empty file or a tar. Not on
/// something of the app that is named by mistake.
fn check_replaceable(path: &Path) -> Result<(), OutputError> {
    let Ok(metadata) = fs_err::symlink_metadata(path) else {
        return Ok(());
    };
    let is_archive = || {
        let mut header = Vec::new();
        let file = fs_err::File::open(path).map(|file| file.take(512));
        let read = file.and_then(|mut file| file.read_to_end(&mut header));
        read.is_ok() && (header.is_empty() || header.get(257..262) == Some(b"ustar"))
    };
    if metadata.is_file() && is_archive() {
        return Ok(());
    }
    Err(OutputError::NotAnArchive {
        path: path.to_owned(),
    })
}

fn parent(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

fn write_archive(
    layout: &Layout,
    image: &ImageName,
    path: &Path,
    cancellation: &Store,
) -> Result<(), OutputError> {
    let write = |source| OutputError::Write {
        option: ARCHIVE,
        path: path.to_owned(),
        source,
    };
    let _step = tracing::info_span!("step", title = "Writing the image archive").entered();
    fs_err::create_dir_all(parent(path)).map_err(write)?;
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(parent(path))
        .map_err(write)?;
    let ending = Ending {
        inner: &mut file,
        go_on: go_on(cancellation),
    };
    let mut writer = BufWriter::with_capacity(1 << 17, ending);
    let written = write_docker_archive(layout, &image.to_string(), &mut writer);
    cancellation.check_cancelled()?;
    written.map_err(|error| match error {
        // Not the stored image's doing, which is only read here.
        LayoutError::Io { source, .. } if is_of_writing(source.kind()) => write(source),
        other => other.into(),
    })?;
    writer.flush().map_err(write)?;
    drop(writer);
    file.persist(path).map_err(|error| write(error.error))?;
    Ok(())
}

/// A writer that fails when the work is asked to end.
struct Ending<W, G> {
    inner: W,
    go_on: G,
}

impl<W: Write, G: Fn() -> io::Result<()>> Write for Ending<W, G> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.go_on)()?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn is_of_writing(kind: ErrorKind) -> bool {
    use ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(kind, FileTooLarge | QuotaExceeded | StorageFull)
}

#[cfg(test)]
#[path = "output_tests.rs"]
pub(crate) mod tests;
