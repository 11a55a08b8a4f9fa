use super::*;

const TREE: &str = "
-- go.work --
-- services/api/main.go --
-- services/web/main.go --
-- services/web/static/a.css --
-- lib/a.go --
-- node_modules/ap/x --
-- README.md --
-- out -> / --
-- current -> services/web --
";

fn find(root: &Path, value: &str) -> Result<SubDirectory, SubDirectoryError> {
    let environment = Environment::new([(VARIABLE, value)], [("PATH", "")]);
    SubDirectory::find(root, &environment, &[VARIABLE])
}

#[test]
fn a_directory_of_the_tree_can_be_the_app() {
    let tree = testkit::directory(TREE);
    for (value, expected) in [
        ("services/web", Ok("services/web")),
        ("./services/api/../web/", Ok("services/web")),
        ("current", Ok("services/web")),
        ("", Ok("")),
        (".", Ok("")),
        ("..", Err("outside of the tree")),
        ("services/../../x", Err("outside of the tree")),
        ("/services/web", Err("outside of the tree")),
        ("out", Err("outside of the tree")),
        ("README.md", Err("no directory")),
        ("services/wbe", Err("not there")),
    ] {
        let found = find(tree.path(), value).map(|found| found.path);
        match (found, expected) {
            (Ok(path), Ok(expected)) => assert_eq!(path, Path::new(expected), "{value}"),
            (Err(error), Err(expected)) => {
                assert!(error.to_string().ends_with(expected), "{value}: {error}");
            }
            other => panic!("{value}: {other:?}"),
        }
    }
}

#[test]
fn directories_with_names_like_it_are_told() {
    let tree = testkit::directory(TREE);
    let nearest = |value: &str| match find(tree.path(), value) {
        Err(SubDirectoryError::Missing { nearest, .. }) => nearest.join(" "),
        other => panic!("{other:?}"),
    };
    assert_eq!(nearest("services/wbe"), "services/web services/api lib");
    assert_eq!(nearest("Web"), "services/web lib services/api");
}

#[test]
fn the_rest_of_the_tree_goes_and_processes_start_in_the_app() {
    let tree = testkit::directory(TREE);
    fs_err::remove_file(tree.path().join("out")).unwrap();
    let found = find(tree.path(), "services/web").unwrap();
    let output = Output::in_memory(crate::output::Level::Normal);
    found.remove_the_rest(&output).unwrap();
    insta::assert_snapshot!(output.written(), @"- The app is services/web (from BP_APP_DIR): 6 files outside of it aren't in the image");
    insta::assert_snapshot!(testkit::tree_without_digests(tree.path()), @"
    services                   dir  0755
    services/web               dir  0755
    services/web/main.go       file 0644
    services/web/static        dir  0755
    services/web/static/a.css  file 0644
    ");
    let program = crate::process::Program::new("web", "/bin/web");
    let processes = crate::process::processes(&[program]).unwrap();
    let directory = WorkingDirectory::Directory(tree.path().join("services/web"));
    assert_eq!(
        found.starts(processes.clone())[0].working_directory,
        directory
    );
    let whole = find(tree.path(), "").unwrap();
    assert_eq!(whole.starts(processes.clone()), processes);
    whole
        .remove_the_rest(&Output::in_memory(crate::output::Level::Normal))
        .unwrap();
    assert!(tree.path().join("services/web/main.go").exists());
}
