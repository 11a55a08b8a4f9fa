//! `crane`, the program that talks to registries.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place where the platform starts `crane`"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use oci::Layout;

use crate::ImageName;
use crate::credential_files;
use crate::limited_program::{LimitedProgram, patience};
use crate::output_error::{OutputError, PushFailure};

/// Pushes the image of a layout as `reference`, which is its name or the same with its digest. `crane` tries
/// again by itself what may pass.
///
/// # Errors
/// [`OutputError::Push`] says why the registry doesn't have the image now.
pub(crate) fn push(
    layout: &Layout,
    program: &Path,
    image: &ImageName,
    reference: &str,
) -> Result<(), OutputError> {
    let _step = tracing::info_span!("step", title = format!("Pushing {image}")).entered();
    let layers = layout.image()?.manifest.layers;
    let limit = patience(layers.iter().map(|layer| layer.size).sum());
    let path = layout.path().display().to_string();
    crane(program, image, &["push", &path, reference], limit).map(drop)
}

/// Runs `crane` for at most `limit` and returns its standard output. `image` is what it is about.
///
/// # Errors
/// [`OutputError::Push`] when it fails or is ended.
pub(crate) fn crane(
    program: &Path,
    image: &ImageName,
    arguments: &[&str],
    limit: Duration,
) -> Result<String, OutputError> {
    let mut command = Command::new(program);
    let crane = LimitedProgram::start(command.args(arguments).stdin(Stdio::null()));
    let said = crane.and_then(|crane| crane.finish(limit));
    let said = said.map_err(|source| OutputError::Start {
        program: program.to_owned(),
        source,
    })?;
    if said.is_success() {
        return Ok(said.output);
    }
    Err(OutputError::Push {
        image: image.clone(),
        reason: match said.status {
            Some(_) => credential_files::failure(&said.errors)
                .unwrap_or_else(|| push_failure(&said.errors)),
            // It starts nothing but credential helpers.
            None if said.had_child => PushFailure::HelperNoEnd { waited: said.limit },
            None => PushFailure::NoEnd { waited: said.limit },
        },
        output: told_once(&said.errors).into(),
    })
}

/// What crane says without what it says twice: why a request for the headers of something failed, which is then made
/// for the whole, and fails by the same.
fn told_once(output: &str) -> String {
    let last = output.lines().last().unwrap_or_default();
    let reason = last.strip_prefix("Error: ").unwrap_or(last);
    let is_other = |line: &&str| {
        let first = line.split_once("falling back on GET: ");
        first.is_none_or(|(_, first)| first != reason)
    };
    output
        .lines()
        .filter(is_other)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The words of docker's configuration and credential helpers, whatever else those say; the registry's error
/// codes (OCI distribution specification, "Error Codes") and the statuses that
/// registries without them answer with.
fn push_failure(output: &str) -> PushFailure {
    let says = |words: &[&str]| words.iter().any(|word| output.contains(word));
    if says(&["loading config file", "parsing config file"]) {
        PushFailure::Configuration
    } else if says(&["error getting credentials"]) {
        PushFailure::Helper
    } else if says(&[
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
    } else if says(&["UNSUPPORTED", "405 Method Not Allowed"]) {
        PushFailure::ReadOnly
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
    fn a_reason_is_told_once() {
        let reason =
            "Get \"https://localhost:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused";
        let head = "2026/11/22 05:30:22 HEAD request failed, falling back on GET:";
        let twice = format!("{head} {reason}\nError: {reason}\n");
        assert_eq!(told_once(&twice), format!("Error: {reason}"));
        let two = format!("{head} 403 Forbidden\nError: {reason}");
        assert_eq!(told_once(&two), two);
        assert_eq!(told_once(""), "");
    }

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
            (
                "parsing config file config.json: invalid character 'x'",
                PushFailure::Configuration,
            ),
            (
                "loading config file config.json: open config.json: permission denied",
                PushFailure::Configuration,
            ),
            (
                "error getting credentials - err: exec: \"docker-credential-x\": executable file not found in $PATH",
                PushFailure::Helper,
            ),
            (
                "error getting credentials - err: exit status 1, out: `unauthorized`",
                PushFailure::Helper,
            ),
            (
                "UNSUPPORTED: The operation is unsupported.",
                PushFailure::ReadOnly,
            ),
            (
                "unexpected status code 405 Method Not Allowed",
                PushFailure::ReadOnly,
            ),
        ];
        for (output, expected) in cases {
            assert_eq!(push_failure(output), expected, "{output}");
        }
    }
}
