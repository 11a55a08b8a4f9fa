use super::*;

/// A checkout with definitions of images and nothing that is made of them.
fn stack() -> (tempfile::TempDir, Composer) {
    let directory = testkit::directory(
        "\
-- base.toml --
description = \"below\"
[image]
compression = \"fast\"
user = \"1000:1000\"
env = { LANG = \"C.UTF-8\", PATH = \"/bin\" }
-- build.toml --
description = \"above\"
extends = \"base\"
[image]
compression = \"fast\"
user = \"1000:1000\"
env = { PATH = \"/usr/bin\" }
",
    );
    let store = Store::open(directory.path().join("home")).unwrap();
    let composer = Composer::new(directory.path(), &store, Architecture::Amd64, false).unwrap();
    (directory, composer)
}

#[test]
fn the_variables_of_an_image_are_those_of_what_it_extends_too() {
    let (_directory, composer) = stack();
    let environment = composer.environment("build").unwrap();
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(environment, [("LANG", "C.UTF-8"), ("PATH", "/usr/bin")]);
}

#[test]
fn an_image_that_the_stack_does_not_have_is_named_with_those_it_has() {
    let (_directory, composer) = stack();
    let known = composer.images();
    let path = Path::new("builder.toml");
    let build = known_image(&known, path, "coracle/build:latest").unwrap();
    assert_eq!(build, "build");
    let error = known_image(&known, path, "coracle/build:debug").unwrap_err();
    let BuilderError::Definition { source, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(
        source,
        DefinitionError::UnknownImage {
            reference: "coracle/build:debug".to_owned(),
            known: vec!["base".to_owned(), "build".to_owned()],
        }
    );
}

#[test]
fn a_mirror_that_names_no_image_is_an_error_of_the_definition() {
    let here = SourceTree::find(None, &testkit::workspace_root()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("home")).unwrap();
    for name in [
        "buildpacks",
        "crates",
        "stack",
        "Cargo.toml",
        "Cargo.lock",
        ".cargo",
    ] {
        let link = directory.path().join(name);
        fs_err::os::unix::fs::symlink(here.path(name), link).unwrap();
    }
    let definition = fs_err::read_to_string(here.path("builder.toml")).unwrap();
    let definition = definition.replace(
        "mirrors = [\"coracle/run:debug\"]",
        "mirrors = [\"coracle/run:debig\"]",
    );
    fs_err::write(directory.path().join("builder.toml"), definition).unwrap();
    let source = SourceTree::find(None, directory.path()).unwrap();
    let composer = composer(&store, &source, MakeOptions::default()).unwrap();
    let error = Plan::new(&store, &source, BuilderKind::Default, None, &composer)
        .err()
        .unwrap();
    let BuilderError::Definition {
        source: DefinitionError::UnknownImage { reference, .. },
        ..
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!(reference, "coracle/run:debig");
    for kind in [BuilderKind::Default, BuilderKind::Static] {
        Plan::new(&store, &here, kind, None, &composer).unwrap();
    }
}
