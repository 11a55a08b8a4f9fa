//! Launch processes: one a name, and always one called `web`, which is the default.

use libcnb::data::launch::{Process, ProcessBuilder, ProcessType};

/// A program that can be started, before it is a launch process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The process type. Must consist of ASCII letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// The program and its arguments; those of `docker run IMAGE …` follow them.
    pub command: Vec<String>,
}

impl Program {
    /// A program without arguments, started in the app directory.
    pub fn new(name: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            command: vec![command.into()],
        }
    }
}

/// Names that can't be process types.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProcessError {
    /// The name holds characters that process types may not have.
    #[error("{name:?} can't be the name of a process")]
    InvalidName {
        /// As the buildpack made it.
        name: String,
    },
    /// Two programs have the same name.
    #[error("two programs are called {name}")]
    Duplicate {
        /// Their name.
        name: String,
    },
}

/// One launch process for each program, in their order, and `web`: the program of that name, else
/// the first one again. `web` is the default process.
///
/// # Errors
/// When a name is invalid or occurs twice.
pub fn processes(programs: &[Program]) -> Result<Vec<Process>, ProcessError> {
    let mut processes: Vec<Process> = Vec::new();
    for program in programs {
        let process = process(&program.name, program)?;
        if processes.iter().any(|other| other.r#type == process.r#type) {
            return Err(ProcessError::Duplicate {
                name: program.name.clone(),
            });
        }
        processes.push(process);
    }
    let has_web = programs.iter().any(|program| program.name == WEB);
    if let Some(first) = programs.first().filter(|_| !has_web) {
        processes.insert(0, process(WEB, first)?);
    }
    Ok(processes)
}

/// The name of a process for a program that nobody named: that of its file, with dashes for characters that
/// no process type may have.
#[must_use]
pub fn name_of(file_name: &str) -> String {
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    file_name.replace(|character| !is_allowed(character), "-")
}

/// What Tekton, kpack and people start when they name nothing.
pub(crate) const WEB: &str = "web";

fn process(name: &str, program: &Program) -> Result<Process, ProcessError> {
    let process_type: ProcessType = name.parse().map_err(|_| ProcessError::InvalidName {
        name: name.to_owned(),
    })?;
    let mut builder = ProcessBuilder::new(process_type, &program.command);
    builder.default(name == WEB);
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(programs: &[&str]) -> Vec<(String, String, bool)> {
        let programs: Vec<Program> = programs
            .iter()
            .map(|name| Program::new(*name, format!("/layers/go/bin/{name}")))
            .collect();
        let processes = processes(&programs).unwrap().into_iter();
        processes
            .map(|process| {
                let command = process.command.join(" ");
                (process.r#type.to_string(), command, process.default)
            })
            .collect()
    }

    fn row(name: &str, program: &str, default: bool) -> (String, String, bool) {
        (name.into(), format!("/layers/go/bin/{program}"), default)
    }

    #[test]
    fn the_first_program_is_also_web() {
        assert_eq!(
            names(&["api", "worker"]),
            [
                row("web", "api", true),
                row("api", "api", false),
                row("worker", "worker", false)
            ]
        );
    }

    #[test]
    fn a_program_called_web_is_the_default() {
        assert_eq!(
            names(&["api", "web"]),
            [row("api", "api", false), row("web", "web", true)]
        );
        assert_eq!(names(&[]), []);
    }

    #[test]
    fn a_file_gives_a_process_its_name() {
        assert_eq!(name_of("a+b"), "a-b");
        assert_eq!(name_of("my server.v1_2-x"), "my-server.v1_2-x");
    }

    #[test]
    fn names_are_valid_and_unique() {
        let program = Program::new("a b", "x");
        assert_eq!(
            processes(&[program]),
            Err(ProcessError::InvalidName { name: "a b".into() })
        );
        let twice = [Program::new("a", "x"), Program::new("a", "y")];
        assert_eq!(
            processes(&twice),
            Err(ProcessError::Duplicate { name: "a".into() })
        );
    }
}
