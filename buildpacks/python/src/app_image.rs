//! The image that start commands are looked up in: the programs of the environment, the interpreter, and the files of
//! the app. The layers may have no content in a build that reuses them.

use std::path::{Path, PathBuf};

use start_command::{Directories, Found, Image, Missing};

use crate::installed::Installed;

/// Programs that end at SIGTERM even as process 1, for they have a handler for it. Any other program in Python hasn't.
const WITH_HANDLER: [&str; 13] = [
    "celery",
    "chainlit",
    "daphne",
    "dramatiq",
    "fastapi",
    "granian",
    "gunicorn",
    "hypercorn",
    "pyuwsgi",
    "rq",
    "streamlit",
    "uvicorn",
    "uwsgi",
];

/// An image before its layers are there.
pub(crate) struct AppImage<'a> {
    app: Directories,
    /// Where programs are when the app starts.
    bin: PathBuf,
    installed: &'a Installed,
}

impl<'a> AppImage<'a> {
    /// Of an app and the environment in a directory.
    pub(crate) fn new(app_dir: &Path, environment: &Path, installed: &'a Installed) -> Self {
        let bin = environment.join("bin");
        Self {
            app: Directories {
                working_directory: app_dir.to_owned(),
                roots: vec![app_dir.to_owned()],
                path: Vec::new(),
                ignores_sigterm: false,
                ..Directories::default()
            },
            bin,
            installed,
        }
    }

    fn program(&self, name: &str) -> String {
        self.bin.join(name).display().to_string()
    }
}

impl Image for AppImage<'_> {
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
        let by_python = |words: Vec<String>| Found {
            words,
            file: None,
            ignores_sigterm: true,
        };
        if is_python(command) {
            return Ok(by_python(vec![self.program("python")]));
        }
        if !command.contains('/') {
            if self.installed.programs.contains(command) {
                return Ok(Found {
                    ignores_sigterm: !WITH_HANDLER.contains(&command),
                    ..by_python(vec![self.program(command)])
                });
            }
            return Err(Missing::NotFound {
                looked: vec![self.program(command)],
            });
        }
        match self.app.find(command, directory) {
            Err(Missing::NoInterpreter { interpreter, .. }) if names_python(&interpreter) => {
                Ok(by_python(vec![self.program("python"), command.to_owned()]))
            }
            found => found,
        }
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        self.app.enter(directory)
    }
}

/// `python`, `python3`, `python3.13`.
fn is_python(command: &str) -> bool {
    let rest = command.strip_prefix("python");
    rest.is_some_and(|rest| {
        rest.chars()
            .all(|character| character.is_ascii_digit() || character == '.')
    })
}

/// `/usr/bin/env python3 -u`.
fn names_python(interpreter: &str) -> bool {
    let mut words = interpreter.split_whitespace();
    words.any(|word| is_python(word.rsplit('/').next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_programs_of_the_environment() {
        let app = testkit::directory(
            "-- bin/run.py 0755 --\n#!/usr/bin/env python3\n-- run.sh 0755 --\n#!/bin/sh\n",
        );
        let installed = Installed {
            programs: ["gunicorn", "flask"].map(str::to_owned).into(),
            ..Installed::default()
        };
        let image = AppImage::new(app.path(), Path::new("/layers/venv"), &installed);
        assert_eq!(image.enter(Path::new("bin")), Ok(()));
        assert_eq!(image.enter(Path::new("src")), Err(vec!["bin".to_owned()]));
        let lines = [
            "gunicorn",
            "flask",
            "python3.13",
            "npm",
            "bin/run.py",
            "./run.sh",
            "./none",
        ]
        .map(|command| match image.find(command, Path::new("")) {
            Ok(found) => format!(
                "{command}: {} {}",
                found.words.join(" "),
                found.ignores_sigterm
            ),
            Err(missing) => format!("{command}: {missing:?}"),
        });
        let text = lines
            .join("\n")
            .replace(&app.path().display().to_string(), "APP");
        insta::assert_snapshot!(text, @r#"
        gunicorn: /layers/venv/bin/gunicorn false
        flask: /layers/venv/bin/flask true
        python3.13: /layers/venv/bin/python true
        npm: NotFound { looked: ["/layers/venv/bin/npm"] }
        bin/run.py: /layers/venv/bin/python bin/run.py true
        ./run.sh: ShellScript { path: "APP/run.sh", shell: Some("/bin/sh") }
        ./none: NotFound { looked: ["APP/none"] }
        "#);
    }
}
