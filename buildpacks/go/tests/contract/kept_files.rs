//! What of the app is in the image, beside its programs.

use crate::apps;

const APP: &str = "
-- go.mod --
module example.com/app

go 1.21
-- main.go --
package main

func main() {}
-- .env --
TOKEN=secret
-- .env.example --
TOKEN=
-- .git/HEAD --
ref: refs/heads/main
-- lib/testdata/.env --
-- page.html --
";

/// The log from where the app directory is cleared.
fn end_of(log: &str) -> &str {
    let start = log.find("- Leaving out ").unwrap();
    &log[start..]
}

#[test]
fn secrets_are_left_out_and_told_of() {
    let lifecycle = apps::app(APP);
    insta::assert_snapshot!(end_of(&lifecycle.succeeds()), @"
    - Leaving out 5 source files
    Warning: Not in the image, because such files hold secrets: .env
      Secrets belong in the environment of the container. An app that reads such a file
      when it runs needs the variables there instead.
      To have them in the image all the same, set:
      BP_KEEP_FILES=.env
    ");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    .env.example  file 0644
    page.html     file 0644
    ");
}

#[test]
fn what_the_user_keeps_is_in_the_image_whatever_it_is() {
    let lifecycle = apps::app(APP).with_variable("BP_KEEP_FILES", ".env:*.go:nowhere/*");
    let log = lifecycle.succeeds();
    insta::assert_snapshot!(end_of(&log), @"- Leaving out 3 source files");
    let warning = "\nWarning: BP_KEEP_FILES: nowhere/* matches no file. Check its spelling.\n";
    assert_eq!(log.matches("Warning: ").count(), 1, "{log}");
    assert!(log.contains(warning), "{log}");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    .env          file 0644
    .env.example  file 0644
    main.go       file 0644
    page.html     file 0644
    ");
}

#[test]
fn a_pattern_that_is_none_is_told_before_anything_is_compiled() {
    let lifecycle = apps::app(APP).with_variable("BP_KEEP_FILES", "a[");
    let message = lifecycle.is_refused(1);
    assert!(message.contains("(files/pattern)"), "{message}");
}
