use std::os::unix::ffi::OsStringExt as _;

use super::*;

fn user(variables: &[(&str, &str)]) -> Environment {
    Environment::new(variables.iter().copied(), [("PATH", "/usr/bin")])
}

#[test]
fn an_empty_value_is_unset() {
    let environment = user(&[("A", " "), ("B", " x \n")]);
    assert_eq!(environment.text("A"), Ok(None));
    let trimmed = Sourced::new("x".to_owned(), Origin::Variable("B".into()));
    assert_eq!(environment.first_text(&["A", "B"]), Ok(Some(trimmed)));
    assert_eq!(environment.text("C"), Ok(None));
}

#[test]
fn what_the_lifecycle_resolved_wins() {
    let environment = Environment::new([("A", "user")], [("A", "builder")]);
    assert_eq!(environment.raw("A"), Some(OsStr::new("builder")));
}

#[test]
fn commands_inherit_nothing_that_is_for_buildpacks() {
    let environment = Environment::new(
        [("A", "1"), ("B", "2"), ("CORACLE_NPMRC", "token")],
        [("PATH", "/bin"), ("HOME", "/home"), ("A", "builder")],
    );
    let inherited = environment.inherited(&["PATH"], |name| name == "B");
    let names: Vec<_> = inherited.keys().collect();
    assert_eq!(names, ["A", "PATH"]);
}

#[test]
fn a_switch_is_on_or_off() {
    let environment = user(&[
        ("ON", "True"),
        ("OFF", "0"),
        ("BLANK", ""),
        ("WRONG", "yes"),
    ]);
    let is_on = |name| environment.is_on(name).ok();
    let found = ["ON", "OFF", "BLANK", "UNSET", "WRONG"].map(is_on);
    assert_eq!(
        found,
        [Some(true), Some(false), Some(false), Some(false), None]
    );
}

#[test]
fn lists_are_trimmed() {
    let environment = user(&[("A", "static/* : : LICENSE")]);
    let list = environment.list("A", ':').unwrap().unwrap();
    assert_eq!(list.value, ["static/*", "LICENSE"]);
}

#[test]
fn bytes_that_are_no_text_are_an_error() {
    let value = OsString::from_vec(vec![0xff]);
    let environment = Environment::new([("A", value)], [("PATH", "")]);
    assert_eq!(
        environment.text("A"),
        Err(EnvironmentError::NotUnicode { name: "A".into() })
    );
}
