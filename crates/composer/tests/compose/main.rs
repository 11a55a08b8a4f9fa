//! Images of packages made for the test, from an archive in a directory, through the real apt.

#![expect(clippy::disallowed_methods, reason = "dpkg-deb makes the packages")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod archives;
mod failures;
mod repository;
mod suites;

use std::path::Path;

use composer::{AptSettings, Architecture, Composer};
use store::Store;
use tempfile::TempDir;

use repository::{Repository, names};

const TRUSTED: &str = "[trusted=yes]";

const STACK: &str = r#"
-- small.toml --
description = "Some files of two packages."
steps = ["accounts", "package-records"]

[select]
tool = ["usr/bin/*", "!usr/bin/debug-*"]
words = ["usr/share/words/**"]

[directories]
"tmp" = "1777"

[files]
"etc/greeting" = "greeting"

[links]
"etc/alias" = "greeting"

[[users]]
name = "cnb"
uid = 1000
gid = 1000
home = "/home/cnb"
home-mode = "0755"
shell = "/bin/sh"

[[groups]]
name = "cnb"
gid = 1000

[image]
compression = "best"
user = "1000:1000"
env = { LANG = "C.UTF-8" }
labels = { distro = "test" }
-- whole.toml --
description = "A package and what it depends on."
packages = ["tool"]
resolve-dependencies = true
exclude = ["usr/share/doc/**"]
-- files/greeting --
hello
"#;

struct Bench {
    stack: TempDir,
    cache: TempDir,
    repository: Repository,
}

impl Bench {
    fn new() -> Self {
        let mut repository = Repository::new();
        repository.add(
            "words",
            "1",
            "Source: book\n",
            "-- usr/share/words/en --\na b c\n",
        );
        repository.add(
            "tool",
            "1.0",
            "Source: book\nDepends: words\n",
            "-- usr/bin/tool 4755 --\n#!tool\n-- usr/bin/alias -> tool --\n-- usr/bin/debug-tool --\n\
             -- usr/share/doc/tool/manual --\nread\n",
        );
        Self {
            stack: testkit::directory(STACK),
            cache: tempfile::tempdir().unwrap(),
            repository,
        }
    }

    /// With a lock of what is published.
    fn locked() -> Self {
        let bench = Self::new();
        let settings = bench.repository.publish(TRUSTED);
        bench.composer(settings, false).lock().unwrap();
        bench
    }

    fn store(&self) -> Store {
        Store::open(self.cache.path()).unwrap()
    }

    fn composer(&self, settings: AptSettings, locked: bool) -> Composer {
        let store = self.store();
        Composer::with_apt(
            self.stack.path(),
            &store,
            Architecture::Amd64,
            locked,
            settings,
        )
        .unwrap()
    }

    fn trusting(&self) -> Composer {
        self.composer(self.repository.publish(TRUSTED), false)
    }

    /// As on a machine that has nothing yet.
    fn forget_downloads(&self) {
        fs_err::remove_dir_all(self.cache.path().join("downloads")).unwrap();
    }

    fn out(&self, name: &str) -> std::path::PathBuf {
        self.cache.path().join(name)
    }
}

/// A composer that would fail if it asked apt for anything.
fn without_archive() -> AptSettings {
    AptSettings {
        sources: Some(Path::new("/nowhere").to_owned()),
    }
}

