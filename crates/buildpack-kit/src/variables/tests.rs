use super::*;
use crate::output::Level;

const READER: Reader = Reader {
    language: Language::Go,
    names: &["BP_GO_TARGETS", "BP_GO_VERSION", "GOOGLE_GO_VERSION"],
};

#[track_caller]
fn said(names: &[&str]) -> String {
    let variables = names.iter().map(|name| (*name, "canary"));
    let output = Output::in_memory(Level::Debug);
    READER.say(
        &Environment::new(variables, [("BP_OF_THE_BUILDER", "x")]),
        &output,
    );
    output.written()
}

#[test]
fn what_has_no_effect_is_told_by_name() {
    insta::assert_snapshot!(said(&[
        "BP_GO_VERSION",
        "BP_LOG_LEVEL",
        "BPE_ANYTHING",
        "GOOGLE_LABEL_TEAM",
        "BP_NODE_VERSION",
        "BP_GO_WORK_USE",
        "BP_LIVE_RELOAD_ENABLED",
        "GOOGLE_DEBUG",
        "RAILPACK_BUILD_CMD",
        "NIXPACKS_PKGS",
        "GO_INSTALL_PACKAGE_SPEC",
        "HOME",
    ]), @"
    - Variables that have no effect on this app:
      BP_GO_WORK_USE is not applied yet
      BP_LIVE_RELOAD_ENABLED: an image is built once, and nothing in it is reloaded
      BP_NODE_VERSION is for Node.js apps
    Warning: GOOGLE_DEBUG is not applied. Instead, set BP_LOG_LEVEL=DEBUG.
    Warning: GO_INSTALL_PACKAGE_SPEC is not applied. Instead, set BP_GO_TARGETS.
    Warning: NIXPACKS_PKGS is not applied. Instead, name packages of Debian in BP_DEB_PACKAGES.
    Warning: RAILPACK_BUILD_CMD is not applied. Instead, let the language's own files say how the app is built.
    ");
    assert_eq!(said(&["BP_GO_VERSION", "PATH"]), "");
}

#[test]
fn variables_of_the_front_end_have_an_effect() {
    let user = [("BP_NODE_VERSION", "24"), ("BP_CPYTHON_VERSION", "3.13")];
    let notices = |process: &str| READER.notices(&Environment::new(user, [(process, "x")]));
    assert_eq!(notices("PATH").len(), 2);
    let for_python = Notice::Detail("BP_CPYTHON_VERSION is for Python apps".to_owned());
    assert_eq!(notices(front_end::VARIABLE), [for_python]);
}

#[test]
fn a_misspelled_name_gets_the_nearest_one() {
    insta::assert_snapshot!(said(&[
        "BP_GO_VERSON",
        "BP_GOLANG_VERSION",
        "BP_IMAGE_LABEL",
        "BP_SOMETHING_ELSE_ALTOGETHER",
        "GOOGLE_GO_VERISON",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "GOOGLE_CLIENT_ID",
        "RAILPACK_WHATEVER",
    ]), @"
    Warning: BP_GOLANG_VERSION isn't known, and nothing reads it. Check its spelling.
    Warning: BP_GO_VERSON isn't known. Did you mean BP_GO_VERSION?
    Warning: BP_IMAGE_LABEL isn't known. Did you mean BP_IMAGE_LABELS?
    Warning: BP_SOMETHING_ELSE_ALTOGETHER isn't known, and nothing reads it. Check its spelling.
    Warning: GOOGLE_GO_VERISON isn't known. Did you mean GOOGLE_GO_VERSION?
    Warning: RAILPACK_WHATEVER isn't known, and nothing reads it. Check its spelling.
    ");
    let blank = [("BP_GO_VERSON", "")];
    let environment = Environment::new(blank, [("PATH", "")]);
    assert_eq!(READER.notices(&environment), []);
}

#[test]
fn a_declaration_is_whole() {
    let readme = "`BP_GO_TARGETS`, `BP_GO_VERSION=1`, `GOOGLE_GO_VERSION`";
    assert_eq!(READER.problems(readme), [""; 0]);
    let wrong = Reader {
        language: Language::Go,
        names: &["BP_NODE_VERSION", "BP_LOG_LEVEL", "BP_NEW"],
    };
    assert_eq!(
        wrong.problems("`BP_NODE_VERSION` `BP_LOG_LEVEL`"),
        [
            "the names are not sorted",
            "BP_NODE_VERSION is in the list of what is not applied",
            "BP_LOG_LEVEL is read by every buildpack",
            "BP_NEW is not in the README",
        ]
    );
}

#[test]
fn what_every_buildpack_reads_is_documented() {
    let page = testkit::workspace_root().join("docs/variables.md");
    let page = fs_err::read_to_string(page).unwrap();
    let missing = |name: &&&str| !page.contains(&format!("`{name}"));
    let all = SHARED.iter().chain(&SHARED_PREFIXES);
    assert_eq!(all.clone().find(missing), None);
    assert_eq!(all.clone().find(|name| about(name).is_some()), None);
}
