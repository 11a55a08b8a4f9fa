//! What frameworks and servers there are: which call makes an app, which package is a server, and how it is started.

/// How a server talks to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Interface {
    Wsgi,
    Asgi,
}

/// A kind of app that a server serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Framework {
    /// As a person calls it.
    pub(crate) name: &'static str,
    /// What makes an app of it, by its absolute name.
    pub(crate) calls: &'static [&'static str],
    pub(crate) interface: Interface,
    /// What of the variable the server gets: nothing, or an attribute.
    pub(crate) attribute: &'static str,
}

/// The frameworks whose apps are served as `module:variable`.
pub(crate) const FRAMEWORKS: &[Framework] = &[
    Framework {
        name: "FastAPI",
        calls: &["fastapi.FastAPI", "fastapi.applications.FastAPI"],
        interface: Interface::Asgi,
        attribute: "",
    },
    Framework {
        name: "FastHTML",
        calls: &[
            "fasthtml.common.FastHTML",
            "fasthtml.FastHTML",
            "fasthtml.core.FastHTML",
        ],
        interface: Interface::Asgi,
        attribute: "",
    },
    Framework {
        name: "Starlette",
        calls: &["starlette.applications.Starlette"],
        interface: Interface::Asgi,
        attribute: "",
    },
    Framework {
        name: "Litestar",
        calls: &["litestar.Litestar", "litestar.app.Litestar"],
        interface: Interface::Asgi,
        attribute: "",
    },
    Framework {
        name: "Quart",
        calls: &["quart.Quart"],
        interface: Interface::Asgi,
        attribute: "",
    },
    Framework {
        name: "BlackSheep",
        calls: &["blacksheep.Application"],
        interface: Interface::Asgi,
        attribute: "",
    },
    Framework {
        name: "Falcon",
        calls: &["falcon.asgi.App"],
        interface: Interface::Asgi,
        attribute: "",
    },
    Framework {
        name: "Flask",
        calls: &[
            "flask.Flask",
            "flask.app.Flask",
            "apiflask.APIFlask",
            "flask_openapi3.OpenAPI",
        ],
        interface: Interface::Wsgi,
        attribute: "",
    },
    Framework {
        name: "Dash",
        calls: &["dash.Dash"],
        interface: Interface::Wsgi,
        attribute: ".server",
    },
    Framework {
        name: "Falcon",
        calls: &["falcon.App", "falcon.API"],
        interface: Interface::Wsgi,
        attribute: "",
    },
    Framework {
        name: "Bottle",
        calls: &["bottle.Bottle", "bottle.default_app", "bottle.app"],
        interface: Interface::Wsgi,
        attribute: "",
    },
    Framework {
        name: "Django",
        calls: &["django.core.wsgi.get_wsgi_application"],
        interface: Interface::Wsgi,
        attribute: "",
    },
    Framework {
        name: "Django",
        calls: &["django.core.asgi.get_asgi_application"],
        interface: Interface::Asgi,
        attribute: "",
    },
];

/// A server of apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server {
    /// The package, by its normalised name.
    pub(crate) package: &'static str,
    pub(crate) interface: Interface,
    /// Shell text in which `APP` stands for `module:variable`.
    pub(crate) command: &'static str,
    /// Variables of the app that it reads beside, where the user doesn't set them.
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

/// gunicorn writes heartbeats, and nothing but memory is sure to be writable.
const GUNICORN: &[(&str, &str)] = &[
    ("GUNICORN_CMD_ARGS", "--worker-tmp-dir=/dev/shm"),
    ("XDG_RUNTIME_DIR", "/dev/shm"),
];