#[test]
fn an_image_holds_what_its_definition_says() {
    let bench = Bench::locked();
    bench
        .trusting()
        .compose_directory("small", &bench.out("root"))
        .unwrap();

    insta::assert_snapshot!(testkit::tree(&bench.out("root")), @"
    etc                            dir  0755
    etc/alias                      link -> greeting
    etc/greeting                   file 0644 5891b5b5
    etc/group                      file 0644 40aacdbd
    etc/passwd                     file 0644 eb6f312f
    home                           dir  0755
    home/cnb                       dir  0755
    tmp                            dir  1777
    usr                            dir  0755
    usr/bin                        dir  0755
    usr/bin/alias                  link -> tool
    usr/bin/tool                   file 0755 bfa5afe2
    usr/share                      dir  0755
    usr/share/doc                  dir  0755
    usr/share/doc/tool             dir  0755
    usr/share/doc/tool/copyright   file 0644 0cf9340d
    usr/share/doc/words            dir  0755
    usr/share/doc/words/copyright  file 0644 0cf9340d
    usr/share/words                dir  0755
    usr/share/words/en             file 0644 1a259534
    var                            dir  0755
    var/lib                        dir  0755
    var/lib/dpkg                   dir  0755
    var/lib/dpkg/status.d          dir  0755
    var/lib/dpkg/status.d/tool     file 0644 6b587601
    var/lib/dpkg/status.d/words    file 0644 5ef7759e
    ");
}

#[test]
fn whole_packages_come_with_their_dependencies() {
    let bench = Bench::locked();
    bench
        .trusting()
        .compose_directory("whole", &bench.out("root"))
        .unwrap();
    insta::assert_snapshot!(testkit::tree_without_digests(&bench.out("root")), @"
    usr                            dir  0755
    usr/bin                        dir  0755
    usr/bin/alias                  link -> tool
    usr/bin/debug-tool             file 0644
    usr/bin/tool                   file 0755
    usr/share                      dir  0755
    usr/share/doc                  dir  0755
    usr/share/doc/tool             dir  0755
    usr/share/doc/tool/copyright   file 0644
    usr/share/doc/words            dir  0755
    usr/share/doc/words/copyright  file 0644
    usr/share/words                dir  0755
    usr/share/words/en             file 0644
    ");
}

#[test]
fn composing_twice_gives_the_same_digest_and_asks_apt_once() {
    let bench = Bench::locked();
    bench.forget_downloads();
    let first = bench.trusting();
    first.prefetch(&["small", "whole"]).unwrap();
    let digest = |composer: &Composer, name: &str| {
        let report = composer.compose_layout("small", &bench.out(name)).unwrap();
        report.manifest_digest.unwrap()
    };
    let again = bench.composer(without_archive(), true);

    assert_eq!(digest(&first, "first"), digest(&again, "second"));
    assert_eq!(names(&bench.cache.path().join("tmp")), Vec::<String>::new());
    let image = oci::Layout::open(bench.out("first"))
        .unwrap()
        .image()
        .unwrap();
    assert_eq!(image.config.config.user.as_deref(), Some("1000:1000"));
    assert_eq!(
        image.config.config.env,
        Some(vec!["LANG=C.UTF-8".to_owned()])
    );
    assert_eq!(
        image.manifest.media_type.as_deref(),
        Some(oci::media_type::DOCKER_MANIFEST)
    );
}

#[test]
fn a_lock_says_what_changed_and_is_stable() {
    let mut bench = Bench::locked();
    let lock = fs_err::read_to_string(bench.stack.path().join("debian.lock")).unwrap();
    assert_eq!(bench.trusting().lock().unwrap().changes, []);
    let again = fs_err::read_to_string(bench.stack.path().join("debian.lock")).unwrap();
    assert_eq!(lock, again);

    bench
        .repository
        .add("words", "2", "", "-- usr/share/words/en --\na b c d\n");
    let report = bench.trusting().lock().unwrap();
    let changes: Vec<String> = report.changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        ["amd64 trixie words: 1 -> 2", "arm64 trixie words: 1 -> 2"]
    );
    assert_eq!(report.packages, 4);
}

#[test]
fn a_key_changes_with_everything_that_an_image_is_made_of() {
    let bench = Bench::locked();
    let key = |image: &str| {
        let composer = bench.composer(without_archive(), false);
        composer.key(image).unwrap()
    };
    let small = key("small");
    let whole = key("whole");
    assert_eq!(key("small"), small);
    assert_ne!(small, whole);

    fs_err::write(bench.stack.path().join("files/greeting"), "hello again").unwrap();
    let greeted = key("small");
    assert_ne!(greeted, small);
    assert_eq!(key("whole"), whole);

    let lock = bench.stack.path().join("debian.lock");
    let text = fs_err::read_to_string(&lock).unwrap();
    fs_err::write(&lock, text.replace("tool 1.0 ", "tool 1.1 ")).unwrap();
    assert_ne!(key("small"), greeted);
    assert_ne!(key("whole"), whole);
}
