//! Apps of which nobody knows what to start.

use std::fmt::Write as _;

use explain::{Explain, Message, quote};

use crate::frameworks::Interface;
use crate::processes::{Factory, ProcessPlanError};

impl Explain for ProcessPlanError {
    fn explain(&self) -> Message {
        match self {
            Self::NoServer {
                framework,
                app,
                file,
                interface,
            } => {
                let title = format!("{framework} needs a server");
                let (server, kind) = match interface {
                    Interface::Wsgi => ("gunicorn", "WSGI"),
                    Interface::Asgi => ("uvicorn", "ASGI"),
                };
                Message::yours("python/start/no-server", title).body(format!(
                    "{} is an app of {framework} ({}), and none of the servers for {kind} is\n\
                     installed that are known. The one that {framework} brings is for development.\n\n\
                     Add a server to what the app needs, lock again if there is a lock, or name\n\
                     another command in a Procfile. The line to add:\n{server}",
                    quote(&file.display().to_string(), 100),
                    quote(app, 100)
                ))
            }
            Self::NoVariable {
                framework,
                file,
                part,
                server,
            } => {
                let title = format!("{framework} needs a variable for its server");
                Message::yours("python/start/no-variable", title).body(format!(
                    "{server} serves a variable of a module. In {} none holds {}.\n\n\
                     Add the line:\nserver = {}",
                    quote(&file.display().to_string(), 100),
                    quote(part, 60),
                    quote(part, 60)
                ))
            }
            Self::Nothing {
                factories,
                scripts,
                files,
            } => nothing(factories, scripts, *files),
            Self::NoTarget {
                target,
                origin,
                scripts,
            } => {
                let title = "What is to be started isn't installed";
                let there = match scripts.as_slice() {
                    [] => "No package brings a program.".to_owned(),
                    scripts => format!("These are installed:\n{}", scripts.join("\n")),
                };
                Message::yours("python/start/no-target", title).body(format!(
                    "{origin} is set to: {}\n\n\
                     It takes a console script, or a function as module:function.\n{there}",
                    quote(target, 100)
                ))
            }
        }
    }
}

fn nothing(factories: &[Factory], scripts: &[String], files: usize) -> Message {
    let mut body = format!(
        "Looked for, in {files} Python files: an app of a framework in a variable of a\n\
         module, a script of Streamlit, Gradio and their like, main.py, app.py,\n\
         server.py, run.py, a package with __main__.py, and a console script called\n\
         start, or the only one."
    );
    for Factory { function, file, .. } in factories {
        let _ = write!(
            body,
            "\n\n{} has {}, which makes an app when it is\n\
             called; that a server should call it, a Procfile has to say.",
            quote(&file.display().to_string(), 100),
            quote(function, 60)
        );
    }
    if !scripts.is_empty() {
        let _ = write!(body, "\n\nConsole scripts: {}", scripts.join(", "));
    }
    let example = factories.first().map(served);
    let example = example.unwrap_or_else(|| "web: python path/of/the/script.py".to_owned());
    let _ = write!(
        body,
        "\n\nSay what is started, in a file called Procfile, for example:\n{}",
        quote(&example, 200)
    );
    Message::yours("python/start/nothing", "There is nothing to start").body(body)
}

/// How a server calls the function.
fn served(factory: &Factory) -> String {
    let Factory {
        function,
        file: _,
        module,
        base,
        interface,
    } = factory;
    let option = |name: &str| base.as_ref().map(|base| format!("{name} {base} "));
    if *interface == Some(Interface::Asgi) {
        let directory = option("--app-dir").unwrap_or_default();
        return format!(
            "web: uvicorn --factory {directory}{module}:{function} --host 0.0.0.0 --port $PORT"
        );
    }
    let path = option("--pythonpath").unwrap_or_default();
    format!("web: gunicorn {path}'{module}:{function}()'")
}

#[cfg(test)]
#[path = "start_tests.rs"]
mod tests;
