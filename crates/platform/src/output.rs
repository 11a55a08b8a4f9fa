//! Where an image goes besides the store: a directory, a file, a daemon, a registry.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where the platform starts `docker` and `crane`"
)]

use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use oci::{Layout, write_docker_archive};
use store::Store;

use crate::builder_filesystem::BuilderFilesystem;
use crate::output_error::{OutputError, PushFailure};
use crate::{BuildRequest, ImageName};

/// One destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// A directory that becomes an OCI layout, replacing one that is there.
    OciLayout(PathBuf),
    /// A file for `docker load` and `podman load`.
    DockerArchive(PathBuf),
    /// The Docker daemon that the `docker` program talks to.
    Docker,
}

/// Takes the stored image to every destination of the request.
pub(crate) fn deliver(
    layout: &Layout,
    builder: &BuilderFilesystem,
    request: &BuildRequest,
    cancellation: &Store,
) -> Result<(), OutputError> {
    for output in &request.output {
        cancellation.check_cancelled()?;
        match output {
            Output::OciLayout(path) => copy_layout(layout, path)?,
            Output::DockerArchive(path) => write_archive(layout, &request.image, path)?,
            Output::Docker => load_into_docker(layout, &request.image)?,
        }
    }
    if request.publish {
        cancellation.check_cancelled()?;
        push(layout, &builder.crane, &request.image)?;
    }
    Ok(())
}

/// What is known before the build to go wrong after it: a place that is taken or can't be made, a
/// program that isn't there.
///
/// # Errors
/// The one that [`deliver`] would end with.
pub(crate) fn check(outputs: &[Output]) -> Result<(), OutputError> {
    for output in outputs {
        let path = match output {
            Output::DockerArchive(path) if is_no_file(path) => {
                return Err(OutputError::NotAFile { path: path.clone() });
            }
            Output::OciLayout(path) | Output::DockerArchive(path) => path,
            Output::Docker => {
                which::which("docker").map_err(|_| OutputError::NoDocker)?;
                continue;
            }
        };
        if matches!(output, Output::OciLayout(_)) {
            check_free(path)?;
        }
        fs_err::create_dir_all(parent(path)).map_err(|source| OutputError::Write {
            path: path.clone(),
            source,
        })?;
    }
    Ok(())
}

/// Whether a layout may be put at this path: where nothing is, an empty directory, or another layout.
/// Whether something stands there that an archive must not replace: a directory, a device, a link.
fn is_no_file(path: &Path) -> bool {
    fs_err::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

fn check_free(path: &Path) -> Result<(), OutputError> {
    let occupied = fs_err::symlink_metadata(path).is_ok();
    let is_empty = || fs_err::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    if occupied && Layout::open(path).is_err() && !is_empty() {
        return Err(OutputError::Occupied {
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// Copies a layout with its first image to the directory `path`, which appears in one step.
///
/// # Errors
/// [`OutputError::Occupied`] when something stands there that is neither empty nor a layout.
pub fn copy_layout(layout: &Layout, path: &Path) -> Result<(), OutputError> {
    let write = |source| OutputError::Write {
        path: path.to_owned(),
        source,
    };
    let _step = tracing::info_span!("step", title = "Writing the image layout").entered();
    check_free(path)?;
    let temporary = sibling(path).map_err(write)?;
    let copy = Layout::create(temporary.path().join("image"))?;
    let image = layout.image()?;
    for digest in image.manifest.layers.iter().map(|layer| &layer.digest) {
        copy_blob(layout, &copy, digest).map_err(write)?;
    }
    copy_blob(layout, &copy, &image.manifest.config.digest).map_err(write)?;
    copy.write_manifest(&image.manifest)?;
    store::replace_directory(copy.path(), path).map_err(write)
}

/// A copy, not a hard link: the directory is the user's to change, the store is not.
fn copy_blob(from: &Layout, to: &Layout, digest: &oci::Digest) -> io::Result<()> {
    fs_err::copy(from.blob_path(digest), to.blob_path(digest)).map(drop)
}

/// A temporary directory beside `path`, so that a rename is enough.
fn sibling(path: &Path) -> io::Result<tempfile::TempDir> {
    let parent = parent(path);
    fs_err::create_dir_all(parent)?;
    tempfile::Builder::new()
        .prefix(".coracle-")
        .tempdir_in(parent)
}

fn parent(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

fn write_archive(layout: &Layout, image: &ImageName, path: &Path) -> Result<(), OutputError> {
    let write = |source| OutputError::Write {
        path: path.to_owned(),
        source,
    };
    let _step = tracing::info_span!("step", title = "Writing the image archive").entered();
    fs_err::create_dir_all(parent(path)).map_err(write)?;
    let mut file = tempfile::Builder::new()
        .prefix(".coracle-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(parent(path))
        .map_err(write)?;
    let mut writer = BufWriter::with_capacity(1 << 17, &mut file);
    write_docker_archive(layout, &image.to_string(), &mut writer)?;
    writer.flush().map_err(write)?;
    drop(writer);
    file.persist(path).map_err(|error| write(error.error))?;
    Ok(())
}

fn load_into_docker(layout: &Layout, image: &ImageName) -> Result<(), OutputError> {
    let _step = tracing::info_span!("step", title = "Loading the image into docker").entered();
    let program = which::which("docker").map_err(|_| OutputError::NoDocker)?;
    let start = |source| OutputError::Start {
        program: program.clone(),
        source,
    };
    let mut child = Command::new(&program)
        .args(["load", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(start)?;
    let stdin = child.stdin.take();
    let written = stdin.map_or(Ok(()), |stdin| {
        write_docker_archive(layout, &image.to_string(), BufWriter::new(stdin))
    });
    let mut output = String::new();
    if let Some(stderr) = &mut child.stderr {
        stderr.read_to_string(&mut output).map_err(start)?;
    }
    if child.wait().map_err(start)?.success() {
        return Ok(written?);
    }
    Err(OutputError::Docker {
        output: output.trim().to_owned(),
    })
}

fn push(layout: &Layout, crane: &Path, image: &ImageName) -> Result<(), OutputError> {
    let _step = tracing::info_span!("step", title = "Pushing the image").entered();
    let output = Command::new(crane)
        .arg("push")
        .arg(layout.path())
        .arg(image.to_string())
        .stdin(Stdio::null())
        .output()
        .map_err(|source| OutputError::Start {
            program: crane.to_owned(),
            source,
        })?;
    if output.status.success() {
        return Ok(());
    }
    let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(OutputError::Push {
        image: image.clone(),
        reason: push_failure(&output),
        output,
    })
}

/// The registry's error codes (OCI distribution specification, "Error Codes") and the statuses that
/// registries without them answer with.
fn push_failure(output: &str) -> PushFailure {
    let says = |words: &[&str]| words.iter().any(|word| output.contains(word));
    if says(&[
        "UNAUTHORIZED",
        "DENIED",
        "401 Unauthorized",
        "403 Forbidden",
        "unauthorized",
    ]) {
        PushFailure::Refused
    } else if says(&[
        "NAME_INVALID",
        "NAME_UNKNOWN",
        "TAG_INVALID",
        "parsing reference",
    ]) {
        PushFailure::Name
    } else {
        PushFailure::Network
    }
}

#[cfg(test)]
#[path = "output_tests.rs"]
mod tests;
