//! What must be refused, and what must be found before anything is downloaded.

use composer::{ComposeError, Composer, ImageReport};
use explain::{Explain as _, Kind};

use super::*;

pub(crate) fn small(composer: &Composer, bench: &Bench) -> Result<ImageReport, ComposeError> {
    composer.compose_layout("small", &bench.out("image"))
}

fn rewrite(bench: &Bench, file: &str, from: &str, to: &str) {
    let path = bench.stack.path().join(file);
    let text = fs_err::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs_err::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_conflict_is_found_before_anything_is_downloaded() {
    let mut bench = Bench::new();
    bench
        .repository
        .add("rival", "1", "", "-- usr/bin/tool --\nother\n");
    rewrite(
        &bench,
        "small.toml",
        "words = [",
        "rival = [\"usr/bin/tool\"]\nwords = [",
    );
    bench.trusting().lock().unwrap();
    bench.forget_downloads();

    let error = small(&bench.composer(without_archive(), false), &bench).unwrap_err();

    insta::assert_snapshot!(error.explain().render(), @"
    [Error: Two things claim one path]
    In the image small
    /usr/bin/tool
    comes from the package rival
    and from the package tool.

    Take it from one of them: leave it out of `select`, add it to `exclude`, or
    remove the table's line.
    (stack/conflict)
    ");
    assert_eq!(
        names(&bench.cache.path().join("downloads/debs")),
        Vec::<String>::new()
    );
}

#[test]
fn a_path_that_is_none_is_found_before_anything_is_downloaded() {
    let bench = Bench::locked();
    bench.forget_downloads();
    rewrite(&bench, "small.toml", "\"etc/alias\" =", "\"/etc/alias\" =");
    let error = small(&bench.composer(without_archive(), false), &bench).unwrap_err();
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: The files of small don't fit together]
    Look for the path in stack/small.toml and what it extends. Paths are written
    without a leading slash, and without `.` and `..`.

    Details: `/etc/alias` is no plain relative path
    (stack/tree)
    ");
}

#[test]
fn a_missing_file_is_found_before_anything_is_downloaded() {
    let bench = Bench::locked();
    bench.forget_downloads();
    rewrite(
        &bench,
        "small.toml",
        "usr/share/words/**",
        "usr/share/wrods/**",
    );
    let error = small(&bench.composer(without_archive(), false), &bench).unwrap_err();
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: words has no such file]
    stack/small.toml, or what it extends, takes from words the files
    usr/share/wrods/**
    but no file of the locked version matches.

    The files it has are listed in stack/debian.contents; change the pattern, or
    remove it.
    (stack/missing-file)
    ");
}

#[test]
fn a_conflict_of_whole_packages_names_both() {
    let mut bench = Bench::new();
    bench
        .repository
        .add("rival", "1", "", "-- usr/bin/tool --\nother\n");
    rewrite(&bench, "whole.toml", "[\"tool\"]", "[\"rival\", \"tool\"]");
    bench.trusting().lock().unwrap();
    let error = bench
        .trusting()
        .compose_directory("whole", &bench.out("root"))
        .unwrap_err();
    assert_eq!(error.explain().id, "stack/conflict");
    let body = error.explain().body;
    assert!(
        body.contains("/usr/bin/tool")
            && body.contains("rival")
            && body.contains("the package tool")
    );
}

#[test]
fn an_unknown_key_is_shown_where_it_stands() {
    let bench = Bench::locked();
    rewrite(&bench, "small.toml", "[directories]", "[directory]");
    let store = bench.store();
    let error = Composer::new(bench.stack.path(), &store, Architecture::Amd64, false).unwrap_err();
    let message = error.explain();
    assert_eq!(
        (message.id, message.kind),
        ("stack/definition", Kind::Yours)
    );
    insta::assert_snapshot!(message.details.unwrap(), @"
    TOML parse error at line 8, column 2
      |
    8 | [directory]
      |  ^^^^^^^^^
    unknown field `directory`, expected one of `description`, `extends`, `suite`, `packages`, `resolve-dependencies`, `exclude`, `select`, `steps`, `directories`, `files`, `links`, `users`, `groups`, `applets`, `image`
    ");
}

#[test]
fn a_package_that_is_not_locked_asks_for_a_lock() {
    let bench = Bench::locked();
    rewrite(&bench, "small.toml", "words = [", "new = []\nwords = [");
    let error = small(&bench.trusting(), &bench).unwrap_err();
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: The lock is older than the definitions]
    stack/small.toml, or what it extends, names packages that stack/debian.lock
    has no version of:
    new

    To lock them, run:
    coracle stack lock
    (stack/not-locked)
    ");
}

#[test]
fn a_package_that_the_archive_does_not_have_is_named() {
    let bench = Bench::new();
    rewrite(&bench, "whole.toml", "[\"tool\"]", "[\"tool\", \"tol\"]");
    let error = bench.trusting().lock().unwrap_err();
    assert_eq!(error.explain().id, "apt/unknown-package");
    assert!(!bench.stack.path().join("debian.lock").exists());
}

#[test]
fn sources_that_are_not_there_are_the_users() {
    let bench = Bench::locked();
    bench.forget_downloads();
    let error = small(&bench.composer(without_archive(), false), &bench).unwrap_err();
    assert_eq!(
        (error.explain().id, error.explain().kind),
        ("apt/sources", Kind::Yours)
    );
}

#[test]
fn an_image_that_is_none_is_said() {
    let bench = Bench::locked();
    let composer = bench.trusting();
    let error = composer
        .compose_layout("whole", &bench.out("x"))
        .unwrap_err();
    assert_eq!(error.explain().id, "stack/not-an-image");
    assert_eq!(composer.layouts(&[]).unwrap(), ["small"]);
    let named = ["small".to_owned(), "whole".to_owned()];
    let error = composer.layouts(&named).unwrap_err();
    assert_eq!(error.explain().id, "stack/not-an-image");
    let error = composer
        .compose_layout("smal", &bench.out("x"))
        .unwrap_err();
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: There is no image smal]
    An image is a file stack/<image>.toml. There are:
    small
    whole
    (stack/unknown-image)
    ");
}
