#![expect(clippy::disallowed_methods, reason = "dpkg-deb makes the package")]

use std::path::Path;
use std::process::Command;

use composer::{AptSettings, Architecture};

use super::*;
use crate::stack_layouts::StackLayouts;

const STACK: &str = r#"
-- stack/image.toml --
description = "A package."
packages = ["tool"]
[image]
compression = "fast"
user = "1000:1000"
"#;

/// An archive of one version of one package.
fn publish(directory: &Path, version: &str) -> AptSettings {
    let control = format!(
        "Package: tool\nVersion: {version}\nArchitecture: all\nMaintainer: T <t@example.com>\n\
         Description: test\n"
    );
    let files = format!(
        "-- DEBIAN/control --\n{control}-- usr/share/doc/tool/copyright --\nfree\n\
         -- version --\n{version}\n"
    );
    let package = testkit::directory(&files);
    let deb = directory.join(format!("tool_{version}.deb"));
    let made = Command::new("dpkg-deb")
        .args(["--root-owner-group", "--build"])
        .args([package.path(), &deb])
        .output()
        .unwrap();
    assert!(made.status.success());
    let bytes = fs_err::read(&deb).unwrap();
    let index = format!(
        "{control}Filename: ./tool_{version}.deb\nSize: {}\nSHA256: {}\n",
        bytes.len(),
        oci::Digest::of(&bytes).hex()
    );
    fs_err::write(directory.join("Packages"), index).unwrap();
    let sources = directory.join("sources.list");
    let line = format!("deb [trusted=yes] file:{} ./\n", directory.display());
    fs_err::write(&sources, line).unwrap();
    AptSettings {
        sources: Some(sources),
    }
}

#[test]
fn an_image_of_other_packages_is_never_taken_for_the_locked_one() {
    let directory = testkit::directory(STACK);
    let store = Store::open(directory.path().join("cache")).unwrap();
    let composer = |settings: &AptSettings, locked| {
        let stack = directory.path().join("stack");
        let architecture = Architecture::Amd64;
        Composer::with_apt(&stack, &store, architecture, locked, settings.clone()).unwrap()
    };
    let image = |composer: &Composer| Image::new(composer, "image", Form::Directory).unwrap();
    composer(&publish(directory.path(), "1"), false)
        .lock()
        .unwrap();
    let settings = publish(directory.path(), "2");

    let replacing = composer(&settings, false);
    let planned = image(&replacing);
    replacing.prefetch(&["image"]).unwrap();
    let made = planned.ensure(&store, &replacing).unwrap();
    assert_eq!(fs_err::read_to_string(made.join("version")).unwrap(), "2\n");

    assert!(!planned.component.exists(&store));
    assert_eq!(
        image(&composer(&settings, false))
            .component
            .directory(&store),
        made
    );
    let locked = composer(&settings, true);
    assert_eq!(image(&locked).component, planned.component);
    assert!(image(&locked).ensure(&store, &locked).is_err());
}

#[test]
fn a_layout_of_other_packages_is_the_one_that_is_kept() {
    let directory = testkit::directory(STACK);
    let store = Store::open(directory.path().join("cache")).unwrap();
    let composer = |version| {
        let (stack, settings) = (
            directory.path().join("stack"),
            publish(directory.path(), version),
        );
        Composer::with_apt(&stack, &store, Architecture::Amd64, false, settings).unwrap()
    };
    composer("1").lock().unwrap();
    let replacing = composer("2");
    let planned = Image::new(&replacing, "image", Form::Layout).unwrap();

    let layouts = StackLayouts::ensure(&store, &replacing, &["image"]).unwrap();

    let [made] = layouts.components.as_slice() else {
        panic!("{layouts:?}");
    };
    assert_ne!(*made, planned.component);
    assert!(made.exists(&store));
    assert!(made.claim(&store).unwrap().is_none());
}
