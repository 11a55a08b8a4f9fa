#![expect(clippy::disallowed_methods, reason = "the C compiler is a process")]

use std::process::Command;

use composer::Architecture;
use tempfile::TempDir;

use super::*;

/// The directory of libraries of the architecture that the tests say they are for.
const LIBRARIES: &str = "packages/usr/lib/x86_64-linux-gnu";

#[track_caller]
fn compile(directory: &Path, output: &str, source: &str, arguments: &[&str]) {
    let file = directory.join("source.c");
    fs_err::write(&file, source).unwrap();
    let status = Command::new("cc")
        .current_dir(directory)
        .args(["-nostdlib", "-shared", "-fPIC", "source.c", "-o", output])
        .args(arguments)
        .status()
        .unwrap();
    assert!(status.success(), "cc {arguments:?} failed");
}

/// A tree with a module that needs `libouter.so.1`, which needs `libinner.so.1` of a version, which needs
/// `libimage.so.1`.
fn bench() -> (TempDir, PythonTree) {
    let directory = testkit::directory(&format!(
        "-- tree/lib/python3.13/lib-dynload/ --\n-- {LIBRARIES}/ --\n-- versions --\nINNER_1 {{ global: inner; }};\n"
    ));
    let path = directory.path();
    compile(path, "libimage.so.1", "int image(void) { return 0; }", &[]);
    compile(
        path,
        &format!("{LIBRARIES}/libinner.so.1.0"),
        "int image(void); int inner(void) { return image(); }",
        &[
            "-Wl,-soname,libinner.so.1,--version-script=versions",
            "-L.",
            "-l:libimage.so.1",
        ],
    );
    let real = path.join(LIBRARIES).join("libinner.so.1");
    fs_err::os::unix::fs::symlink("libinner.so.1.0", real).unwrap();
    let search = format!("-L{LIBRARIES}");
    compile(
        path,
        &format!("{LIBRARIES}/libouter.so.1"),
        "int inner(void); int outer(void) { return inner(); }",
        &["-Wl,-soname,libouter.so.1", &search, "-l:libinner.so.1"],
    );
    compile(
        path,
        "tree/lib/python3.13/lib-dynload/module.so",
        "int outer(void); int module(void) { return outer(); }",
        &[&search, "-l:libouter.so.1", "-Wl,--allow-shlib-undefined"],
    );
    let tree = PythonTree::new(
        path.join("tree"),
        "/layers/x".into(),
        "3.13",
        Architecture::Amd64,
    );
    (directory, tree)
}

fn offering(library: &str) -> Libraries {
    Libraries {
        libraries: BTreeMap::from([(library.to_owned(), BTreeSet::new())]),
        ..Libraries::default()
    }
}

#[test]
fn what_is_needed_and_not_in_the_image_comes_along() {
    let (directory, tree) = bench();
    let store = Store::open(directory.path().join("home")).unwrap();
    let packages = directory.path().join("packages");

    let origins = bundle(&store, &tree, &packages, &offering("libimage.so.1")).unwrap();

    let multiarch = Path::new("usr/lib/x86_64-linux-gnu");
    let expected = ["libinner.so.1.0", "libouter.so.1"].map(|name| multiarch.join(name));
    assert_eq!(origins, BTreeSet::from(expected));
    insta::assert_snapshot!(testkit::tree_without_digests(&tree.bundled_libraries()), @"
    libinner.so.1  file 0644
    libouter.so.1  file 0644
    ");
}

#[test]
fn what_nobody_has_is_an_error_that_names_it() {
    let (directory, tree) = bench();
    let store = Store::open(directory.path().join("home")).unwrap();
    let packages = directory.path().join("packages");
    // The image has one of them, of another version.
    let mut offered = offering("libouter.so.1");
    let versions = BTreeSet::from(["INNER_0".to_owned()]);
    offered
        .libraries
        .insert("libinner.so.1".to_owned(), versions);
    let outer = packages.join("usr/lib/x86_64-linux-gnu/libouter.so.1");
    fs_err::copy(outer, tree.standard_library().join("outer.so")).unwrap();
    fs_err::remove_file(directory.path().join("libimage.so.1")).unwrap();

    let error = bundle(&store, &tree, &packages, &offered).unwrap_err();

    let BuilderError::PythonLinkage { python, missing } = error else {
        panic!("{error}");
    };
    let lines: Vec<String> = missing
        .iter()
        .map(|(file, missing)| format!("{file} {missing:?}"))
        .collect();
    assert_eq!(python, "python3.13");
    insta::assert_snapshot!(lines.join("\n"), @r#"
    lib/python3.13/outer.so Version(RequiredVersion { library: "libinner.so.1", version: "INNER_1" })
    "#);

    let error = bundle(&store, &tree, &packages, &Libraries::default()).unwrap_err();
    let BuilderError::PythonLinkage { missing, .. } = error else {
        panic!("{error}");
    };
    let lines: Vec<String> = missing
        .iter()
        .map(|(file, missing)| format!("{file} {missing:?}"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    libinner.so.1 Library("libimage.so.1")
    "#);
}
