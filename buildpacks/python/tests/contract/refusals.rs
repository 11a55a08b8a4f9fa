//! Apps that are refused: before uv is called, where that can be.

use crate::apps::{self, calls};

/// The title of the message, and whether uv was called.
#[track_caller]
fn title(tree: &str, variables: &[(&str, &str)]) -> String {
    let mut lifecycle = apps::app(tree);
    for (name, value) in variables {
        lifecycle = lifecycle.with_variable(name, value);
    }
    let message = lifecycle.is_refused(1);
    let called = if calls(&lifecycle).is_empty() {
        ""
    } else {
        " (after uv)"
    };
    let title = message.lines().next().unwrap_or_default();
    let id = message.lines().last().unwrap_or_default();
    format!("{title} {id}{called}")
}

/// There is nothing in the run image of these tests.
#[test]
fn a_program_of_the_app_must_find_its_libraries() {
    let lifecycle = apps::app("-- requirements.txt --\nflask\n-- Procfile --\nweb: bin/native\n");
    lifecycle.write_app("-- bin/README --\n");
    fs_err::copy("/proc/self/exe", lifecycle.path("app/bin/native")).unwrap();
    let message = lifecycle.is_refused(1);
    let title = "[Error: bin/native needs what the image lacks]";
    assert_eq!(message.lines().next(), Some(title), "{message}");
}

#[expect(clippy::too_many_lines, reason = "what a whole build gives")]
#[test]
fn likely_mistakes_are_explained() {
    let lines = [
        title("-- app.py --\nimport flask\n", &[]),
        title("-- uv.lock --\n-- poetry.lock --\n", &[]),
        title("-- pyproject.toml --\n[tool.poetry]\nname = \"a\"\n", &[]),
        title("-- pyproject.toml --\n[project\n", &[]),
        title("-- requirements.txt --\n-r other.txt\n", &[]),
        title(
            "-- requirements.txt --\nflask\n-- .python-version --\nlatest please\n",
            &[],
        ),
        title(
            "-- requirements.txt --\nflask\n-- .python-version --\n3.8\n",
            &[],
        ),
        title(
            "-- requirements.txt --\nflask\n-- .python-version --\n3.12.99\n",
            &[],
        ),
        title(
            "-- requirements.txt --\nflask\n-- .python-version --\n3.11\n-- pyproject.toml --\n[project]\nrequires-python = \">=3.13\"\n",
            &[],
        ),
        title("-- requirements.txt --\nflask\n", &[("UV_PYTHON", "3.9")]),
        title(
            "-- requirements.txt --\nflask\n",
            &[("GOOGLE_PYTHON_PACKAGE_MANAGER", "poetry")],
        ),
        title("-- requirements.txt --\nbroken\n", &[]),
        title(
            "-- requirements.txt --\nflask\n-- app.py --\nfrom flask import Flask\napp = Flask('a')\n",
            &[],
        ),
        title(
            "-- requirements.txt --\nflask\n-- a.py --\n-- b.py --\n",
            &[],
        ),
        title(
            "-- requirements.txt --\nflask\n-- Procfile --\nweb: nosuch | tee\n",
            &[],
        ),
        title(
            "-- requirements.txt --\nflask\n-- Procfile --\nweb: nosuch\n",
            &[],
        ),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    [Error: No file says what the app needs] (python/manager/none)
    [Error: There are several locks] (python/manager/several)
    [Error: There is no poetry.lock] (python/manager/no-lock)
    [Error: pyproject.toml can't be read] (python/syntax)
    [Error: A file that is required isn't there] (python/requirements/absent)
    [Error: .python-version asks for no version of Python] (python/version-file/invalid)
    [Error: Python 3.8 is too old] (python/version/end-of-life)
    [Error: Python 3.12.99 isn't available] (python/version/no-download) (after uv)
    [Error: The app doesn't allow Python 3.11] (python/version/contradiction)
    [Error: Variables are set that would break the build] (python/variables)
    [Error: The app isn't one of Poetry] (python/manager/without-files)
    [Error: A package can't be compiled] (python/install/compile) (after uv)
    [Error: Flask needs a server] (python/start/no-server) (after uv)
    [Error: There is nothing to start] (python/start/nothing) (after uv)
    [Error: Procfile line 1 needs a shell for a pipe] (start-command/shell/pipe)
    [Error: nosuch is not in the image] (start-command/command/not-found) (after uv)
    ");
}
