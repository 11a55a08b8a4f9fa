//! An app that doesn't start or doesn't listen.

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
                    "It ended with {status}; what it said is above. An app must listen on the\n\
                     address 0.0.0.0 and the port in the variable PORT, here {port}."
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

#[cfg(test)]
#[path = "run_tests.rs"]
mod tests;
