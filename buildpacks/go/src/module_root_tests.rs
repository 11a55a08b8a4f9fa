//! The table of places.

use super::*;

/// The directory that is named, targets, modules, workspaces, and what [`placed`] makes of them.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
);

const ROWS: &[Row] = &[
    ("", &[], &[""], &[], "- - []"),
    (
        "",
        &["./cmd/web"],
        &["", "tools"],
        &[],
        "- - [\"./cmd/web\"]",
    ),
    (
        "",
        &["example.com/x/y"],
        &[""],
        &[],
        "- - [\"example.com/x/y\"]",
    ),
    // What is to be built decides.
    ("", &["./api"], &["api", "web"], &[], "api - [\".\"]"),
    (
        "",
        &["api/cmd/x", "./api/..."],
        &["api", "web"],
        &[],
        "api - [\"./cmd/x\", \"./...\"]",
    ),
    (
        "",
        &["tools/gen/main.go"],
        &["", "tools"],
        &[],
        "tools - [\"./gen/main.go\"]",
    ),
    (
        "",
        &["./api", "./web"],
        &["api", "web"],
        &[],
        "the targets from BP_GO_TARGETS are in several modules",
    ),
    (
        "",
        &["./api", "./web"],
        &["api", "web"],
        &[""],
        "- - [\"./api\", \"./web\"]",
    ),
    ("", &[], &["api", "web"], &[], "- - []"),
    // A directory that is named.
    ("api", &[], &["api", "web"], &[], "api - []"),
    (
        "api/",
        &["./cmd/x"],
        &["api", "web"],
        &[],
        "api - [\"./cmd/x\"]",
    ),
    ("cmd/web", &["."], &[""], &[], "- cmd/web [\"./cmd/web\"]"),
    (
        "services/web",
        &[],
        &["services/web", "lib"],
        &[""],
        "- services/web []",
    ),
    (
        "services",
        &["./web"],
        &["services/web"],
        &[],
        "services/web - [\".\"]",
    ),
    (
        "docs",
        &[],
        &["api"],
        &[],
        "docs from BP_GO_WORKDIR is in no module",
    ),
];

/// `root scope [targets]`, with `-` for what is empty.
fn placed(directory: &str, targets: &[&str], modules: &[&str], workspaces: &[&str]) -> String {
    let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
    let variable = |name: &str| Origin::Variable(name.to_owned());
    let directory = Sourced::new(directory.to_owned(), variable("BP_GO_WORKDIR"));
    let targets = targets.iter().map(ToString::to_string).collect();
    let targets = Sourced::new(targets, variable("BP_GO_TARGETS"));
    let place = place(
        Some(&directory).filter(|directory| !directory.value.is_empty()),
        Some(targets).filter(|targets: &Sourced<Vec<String>>| !targets.value.is_empty()),
        &paths(modules),
        &paths(workspaces),
        false,
    );
    let shown = |path: PathBuf| match path.display().to_string() {
        path if path.is_empty() => "-".to_owned(),
        path => path,
    };
    match place {
        Ok(Place {
            root,
            scope,
            targets,
        }) => {
            let targets = targets.map(|targets| targets.value).unwrap_or_default();
            format!("{} {} {targets:?}", shown(root), shown(scope))
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_nearest_module_or_workspace_is_where_go_works() {
    for (directory, targets, modules, workspaces, expected) in ROWS {
        let found = placed(directory, targets, modules, workspaces);
        assert_eq!(found, *expected, "{directory} {targets:?} {modules:?}");
    }
}
