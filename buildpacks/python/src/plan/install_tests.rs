//! The calls for an app of every manager.

use std::fmt::Write as _;
use std::path::Path;

use buildpack_kit::environment::Environment;
use buildpack_kit::files::KeepPatterns;

use super::*;
use crate::manager::choose;
use crate::plan::indexes::has_index;
use crate::project::Wishes;
use crate::settings::inherited;

const NO_INDEX: UvSettings = UvSettings {
    has_index: false,
    has_index_strategy: false,
};

/// The plan of an app, in words.
fn shown(tree: &str, variables: &[(&str, &str)], uv: UvSettings) -> String {
    shown_within(tree, "", variables, uv)
}

/// The same of an app in a tree.
fn shown_within(tree: &str, app: &str, variables: &[(&str, &str)], uv: UvSettings) -> String {
    let tree = testkit::directory(tree);
    let app: PathBuf = tree.path().join(app).components().collect();
    let environment = Environment::new(variables.iter().copied(), [("PATH", "")]);
    let settings = Settings::read(&environment).unwrap();
    let keep = KeepPatterns::new(Vec::new()).unwrap();
    let project = Project::read(tree.path(), &app, &keep).unwrap();
    let files = settings.requirement_files.as_ref();
    let chosen = choose(settings.manager.as_ref(), files, &project.seen).unwrap();
    let wishes = Wishes {
        requirement_files: files,
        poetry_groups: None,
        variables: &inherited(&environment),
    };
    let dependencies = Dependencies::read(&app, &chosen.manager, &project, wishes).unwrap();
    let places = Places {
        app: &app,
        scratch: Path::new("/scratch"),
        environment: Path::new("/venv"),
        python: Path::new("/python"),
    };
    let plan = plan(&dependencies, &project, &settings, uv, places);
    let mut text = String::new();
    for call in &plan.calls {
        let _ = write!(text, "{:?}: uv {}", call.purpose, call.arguments.join(" "));
        for (name, value) in &call.environment {
            let _ = write!(text, " {name}={value:?}");
        }
        text.push('\n');
    }
    for (name, content) in &plan.files {
        let _ = write!(text, "{name}:\n{content}");
    }
    let _ = writeln!(
        text,
        "copied {:?}, unlocked {}",
        plan.copied, plan.is_unlocked
    );
    let _ = writeln!(text, "key files {:?}", files_of_uv(&dependencies, &project));
    text.replace(&tree.path().display().to_string(), "/workspace")
}

