//! The layers, from a build image that tests make.

use explain::Explain as _;

use super::shell;
use super::tests::{Three, read};
use crate::environment::Environment;
use crate::output::{Level, Output};
use crate::run_image::VARIABLE;

/// A build image with a dash, which is the program of this test, and an empty directory for layers.
fn build_image() -> tempfile::TempDir {
    let directory = testkit::directory(
        "-- layers/ --\n-- opt/start 0644 --\nprogram\n-- usr/bin/ --\n\
         -- etc/os-release --\nID=debian\nVERSION_ID=\"13\"\n\
         -- var/lib/dpkg/status.d/dash --\nPackage: dash\nVersion: 0.5\nArchitecture: amd64\n",
    );
    fs_err::copy("/proc/self/exe", directory.path().join("usr/bin/dash")).unwrap();
    directory
}

#[test]
fn the_layer_of_start_is_made_where_it_is_needed() {
    let root = build_image();
    let layers = root.path().join("layers");
    let install = |text: &str, start: &str| {
        let commands = read(&format!("-- Procfile --\nweb: {text}\n"), &[]).unwrap();
        let starts = commands.plan(&Three, None, &layers).unwrap();
        let output = Output::in_memory(Level::Normal);
        let installed = starts.install(&root.path().join(start), &output);
        installed.map(|installed| (installed.layers.len(), output.written()))
    };
    assert_eq!(install("./server", "opt").unwrap(), (0, String::new()));
    let (count, log) = install("./server $PORT", "opt").unwrap();
    assert_eq!(
        (count, log.as_str()),
        (1, "- Adding what the start commands need\n  start: new\n")
    );
    insta::assert_snapshot!(testkit::tree_without_digests(&layers), @"
    start        dir  0755
    start/start  file 0755
    start.toml   file 0644
    ");
    // What the lifecycle restores of a launch layer.
    fs_err::remove_dir_all(layers.join("start")).unwrap();
    let (_, log) = install("./server $PORT", "opt").unwrap();
    assert_eq!(
        log,
        "- Adding what the start commands need\n  start: reused\n"
    );
    assert!(!layers.join("start").exists());
    let error = install("./server $PORT", "absent").unwrap_err();
    assert_eq!(error.explain().id, "start/program");
}

#[test]
fn the_layer_of_the_shell_has_dash_and_says_so() {
    let root = build_image();
    let layers = root.path().join("layers");
    let output = Output::in_memory(Level::Normal);
    let component = shell::install(&layers, root.path(), &output).unwrap();
    insta::assert_snapshot!(testkit::tree_without_digests(&layers), @"
    shell           dir  0755
    shell/bin       dir  0755
    shell/bin/dash  file 0755
    shell/bin/sh    link -> dash
    shell.toml      file 0644
    ");
    insta::assert_snapshot!(output.written(), @"
    Warning: BP_INCLUDE_SHELL puts a shell into the image, dash 0.5, for whoever gets into the app, too.
      A start command that needs none is safer, and what it starts ends by itself.
      shell: new
    ");
    let purl = component.purl.unwrap().to_string();
    assert_eq!(purl, "pkg:deb/debian/dash@0.5?arch=amd64&distro=debian-13");
    let location = layers.join("shell/bin/dash").display().to_string();
    assert_eq!(component.location, Some(location));
}

#[test]
fn a_run_image_without_a_c_library_has_no_shell() {
    let root = build_image();
    fs_err::write(
        root.path().join("run-libraries.toml"),
        "loaders = []\n[libraries]\n",
    )
    .unwrap();
    let environment = Environment::new(
        [("", ""); 0],
        [(VARIABLE, root.path().join("run-libraries.toml"))],
    );
    let error = shell::check(&environment, root.path()).unwrap_err();
    let message = error.explain().render();
    assert!(message.contains("- the library libc.so.6\n"), "{message}");
    assert!(message.ends_with("(start/shell/run-image)\n"), "{message}");
    let error = shell::check(&environment, &root.path().join("opt")).unwrap_err();
    assert_eq!(error.explain().id, "start/shell/absent");
}
