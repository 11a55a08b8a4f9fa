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
      To have them in the image all the same, name them among all that stays:
      BP_KEEP_FILES=.env
    ");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    .env.example  file 0644
    page.html     file 0644
    ");
}

#[test]
fn what_the_user_keeps_is_in_the_image_whatever_it_is_and_nothing_else() {
    let lifecycle = apps::app(APP).with_variable("BP_KEEP_FILES", ".env:*.go:nowhere/*");
    let log = lifecycle.succeeds();
    insta::assert_snapshot!(end_of(&log), @"
    - Leaving out 2 source files
      and 3 others because of BP_KEEP_FILES; BP_KEEP_FILES names all that stays
    ");
    let warning = "\nWarning: BP_KEEP_FILES: nowhere/* matches no file. Check its spelling.\n";
    assert_eq!(log.matches("Warning: ").count(), 1, "{log}");
    assert!(log.contains(warning), "{log}");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    .env     file 0644
    main.go  file 0644
    ");
}

#[test]
fn a_pattern_that_is_none_is_told_before_anything_is_compiled() {
    let lifecycle = apps::app(APP).with_variable("BP_KEEP_FILES", "a[");
    let message = lifecycle.is_refused(1);
    assert!(message.contains("(files/pattern)"), "{message}");
}

const IGNORING: &str = "
-- go.mod --
module example.com/app

go 1.21
-- main.go --
package main

import _ \"embed\"

//go:embed notes/embedded.md
var notes string

func main() { print(notes) }
-- notes/embedded.md --
embedded
-- README.md --
-- static/app.js --
-- static/app.js.map --
-- node_modules/.cache/x --
-- .dockerignore --
# for a Dockerfile that copies what was made before
*
!static
**/*.map
";

#[test]
fn what_dockerignore_leaves_out_is_compiled_and_not_in_the_image() {
    let lifecycle = apps::app(IGNORING);
    insta::assert_snapshot!(end_of(&lifecycle.succeeds()), @"
    - Leaving out 2 source files
      and 5 others because of .dockerignore; BP_KEEP_FILES names all that stays
    ");
    assert_eq!(apps::run_program(&lifecycle, "app"), "embedded\n");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    static         dir  0755
    static/app.js  file 0644
    ");
}

#[test]
fn a_cleared_source_leaves_nothing() {
    let lifecycle = apps::app(APP).with_variable("GOOGLE_CLEAR_SOURCE", "true");
    let log = lifecycle.succeeds();
    assert!(
        log.contains("because of GOOGLE_CLEAR_SOURCE; BP_KEEP_FILES"),
        "{log}"
    );
    assert_eq!(testkit::tree(&lifecycle.path("app")), "");
}

#[test]
fn a_dockerignore_that_is_none_is_told_before_anything_is_compiled() {
    let lifecycle = apps::app(APP);
    lifecycle.write_app("-- .dockerignore --\n*.md\nstatic/[id\n");
    let message = lifecycle.is_refused(1);
    assert!(message.contains("static/[id\n       ^\n"), "{message}");
}
