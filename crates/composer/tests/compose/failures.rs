//! What must be refused, and what must be found before anything is downloaded.

use composer::{ComposeError, Composer, ImageReport};
use explain::{Explain as _, Kind};

use super::*;

fn small(composer: &Composer, bench: &Bench) -> Result<ImageReport, ComposeError> {
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
    unknown field `directory`, expected one of `description`, `extends`, `packages`, `resolve-dependencies`, `exclude`, `select`, `steps`, `directories`, `files`, `links`, `users`, `groups`, `applets`, `image`
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
fn a_version_that_is_gone_is_replaced_with_all_of_its_source() {
    let mut bench = Bench::locked();
    bench.forget_downloads();
    bench.repository.clear();
    bench.repository.add(
        "words",
        "1",
        "Source: book\n",
        "-- usr/share/words/en --\na b c\n",
    );
    bench.repository.add(
        "words",
        "2",
        "Source: book\n",
        "-- usr/share/words/en --\na b c d\n",
    );
    bench.repository.add(
        "tool",
        "2.0",
        "Source: book\n",
        "-- usr/bin/tool --\n#!tool 2\n-- usr/bin/debug-t --\n",
    );

    let report = small(&bench.trusting(), &bench).unwrap();
    assert_eq!(report.replaced, ["tool 2.0", "words 2"]);

    bench.forget_downloads();
    let settings = bench.repository.publish(TRUSTED);
    let error = small(&bench.composer(settings, true), &bench).unwrap_err();
    insta::assert_snapshot!(error.explain().render(), @"
    [Error: Debian no longer has locked versions]
    Debian's mirrors keep only the newest version of a package. Gone are:
    tool 1.0

    With --locked nothing else may be used. To lock today's versions, run:
    coracle stack lock
    (stack/superseded)
    ");
}

#[test]
fn a_package_that_was_tampered_with_is_refused() {
    let bench = Bench::locked();
    bench.forget_downloads();
    let path = bench.repository.path("tool_1.0_all.deb");
    let mut bytes = fs_err::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs_err::write(&path, bytes).unwrap();

    let error = small(&bench.trusting(), &bench).unwrap_err();

    assert_eq!(error.explain().id, "apt/untrusted");
    let kept = names(&bench.cache.path().join("downloads/debs"));
    assert_eq!(kept, Vec::<String>::new());
}

#[test]
fn a_version_with_other_bytes_than_the_locked_ones_is_refused() {
    let mut bench = Bench::locked();
    bench.forget_downloads();
    bench.repository.clear();
    bench.repository.add(
        "words",
        "1",
        "Source: book\n",
        "-- usr/share/words/en --\nchanged\n",
    );
    bench.repository.add(
        "tool",
        "1.0",
        "Source: book\n",
        "-- usr/bin/tool --\nchanged\n",
    );
    let error = small(&bench.trusting(), &bench).unwrap_err();
    assert_eq!(
        (error.explain().id, error.explain().kind),
        ("apt/altered", Kind::Network)
    );
}

#[test]
fn an_index_without_a_good_signature_is_refused() {
    let bench = Bench::locked();
    bench.forget_downloads();
    let settings = bench.repository.publish("");
    let refused = || {
        let composer = bench.composer(settings.clone(), false);
        small(&composer, &bench).unwrap_err().explain().id
    };
    assert_eq!(refused(), "apt/unreachable");

    fs_err::write(bench.repository.path("Release"), "Origin: Debian\n").unwrap();
    assert_eq!(refused(), "apt/untrusted");

    let forged = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nOrigin: Debian\n\
                  -----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCgAdFiEE\n=AAAA\n-----END PGP SIGNATURE-----\n";
    fs_err::write(bench.repository.path("InRelease"), forged).unwrap();
    assert_eq!(refused(), "apt/untrusted");
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
