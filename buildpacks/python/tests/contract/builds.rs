//! Apps that build.

use crate::apps::{self, calls};

const FLASK: &str = "
-- requirements.txt --
flask
gunicorn
-- app.py --
from flask import Flask
app = Flask(__name__)
-- .env --
SECRET=canary
-- .git/HEAD --
";

#[test]
fn detect_passes_for_python_and_fails_for_the_rest() {
    assert_eq!(apps::app(FLASK).detect().status, 0);
    assert_eq!(
        apps::app("-- x --\n")
            .with_variable("BP_APP_DIR", "none")
            .detect()
            .status,
        0
    );
    let other = apps::app("-- package.json --\n{}\n").detect();
    assert_eq!(other.status, 100, "{other:?}");
}

#[expect(clippy::too_many_lines, reason = "what a whole build gives")]
#[test]
fn an_app_of_pip_is_installed_and_started() {
    let lifecycle = apps::app(FLASK);
    let log = lifecycle.succeeds();
    insta::assert_snapshot!(log, @"
    [Python]
    - Python 3.13.5, the default
    - Installing what requirements.txt says
      not locked: what is installed is what is the newest now, and stays until this file changes
      python-3.13: new
      uv-cache: new
      venv: new
      2 packages
    - web (from app.py, a Flask app, with gunicorn installed) starts gunicorn
      gunicorn app:app
    Warning: Not in the image, because such files hold secrets: .env
      Secrets belong in the environment of the container. An app that reads such a file
      when it runs needs the variables there instead.
      To have them in the image all the same, name them among all that stays:
      BP_KEEP_FILES=.env
      python-environment: new
    ");
    insta::assert_snapshot!(calls(&lifecycle), @"
    uv venv --quiet --no-project --allow-existing --python ROOT/python/3.13/build/bin/python3.13 ROOT/layers/venv
    uv pip install --python ROOT/layers/venv/bin/python -r SCRATCH/requirements.txt
    uv pip check --python ROOT/layers/venv/bin/python
    ");
    insta::assert_snapshot!(lifecycle.processes(), @"
    web*: ROOT/layers/venv/bin/gunicorn app:app
    ");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    app.py            file 0644
    requirements.txt  file 0644
    ");
    let layers = testkit::tree_without_digests(&lifecycle.path("layers"));
    let root = lifecycle.path("").display().to_string();
    insta::assert_snapshot!(layers.replace(root.trim_end_matches('/'), "ROOT"), @"
    launch.sbom.cdx.json                                               file 0644
    launch.sbom.spdx.json                                              file 0644
    launch.toml                                                        file 0644
    python-3.13                                                        dir  0755
    python-3.13/bin                                                    dir  0755
    python-3.13/bin/python3.13                                         file 0755
    python-3.13.toml                                                   file 0644
    python-environment                                                 dir  0755
    python-environment/env.launch                                      dir  0755
    python-environment/env.launch/GUNICORN_CMD_ARGS.default            file 0644
    python-environment/env.launch/PYTHONFAULTHANDLER.default           file 0644
    python-environment/env.launch/PYTHONUNBUFFERED.default             file 0644
    python-environment/env.launch/VIRTUAL_ENV.default                  file 0644
    python-environment/env.launch/XDG_RUNTIME_DIR.default              file 0644
    python-environment.toml                                            file 0644
    uv-cache                                                           dir  0755
    uv-cache/coracle-environment.json                                  file 0644
    uv-cache.toml                                                      file 0644
    venv                                                               dir  0755
    venv/bin                                                           dir  0755
    venv/bin/flask                                                     file 0755
    venv/bin/gunicorn                                                  file 0755
    venv/bin/python                                                    link -> ROOT/layers/python-3.13/bin/python3.13
    venv/bin/python3                                                   link -> python
    venv/lib                                                           dir  0755
    venv/lib/python3.13                                                dir  0755
    venv/lib/python3.13/site-packages                                  dir  0755
    venv/lib/python3.13/site-packages/flask                            dir  0755
    venv/lib/python3.13/site-packages/flask/__init__.py                file 0644
    venv/lib/python3.13/site-packages/flask-1.0.dist-info              dir  0755
    venv/lib/python3.13/site-packages/flask-1.0.dist-info/METADATA     file 0644
    venv/lib/python3.13/site-packages/gunicorn                         dir  0755
    venv/lib/python3.13/site-packages/gunicorn/__init__.py             file 0644
    venv/lib/python3.13/site-packages/gunicorn-1.0.dist-info           dir  0755
    venv/lib/python3.13/site-packages/gunicorn-1.0.dist-info/METADATA  file 0644
    venv/pyvenv.cfg                                                    file 0644
    venv.toml                                                          file 0644
    ");
}

#[test]
fn the_bill_of_materials_names_packages_and_what_is_of_debian() {
    let lifecycle = apps::app(FLASK);
    lifecycle.succeeds();
    for format in ["cdx", "spdx"] {
        let text = lifecycle.layers_file(&format!("launch.sbom.{format}.json"));
        for purl in ["pkg:pypi/flask@1.0", "pkg:deb/debian/libssl3t64@3.5.7-1"] {
            assert!(text.contains(purl), "{text}");
        }
    }
}

#[test]
fn the_version_is_the_one_that_is_asked_for() {
    let lifecycle = apps::app(&format!(
        "{FLASK}-- .python-version --\n3.11\n-- runtime.txt --\npython-3.13\n"
    ));
    let log = lifecycle.succeeds();
    assert!(
        log.contains(
            "- Python 3.11.2, the bundled patch\n  .python-version line 1 asks for 3.11\n"
        ),
        "{log}"
    );
    assert!(
        log.contains("not used: runtime.txt line 1, which asks for 3.13\n"),
        "{log}"
    );
    assert!(lifecycle.path("layers/python-3.11.toml").exists());
    let wheelless = apps::app(FLASK).with_variable("BP_CPYTHON_VERSION", ">=3.11,<3.13");
    assert!(
        wheelless
            .succeeds()
            .contains("- Python 3.11.2, the newest bundled one")
    );
}

#[test]
fn an_app_of_uv_is_synced() {
    let tree = "
-- pyproject.toml --
[project]
name = \"shop\"
requires-python = \">=3.11\"
-- uv.lock --
version = 1
-- main.py --
import flask
web = flask.Flask(__name__)
";
    let lifecycle = apps::app(tree);
    lifecycle.succeeds();
    insta::assert_snapshot!(calls(&lifecycle), @"
    uv venv --quiet --no-project --allow-existing --python ROOT/python/3.13/build/bin/python3.13 ROOT/layers/venv
    uv sync --locked --no-default-groups --python ROOT/python/3.13/build/bin/python3.13
    uv pip check --python ROOT/layers/venv/bin/python
    ");
    assert!(
        lifecycle
            .processes()
            .contains("web*: ROOT/layers/venv/bin/gunicorn main:web")
    );
}

#[test]
fn what_the_user_names_is_started() {
    let tree = "-- requirements.txt --\ngunicorn\n-- x.py --\n-- Procfile --\nworker: python x.py --queue $QUEUE\n";
    let lifecycle = apps::app(tree).with_variable("GOOGLE_ENTRYPOINT", "gunicorn x:app");
    let log = lifecycle.succeeds();
    assert!(
        log.contains("- web (from GOOGLE_ENTRYPOINT) starts gunicorn\n"),
        "{log}"
    );
    let processes = lifecycle.processes();
    assert!(
        processes.contains("web*: ROOT/layers/venv/bin/gunicorn x:app"),
        "{processes}"
    );
    assert!(
        processes.contains("worker: ROOT/layers/start/"),
        "{processes}"
    );
}

#[test]
fn a_server_that_does_not_know_the_port_is_told_by_start() {
    let tree = "-- requirements.txt --\nfastapi\nuvicorn\n-- main.py --\nimport fastapi\napp = fastapi.FastAPI()\n";
    let lifecycle = apps::app(tree);
    lifecycle.succeeds();
    assert!(
        lifecycle
            .processes()
            .starts_with("web*: ROOT/layers/start/"),
        "{}",
        lifecycle.processes()
    );
    let host = lifecycle.layers_file("python-environment/env.launch/UVICORN_HOST.default");
    assert_eq!(host, "0.0.0.0");
}

#[test]
fn an_app_that_needs_nothing_is_started_by_python() {
    let lifecycle = apps::app("-- main.py --\nimport json\nprint(json.dumps(1))\n");
    let log = lifecycle.succeeds();
    assert!(
        log.contains("- Installing nothing: the app imports nothing but Python's own modules\n"),
        "{log}"
    );
    assert!(
        lifecycle
            .processes()
            .contains("ROOT/layers/venv/bin/python"),
        "{}",
        lifecycle.processes()
    );
}

#[test]
fn a_directory_of_a_tree_is_the_app() {
    let tree =
        "-- api/requirements.txt --\ngunicorn\n-- api/main.py --\n-- web/package.json --\n{}\n";
    let lifecycle = apps::app(tree).with_variable("BP_APP_DIR", "api");
    lifecycle.succeeds();
    assert!(!lifecycle.path("app/web").exists());
    assert!(lifecycle.layers_file("launch.toml").contains("working-dir"));
}

#[test]
fn the_user_says_which_files_stay_beside_the_source() {
    let tree = "-- main.py --\n-- notes.md --\n-- data.csv --\n-- .env --\nA=1\n-- .dockerignore --\n*.md\n";
    let lifecycle = apps::app(tree).with_variable("BP_KEEP_FILES", ".env");
    let log = lifecycle.succeeds();
    assert!(
        log.contains("- Leaving out 1 files because of .dockerignore\n"),
        "{log}"
    );
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    .dockerignore  file 0644
    .env           file 0644
    data.csv       file 0644
    main.py        file 0644
    ");
}

#[test]
fn a_script_that_only_the_runner_knows_is_what_is_started() {
    let app = |procfile: &str| {
        apps::app(&format!(
            "-- requirements.txt --\ngunicorn\n-- x.py --\n-- Procfile --\nweb: {procfile}\n\
             -- pyproject.toml --\n[tool.pdm.scripts]\ngunicorn = \"gunicorn x:app --reload\"\ncalled.call = \"x:y\"\n\
             -- needy.py --\n# /// script\n# dependencies = [\"rich\"]\n# ///\n"
        ))
    };
    let scripts = app("pdm run gunicorn --bind :80");
    scripts.succeeds();
    insta::assert_snapshot!(scripts.processes(), @"web*: ROOT/layers/venv/bin/gunicorn x:app --reload --bind :80");
    for (procfile, id) in [
        ("pdm run called", "(start-command/environment/no-command)"),
        (
            "uv run needy.py",
            "(start-command/environment/dependencies)",
        ),
    ] {
        let message = app(procfile).is_refused(1);
        assert!(message.contains(id), "{message}");
    }
}