/// The servers, the one that is taken first where there are several. Those that read `PORT` themselves leave it to the
/// user's own configuration to say otherwise.
pub(crate) const SERVERS: &[Server] = &[
    Server {
        package: "gunicorn",
        interface: Interface::Wsgi,
        command: "gunicorn APP",
        environment: GUNICORN,
    },
    Server {
        package: "uvicorn",
        interface: Interface::Asgi,
        command: "UVICORN_PORT=\"${UVICORN_PORT:-$PORT}\" uvicorn APP",
        environment: &[("UVICORN_HOST", "0.0.0.0")],
    },
    Server {
        package: "hypercorn",
        interface: Interface::Asgi,
        command: "hypercorn --bind \"0.0.0.0:$PORT\" APP",
        environment: &[],
    },
    Server {
        package: "granian",
        interface: Interface::Asgi,
        command: "GRANIAN_PORT=\"${GRANIAN_PORT:-$PORT}\" granian --interface asgi APP",
        environment: &[("GRANIAN_HOST", "0.0.0.0")],
    },
    Server {
        package: "daphne",
        interface: Interface::Asgi,
        command: "daphne -b 0.0.0.0 -p \"$PORT\" APP",
        environment: &[],
    },
    Server {
        package: "waitress",
        interface: Interface::Wsgi,
        command: "waitress-serve --listen=\"0.0.0.0:$PORT\" APP",
        environment: &[],
    },
    Server {
        package: "granian",
        interface: Interface::Wsgi,
        command: "GRANIAN_PORT=\"${GRANIAN_PORT:-$PORT}\" granian --interface wsgi APP",
        environment: &[("GRANIAN_HOST", "0.0.0.0")],
    },
    Server {
        package: "uwsgi",
        interface: Interface::Wsgi,
        command: "UWSGI_HTTP_SOCKET=\"${UWSGI_HTTP_SOCKET:-0.0.0.0:$PORT}\" uwsgi --module APP",
        environment: UWSGI,
    },
    Server {
        package: "pyuwsgi",
        interface: Interface::Wsgi,
        command: "UWSGI_HTTP_SOCKET=\"${UWSGI_HTTP_SOCKET:-0.0.0.0:$PORT}\" pyuwsgi --module APP",
        environment: UWSGI,
    },
];

const UWSGI: &[(&str, &str)] = &[("UWSGI_DIE_ON_TERM", "true"), ("UWSGI_MASTER", "true")];

/// A package that runs a script of the app, which serves itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Runner {
    /// The package, by its normalised name, which is the module that the script imports.
    pub(crate) package: &'static str,
    /// Shell text in which `FILE` stands for the script.
    pub(crate) command: &'static str,
    pub(crate) environment: &'static [(&'static str, &'static str)],
}

/// They come before servers: their apps are no `module:variable`.
pub(crate) const RUNNERS: &[Runner] = &[
    Runner {
        package: "streamlit",
        command: "STREAMLIT_SERVER_PORT=\"${STREAMLIT_SERVER_PORT:-$PORT}\" streamlit run FILE",
        environment: &[
            ("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false"),
            ("STREAMLIT_SERVER_ADDRESS", "0.0.0.0"),
            ("STREAMLIT_SERVER_FILE_WATCHER_TYPE", "none"),
            ("STREAMLIT_SERVER_HEADLESS", "true"),
        ],
    },
    Runner {
        package: "chainlit",
        command: "CHAINLIT_PORT=\"${CHAINLIT_PORT:-$PORT}\" chainlit run FILE --headless",
        environment: &[("CHAINLIT_HOST", "0.0.0.0")],
    },
    Runner {
        package: "gradio",
        command: "GRADIO_SERVER_PORT=\"${GRADIO_SERVER_PORT:-$PORT}\" python FILE",
        environment: &[
            ("GRADIO_ANALYTICS_ENABLED", "False"),
            ("GRADIO_SERVER_NAME", "0.0.0.0"),
        ],
    },
    Runner {
        package: "panel",
        command: "panel serve FILE --address 0.0.0.0 --port \"$PORT\" --allow-websocket-origin '*'",
        environment: &[],
    },
    Runner {
        package: "nicegui",
        command: "python FILE",
        environment: &[],
    },
];

/// The framework that a call makes an app of.
pub(crate) fn framework_of(call: &str) -> Option<&'static Framework> {
    FRAMEWORKS
        .iter()
        .find(|framework| framework.calls.contains(&call))
}
