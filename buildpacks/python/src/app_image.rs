//! The image that start commands are looked up in: the programs of the environment, the interpreter, and the files of
//! the app. The layers may have no content in a build that reuses them.

use std::path::{Path, PathBuf};

use buildpack_kit::debian::DebianPackages;
use buildpack_kit::image_files::ImageFiles;
use start_command::{Directories, Found, Image, Missing, NoCommand, Script, without_dots};

use crate::inline_metadata;
use crate::installed::Installed;
use crate::project::Project;
use crate::runner_scripts;
use crate::source_files;

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
    files: &'a ImageFiles,
    /// Where runners know scripts from.
    project: Option<&'a Project>,
    debian: &'a DebianPackages,
}

impl<'a> AppImage<'a> {
    /// Of an app, what of it stays, the environment in a directory, and what Debian packages bring.
    pub(crate) fn new(
        app_dir: &Path,
        files: &'a ImageFiles,
        (environment, installed): (&Path, &'a Installed),
        debian: &'a DebianPackages,
    ) -> Self {
        let bin = environment.join("bin");
        Self {
            app: Directories {
                working_directory: app_dir.to_owned(),
                roots: vec![app_dir.to_owned()],
                path: Vec::new(),
                // Of what was compiled elsewhere, only Go tells by itself that it doesn't.
                ignores_sigterm: true,
                ..Directories::default()
            },
            bin,
            installed,
            files,
            project: None,
            debian,
        }
    }

    /// The same, with what the files of an app say.
    pub(crate) fn of_project(self, project: &'a Project) -> Self {
        let project = Some(project);
        Self { project, ..self }
    }

    fn program(&self, name: &str) -> String {
        self.bin.join(name).display().to_string()
    }

    /// Whether a path of the app, or anything in it, will be in the image.
    fn keeps(&self, path: &Path) -> bool {
        let relative = path.strip_prefix(&self.app.working_directory);
        let entries = fs_err::read_dir(path).into_iter().flatten().flatten();
        let mut within = entries.map(|entry| entry.path()).peekable();
        // Directories go with what is in them.
        if within.peek().is_some() && !path.is_symlink() {
            return within.any(|path| self.keeps(&path));
        }
        relative.is_ok_and(|path| source_files::stays(path, self.files))
    }

    /// A file of the app that a command leads to.
    fn file(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
        let path = without_dots(&self.app.working_directory.join(directory).join(command));
        let found = match self.app.find(command, directory) {
            Err(Missing::NoInterpreter { interpreter, .. }) if names_python(&interpreter) => {
                by_python(vec![self.program("python"), command.to_owned()])
            }
            found => found?,
        };
        if !self.keeps(&path) {
            let path = path.strip_prefix(&self.app.working_directory);
            let path = path.unwrap_or(command.as_ref()).display().to_string();
            return Err(Missing::LeftOut { path });
        }
        Ok(Found {
            ignores_sigterm: !found.file.as_deref().is_some_and(is_go),
            ..found
        })
    }
}

impl Image for AppImage<'_> {
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
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
            if let Some((program, file)) = self.debian.program(command) {
                return Ok(Found {
                    words: vec![program.display().to_string()],
                    ignores_sigterm: !is_go(&file),
                    file: Some(file),
                });
            }
            return Err(Missing::NotFound {
                looked: vec![self.program(command)],
            });
        }
        self.file(command, directory)
    }

    fn script(
        &self,
        runner: &str,
        name: &str,
        directory: Option<&Path>,
    ) -> Option<Result<Script, NoCommand>> {
        if runner == "uv run" {
            let file = self.app.working_directory.join(directory?).join(name);
            let source = fs_err::read_to_string(file).ok()?;
            let missing = inline_metadata::not_installed(&source, &self.installed.names());
            return (!missing.is_empty()).then_some(Err(NoCommand::WithDependencies { missing }));
        }
        let Project {
            pipfile, pyproject, ..
        } = self.project?;
        let pipfile = pipfile.as_ref().map(|file| &file.table);
        let pyproject = pyproject.as_ref().map(|file| &file.table);
        runner_scripts::script(runner, name, pipfile, pyproject)
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        self.app.enter_if(directory, |path| self.keeps(path))
    }
}

fn by_python(words: Vec<String>) -> Found {
    Found {
        words,
        file: None,
        ignores_sigterm: true,
    }
}

/// Whether Go compiled a program. Its runtime has a handler.
fn is_go(file: &Path) -> bool {
    fs_err::File::open(file).is_ok_and(|file| linkage::has_section(file, ".go.buildinfo"))
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
    use buildpack_kit::files::KeepPatterns;

    use super::*;

    #[test]
    fn a_file_that_says_what_it_needs_is_started_where_that_is_installed() {
        let app = testkit::directory(
            "-- plain.py --\n-- jobs/needy.py --\n# /// script\n# dependencies = [\"rich\"]\n# ///\n",
        );
        let installed = Installed::default();
        let files = ImageFiles::read(app.path(), KeepPatterns::new([]).unwrap(), false).unwrap();
        let none = DebianPackages::default();
        let environment = (Path::new("/layers/venv"), &installed);
        let image = AppImage::new(app.path(), &files, environment, &none);
        let of =
            |name: &str, directory: &str| image.script("uv run", name, Some(Path::new(directory)));
        let missing = vec!["rich".to_owned()];
        assert_eq!(
            of("needy.py", "jobs"),
            Some(Err(NoCommand::WithDependencies { missing }))
        );
        assert_eq!((of("plain.py", ""), of("gunicorn", "")), (None, None));
    }

    #[test]
    fn commands_are_programs_of_the_environment() {
        let app = testkit::directory(
            "-- bin/run.py 0755 --\n#!/usr/bin/env python3\n-- run.sh 0755 --\n#!/bin/sh\n\
             -- old/run.py 0755 --\n#!/usr/bin/python3\n-- .dockerignore --\nold\n",
        );
        let program = app.path().join("bin/native");
        fs_err::copy("/proc/self/exe", program).unwrap();
        let files = ImageFiles::read(app.path(), KeepPatterns::new([]).unwrap(), false).unwrap();
        let none = DebianPackages::default();
        let installed = Installed {
            programs: ["gunicorn", "flask"].map(str::to_owned).into(),
            ..Installed::default()
        };
        let image = AppImage::new(
            app.path(),
            &files,
            (Path::new("/layers/venv"), &installed),
            &none,
        );
        assert_eq!(image.enter(Path::new("bin")), Ok(()));
        for directory in ["src", "old"] {
            let entered = image.enter(Path::new(directory));
            assert_eq!(entered, Err(vec!["bin".to_owned()]), "{directory}");
        }
        let lines = [
            "gunicorn",
            "flask",
            "python3.13",
            "npm",
            "bin/run.py",
            "bin/native",
            "old/run.py",
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
        bin/native: bin/native true
        old/run.py: LeftOut { path: "old/run.py" }
        ./run.sh: ShellScript { path: "APP/run.sh", shell: Some("/bin/sh") }
        ./none: NotFound { looked: ["APP/none"] }
        "#);
    }
}
