//! The Docker daemon that the `docker` program talks to.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where the platform starts `docker`"
)]

use std::io::{self, BufWriter, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use oci::{Layout, LayoutError, write_docker_archive};

use crate::ImageName;
use crate::limited_program::{ANSWER, LimitedProgram, patience};
use crate::output_error::OutputError;

/// The `docker` program.
fn docker() -> Result<PathBuf, OutputError> {
    which::which("docker").map_err(|_| OutputError::NoDocker)
}

fn not_started(program: &Path) -> impl Fn(io::Error) -> OutputError {
    |source| OutputError::Start {
        program: program.to_owned(),
        source,
    }
}

/// Whether the `docker` program is there and reaches its daemon.
///
/// # Errors
/// [`OutputError::NoDocker`] and [`OutputError::NoDaemon`].
pub fn check_docker() -> Result<(), OutputError> {
    let _step = tracing::info_span!("step", title = "Asking for docker's daemon").entered();
    check_daemon(&docker()?)
}

/// Asks `docker` for the version of its daemon, which fails where none can be reached.
fn check_daemon(docker: &Path) -> Result<(), OutputError> {
    let mut command = Command::new(docker);
    let program = LimitedProgram::start(command.arg("version").stdin(Stdio::null()));
    let said = program.and_then(|program| program.finish(ANSWER));
    let said = said.map_err(not_started(docker))?;
    if said.is_success() {
        return Ok(());
    }
    Err(OutputError::NoDaemon {
        output: said.errors,
    })
}

/// Loads the image of a layout into the Docker daemon that the `docker` program talks to.
///
/// # Errors
/// When there is no `docker`, when it fails or doesn't end, or when the layout can't be read.
pub fn load_into_docker(layout: &Layout, image: &ImageName) -> Result<(), OutputError> {
    let _step =
        tracing::info_span!("step", title = format!("Loading {image} into docker")).entered();
    let layers = layout.image()?.manifest.layers;
    let limit = patience(layers.iter().map(|layer| layer.size).sum());
    load(&docker()?, layout, image, limit)
}

fn load(
    docker: &Path,
    layout: &Layout,
    image: &ImageName,
    limit: Duration,
) -> Result<(), OutputError> {
    let mut command = Command::new(docker);
    let command = command.args(["load", "--quiet"]).stdin(Stdio::piped());
    let mut program = LimitedProgram::start(command).map_err(not_started(docker))?;
    let input = program.take_input();
    let write = || {
        input.map_or(Ok(()), |input| {
            write_docker_archive(layout, &image.to_string(), BufWriter::new(input))
        })
    };
    let (written, said) = std::thread::scope(|scope| {
        let writer = scope.spawn(write);
        // Ends the writer, too, whose pipe nobody reads then.
        let said = program.finish(limit);
        let written = writer.join();
        (
            written.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            said,
        )
    });
    let said = said.map_err(not_started(docker))?;
    match (written, said.status) {
        (Ok(()), Some(status)) if status.success() => Ok(()),
        // What docker says of half an archive would hide why it is half.
        (Err(error), _) if !is_unread(&error) => Err(error.into()),
        (_, Some(_)) => Err(OutputError::Docker {
            output: said.errors,
        }),
        (_, None) => Err(OutputError::DockerNoEnd {
            waited: said.limit,
            output: said.errors,
        }),
    }
}

/// Whether nobody read what was written, which is another's failure.
fn is_unread(error: &LayoutError) -> bool {
    matches!(error, LayoutError::Io { source, .. } if source.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
#[path = "docker_tests.rs"]
mod tests;
