//! An app that doesn't start or doesn't listen.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use explain::{Explain, Message};

use crate::RunError;

impl Explain for RunError {
    fn explain(&self) -> Message {
        match self {
            Self::NoImage(name) => Message::yours("run/no-image", "There is no such image").body(
                format!("The local store has no image\n{name}\n\nBuild it:\ncoracle build {name} --path DIR"),
            ),
            Self::Layout(error) => error.explain(),
            Self::Unpack(error) => error.explain(),
            Self::Store(error) => error.explain(),
            Self::Environment(error) => error.explain(),
            Self::NoProcess { image, process, known } => {
                let fix = known.first().map_or_else(
                    || "Start the image as it is, without --process.".to_owned(),
                    |first| format!("Choose one of them:\n--process {first}"),
                );
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                Message::yours("run/no-process", "The image has no such process").body(format!(
                    "{} has no process called {}.\n\nIts processes: {known}\n\n{fix}",
                    image,
                    explain::quote(process, 100)
                ))
            }
            Self::NoCommand(image) => {
                Message::yours("run/no-command", "The image doesn't say how it is started").body(
                    format!("{image} has neither an entrypoint nor a command."),
                )
            }
            Self::PortTaken { port, source } => {
                Message::yours("run/port", "The port can't be used")
                    .body(format!(
                        "Port {port} is taken, or not yours to take.\n\nLeave it out to get a free one, or choose another:\n--port 3000"
                    ))
                    .cause(source)
            }
            Self::Sandbox(error) => error.explain(),
            Self::Io { root, source } => store::io_message(root, source),
            Self::Ended { status, port } => {
                Message::yours("run/ended", "The app ended before it listened").body(format!(
                    "It ended with {}.\n\nWhat it said is above. An app must listen on the address 0.0.0.0 and the port in\n\
                     the variable PORT, here {port}.",
                    end(*status)
                ))
            }
            Self::NotListening { port, waited } => {
                Message::yours("run/not-listening", "The app doesn't listen").body(format!(
                    "Nothing listens on port {port} after {} seconds. An app must listen on the\n\
                     address 0.0.0.0 and the port in the variable PORT.",
                    waited.as_secs()
                ))
            }
        }
    }
}

/// How a process ended. Bubblewrap, as a shell, ends with 128 and the number of the signal that ended the app
/// (`signal(7)`; on the architectures that we know, the numbers are the same).
fn end(status: ExitStatus) -> String {
    let number = status.code().unwrap_or_default();
    let signal = status.signal().unwrap_or(number - 128);
    let meaning = match signal {
        4 => "SIGILL: it has an instruction that this processor doesn't know",
        6 => "SIGABRT: it gave itself up",
        7 => "SIGBUS: it used memory that isn't there",
        8 => "SIGFPE: it divided by zero, or the like",
        9 => "SIGKILL: it was killed,\nperhaps by the kernel because memory ran out",
        11 => "SIGSEGV: it used memory that\nisn't its own, or too much stack",
        15 => "SIGTERM: it was asked to end",
        31 => "SIGSYS: it made a system call that isn't allowed",
        1..=64 => return format!("status {}, which stands for signal {signal}", signal + 128),
        _ => return format!("status {number}"),
    };
    format!(
        "status {}, which stands for the signal {meaning}",
        signal + 128
    )
}

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
