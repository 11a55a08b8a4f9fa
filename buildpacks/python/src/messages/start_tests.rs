//! What a person reads of apps that can't be started, and of Django.

use super::*;
use crate::django::{DjangoError, DjangoFailure};
use crate::errors::BuildpackError;
use crate::messages::tests::{absent, assert_messages, full, text, variable};

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn starting_and_django() {
    let no_server = |framework, interface| ProcessPlanError::NoServer {
        framework,
        app: text("main:app"),
        file: "main.py".into(),
        interface,
    };
    let factory = |file: &str, base: Option<&str>, interface| Factory {
        function: text("create_app"),
        file: file.into(),
        module: text("shop.web"),
        base: base.map(text),
        interface,
    };
    let starting = [
        no_server("Flask", Interface::Wsgi),
        no_server("FastAPI", Interface::Asgi),
        ProcessPlanError::NoVariable {
            framework: "Dash",
            file: "app.py".into(),
            part: text("app.server"),
            server: "gunicorn",
        },
        ProcessPlanError::Nothing {
            factories: vec![factory("shop/web.py", None, None)],
            scripts: vec![text("a"), text("b")],
            files: 3,
        },
        ProcessPlanError::Nothing {
            factories: vec![factory(
                "src/shop/web.py",
                Some("src"),
                Some(Interface::Asgi),
            )],
            scripts: Vec::new(),
            files: 3,
        },
        ProcessPlanError::Nothing {
            factories: Vec::new(),
            scripts: Vec::new(),
            files: 0,
        },
        ProcessPlanError::NoTarget {
            target: text("admin"),
            origin: variable("BP_POETRY_RUN_TARGET"),
            scripts: vec![text("flask")],
        },
        ProcessPlanError::NoTarget {
            target: text("admin"),
            origin: variable("BP_POETRY_RUN_TARGET"),
            scripts: Vec::new(),
        },
    ];
    let failures = [
        DjangoFailure::NoModule(text("site_.settings")),
        DjangoFailure::NoVariable(text("SECRET_KEY")),
        DjangoFailure::Improper(text("The SECRET_KEY setting must not be empty.")),
        DjangoFailure::Other,
    ];
    let failures = failures.map(|failure| DjangoError::Failed {
        failure,
        output: text("Traceback (most recent call last):\n  and so on\n"),
    });
    let django = failures
        .into_iter()
        .chain([DjangoError::NotRun(absent()), DjangoError::Io(full())]);
    let starting = starting.map(BuildpackError::from).into_iter();
    assert_messages(
        "starting_and_django",
        starting.chain(django.map(BuildpackError::from)),
    );
}
