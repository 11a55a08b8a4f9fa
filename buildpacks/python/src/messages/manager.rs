//! Apps of which no manager can be chosen.

use std::fmt::Write as _;
use std::path::PathBuf;

use explain::{Explain, Message, quote};

use crate::manager::ManagerError;

impl Explain for ManagerError {
    fn explain(&self) -> Message {
        match self {
            Self::None {
                third_party,
                has_conda,
                misspelled,
            } => none(third_party, *has_conda, misspelled),
            Self::Several(locks) => {
                Message::yours("python/manager/several", "There are several locks").body(format!(
                    "The app has these, of different managers:\n{}\n\n\
                     Only one can say what is installed. Remove the others, or say which counts:\n\
                     GOOGLE_PYTHON_PACKAGE_MANAGER={}",
                    locks.join("\n"),
                    locks
                        .first()
                        .and_then(|lock| lock.split('.').next())
                        .map_or("uv", |name| match name {
                            "Pipfile" => "pipenv",
                            other => other,
                        })
                ))
            }
            Self::NoLock {
                file,
                lock,
                command,
            } => {
                let title = format!("There is no {lock}");
                Message::yours("python/manager/no-lock", title).body(format!(
                    "Your {file} file says what the app needs, and no {lock} says in which\n\
                     versions. Without it, every build could install others.\n\n\
                     To make it, run this and commit the result:\n{command}"
                ))
            }
            Self::WithoutFiles {
                origin,
                name,
                lacks,
                files,
            } => {
                let title = format!("The app isn't one of {name}");
                let there = match files.as_slice() {
                    [] => "It has no file that says what it needs.".to_owned(),
                    files => format!("What it has:\n{}", files.join("\n")),
                };
                Message::yours("python/manager/without-files", title).body(format!(
                    "{origin} asks for {name}, but there is no {}.\n{there}\n\n\
                     Add the file, or remove the variable.",
                    lacks.join(" and no ")
                ))
            }
        }
    }
}

fn none(
    third_party: &[(String, PathBuf)],
    has_conda: bool,
    misspelled: &[(PathBuf, &'static str)],
) -> Message {
    const TITLE: &str = "No file says what the app needs";
    let mut body = String::new();
    if let ([], [(wrong, right), ..]) = (third_party, misspelled) {
        let wrong = quote(&wrong.display().to_string(), 100);
        return Message::yours("python/manager/none", TITLE).body(format!(
            "There is a file {wrong}, which nobody reads. Rename it:\nmv {wrong} {right}"
        ));
    }
    if let [(wrong, right), ..] = misspelled {
        let wrong = quote(&wrong.display().to_string(), 100);
        let _ = write!(
            body,
            "There is a file {wrong}, which should be called {right}.\n\n"
        );
    }
    if has_conda {
        body.push_str(
            "There is an environment.yml, which conda reads. Packages are installed as pip\n\
             does it here, and their names differ from conda's now and then.\n\n",
        );
    }
    let imports = third_party.iter().take(5).map(|(module, file)| {
        format!(
            "{} imports {}",
            quote(&file.display().to_string(), 100),
            quote(module, 60)
        )
    });
    body.push_str(&imports.collect::<Vec<_>>().join("\n"));
    if third_party.len() > 5 {
        let _ = write!(body, "\nand more: {}", third_party.len() - 5);
    }
    body.push_str(
        "\n\nThese are neither modules of Python nor of the app, and no file says where they\n\
         come from. One of these is looked for in the app's directory: requirements.txt,\n\
         uv.lock, poetry.lock, pdm.lock, Pipfile.lock, pyproject.toml, setup.py.\n\n\
         Four likely causes: the file isn't committed; .gitignore or exclude in\n\
         project.toml leaves it out; it is in another directory, which BP_APP_DIR names;\n\
         or there is none yet. To make one of what is installed on your machine:\n\
         pip freeze > requirements.txt",
    );
    Message::yours("python/manager/none", TITLE).body(body)
}
