//! What an archive may do to us: drop versions, send other bytes, lose its signature; and what a disk may.

use composer::Composer;
use explain::{Explain as _, Kind};

use super::failures::small;
use super::*;

/// With a lock, and an archive that has nothing yet of what was locked.
fn bench_without_packages() -> Bench {
    let mut bench = Bench::locked();
    bench.forget_downloads();
    bench.repository.clear();
    bench
}

/// With a lock of which the archive no longer has one version.
fn bench_of_superseded() -> Bench {
    let mut bench = bench_without_packages();
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
    bench
}

#[test]
fn a_version_that_is_gone_is_replaced_with_all_of_its_source() {
    let bench = bench_of_superseded();
    let locked_key = bench
        .composer(without_archive(), true)
        .key("small")
        .unwrap();
    let composer = bench.trusting();
    assert_eq!(composer.key("small").unwrap(), locked_key);
    let report = small(&composer, &bench).unwrap();
    assert_eq!(report.replaced, ["tool 2.0", "words 2"]);

    // Other bytes have another key, for others too, and apt isn't asked again for them.
    let key = composer.key("small").unwrap();
    assert_ne!(key, locked_key);
    let again = bench.composer(without_archive(), false);
    assert_eq!(again.key("small").unwrap(), key);
    assert_ne!(
        again.key("whole").unwrap(),
        bench
            .composer(without_archive(), true)
            .key("whole")
            .unwrap()
    );
    assert_eq!(small(&again, &bench).unwrap(), report);

    // Whoever wants what is locked gets nothing else, with or without downloads.
    let settings = bench.repository.publish(TRUSTED);
    let locked = bench.composer(settings, true);
    assert_eq!(locked.key("small").unwrap(), locked_key);
    let error = small(&locked, &bench).unwrap_err();
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
fn a_new_lock_forgets_what_was_replaced() {
    let bench = bench_of_superseded();
    small(&bench.trusting(), &bench).unwrap();
    bench.trusting().lock().unwrap();
    let relocked = bench.composer(without_archive(), false);
    assert_eq!(
        small(&relocked, &bench).unwrap().replaced,
        Vec::<String>::new()
    );
    assert_eq!(
        relocked.key("small").unwrap(),
        bench
            .composer(without_archive(), true)
            .key("small")
            .unwrap()
    );
}

#[test]
fn a_cached_package_that_was_damaged_is_downloaded_again() {
    let bench = Bench::locked();
    let debs = bench.cache.path().join("downloads/debs");
    let digest = |composer: &Composer| small(composer, &bench).unwrap().manifest_digest;
    let whole = digest(&bench.trusting());
    for name in names(&debs) {
        let mut bytes = fs_err::read(debs.join(&name)).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs_err::write(debs.join(&name), bytes).unwrap();
    }
    let offline = bench.composer(without_archive(), false);
    assert_eq!(
        small(&offline, &bench).unwrap_err().explain().id,
        "apt/sources"
    );
    assert_eq!(digest(&bench.trusting()), whole);
    for name in names(&debs) {
        let bytes = fs_err::read(debs.join(&name)).unwrap();
        assert_eq!(format!("{}.deb", oci::Digest::of(&bytes).hex()), name);
    }
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

    let tampered = oci::Digest::of(&fs_err::read(&path).unwrap());

    let message = small(&bench.trusting(), &bench).unwrap_err().explain();

    assert_eq!((message.id, message.kind), ("apt/tampered", Kind::Network));
    let found = |text: &str| message.body.contains(text);
    assert!(found("is the package tool 1.0."), "{}", message.body);
    assert!(found(&format!("SHA256:{}", tampered.hex())));
    assert!(found("tool_1.0_all.deb\n"));
    let kept = names(&bench.cache.path().join("downloads/debs"));
    assert_eq!(kept, Vec::<String>::new());
}

#[test]
fn an_index_that_was_tampered_with_is_refused() {
    let bench = Bench::locked();
    bench.forget_downloads();
    let settings = bench.repository.publish(TRUSTED);
    let digits = "0".repeat(64);
    let release = format!("Date: Sat, 01 Jan 2000 00:00:00 UTC\nSHA256:\n {digits} 7 Packages\n");
    fs_err::write(bench.repository.path("Release"), release).unwrap();
    let composer = bench.composer(settings, false);
    let message = small(&composer, &bench).unwrap_err().explain();
    assert_eq!(message.id, "apt/tampered");
    let expected =
        format!("is a part of the package index. Promised is\n  Filesize:7\n  SHA256:{digits}\n");
    assert!(message.body.contains(&expected), "{}", message.body);
}

#[test]
fn a_version_with_other_bytes_than_the_locked_ones_is_refused() {
    let mut bench = bench_without_packages();
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
