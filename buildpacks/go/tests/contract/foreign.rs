//! An app whose files belong to another user than the build's, who may use them by their group.

use std::path::Path;

use crate::apps;

const APP: &str = "
-- go.mod --
module example.com/app

go 1.21
-- main.go --
package main

func main() {}
-- pages/index.html 0600 --
-- pages/deep/program 0700 --
-- pages/link -> index.html --
";

#[track_caller]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn an_app_of_another_user_is_built_as_if_it_were_ours() {
    let Some(lifecycle) = apps::app(APP).with_foreign_app() else {
        return;
    };
    lifecycle.succeeds();
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    pages               dir  0755
    pages/deep          dir  0755
    pages/deep/program  file 0755
    pages/index.html    file 0644
    pages/link          link -> index.html
    ");
}

#[test]
fn a_file_that_the_build_may_not_read_is_named_with_its_owner() {
    let Some(lifecycle) = apps::app(APP).with_foreign_app() else {
        return;
    };
    set_mode(&lifecycle.path("app/pages/index.html"), 0o600);
    insta::assert_snapshot!(lifecycle.is_refused(4), @"
    [Error: A file of the app can't be read]
    The build runs as the user 0 and may not read:
    ROOT/app/pages/index.html

    It belongs to the user 12345 and has the mode 0600. On Kubernetes
    fsGroup: 0 in the pod's securityContext opens its volumes to the
    build. Elsewhere, run this in the app's directory before the build:
    chown -R 0:0 .

    Details: Permission denied (os error 13)
    (files/not-readable)
    ");
}

#[test]
fn a_file_that_the_build_does_not_need_may_be_unreadable() {
    let app = format!("{APP}-- .env 0600 --\n");
    let Some(lifecycle) = apps::app(&app).with_foreign_app() else {
        return;
    };
    set_mode(&lifecycle.path("app/.env"), 0o600);
    lifecycle.succeeds();
}

#[test]
fn a_file_of_ours_that_nobody_may_read_is_made_readable() {
    let Some(lifecycle) = apps::app(APP).with_foreign_app() else {
        return;
    };
    let page = lifecycle.path("app/pages/index.html");
    fs_err::os::unix::fs::lchown(&page, Some(0), None).unwrap();
    set_mode(&page, 0);
    lifecycle.succeeds();
    let tree = testkit::tree_without_digests(&lifecycle.path("app"));
    assert!(tree.contains("pages/index.html    file 0644"), "{tree}");
}

#[test]
fn a_directory_that_the_build_may_not_write_to_is_named_with_its_owner() {
    let Some(lifecycle) = apps::app(APP).with_foreign_app() else {
        return;
    };
    set_mode(&lifecycle.path("app"), 0o755);
    let message = lifecycle.is_refused(4);
    let (message, _) = message.split_once("\n\nDetails: ").unwrap();
    insta::assert_snapshot!(message, @"
    [Error: The app directory can't be changed]
    The build runs as the user 0 and may not change what is in:
    ROOT/app

    It belongs to the user 12345 and has the mode 0755. On Kubernetes
    fsGroup: 0 in the pod's securityContext opens its volumes to the
    build. Elsewhere, run this in the app's directory before the build:
    chown -R 0:0 .
    ");
}

#[test]
fn a_directory_that_can_not_be_replaced_keeps_its_content() {
    let Some(lifecycle) = apps::app(APP).with_foreign_app() else {
        return;
    };
    set_mode(&lifecycle.path("app/pages/deep"), 0o755);
    let built = lifecycle.build();
    assert_eq!(built.status, 4, "{built:?}");
    assert!(built.errors.contains("ROOT/app/pages/deep\n"), "{built:?}");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    pages               dir  2775
    pages/deep          dir  0755
    pages/deep/program  file 0760
    pages/index.html    file 0660
    pages/link          link -> index.html
    ");
}
