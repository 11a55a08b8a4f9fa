//! Django's static files, collected when the image is built, as Heroku does.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use buildpack_kit::command::{Command, CommandError};
use buildpack_kit::output::Output;

use crate::project::SourceFile;

/// The app of Django that collects.
const STATIC_FILES: &str = "django.contrib.staticfiles";

/// The script of every project of Django.
const MANAGE: &str = "manage.py";

/// Why there are no static files.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DjangoError {
    #[error("manage.py could not be run")]
    NotRun(#[source] CommandError),
    #[error("manage.py collectstatic failed")]
    Failed {
        failure: DjangoFailure,
        output: String,
    },
    #[error("a directory for it can't be made")]
    Io(#[from] std::io::Error),
}

/// Why `collectstatic` failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DjangoFailure {
    /// A module that the settings import, or the settings themselves.
    NoModule(String),
    /// A variable that the settings can't do without.
    NoVariable(String),
    /// What is wrong with the settings, in Django's words.
    Improper(String),
    Other,
}

/// Whether there is something to collect, as far as the source says it.
pub(crate) fn has_static_files(sources: &[SourceFile]) -> bool {
    let has_manage = sources.iter().any(|file| file.path == Path::new(MANAGE));
    let mut assignments = sources.iter().flat_map(|file| &file.source.assignments);
    let is_enabled = assignments.clone().any(|assignment| {
        assignment.name == "INSTALLED_APPS"
            && assignment
                .strings
                .iter()
                .any(|name| name.starts_with(STATIC_FILES))
    });
    let has_root = assignments.any(|assignment| assignment.name == "STATIC_ROOT");
    has_manage && is_enabled && has_root
}

/// What it is run with.
pub(crate) struct Interpreter<'a> {
    /// That of the build image.
    pub(crate) python: &'a Path,
    /// The packages of the environment.
    pub(crate) site_packages: &'a Path,
    /// `3.13`.
    pub(crate) minor: &'a str,
}

/// Runs `manage.py collectstatic`, in an environment that is gone afterwards: that of the image has another interpreter.
pub(crate) fn collect(
    app_dir: &Path,
    interpreter: &Interpreter<'_>,
    environment: &BTreeMap<OsString, OsString>,
    scratch: &Path,
    output: &Output,
) -> Result<(), DjangoError> {
    let python = temporary_environment(interpreter, scratch)?;
    let command = Command::new(python)
        .arguments([MANAGE, "collectstatic", "--noinput", "--verbosity", "1"])
        .variables(environment)
        .variables([("PYTHONDONTWRITEBYTECODE", "1")])
        .directory(app_dir);
    let (result, said) = command.stream_to(output);
    match result {
        Ok(()) => Ok(()),
        Err(CommandError::Failed { .. }) => {
            let failure = classify(&said);
            let output = said;
            Err(DjangoError::Failed { failure, output })
        }
        Err(error) => Err(DjangoError::NotRun(error)),
    }
}

fn temporary_environment(
    interpreter: &Interpreter<'_>,
    scratch: &Path,
) -> Result<PathBuf, std::io::Error> {
    let Interpreter {
        python,
        site_packages,
        minor,
    } = interpreter;
    let root = scratch.join("django");
    let library = root.join(format!("lib/python{minor}"));
    fs_err::create_dir_all(&library)?;
    fs_err::create_dir_all(root.join("bin"))?;
    fs_err::os::unix::fs::symlink(site_packages, library.join("site-packages"))?;
    crate::rehoming::rehome(&root, python, minor)?;
    Ok(root.join("bin/python"))
}

/// Reads the end of a traceback.
fn classify(output: &str) -> DjangoFailure {
    let mut lines = output
        .lines()
        .rev()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let found = lines.find_map(|line| {
        let after = |prefix: &str| line.split_once(prefix).map(|(_, rest)| rest);
        let quoted = |text: &str| text.split('\'').nth(1).map(str::to_owned);
        if let Some(rest) = after("ModuleNotFoundError: No module named ") {
            return quoted(rest).map(DjangoFailure::NoModule);
        }
        if line.starts_with("KeyError: ") {
            return quoted(line).map(DjangoFailure::NoVariable);
        }
        let improper = after("ImproperlyConfigured: ")?;
        let variable = improper.strip_prefix("Set the ");
        let variable = variable.and_then(|rest| rest.strip_suffix(" environment variable"));
        Some(match variable {
            Some(name) => DjangoFailure::NoVariable(name.to_owned()),
            None => DjangoFailure::Improper(improper.to_owned()),
        })
    });
    found.unwrap_or(DjangoFailure::Other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python_source;

    #[test]
    fn projects_with_static_files_are_known() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.into(),
            source: python_source::read(text),
        };
        let settings = "INSTALLED_APPS = [\n  'django.contrib.staticfiles',\n]\nSTATIC_ROOT = BASE / 'static'\n";
        let all = [file("manage.py", ""), file("site_/settings.py", settings)];
        assert!(has_static_files(&all));
        assert!(!has_static_files(&all[1..]));
        let without_root = [
            file("manage.py", ""),
            file("s.py", "INSTALLED_APPS = ['django.contrib.staticfiles']\n"),
        ];
        assert!(!has_static_files(&without_root));
    }

    #[test]
    fn tracebacks_are_understood() {
        let table = [
            (
                "Traceback\n  File\nModuleNotFoundError: No module named 'site_.settings'\n",
                DjangoFailure::NoModule("site_.settings".into()),
            ),
            (
                "  x\nKeyError: 'SECRET_KEY'\n",
                DjangoFailure::NoVariable("SECRET_KEY".into()),
            ),
            (
                "django.core.exceptions.ImproperlyConfigured: Set the DATABASE_URL environment variable\n",
                DjangoFailure::NoVariable("DATABASE_URL".into()),
            ),
            (
                "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.\n",
                DjangoFailure::Improper("The SECRET_KEY setting must not be empty.".into()),
            ),
            ("Killed\n", DjangoFailure::Other),
        ];
        for (output, expected) in table {
            assert_eq!(classify(output), expected);
        }
    }
}
