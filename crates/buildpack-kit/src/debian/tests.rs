//! Packages from an archive in a directory, through the real apt.

mod bench;

use self::bench::{Bench, Built};
use super::*;
use crate::layer::Outcome;
use explain::Explain as _;

#[test]
fn packages_and_what_they_need_lie_in_a_layer() {
    let bench = Bench::new();
    let Built { packages, layers } = bench.install("libwords-dev").unwrap();
    insta::assert_snapshot!(testkit::tree_without_digests(&layers.join("debian")), @"
    env.launch                           dir  0755
    env.launch/LD_LIBRARY_PATH.append    file 0644
    env.launch/LD_LIBRARY_PATH.delim     file 0644
    usr                                  dir  0755
    usr/lib                              dir  0755
    usr/lib/a-linux-gnu                  dir  0755
    usr/lib/a-linux-gnu/libwords.so.1    link -> libwords.so.1.0
    usr/lib/a-linux-gnu/libwords.so.1.0  file 0644
    usr/share                            dir  0755
    usr/share/doc                        dir  0755
    usr/share/doc/libwords1              dir  0755
    usr/share/doc/libwords1/copyright    file 0644
    usr/share/doc/words-data             dir  0755
    usr/share/doc/words-data/copyright   file 0644
    usr/share/words                      dir  0755
    usr/share/words/en                   file 0644
    var                                  dir  0755
    var/lib                              dir  0755
    var/lib/dpkg                         dir  0755
    var/lib/dpkg/status.d                dir  0755
    var/lib/dpkg/status.d/libwords1      file 0644
    var/lib/dpkg/status.d/words-data     file 0644
    ");
    let purls = packages
        .components
        .iter()
        .map(|one| one.purl.clone().unwrap().to_string());
    let expected = [
        "pkg:deb/debian/libwords1@1.0-1?arch=all&distro=debian-13",
        "pkg:deb/debian/words-data@1.0-1?arch=all&distro=debian-13",
    ];
    assert_eq!(purls.collect::<Vec<_>>(), expected);
    let environment = layers.join("debian/env.launch/LD_LIBRARY_PATH.append");
    let value = fs_err::read_to_string(environment).unwrap();
    assert!(
        value.ends_with("/layers/debian/usr/lib/a-linux-gnu:")
            || value.contains("/debian/usr/lib/a-linux-gnu:"),
        "{value}"
    );

    // Compilers see the headers, after what they see anyway.
    let given = BTreeMap::from([("CPATH".into(), "/own".into())]);
    let variables = packages.variables(&given);
    let headers = variables[OsStr::new("CPATH")]
        .to_string_lossy()
        .into_owned();
    let own = headers.strip_prefix("/own:").unwrap();
    assert!(Path::new(own).join("words.h").exists(), "{headers}");
    let config = variables[OsStr::new("PKG_CONFIG_PATH")]
        .to_string_lossy()
        .into_owned();
    let text = fs_err::read_to_string(Path::new(&config).join("words.pc")).unwrap();
    assert_eq!(
        text,
        format!("prefix={}\n", Path::new(own).parent().unwrap().display())
    );
}

#[test]
fn unchanged_packages_are_not_downloaded_again() {
    let mut bench = Bench::new();
    let first = bench.install("libwords1").unwrap();
    for name in ["libwords1_1.0-1_all.deb", "words-data_1.0-1_all.deb"] {
        fs_err::remove_file(bench.archive.path().join(name)).unwrap();
    }
    let again = bench.install("libwords1").unwrap();
    assert_eq!(again.packages.digest, first.packages.digest);
    let key = launch::install(
        &first.layers,
        &[],
        &tree::Tree {
            root: PathBuf::new(),
            packages: vec![],
        },
    );
    assert!(matches!(key.unwrap().1, Outcome::Created { .. }));

    bench.add(
        "words-data",
        "2.0-1",
        "Section: text\n",
        "-- usr/share/words/en --\na b c d\n",
    );
    bench.add(
        "libwords1",
        "2.0-1",
        "Section: libs\nDepends: words-data\n",
        "",
    );
    let newer = bench.install("libwords1").unwrap();
    assert_ne!(newer.packages.digest, first.packages.digest);
    let words = fs_err::read_to_string(newer.layers.join("debian/usr/share/words/en")).unwrap();
    assert_eq!(words, "a b c d\n");
}

#[test]
fn what_can_not_be_had_is_told() {
    let mut bench = Bench::new();
    bench.add("libc6", "2.42-1", "", "");
    bench.add(
        "newer",
        "1",
        "Section: libs\nDepends: libc6 (>= 2.42)\n",
        "",
    );
    bench.add("broken", "1", "Section: libs\nDepends: nosuch\n", "");
    bench.add(
        "twin",
        "1",
        "Section: libs\n",
        "-- usr/share/words/en --\nmine\n",
    );
    let refused = [
        "nosuch",
        "libwords1=7",
        "newer",
        "broken",
        "twin words-data",
    ]
    .map(|wanted| bench.refused(wanted));
    insta::assert_snapshot!(refused.join("\n----\n"), @"
    There is no such Debian package (debian/unknown)
    BP_DEB_PACKAGES asks for:
    nosuch

    The archives of the image's release of Debian have none of that name
    and version. Names differ between releases, and from Ubuntu's:
    apt-cache search on a machine with that release knows them. Leave away
    a version if there is one, for mirrors keep only the newest.
    ----
    There is no such Debian package (debian/unknown)
    BP_DEB_PACKAGES asks for:
    libwords1=7

    The archives of the image's release of Debian have none of that name
    and version. Names differ between releases, and from Ubuntu's:
    apt-cache search on a machine with that release knows them. Leave away
    a version if there is one, for mirrors keep only the newest.
    ----
    Debian packages don't fit the run image (debian/conflict)
    What is asked for needs packages of the run image in other versions,
    and a build can't change these:
    libc6 2.41-1 would become 2.42-1

    Leave away the version, or make the builder anew, so that its run
    image has today's packages.
    ----
    Debian packages can't be there together (debian/unresolvable)
    What is asked for contradicts itself, or what the run image has, as
    told below.

    Ask for fewer packages, or leave away versions.
    ----
    Two Debian packages have the same file (debian/clash)
    words-data and twin both have /usr/share/words/en.

    Ask for one of them.
    ");
}

#[test]
fn nothing_is_taken_that_nobody_signed_or_that_was_changed() {
    let bench = Bench::new();
    let error = bench.install_from("libwords1", "").map(|_| ()).unwrap_err();
    assert_eq!(error.explain().id, "debian/untrusted");
    let file = bench.archive.path().join("words-data_1.0-1_all.deb");
    let mut bytes = fs_err::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs_err::write(file, bytes).unwrap();
    let error = bench.install("libwords1").map(|_| ()).unwrap_err();
    assert_eq!(error.explain().id, "debian/mismatch");
}

#[test]
fn addresses_of_archives_which_may_hold_passwords_are_not_kept() {
    let bench = Bench::new();
    let option = "[trusted=yes lang=canary]";
    let built = bench.install_from("libwords1", option).unwrap();
    for entry in walkdir::WalkDir::new(built.layers) {
        let entry = entry.unwrap();
        let bytes = fs_err::read(entry.path()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("canary"), "{}", entry.path().display());
    }
}

#[test]
fn without_a_wish_nothing_happens() {
    let bench = Bench::new();
    let built = bench.install("").unwrap();
    assert!(built.packages.layers.is_empty() && built.packages.digest.is_empty());
    assert_eq!(testkit::tree_without_digests(&built.layers), "");
}

#[test]
fn libraries_that_lack_something_are_told_before_the_app_starts() {
    let mut bench = Bench::new();
    bench.add(
        "native",
        "1",
        "Section: libs\n",
        "-- usr/lib/a-linux-gnu/b --\n",
    );
    let root = testkit::directory("-- a --\n");
    let own = root.path().join("libnative.so.1");
    fs_err::copy("/proc/self/exe", &own).unwrap();
    let tree = tree::Tree {
        root: testkit::directory("-- usr/lib/a-linux-gnu/b --\n").keep(),
        packages: vec![unpack::Unpacked {
            name: "native".to_owned(),
            is_in_image: true,
            control: String::new(),
            md5sums: String::new(),
            files: vec!["usr/lib/a-linux-gnu/libnative.so.1".into()],
            notices: vec![],
        }],
    };
    fs_err::copy(&own, tree.root.join("usr/lib/a-linux-gnu/libnative.so.1")).unwrap();
    let (offered, incomplete) = elf::offered(&tree, &Libraries::default()).unwrap();
    assert!(offered.libraries.contains_key("libnative.so.1"));
    let libc = Incomplete {
        file: "usr/lib/a-linux-gnu/libnative.so.1".to_owned(),
        missing: Missing::Library("libc.so.6".to_owned()),
    };
    assert!(incomplete.contains(&libc), "{incomplete:?}");
    fs_err::remove_dir_all(tree.root).unwrap();
}
