//! `pyproject.toml` files of every manager, and broken ones.

use super::*;

const POETRY: &str = r#"
[tool.poetry]
name = "shop"
package-mode = false
packages = [{ include = "shop", from = "src" }]

[tool.poetry.dependencies]
python = "^3.11"
flask = "^3.0"
uvicorn = { version = "^0.30", extras = ["standard"] }
psycopg = [{ version = "^3", python = "<3.12" }, { version = "^3.2", markers = "python_version >= '3.12'" }]
local = { path = "../local" }

[tool.poetry.group.dev]
optional = true

[tool.poetry.group.dev.dependencies]
pytest = "*"

[tool.poetry.scripts]
shop = "shop.cli:main"
old = { reference = "bin/old.py", type = "file" }
"#;

const PEP_621: &str = r#"
[project]
name = "Web.App"
requires-python = ">=3.11,<3.14"
dependencies = ["fastapi[standard]>=0.115", "sqlalchemy"]

[project.optional-dependencies]
postgres = ["psycopg[binary]"]

[project.scripts]
web-app = "web_app:main"

[dependency-groups]
dev = ["pytest", { include-group = "Lint_Tools" }]
lint-tools = ["ruff", { include-group = "dev" }]

[build-system]
requires = ["hatchling"]

[tool.uv]
package = true
"#;

fn read(text: &str) -> Result<Pyproject, SyntaxError> {
    parse(Path::new(FILE), text)
}

#[test]
fn poetry_says_what_it_needs() {
    let file = read(POETRY).unwrap();
    let constraint = &file.constraints[0];
    assert_eq!(
        (constraint.value.to_string(), constraint.origin.to_string()),
        ("^3.11".to_owned(), "pyproject.toml line 8".to_owned())
    );
    let scripts: Vec<_> = file.scripts().into_iter().collect();
    insta::assert_debug_snapshot!(scripts, @r#"
    [
        (
            "old",
            "bin/old.py",
        ),
        (
            "shop",
            "shop.cli:main",
        ),
    ]
    "#);
    let poetry = file.poetry.as_ref().unwrap();
    let psycopg = poetry.dependencies["psycopg"].get_ref();
    assert!(matches!(psycopg, PoetryDependencies::Several(both) if both.len() == 2));
    assert!(poetry.group["dev"].optional);
    assert_eq!((file.name(), file.is_package()), (Some("shop"), false));
}

#[test]
fn pep_621_says_what_it_needs() {
    let file = read(PEP_621).unwrap();
    assert_eq!(
        file.constraints[0].origin.to_string(),
        "pyproject.toml line 4"
    );
    assert_eq!(file.group("dev"), Some(vec!["pytest", "ruff"]));
    assert_eq!(file.group("lint_tools"), Some(vec!["ruff", "pytest"]));
    assert_eq!(file.group("docs"), None);
    assert_eq!(
        file.project.as_ref().unwrap().optional_dependencies["postgres"],
        ["psycopg[binary]"]
    );
    assert_eq!((file.name(), file.is_package()), (Some("Web.App"), true));
    assert!(!read("[project]\nname = \"a\"\n").unwrap().is_package());
    assert!(read("[tool.poetry]\nname = \"a\"\n").unwrap().is_package());
}

#[test]
fn broken_files_are_told_with_their_place() {
    let texts = [
        "[project\n",
        "[project]\ndependencies = \"flask\"\n",
        "[project]\nname = \"a\"\nname = \"b\"\n",
        "[project]\nrequires-python = \"three\"\n",
        "[tool.poetry.dependencies]\npython = \"latest please\"\n",
        "[tool.poetry.dependencies]\nflask = 3\n",
        "[dependency-groups]\ndev = [1]\n",
        "project = 1\n",
        "<<<<<<< HEAD\n[project]\n",
    ];
    let lines = texts.map(|text| {
        let SyntaxError {
            line,
            column,
            text,
            problem,
            ..
        } = read(text).unwrap_err();
        format!("{line}:{column} {text:?} {problem}")
    });
    insta::assert_snapshot!(lines.join("\n"), @r#"
    1:9 "[project" unclosed table, expected `]`
    2:16 "dependencies = \"flask\"" invalid type: string "flask", expected a sequence
    3:1 "name = \"b\"" duplicate key
    2:19 "requires-python = \"three\"" not a range of versions of Python
    2:10 "python = \"latest please\"" not a range of versions of Python
    2:9 "flask = 3" expected a version, a table or an array of tables
    2:7 "dev = [1]" expected a requirement or { include-group = "name" }
    1:11 "project = 1" invalid type: integer `1`, expected a table
    1:9 "<<<<<<< HEAD" key with no value, expected `=`
    "#);
}

#[test]
fn names_are_compared_as_indexes_do() {
    let names = ["Ruamel.YAML", "zope.interface", "A__b-.c", "x"].map(normalised);
    assert_eq!(names, ["ruamel-yaml", "zope-interface", "a-b-c", "x"]);
}
