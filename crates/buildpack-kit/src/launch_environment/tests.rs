use super::*;

fn read(variables: &[(&str, &str)]) -> Result<LaunchEnvironment, InvalidVariables> {
    let variables = variables.iter().copied();
    LaunchEnvironment::read(&Environment::new(variables, [("PATH", "/usr/bin")]))
}

#[track_caller]
fn files(variables: &[(&str, &str)]) -> String {
    let layers = testkit::directory("-- layers/ --\n");
    let layers = layers.path().join("layers");
    read(variables).unwrap().install(&layers).unwrap();
    let directory = layers.join("environment/env.launch");
    let mut lines: Vec<String> = fs_err::read_dir(&directory)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let value = fs_err::read_to_string(entry.path()).unwrap();
            format!("{} {value:?}", entry.file_name().display())
        })
        .collect();
    lines.sort();
    lines.join("\n")
}

#[test]
fn every_form_becomes_a_file_of_the_layer() {
    insta::assert_snapshot!(files(&[
        ("BPE_GREETING", "hello world"),
        ("BPE_APPEND_PATH", "/opt/bin"),
        ("BPE_DELIM_PATH", ":"),
        ("BPE_PREPEND_OPTIONS", "-a "),
        ("BPE_DEFAULT_LEVEL", "info"),
        ("BPE_OVERRIDE_MODE", "fast"),
        ("BPE_DEFAULT", "not a prefix without its underscore"),
        ("BPE_EMPTY", ""),
        ("BP_GO_VERSION", "1.26"),
    ]), @r#"
    DEFAULT.override "not a prefix without its underscore"
    EMPTY.override ""
    GREETING.override "hello world"
    LEVEL.default "info"
    MODE.override "fast"
    OPTIONS.prepend "-a "
    PATH.append "/opt/bin"
    PATH.delim ":"
    "#);
}

#[test]
fn names_that_no_variable_can_have_are_all_told() {
    let invalid = read(&[
        ("BPE_", "a"),
        ("BPE_APPEND_", "a"),
        ("BPE_A-B", "a"),
        ("BPE_DEFAULT_1A", "a"),
        ("BPE_GOOD", "a"),
        ("BPE_A.B", "a"),
    ]);
    let names = [
        "BPE_",
        "BPE_A-B",
        "BPE_A.B",
        "BPE_APPEND_",
        "BPE_DEFAULT_1A",
    ];
    let names = names.map(str::to_owned).to_vec();
    assert_eq!(invalid, Err(InvalidVariables { names }));
}

#[test]
fn what_has_no_effect_is_warned_of() {
    let warnings = |variables| read(variables).unwrap().warnings.join("\n");
    insta::assert_snapshot!(warnings(&[
        ("BPE_DELIM_A", ":"),
        ("BPE_DELIM_B", ":"),
        ("BPE_APPEND_B", "b"),
        ("BPE_C", "one"),
        ("BPE_OVERRIDE_C", "two"),
        ("BPE_D", "same"),
        ("BPE_OVERRIDE_D", "same"),
    ]), @"
    BPE_C has no effect beside BPE_OVERRIDE_C. Remove one of them.
    BPE_DELIM_A has no effect without BPE_APPEND_A or BPE_PREPEND_A.
    Set one of them, or remove it.
    ");
    let both = [("BPE_C", "one"), ("BPE_OVERRIDE_C", "two")];
    assert_eq!(files(&both), "C.override \"two\"");
}

#[test]
fn equal_variables_need_no_new_layer() {
    let layers = testkit::directory("-- layers/ --\n");
    let layers = layers.path().join("layers");
    let install = |variables| read(variables).unwrap().install(&layers).unwrap();
    let first = [("BPE_A", "canary-1"), ("BPE_APPEND_B", "b")];
    assert_eq!(install(&first).to_string(), "new");
    // What the lifecycle restores of a launch layer.
    fs_err::remove_dir_all(layers.join("environment")).unwrap();
    assert_eq!(install(&first), Outcome::ReusedWithoutContent);
    let metadata = fs_err::read_to_string(layers.join("environment.toml")).unwrap();
    assert!(!metadata.contains("canary"), "{metadata}");
    let second = [("BPE_A", "canary-2"), ("BPE_DEFAULT_C", "c")];
    assert_eq!(
        install(&second).to_string(),
        "made anew, BPE_A changed, BPE_APPEND_B changed, BPE_DEFAULT_C changed"
    );
}

#[test]
fn values_are_not_printed() {
    let environment = read(&[("BPE_TOKEN", "canary"), ("BPE_APPEND_B", "canary")]).unwrap();
    assert_eq!(
        format!("{environment:?}"),
        r#"{"BPE_APPEND_B", "BPE_TOKEN"}"#
    );
    assert_eq!(environment.names(), ["B", "TOKEN"]);
}
