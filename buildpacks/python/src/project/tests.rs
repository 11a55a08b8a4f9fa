//! Apps as trees.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;

use super::*;
use crate::manager::{Manager, choose};

/// What is read of an app, in words.
fn shown(tree: &str) -> String {
    let app = testkit::directory(tree);
    let keep = KeepPatterns::new(Vec::new()).unwrap();
    let project = match Project::read(app.path(), app.path(), &keep) {
        Ok(project) => project,
        Err(error) => return format!("error: {error}\n"),
    };
    let mut text = String::new();
    for version in &project.versions {
        let _ = writeln!(text, "{} asks for {}", version.origin, version.value);
    }
    for constraint in &project.constraints {
        let _ = writeln!(text, "{} allows {}", constraint.origin, constraint.value);
    }
    for file in &project.sources {
        let _ = writeln!(text, "source {}", file.path.display());
    }
    for (module, file) in &project.seen.third_party {
        let _ = writeln!(text, "{} imports {module}", file.display());
    }
    for (wrong, right) in &project.seen.misspelled {
        let _ = writeln!(text, "{} for {right}", wrong.display());
    }
    if project.has_vendored {
        text.push_str("wheels in vendor\n");
    }
    if let Some(package) = &project.package {
        let _ = writeln!(text, "package {}", package.display());
    }
    let chosen = match choose(None, None, &project.seen) {
        Ok(chosen) => chosen,
        Err(error) => {
            let _ = writeln!(text, "error: {error}");
            return text;
        }
    };
    let _ = writeln!(text, "{:?}", chosen.manager);
    let variables: BTreeMap<OsString, OsString> = BTreeMap::new();
    let wishes = Wishes {
        requirement_files: None,
        poetry_groups: None,
        variables: &variables,
    };
    match Dependencies::read(app.path(), &chosen.manager, &project, wishes) {
        Ok(Dependencies::Requirements(found)) => {
            let _ = writeln!(text, "needs {:?} of {:?}", found.names, found.files);
        }
        Ok(found) if chosen.manager == Manager::Uv => {
            for package in found.locked() {
                let _ = writeln!(text, "locked {package:?}");
            }
        }
        Ok(_) => {}
        Err(error) => {
            let _ = writeln!(text, "error: {error}");
        }
    }
    text
}

#[test]
fn an_app_of_pip() {
    insta::assert_snapshot!(shown(r"
-- requirements.txt --
flask
-r more/web.txt
-- more/web.txt --
gunicorn
-- .python-version --
3.12
3.11
-- runtime.txt --
python-3.11.4
-- main.py --
import os, flask
from shop import cart
from shop.models import Item
import settings_of_site
try:
    import orjson
except ImportError:
    pass
-- shop/__init__.py --
import requests
-- src/settings_of_site.py --
-- shop/migrations/0001.py --
import never
-- tests/test_main.py --
import pytest
-- a/b/c/d/deep.py --
-- .venv/lib/x.py --
-- vendor/flask-3.0-py3-none-any.whl --
"), @r#"
.python-version line 1 asks for 3.12
runtime.txt line 1 asks for 3.11.4
source main.py
source shop/__init__.py
source src/settings_of_site.py
main.py imports flask
shop/__init__.py imports requests
wheels in vendor
Pip(["requirements.txt"])
needs {"flask", "gunicorn"} of ["requirements.txt", "more/web.txt"]
"#);
}

#[test]
fn an_app_of_uv() {
    insta::assert_snapshot!(shown(r#"
-- pyproject.toml --
[project]
name = "shop"
requires-python = ">=3.11"
dependencies = ["flask"]
-- src/shop/__init__.py --
-- uv.lock --
version = 1
requires-python = ">=3.11"

[[package]]
name = "flask"
version = "3.0.3"
source = { registry = "https://packages.example.com/simple" }
sdist = { url = "https://files.example.com/flask-3.0.3.tar.gz", hash = "sha256:a", size = 1 }
wheels = [
    { url = "https://files.example.com/flask-3.0.3-py3-none-any.whl", hash = "sha256:b", size = 1 },
]

[[package]]
name = "shop"
version = "0.1.0"
source = { virtual = "." }
"#), @r#"
pyproject.toml line 3 allows >=3.11
source src/shop/__init__.py
package src/shop
Uv
locked LockedPackage { name: "flask", version: "3.0.3", hashes: {"sha256:a", "sha256:b"}, files: {"flask-3.0.3-py3-none-any.whl", "flask-3.0.3.tar.gz"}, marker: None, source: Index }
locked LockedPackage { name: "shop", version: "0.1.0", hashes: {}, files: {}, marker: None, source: Path(".") }
"#);
}

#[test]
fn apps_without_a_manager() {
    let rows = [
        "-- main.py --\nimport json\nprint(1)\n",
        "-- app.py --\nimport flask\n-- requirments.txt --\nflask\n",
        "-- Pipfile --\n[requires]\npython_version = \"3.11\"\n",
        "-- pyproject.toml --\n[tool.black]\nline-length = 100\n-- main.py --\nimport httpx\n",
        "-- setup.py --\nfrom setuptools import setup\n",
    ];
    let shown: Vec<String> = rows.iter().map(|tree| shown(tree)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    source main.py
    Nothing

    source app.py
    app.py imports flask
    requirments.txt for requirements.txt
    error: no file says what the app needs

    Pipfile line 2 asks for 3.11
    error: Pipfile has no Pipfile.lock

    source main.py
    main.py imports httpx
    error: no file says what the app needs

    source setup.py
    setup.py imports setuptools
    Unlocked("setup.py")
    "#);
}

#[test]
fn files_that_can_not_be_read() {
    let rows = [
        "-- pyproject.toml --\n[project\n",
        "-- Pipfile --\n[requires]\npython_version = \"three\"\n",
        "-- .python-version --\nthree\n",
        "-- runtime.txt --\n\n",
        "-- pyproject.toml --\n[project]\n-- uv.lock --\nversion = \n",
        "-- pyproject.toml --\n-- poetry.lock --\n[[package]]\n",
        "-- requirements.txt --\n-r other.txt\n",
    ];
    let shown: Vec<String> = rows.iter().map(|tree| shown(tree)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    error: pyproject.toml can't be parsed

    error: Pipfile can't be parsed

    error: "three" of .python-version is no version

    error: runtime.txt is empty

    Uv
    error: uv.lock can't be parsed

    Poetry
    error: poetry.lock can't be parsed

    Pip(["requirements.txt"])
    error: other.txt isn't there
    "#);
}