#[test]
fn requirement_files() {
    let tree = "
-- requirements.txt --
--pre
flask
-c c.txt
-e .
./libs/one
-- c.txt --
click<9
-- libs/one/setup.py --
-- setup.py --
-- hashed.txt --
flask==3.0 --hash=sha256:1
-- vendor/flask-3.0-py3-none-any.whl --
";
    let hashed = [
        ("BP_PIP_REQUIREMENT", "hashed.txt"),
        ("BP_PIP_FIND_LINKS", "https://wheels.example.com more"),
    ];
    let shown = [shown(tree, &[], NO_INDEX), shown(tree, &hashed, NO_INDEX)];
    insta::assert_snapshot!(shown.join("\n"), @r#"
    Install: uv pip install --python /venv/bin/python -r /scratch/requirements.txt -c /scratch/constraints.txt --prerelease allow --no-index --find-links /workspace/vendor
    Check: uv pip check --python /venv/bin/python
    constraints.txt:
    click<9
    requirements.txt:
    flask
    -e /workspace
    /workspace/libs/one
    copied {"libs/one"}, unlocked true
    key files []

    Install: uv pip install --python /venv/bin/python -r /scratch/requirements.txt --require-hashes --no-index --find-links https://wheels.example.com --find-links /workspace/more --find-links /workspace/vendor
    Check: uv pip check --python /venv/bin/python
    requirements.txt:
    flask==3.0 --hash=sha256:1
    copied {}, unlocked false
    key files []
    "#);
}

const UV: &str = "
-- pyproject.toml --
[project]
name = \"shop\"
-- uv.lock --
version = 1
";

#[test]
fn the_lock_of_uv() {
    let mirror = UvSettings {
        has_index: true,
        ..NO_INDEX
    };
    let groups = [("BP_UV_INSTALL_GROUPS", "prod,extra")];
    let shown = [shown(UV, &groups, NO_INDEX), shown(UV, &[], mirror)];
    insta::assert_snapshot!(shown.join("\n"), @r#"
    Install: uv sync --locked --no-default-groups --group prod --group extra --python /python
    Check: uv pip check --python /venv/bin/python
    copied {}, unlocked false
    key files ["uv.lock", "pyproject.toml"]

    CheckLock: uv lock --check --offline --python /python UV_DEFAULT_INDEX="" UV_EXTRA_INDEX_URL="" UV_FIND_LINKS="" UV_INDEX="" UV_INDEX_URL=""
    ExportLock: uv export --frozen --no-emit-local --no-header --no-annotate --no-default-groups --quiet --python /python --output-file /scratch/locked.txt
    Install: uv pip sync --python /venv/bin/python --require-hashes /scratch/locked.txt
    InstallApp: uv sync --frozen --inexact --no-default-groups --python /python
    Check: uv pip check --python /venv/bin/python
    copied {}, unlocked false
    key files ["uv.lock", "pyproject.toml"]
    "#);
    assert!(has_index(|name| name == "UV_INDEX") && !has_index(|name| name == "UV_OFFLINE"));
}

#[test]
fn the_lock_of_a_workspace() {
    let tree = r#"
-- uv.lock --
[[package]]
name = "api"
source = { virtual = "api" }
dependencies = [{ name = "words" }]

[[package]]
name = "words"
source = { editable = "words" }
-- api/pyproject.toml --
[project]
name = "api"
"#;
    insta::assert_snapshot!(shown_within(tree, "api", &[], NO_INDEX), @r#"
    Install: uv sync --locked --no-editable-package words --refresh-package words --no-default-groups --python /python
    Check: uv pip check --python /venv/bin/python
    copied {"../words"}, unlocked false
    key files ["uv.lock", "pyproject.toml", "../uv.lock", "../pyproject.toml"]
    "#);
}

#[test]
fn the_lock_of_pdm() {
    // The hash is what pdm computes of the project.
    let tree = "
-- pyproject.toml --
[project]
name = \"shop\"
version = \"1\"
dependencies = [\"flask\"]

[build-system]
requires = [\"pdm-backend\"]

[[tool.pdm.source]]
name = \"my index\"
url = \"https://packages.example.com/simple\"
-- src/shop/__init__.py --
-- libs/one/pyproject.toml --
-- pdm.lock --
[metadata]
lock_version = \"4.5.0\"
content_hash = \"sha256:HASH\"

[[package]]
name = \"flask\"
version = \"3.0.3\"
files = [{ file = \"flask-3.0.3.tar.gz\", hash = \"sha256:1\" }]

[[package]]
name = \"one\"
version = \"1\"
path = \"./libs/one\"
";
    let tree = tree.replace(
        "HASH",
        "b28e5c253f0d308b7754648760d6508b521e1fa7499cf1cc69dca3d15ad36cf3",
    );
    let strategy = UvSettings {
        has_index_strategy: true,
        ..NO_INDEX
    };
    let alone = shown(&tree, &[], strategy);
    assert!(!alone.contains("--index-strategy"));
    insta::assert_snapshot!(shown(&tree, &[], NO_INDEX), @r#"
    Install: uv pip install --python /venv/bin/python -r /scratch/direct.txt -c /scratch/lock.txt --index-strategy unsafe-best-match UV_INDEX="my-index=https://packages.example.com/simple"
    InstallApp: uv pip install --python /venv/bin/python --no-deps -e /workspace
    Check: uv pip check --python /venv/bin/python
    direct.txt:
    flask
    lock.txt:
    flask==3.0.3 --hash=sha256:1
    one @ file:///workspace/libs/one
    copied {"libs/one"}, unlocked false
    key files []
    "#);
}

#[test]
fn projects_without_a_lock() {
    let shown = [
        shown(
            "-- pyproject.toml --\n[project]\nname = \"a\"\n",
            &[],
            NO_INDEX,
        ),
        shown(
            "-- pyproject.toml --\n[project]\nname = \"a\"\n[build-system]\nrequires = []\n",
            &[],
            NO_INDEX,
        ),
        shown("-- setup.py --\n", &[], NO_INDEX),
        shown("-- main.py --\nimport os\n", &[], NO_INDEX),
    ];
    insta::assert_snapshot!(shown.join("\n"), @r#"
    Install: uv pip install --python /venv/bin/python -r /workspace/pyproject.toml
    Check: uv pip check --python /venv/bin/python
    copied {}, unlocked true
    key files ["pyproject.toml", "setup.py", "setup.cfg"]

    Install: uv pip install --python /venv/bin/python -e /workspace
    Check: uv pip check --python /venv/bin/python
    copied {}, unlocked true
    key files ["pyproject.toml", "setup.py", "setup.cfg"]

    Install: uv pip install --python /venv/bin/python -e /workspace
    Check: uv pip check --python /venv/bin/python
    copied {}, unlocked true
    key files ["pyproject.toml", "setup.py", "setup.cfg"]

    copied {}, unlocked false
    key files []
    "#);
}
