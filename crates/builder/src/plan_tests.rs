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
    let path = Path::new("builder.toml");
    assert_eq!(
        known_image(&composer, path, "coracle/build:latest").unwrap(),
        "build"
    );
    let Err(BuilderError::Definition { source, .. }) =
        known_image(&composer, path, "coracle/biuld:latest")
    else {
        panic!("it is known");
    };
    assert_eq!(
        source,
        DefinitionError::UnknownImage {
            reference: "coracle/biuld:latest".to_owned(),
            known: vec!["base".to_owned(), "build".to_owned()],
        }
    );
}
