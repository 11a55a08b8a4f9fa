//! Source text and what it says.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn an_app_is_found_whatever_it_is_called() {
    let text = r#"
"""An app."""
from __future__ import annotations
import os, flask as f
import sqlalchemy.orm
from fastapi import (
    FastAPI as Api,  # the web
    Depends,
)
from . import models
from .routes import router
if os.environ.get("X"):
    app = Api(title="a", docs_url="/")
else:
    app: Api = Api()
try:
    import orjson
except ImportError:
    orjson = None
web = f.Flask(__name__)
server = web.wsgi_app
INSTALLED_APPS = [
    "django.contrib.static"
    "files", 'shop',
] + EXTRA
INSTALLED_APPS += ["debug"]
a, b = f.Flask(), 1
handlers["x"] = f.Flask("no")

def create_app(config=None):
    import late
    app = f.Flask("inner")
    return app

async def lifespan(app): pass

class Settings(Base):
    inside = f.Flask("class")

if __name__ == '__main__':
    import uvicorn
    local = f.Flask("script")
    uvicorn.run(app, port=int(os.environ.get("PORT", 80)))
"#;
    insta::assert_debug_snapshot!(read(text), @r#"
    PythonSource {
        imports: {
            "__future__",
            "fastapi",
            "flask",
            "os",
            "sqlalchemy.orm",
            "uvicorn",
        },
        optional_imports: {
            "late",
            "orjson",
        },
        assignments: [
            Assignment {
                name: "app",
                call: Some(
                    "fastapi.FastAPI",
                ),
                reference: None,
                strings: [
                    "a",
                    "/",
                ],
            },
            Assignment {
                name: "app",
                call: Some(
                    "fastapi.FastAPI",
                ),
                reference: None,
                strings: [],
            },
            Assignment {
                name: "orjson",
                call: None,
                reference: Some(
                    "None",
                ),
                strings: [],
            },
            Assignment {
                name: "web",
                call: Some(
                    "flask.Flask",
                ),
                reference: None,
                strings: [],
            },
            Assignment {
                name: "server",
                call: None,
                reference: Some(
                    "web.wsgi_app",
                ),
                strings: [],
            },
            Assignment {
                name: "INSTALLED_APPS",
                call: None,
                reference: None,
                strings: [
                    "django.contrib.staticfiles",
                    "shop",
                ],
            },
            Assignment {
                name: "INSTALLED_APPS",
                call: None,
                reference: None,
                strings: [
                    "debug",
                ],
            },
        ],
        functions: [
            "create_app",
            "lifespan",
        ],
        is_script: true,
        calls: {
            "fastapi.FastAPI",
            "flask.Flask",
            "int",
            "os.environ.get",
            "uvicorn.run",
        },
        settings_module: None,
    }
    "#);
}

#[test]
fn the_settings_of_django_are_found() {
    let manage =
        "def main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n";
    assert_eq!(read(manage).settings_module.unwrap(), "site.settings");
    let wsgi = "os.environ[\"DJANGO_SETTINGS_MODULE\"] = \"a.b\"\n";
    assert_eq!(read(wsgi).settings_module.unwrap(), "a.b");
    assert_eq!(
        read("print('DJANGO_SETTINGS_MODULE')").settings_module,
        None
    );
}

#[test]
fn what_is_no_python_says_little() {
    for text in [
        "",
        "from",
        "from import",
        "import",
        "= 1",
        "def",
        "from . import",
        "class",
        "x: = ",
        "(((",
    ] {
        let source = read(text);
        assert!(
            source.imports.is_empty() && source.assignments.len() <= 1,
            "{text}"
        );
    }
}
