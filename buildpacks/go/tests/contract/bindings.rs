//! What the platform mounts for a build.

use testkit::Lifecycle;

use crate::apps;

const APP: &str = "
-- go.mod --
module example.com/app

go 1.21
-- main.go --
package main

func main() {}
";

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

#[track_caller]
fn bound(text: &str) -> Lifecycle {
    let lifecycle = apps::app(APP);
    testkit::write_into(&lifecycle.path("platform"), text);
    lifecycle
}

#[test]
fn certificates_of_bindings_are_trusted_by_the_build_alone() {
    let lifecycle = bound(&format!(
        "-- bindings/ours/type --\nca-certificates\n-- bindings/ours/ca.pem --\n{CERTIFICATE}"
    ));
    let log = lifecycle.succeeds();
    assert!(
        log.contains("- Trusting the certificates of ours\n"),
        "{log}"
    );
    assert_eq!(testkit::tree(&lifecycle.path("tmp")), "");
}

#[test]
fn a_binding_that_cannot_be_used_is_named() {
    let lifecycle =
        bound("-- bindings/ours/type --\nca-certificates\n-- bindings/ours/ca.pem --\nsecret\n");
    let message = lifecycle.is_refused(1);
    assert!(
        message.contains("The entry ca.pem of the binding ours"),
        "{message}"
    );
    assert!(!message.contains("secret"), "{message}");
    let lifecycle = bound("-- elsewhere/ours/.netrc --\n");
    let root = lifecycle.path("platform/elsewhere").display().to_string();
    let message = lifecycle
        .with_variable("SERVICE_BINDING_ROOT", &root)
        .is_refused(1);
    assert!(message.contains("(bindings/no-type)"), "{message}");
}

#[test]
fn secrets_of_the_build_are_left_nowhere() {
    const CANARY: &str = "c4n4ry";
    let key = format!("-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n");
    let lifecycle = bound(&format!(
        "-- bindings/ours/type --\nca-certificates\n-- bindings/ours/ca.pem --\n{CERTIFICATE}{key}\
         -- bindings/ci/type --\nnetrc\n-- bindings/ci/.netrc --\nmachine example.com password {CANARY}\n\
         -- bindings/git/type --\ngit-credentials\n-- bindings/git/credentials --\npassword={CANARY}\n"
    ))
    .with_variable("API_TOKEN", CANARY)
    .with_variable("BP_NOBODY_KNOWS", CANARY)
    .with_variable("BP_LOG_LEVEL", "DEBUG")
    .with_variable("BPE_TOKEN", CANARY);
    lifecycle.write_app(&format!("-- .env --\nTOKEN={CANARY}\n"));
    let log = lifecycle.succeeds();
    assert!(!log.contains(CANARY), "{log}");
    // What the user puts into the image is there, and there alone.
    let value = "ROOT/layers/environment/env.launch/TOKEN.override";
    assert_eq!(lifecycle.files_with(CANARY), [value]);
}
