//! The programs that take an image further: `docker`, to a daemon, and `crane`, to a registry.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where the platform starts `docker` and `crane`"
)]

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use oci::{Layout, write_docker_archive};

use crate::ImageName;
use crate::output_error::{OutputError, PushFailure};

/// How often it is looked whether a push has ended.
const POLL: Duration = Duration::from_millis(20);

/// How long a daemon may take to say its version.
const ANSWER: Duration = Duration::from_mins(1);

/// The `docker` program.
fn docker() -> Result<PathBuf, OutputError> {
    which::which("docker").map_err(|_| OutputError::NoDocker)
}

/// Whether the `docker` program is there and reaches its daemon.
///
/// # Errors
/// [`OutputError::NoDocker`] and [`OutputError::NoDaemon`].
pub fn check_docker() -> Result<(), OutputError> {
    check_daemon(&docker()?)
}

/// Asks `docker` for the version of its daemon, which fails where none can be reached.
fn check_daemon(docker: &Path) -> Result<(), OutputError> {
    let result = run(Command::new(docker).arg("version"), ANSWER);
    match result.map_err(|source| OutputError::Start {
        program: docker.to_owned(),
        source,
    })? {
        Said {
            status: Some(status),
            ..
        } if status.success() => Ok(()),
        said => Err(OutputError::NoDaemon {
            output: said.errors,
        }),
    }
}

/// Loads the image of a layout into the Docker daemon that the `docker` program talks to.
///
/// # Errors
/// When there is no `docker`, when it fails, or when the layout can't be read.
pub fn load_into_docker(layout: &Layout, image: &ImageName) -> Result<(), OutputError> {
    let _step =
        tracing::info_span!("step", title = format!("Loading {image} into docker")).entered();
    let program = docker()?;
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

/// Pushes the image of a layout with `crane`, which tries again by itself what may pass.
///
/// # Errors
/// [`OutputError::Push`] says why the registry doesn't have the image now.
pub(crate) fn push(layout: &Layout, crane: &Path, image: &ImageName) -> Result<(), OutputError> {
    let title = format!("Pushing {image}");
    push_as(layout, crane, image, &image.to_string(), &title)
}

/// [`push`] under another reference of the image's repository.
pub(crate) fn push_as(
    layout: &Layout,
    program: &Path,
    image: &ImageName,
    reference: &str,
    title: &str,
) -> Result<(), OutputError> {
    let _step = tracing::info_span!("step", title).entered();
    let layers = layout.image()?.manifest.layers;
    let patience = patience(layers.iter().map(|layer| layer.size).sum());
    let path = layout.path().display().to_string();
    let said = crane(program, &["push", &path, reference], patience)?;
    said.into_success(image).map(drop)
}

/// What a program said before it ended or was ended.
#[derive(Debug)]
pub(crate) struct Said {
    status: Option<ExitStatus>,
    output: String,
    errors: String,
    waited: Duration,
}

impl Said {
    /// Standard output, or what is the matter with the image of this name.
    pub(crate) fn into_success(self, image: &ImageName) -> Result<String, OutputError> {
        if self.status.is_some_and(|status| status.success()) {
            return Ok(self.output);
        }
        Err(OutputError::Push {
            image: image.clone(),
            reason: match self.status {
                Some(_) => push_failure(&self.errors),
                None => PushFailure::NoEnd {
                    waited: self.waited,
                },
            },
            output: self.errors,
        })
    }
}

/// Runs `crane` for at most `limit`.
pub(crate) fn crane(
    program: &Path,
    arguments: &[&str],
    limit: Duration,
) -> Result<Said, OutputError> {
    run(Command::new(program).args(arguments), limit).map_err(|source| OutputError::Start {
        program: program.to_owned(),
        source,
    })
}

/// Runs a program for at most `limit`.
fn run(command: &mut Command, limit: Duration) -> io::Result<Said> {
    // Files, since nobody reads a pipe while we wait.
    let (mut output, mut errors) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let child = command
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(errors.try_clone()?)
        .spawn()?;
    Ok(Said {
        status: wait(child, limit)?,
        output: content(&mut output)?,
        errors: content(&mut errors)?,
        waited: limit,
    })
}

fn content(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

/// How long a push of so many bytes may take: a registry that takes a connection and never answers
/// would be waited for without end. 50 kB/s is less than a telephone gives.
pub(crate) fn patience(bytes: u64) -> Duration {
    Duration::from_mins(5) + Duration::from_secs(bytes / 50_000)
}

/// Waits for the end of a child; one that is still there after `limit` is killed, and has no status.
fn wait(mut child: Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(POLL);
    }
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
    } else if says(&["x509:", "tls: failed to verify certificate"]) {
        PushFailure::Certificate
    } else {
        PushFailure::Network
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_that_fails_is_somebodys_problem() {
        let cases = [
            (
                "UNAUTHORIZED: authentication required",
                PushFailure::Refused,
            ),
            ("unexpected status code 403 Forbidden", PushFailure::Refused),
            (
                "DENIED: requested access to the resource is denied",
                PushFailure::Refused,
            ),
            (
                "unexpected status code 401 Unauthorized",
                PushFailure::Refused,
            ),
            (
                "dial tcp 192.0.2.1:4010: i/o timeout, sha256:0401",
                PushFailure::Network,
            ),
            ("NAME_INVALID: invalid repository name", PushFailure::Name),
            (
                "dial tcp: lookup registry.example: no such host",
                PushFailure::Network,
            ),
            (
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                PushFailure::Certificate,
            ),
        ];
        for (output, expected) in cases {
            assert_eq!(push_failure(output), expected, "{output}");
        }
    }

    #[test]
    fn a_daemon_is_asked_before_it_is_needed() {
        check_daemon(Path::new("true")).unwrap();
        let error = check_daemon(Path::new("false")).unwrap_err();
        assert!(matches!(error, OutputError::NoDaemon { .. }), "{error}");
        let mut script = Command::new("sh");
        let said = run(script.args(["-c", "echo no >&2; echo yes; exit 3"]), ANSWER).unwrap();
        let status = said.status.and_then(|status| status.code());
        assert_eq!(
            (status, said.errors.as_str(), said.output.as_str()),
            (Some(3), "no", "yes")
        );
    }

    #[test]
    fn patience_grows_with_the_image_and_ends() {
        assert_eq!(patience(10_000_000), Duration::from_secs(500));
        let sleeper = || Command::new("sleep").arg("600").spawn().unwrap();
        assert_eq!(wait(sleeper(), Duration::ZERO).unwrap(), None);
        let quick = Command::new("false").spawn().unwrap();
        let status = wait(quick, Duration::from_mins(1)).unwrap();
        assert_eq!(status.and_then(|status| status.code()), Some(1));
    }
}
