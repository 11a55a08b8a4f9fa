//! Where `crane` takes credentials from (`pkg/authn/keychain.go` of go-containerregistry): docker's configuration,
//! else podman's. Of what is wrong there it often says no more than how the JSON breaks off, as it would of an answer
//! from a registry; so the files are looked at.

#![expect(
    clippy::disallowed_methods,
    reason = "the variables that crane itself reads for credentials"
)]

use std::env;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::output_error::PushFailure;

/// What of docker's configuration names programs.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Configuration {
    creds_store: Option<IgnoredAny>,
    cred_helpers: Option<IgnoredAny>,
}

/// What is wrong with the source of credentials, when `crane` complained of JSON and named nobody.
pub(crate) fn failure(output: &str) -> Option<PushFailure> {
    if !is_of_json(output) {
        return None;
    }
    let directory = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let directory = |name: &str| directory(name).map(PathBuf::from);
    let docker = [
        directory("HOME").map(|home| home.join(".docker/config.json")),
        directory("DOCKER_CONFIG").map(|directory| directory.join("config.json")),
    ];
    let podman = [
        directory("REGISTRY_AUTH_FILE"),
        directory("XDG_RUNTIME_DIR").map(|directory| directory.join("containers/auth.json")),
    ];
    let first = |places: [Option<PathBuf>; 2]| {
        let mut texts = places.into_iter().flatten().filter_map(read);
        texts.next()
    };
    of_files(first(docker).as_deref(), first(podman).as_deref())
}

fn read(path: impl AsRef<Path>) -> Option<String> {
    fs_err::read_to_string(path.as_ref()).ok()
}

/// Whether the whole complaint is one of Go's decoder for JSON.
fn is_of_json(output: &str) -> bool {
    let last = output
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("Error: "));
    last.is_some_and(|error| {
        ["EOF", "unexpected EOF"].contains(&error.trim())
            || error.starts_with("invalid character ")
            || error.starts_with("json: ")
    })
}

/// With docker's configuration, podman's isn't read.
fn of_files(docker: Option<&str>, podman: Option<&str>) -> Option<PushFailure> {
    if let Some(docker) = docker {
        let Configuration {
            creds_store,
            cred_helpers,
        } = serde_json::from_str(docker).ok()?;
        let has_helper = creds_store.is_some() || cred_helpers.is_some();
        return has_helper.then_some(PushFailure::Helper);
    }
    let is_json = serde_json::from_str::<serde_json::Map<_, _>>(podman?).is_ok();
    (!is_json).then_some(PushFailure::AuthFile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_complaint_of_json_may_be_of_credentials() {
        for output in [
            "Error: EOF",
            "2026/11/22 05:30:22 retrying\nError: unexpected EOF\n",
            "Error: invalid character 'o' in literal null (expecting 'u')",
            "Error: json: cannot unmarshal string into Go value",
        ] {
            assert!(is_of_json(output), "{output}");
        }
        for output in [
            "Error: Get \"https://registry.example/v2/\": EOF",
            "Error: MANIFEST_UNKNOWN: manifest unknown",
            "",
        ] {
            assert!(!is_of_json(output), "{output}");
        }
    }

    #[test]
    fn a_helper_or_podmans_file_is_to_blame_where_there_is_one() {
        let helper = "{\"credsStore\":\"x\"}";
        let of_host = "{\"credHelpers\":{\"registry.example\":\"x\"}}";
        for (docker, podman, expected) in [
            (Some(helper), None, Some(PushFailure::Helper)),
            (Some(of_host), Some("{"), Some(PushFailure::Helper)),
            (Some("{\"auths\":{}}"), Some("{"), None),
            (None, Some("{\"auths\": {"), Some(PushFailure::AuthFile)),
            (None, Some("{\"auths\":{}}"), None),
            (None, None, None),
        ] {
            assert_eq!(of_files(docker, podman), expected, "{docker:?} {podman:?}");
        }
    }
}
