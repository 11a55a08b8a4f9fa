//! Locks that can't be used.

use explain::{Explain, Message, quote};

use crate::locks::LockError;

impl Explain for LockError {
    fn explain(&self) -> Message {
        match self {
            Self::Syntax(error) => error.explain(),
            Self::OutOfDate {
                lock,
                project,
                command,
            } => out_of_date(lock, project, command),
            Self::Format {
                lock,
                version,
                known,
                command,
            } => {
                let title = format!("{lock} is of an unknown format");
                Message::yours("python/lock/format", title).body(format!(
                    "Your {lock} file says that it is of the format {}. Known are {known}.\n\n\
                     Lock again with a current version of the tool, and commit the result:\n{command}",
                    quote(version, 30)
                ))
            }
            Self::NotLocked { names, lock } => {
                let title = format!("{lock} isn't whole");
                let command = match *lock {
                    "Pipfile.lock" => "pipenv lock",
                    "pdm.lock" => "pdm lock",
                    _ => "poetry lock",
                };
                Message::yours("python/lock/not-whole", title).body(format!(
                    "These are needed by what is locked, and aren't in {lock}:\n{}\n\n\
                     Lock again, and commit the result:\n{command}",
                    names.join("\n")
                ))
            }
            Self::NoGroup {
                group,
                variable,
                known,
            } => {
                let title = format!("There is no group {}", quote(group, 40));
                Message::yours("python/lock/no-group", title).body(format!(
                    "{variable} names it. The project has the groups:\n{}",
                    known.join("\n")
                ))
            }
        }
    }
}

/// A lock of whichever manager.
pub(super) fn out_of_date(lock: &str, project: &str, command: &str) -> Message {
    let title = format!("{lock} is out of date");
    Message::yours("python/lock/out-of-date", title).body(format!(
        "Your {lock} file was made of another {project} than the one beside it. What is\n\
         locked is what is installed, so they have to agree.\n\n\
         To bring it up to date, run this and commit the result:\n{command}"
    ))
}
