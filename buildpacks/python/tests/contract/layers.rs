//! What is kept from build to build.

use crate::apps::{self, calls};

const APP: &str = "-- requirements.txt --\ngunicorn\n-- main.py --\nprint(1)\n";

#[test]
fn an_unchanged_app_installs_nothing() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    let first = calls(&lifecycle);
    lifecycle.restore();
    lifecycle.write_app("-- main.py --\nprint(2)\n");
    let log = lifecycle.succeeds();
    for line in [
        "python-3.13: reused",
        "uv-cache: reused",
        "venv: reused",
        "python-environment: reused",
        "  1 packages",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert_eq!(calls(&lifecycle), first);
    assert!(!lifecycle.path("layers/venv").exists());
    assert!(
        lifecycle
            .processes()
            .contains("ROOT/layers/venv/bin/python")
    );
}

#[test]
fn another_requirement_makes_the_environment_anew() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    lifecycle.restore();
    lifecycle.write_app("-- requirements.txt --\ngunicorn\nflask\n");
    let log = lifecycle.succeeds();
    assert!(
        log.contains("venv: made anew, what the app needs changed\n"),
        "{log}"
    );
    assert!(log.contains("  2 packages\n"), "{log}");
}

#[test]
fn another_version_of_python_makes_everything_anew() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    lifecycle.restore();
    lifecycle.write_app("-- .python-version --\n3.11\n");
    let log = lifecycle.succeeds();
    assert!(log.contains("python-3.11: new\n"), "{log}");
    assert!(
        log.contains("venv: made anew, the version of Python changed from 3.13.5 to 3.11.2"),
        "{log}"
    );
    assert!(!lifecycle.path("layers/python-3.13.toml").exists());
}

#[test]
fn an_environment_that_nobody_knows_is_made_anew() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    lifecycle.restore();
    fs_err::remove_dir_all(lifecycle.path("layers/uv-cache")).unwrap();
    fs_err::remove_file(lifecycle.path("layers/uv-cache.toml")).unwrap();
    let log = lifecycle.succeeds();
    let line = "venv: made anew, what is known of it changed\n";
    assert!(log.contains(line), "{log}");
}

/// As when a build was cut off after it wrote to the cache and before there was an image.
#[test]
fn an_environment_that_is_older_than_the_record_is_made_anew() {
    let lifecycle = apps::app(APP);
    lifecycle.succeeds();
    lifecycle.restore();
    let record = lifecycle.path("layers/uv-cache/coracle-environment.json");
    let text = fs_err::read_to_string(&record).unwrap();
    assert!(text.contains("\"1.0\""), "{text}");
    fs_err::write(&record, text.replace("\"1.0\"", "\"2.0\"")).unwrap();
    let log = lifecycle.succeeds();
    let line = "venv: made anew, what is known of it changed\n";
    assert!(log.contains(line), "{log}");
    lifecycle.restore();
    let log = lifecycle.succeeds();
    assert!(log.contains("venv: reused\n"), "{log}");
}

#[test]
fn the_content_of_a_local_package_counts() {
    let lifecycle =
        apps::app("-- requirements.txt --\n./libs/one\n-- libs/one/setup.py --\n-- main.py --\n");
    lifecycle.succeeds();
    lifecycle.restore();
    lifecycle.write_app("-- libs/one/setup.py --\n# changed\n");
    assert!(
        lifecycle
            .succeeds()
            .contains("venv: made anew, what the app needs changed\n")
    );
}

#[test]
fn a_failed_installation_leaves_nothing() {
    let lifecycle = apps::app("-- requirements.txt --\nflask\nbroken\n-- main.py --\n");
    let message = lifecycle.is_refused(1);
    assert!(message.contains("libpq-fe.h"), "{message}");
    assert!(!lifecycle.path("layers/venv").exists());
    assert!(!lifecycle.path("layers/venv.toml").exists());
}

#[test]
fn a_failed_installation_takes_nothing_from_the_caches() {
    let lifecycle = apps::app(APP);
    fs_err::create_dir_all(lifecycle.path(".caches")).unwrap();
    lifecycle.succeeds();
    let kept = || testkit::tree_without_digests(&lifecycle.path(".caches/layers/uv-cache"));
    let before = kept();
    assert!(!before.is_empty() && !lifecycle.path("layers/uv-cache").exists());
    lifecycle.restore();
    lifecycle.write_app("-- requirements.txt --\nflask\nbroken\n");
    let _ = lifecycle.is_refused(1);
    assert_eq!(kept(), before);
}

#[test]
fn a_version_that_is_not_bundled_is_fetched_once() {
    let lifecycle = apps::app(&format!("{APP}-- .python-version --\n3.12\n"));
    let log = lifecycle.succeeds();
    assert!(log.contains("- Python 3.12, the newest patch\n"), "{log}");
    assert!(
        log.contains("fetched-3.12: new\n") && log.contains("python-3.12.11: new\n"),
        "{log}"
    );
    assert!(
        lifecycle
            .path("layers/python-3.12.11/lib/python3.12/os.py")
            .exists()
    );
    assert!(
        !lifecycle
            .path("layers/python-3.12.11/lib/python3.12/test")
            .exists()
    );
    lifecycle.restore();
    let log = lifecycle.succeeds();
    for line in [
        "fetched-3.12: reused\n",
        "python-3.12.11: reused\n",
        "venv: reused\n",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    assert_eq!(calls(&lifecycle).matches("uv python install").count(), 1);
}
