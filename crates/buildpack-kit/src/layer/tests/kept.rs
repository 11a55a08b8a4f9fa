//! Caches that the platform keeps.

use super::*;

#[test]
fn what_is_only_cached_lies_where_the_platform_keeps_it() {
    let all = testkit::directory("-- layers/.caches/other/x --\n-- layers/toy/ --\n");
    let layers = all.path().join("layers/toy");
    let cache = |key: &Key| cache_directory::<_, Infallible>(&layers, &name(), key).unwrap();

    // From a build on a platform that keeps nothing.
    let restored = "-- tool/x --\n-- tool.toml --\n[types]\ncache = true\n";
    testkit::write_into(&layers, restored);
    let first = cache(&key("1", "-a"));
    assert_eq!(first.path, all.path().join("layers/.caches/toy/tool"));
    assert_eq!(first.outcome, reasons(&[Reason::NoPrevious]));
    assert_eq!(testkit::tree_without_digests(&layers), "");
    fs_err::write(first.path.join("module"), "").unwrap();

    assert_eq!(cache(&key("1", "-a")).outcome, Outcome::Reused);
    // A layer that a killed build had begun: its metadata would have been written last.
    testkit::write_into(
        &all.path().join("layers/.caches/toy"),
        "-- killed-1/half --\n-- n --\n",
    );
    let removed = remove_unused(&layers, &[name()]).unwrap();
    assert_eq!(removed, [layer_name!("killed-1")]);
    build_in(&layers, LAUNCH, &key("1", "-a"));
    insta::assert_snapshot!(testkit::tree_without_digests(&all.path().join("layers")), @"
    .caches                  dir  0755
    .caches/other            dir  0755
    .caches/other/x          file 0644
    .caches/toy              dir  0755
    .caches/toy/n            file 0644
    .caches/toy/tool         dir  0755
    .caches/toy/tool/module  file 0644
    .caches/toy/tool.toml    file 0644
    toy                      dir  0755
    toy/tool                 dir  0755
    toy/tool/file            file 0644
    toy/tool.toml            file 0644
    ");

    assert_eq!(remove_unused(&layers, &[]).unwrap(), [name(), name()]);
    insta::assert_snapshot!(testkit::tree_without_digests(&all.path().join("layers")), @"
    .caches          dir  0755
    .caches/other    dir  0755
    .caches/other/x  file 0644
    .caches/toy      dir  0755
    .caches/toy/n    file 0644
    toy              dir  0755
    ");
}
