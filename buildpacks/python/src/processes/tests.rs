//! What apps are started with.

use std::fmt::Write as _;

use super::*;
use crate::python_source;

/// Sources as a testkit archive, what is installed, and what that makes.
fn shown(tree: &str, installed: &[&str], scripts: &[&str], target: Option<&str>) -> String {
    let mut sources: Vec<SourceFile> = Vec::new();
    let mut text = String::new();
    let mut path = PathBuf::new();
    for line in tree.lines().chain(["-- end --"]) {
        if let Some(next) = line
            .strip_prefix("-- ")
            .and_then(|line| line.strip_suffix(" --"))
        {
            if !path.as_os_str().is_empty() {
                let source = python_source::read(&text);
                sources.push(SourceFile { path, source });
            }
            path = next.into();
            text.clear();
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<BTreeSet<_>>()
    };
    let target = target.map(|target| {
        Sourced::new(
            target.to_owned(),
            Origin::Variable("BP_POETRY_RUN_TARGET".to_owned()),
        )
    });
    let facts = Facts {
        sources: &sources,
        installed: &words(installed),
        scripts: &scripts
            .iter()
            .map(|&name| (name.to_owned(), format!("{name}:main")))
            .collect(),
        programs: &words(&[installed, scripts].concat()),
        run_target: target.as_ref(),
    };
    match plan(facts) {
        Ok(ProcessPlan {
            command,
            origin,
            environment,
            others,
        }) => {
            let mut shown = format!("{command}   ({origin})");
            for (name, value) in environment {
                let _ = write!(shown, "\n  {name}={value}");
            }
            if !others.is_empty() {
                let _ = write!(shown, "\n  others {}", others.join(", "));
            }
            shown
        }
        Err(error) => format!("error: {error} {error:?}"),
    }
}

const FLASK: &str = "-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run()\n";
/// A function that makes the app, and the file for servers that calls it.
const FACTORY: &str = "\
-- shop/__init__.py --
def create_app(settings=None):
    from flask import Flask
    app = Flask(__name__)
    return app
-- shop/jobs.py --
app = start()
-- wsgi.py --
from shop import create_app
app = create_app()
if __name__ == '__main__':
    app.run()
";
const FASTAPI: &str = "-- main.py --\nimport fastapi\napi = fastapi.FastAPI()\n";
const DJANGO: &str = "\
-- manage.py --
import os
os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_.settings')
if __name__ == '__main__':
    main()
-- site_/asgi.py --
from django.core.asgi import get_asgi_application
application = get_asgi_application()
-- site_/settings.py --
WSGI_APPLICATION = 'site_.wsgi.application'
-- site_/wsgi.py --
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
";

const DASH: &str =
    "-- src/shop/web.py --\nfrom dash import Dash\nboard = Dash()\nwsgi = board.server\n";

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn servers_serve_what_the_source_has() {
    let asgi_only = DJANGO.replace("WSGI_APPLICATION", "ASGI_APPLICATION");
    let lines = [
        shown(FLASK, &["flask", "gunicorn"], &[], None),
        shown(FLASK, &["flask", "waitress"], &[], None),
        shown(FLASK, &["flask", "granian"], &[], None),
        shown(FLASK, &["flask", "uwsgi"], &[], None),
        shown(FASTAPI, &["fastapi", "uvicorn", "gunicorn"], &[], None),
        shown(FASTAPI, &["fastapi", "hypercorn"], &[], None),
        shown(FASTAPI, &["fastapi", "granian"], &[], None),
        shown(DJANGO, &["django", "gunicorn"], &[], None),
        shown(DJANGO, &["django", "gunicorn", "uvicorn"], &[], None),
        shown(DJANGO, &["django", "daphne"], &[], None),
        shown(&asgi_only, &["django", "gunicorn", "uvicorn"], &[], None),
        shown(DASH, &["gunicorn"], &[], None),
        shown(
            "-- shop/__init__.py --\nfrom flask import Flask\napp = Flask()\n",
            &["gunicorn"],
            &[],
            None,
        ),
        shown(
            &format!("{FLASK}-- worker.py --\nimport flask\nx = flask.Flask()\n"),
            &["gunicorn"],
            &[],
            None,
        ),
        shown(FACTORY, &["gunicorn"], &[], None),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    gunicorn app:app   (app.py, a Flask app, with gunicorn installed)
      GUNICORN_CMD_ARGS=--worker-tmp-dir=/dev/shm
      XDG_RUNTIME_DIR=/dev/shm
    waitress-serve --listen="0.0.0.0:$PORT" app:app   (app.py, a Flask app, with waitress installed)
    GRANIAN_PORT="${GRANIAN_PORT:-$PORT}" granian --interface wsgi app:app   (app.py, a Flask app, with granian installed)
      GRANIAN_HOST=0.0.0.0
    UWSGI_HTTP_SOCKET="${UWSGI_HTTP_SOCKET:-0.0.0.0:$PORT}" uwsgi --module app:app   (app.py, a Flask app, with uwsgi installed)
      UWSGI_DIE_ON_TERM=true
      UWSGI_MASTER=true
    UVICORN_PORT="${UVICORN_PORT:-$PORT}" uvicorn main:api   (main.py, a FastAPI app, with uvicorn installed)
      UVICORN_HOST=0.0.0.0
    hypercorn --bind "0.0.0.0:$PORT" main:api   (main.py, a FastAPI app, with hypercorn installed)
    GRANIAN_PORT="${GRANIAN_PORT:-$PORT}" granian --interface asgi main:api   (main.py, a FastAPI app, with granian installed)
      GRANIAN_HOST=0.0.0.0
    gunicorn site_.wsgi:application   (site_/wsgi.py, a Django app, with gunicorn installed)
      GUNICORN_CMD_ARGS=--worker-tmp-dir=/dev/shm
      XDG_RUNTIME_DIR=/dev/shm
      others site_.asgi:application
    gunicorn site_.wsgi:application   (site_/wsgi.py, a Django app, with gunicorn installed)
      GUNICORN_CMD_ARGS=--worker-tmp-dir=/dev/shm
      XDG_RUNTIME_DIR=/dev/shm
      others site_.asgi:application
    daphne -b 0.0.0.0 -p "$PORT" site_.asgi:application   (site_/asgi.py, a Django app, with daphne installed)
      others site_.wsgi:application
    UVICORN_PORT="${UVICORN_PORT:-$PORT}" uvicorn site_.asgi:application   (site_/asgi.py, a Django app, with uvicorn installed)
      UVICORN_HOST=0.0.0.0
      others site_.wsgi:application
    gunicorn shop.web:wsgi   (src/shop/web.py, a Dash app, with gunicorn installed)
      GUNICORN_CMD_ARGS=--worker-tmp-dir=/dev/shm
      PYTHONPATH=src
      XDG_RUNTIME_DIR=/dev/shm
    gunicorn shop:app   (shop/__init__.py, a Flask app, with gunicorn installed)
      GUNICORN_CMD_ARGS=--worker-tmp-dir=/dev/shm
      XDG_RUNTIME_DIR=/dev/shm
    gunicorn app:app   (app.py, a Flask app, with gunicorn installed)
      GUNICORN_CMD_ARGS=--worker-tmp-dir=/dev/shm
      XDG_RUNTIME_DIR=/dev/shm
      others worker:x
    gunicorn wsgi:app   (wsgi.py, a Flask app, with gunicorn installed)
      GUNICORN_CMD_ARGS=--worker-tmp-dir=/dev/shm
      XDG_RUNTIME_DIR=/dev/shm
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn scripts_are_run() {
    let lines = [
        shown(
            "-- streamlit_app.py --\nimport streamlit as st\n-- lib.py --\n",
            &["streamlit"],
            &[],
            None,
        ),
        shown(
            "-- demo.py --\nimport gradio as gr\n",
            &["gradio", "fastapi", "uvicorn"],
            &[],
            None,
        ),
        shown(
            "-- chat.py --\nimport chainlit as cl\n",
            &["chainlit"],
            &[],
            None,
        ),
        shown("-- board.py --\nimport panel\n", &["panel"], &[], None),
        shown(
            "-- main.py --\nimport nicegui\n",
            &["nicegui", "uvicorn"],
            &[],
            None,
        ),
        shown("-- bot.py --\nprint(1)\n-- setup.py --\n", &[], &[], None),
        shown("-- server.py --\n-- main.py --\n", &[], &[], None),
        shown(
            "-- a.py --\n-- b.py --\nif __name__ == '__main__':\n    go()\n",
            &[],
            &[],
            None,
        ),
        shown("-- shop/__main__.py --\n", &[], &[], None),
        shown("-- src/shop/__main__.py --\n", &[], &[], None),
        shown("-- my app.py --\n", &[], &[], None),
        shown(
            "-- main.py --\nimport fastapi, uvicorn\napp = fastapi.FastAPI()\nif __name__ == '__main__':\n    uvicorn.run(app)\n",
            &[],
            &[],
            None,
        ),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    STREAMLIT_SERVER_PORT="${STREAMLIT_SERVER_PORT:-$PORT}" streamlit run streamlit_app.py   (streamlit_app.py, an app of streamlit)
      STREAMLIT_BROWSER_GATHER_USAGE_STATS=false
      STREAMLIT_SERVER_ADDRESS=0.0.0.0
      STREAMLIT_SERVER_FILE_WATCHER_TYPE=none
      STREAMLIT_SERVER_HEADLESS=true
    GRADIO_SERVER_PORT="${GRADIO_SERVER_PORT:-$PORT}" python demo.py   (demo.py, an app of gradio)
      GRADIO_ANALYTICS_ENABLED=False
      GRADIO_SERVER_NAME=0.0.0.0
    CHAINLIT_PORT="${CHAINLIT_PORT:-$PORT}" chainlit run chat.py --headless   (chat.py, an app of chainlit)
      CHAINLIT_HOST=0.0.0.0
    panel serve board.py --address 0.0.0.0 --port "$PORT" --allow-websocket-origin '*'   (board.py, an app of panel)
    python main.py   (main.py, an app of nicegui)
    python bot.py   (bot.py)
    python main.py   (main.py)
    python b.py   (b.py)
    python -m shop   (shop/__main__.py)
    python -m shop   (src/shop/__main__.py)
      PYTHONPATH=src
    python 'my app.py'   (my app.py)
    python main.py   (main.py)
    "#);
}

#[test]
fn projects_say_what_is_run() {
    let lines = [
        shown(FLASK, &["gunicorn"], &["shop"], None),
        shown(FLASK, &["gunicorn"], &["shop", "admin"], None),
        shown(FLASK, &["gunicorn"], &["shop", "start"], None),
        shown(FLASK, &[], &["shop", "admin"], Some("admin --all")),
        shown(FLASK, &[], &[], Some("shop.cli:main")),
        shown(FLASK, &[], &[], Some("shop.cli")),
        shown(FLASK, &[], &[], Some("admin")),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    shop   (the console script shop)
    gunicorn app:app   (app.py, a Flask app, with gunicorn installed)
      GUNICORN_CMD_ARGS=--worker-tmp-dir=/dev/shm
      XDG_RUNTIME_DIR=/dev/shm
    start   (the console script start)
    admin --all   (BP_POETRY_RUN_TARGET)
    python -c 'import sys; from shop.cli import main; sys.exit(main())'   (BP_POETRY_RUN_TARGET)
    python -m shop.cli   (BP_POETRY_RUN_TARGET)
    error: admin from BP_POETRY_RUN_TARGET isn't installed NoTarget { target: "admin", origin: Variable("BP_POETRY_RUN_TARGET"), scripts: [] }
    "#);
}

#[test]
fn what_can_not_be_started() {
    let lines = [
        shown(FLASK, &["flask"], &[], None),
        shown(FASTAPI, &["fastapi", "gunicorn"], &[], None),
        shown(&DASH.replace("wsgi", "# wsgi"), &["gunicorn"], &[], None),
        shown(
            "-- a.py --\ndef create_app(): pass\n-- b.py --\n",
            &[],
            &["x", "y"],
            None,
        ),
        shown("", &[], &[], None),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    error: app:app needs a server NoServer { framework: "Flask", app: "app:app", file: "app.py", interface: Wsgi }
    error: main:api needs a server NoServer { framework: "FastAPI", app: "main:api", file: "main.py", interface: Asgi }
    error: no variable holds board.server NoVariable { framework: "Dash", file: "src/shop/web.py", part: "board.server", server: "gunicorn" }
    error: there is nothing to start Nothing { factories: [Factory { function: "create_app", file: "a.py", module: "a", base: None, interface: None }], scripts: ["x", "y"], files: 2 }
    error: there is nothing to start Nothing { factories: [], scripts: [], files: 0 }
    "#);
}
