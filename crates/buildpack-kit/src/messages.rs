//! The words of every error of this crate, and of libcnb's.

mod bindings;
mod debian;
mod docker_ignore;
mod files;
mod image_settings;
mod start;
mod sub_directory;

use std::io::ErrorKind;

use explain::{Explain, Message, quote};
use libcnb::Error;

use crate::command::CommandError;
use crate::environment::EnvironmentError;
use crate::layer::LayerError;
use crate::process::ProcessError;
use crate::run_image::{self, RunImageError};

impl Explain for EnvironmentError {
    fn explain(&self) -> Message {
        match self {
            Self::NotUnicode { name } => Message::yours(
                "environment/not-unicode",
                format!("{name} isn't readable text"),
            )
            .body(format!(
                "The value of the variable {name} isn't UTF-8.\n\n\
                         Set it again, for example in a shell whose locale is C.UTF-8."
            )),
            Self::Invalid {
                name,
                value,
                expected,
            } => {
                let value = quote(value, 100);
                let title = format!("{name} has a value that isn't known");
                Message::yours("environment/invalid", title).body(format!(
                    "The variable {name} is set to: {value}\n\n\
                     It takes: {expected}\n\n\
                     Change the value, or remove the variable to get the default."
                ))
            }
        }
    }
}

impl Explain for RunImageError {
    fn explain(&self) -> Message {
        match self {
            Self::Absent { path } => {
                let (variable, path) = (run_image::VARIABLE, path.to_string_lossy());
                let path = quote(&path, 200);
                let title = format!("{variable} names no file");
                Message::yours("run-image/absent", title).body(format!(
                    "The variable {variable} is set to: {path}\n\n\
                     It takes the path of a file of the build image that lists the libraries\n\
                     of the run image: those of the run images that Coracle makes are in\n\
                     /opt/coracle/run-images.\n\n\
                     For the run image run, remove the variable. For run-static:\n\
                     {variable}=/opt/coracle/run-images/run-static.toml"
                ))
            }
            Self::Io(source) => io(
                "run-image/io",
                "A file of the builder can't be read",
                source,
            ),
            Self::NoPackages { path } => {
                let title = "The builder doesn't list its packages";
                Message::machine("run-image/no-packages", title).body(format!(
                    "Debian packages go beside those of the run image, which the builder\n\
                     lists in a file that this one hasn't:\n{}\n\n\
                     It was made by an older Coracle. Use a newer builder.",
                    path.display()
                ))
            }
            Self::Format { path, source } => {
                let title = "The builder's list of libraries can't be read";
                Message::ours("run-image/format", title)
                    .body(format!("{} isn't of its format.", path.display()))
                    .cause(source)
            }
        }
    }
}

impl<E: Explain> Explain for LayerError<E> {
    fn explain(&self) -> Message {
        match self {
            Self::Io { layer, source } => io(
                "layer/io",
                &format!("The layer {layer} can't be read or written"),
                source,
            ),
            Self::Metadata { layer, source } => {
                let title = format!("The metadata of the layer {layer} can't be written");
                Message::ours("layer/metadata", title).cause(source)
            }
            Self::Create(error) => error.explain(),
        }
    }
}

impl Explain for CommandError {
    /// A buildpack that knows what the program was for says it in words of its own.
    fn explain(&self) -> Message {
        match self {
            Self::NotFound { program, source } => {
                let title = format!("{} isn't in the build image", quote(program, 40));
                Message::ours("command/not-found", title).cause(source)
            }
            Self::CouldNotRun { command, source } => {
                let title = "A program of the build can't be run";
                io("command/could-not-run", title, source)
                    .body(format!("The command is: {}", quote(command, 400)))
            }
            Self::Failed {
                command,
                status,
                standard_error,
                ..
            } => Message::yours("command/failed", "A command of the build failed")
                .body(format!(
                    "The command is: {}\n\n\
                     It ended with {status}. What it wrote is above and below.",
                    quote(command, 400)
                ))
                .details(standard_error),
        }
    }
}

impl Explain for ProcessError {
    fn explain(&self) -> Message {
        match self {
            Self::InvalidName { name } => {
                let title = "A program's name can't be the name of a process";
                Message::yours("process/invalid-name", title).body(format!(
                    "The app has a program called {}.\n\n\
                     Processes have names of the letters a to z and A to Z, digits, dots,\n\
                     dashes and underscores. Rename the program.",
                    quote(name, 100)
                ))
            }
            Self::Duplicate { name } => {
                let name = quote(name, 100);
                let title = format!("Two programs are called {name}");
                Message::yours("process/duplicate", title).body(
                    "Each program becomes a process of the image, under its own name.\n\
                     Rename one of them, or build only one of them.",
                )
            }
        }
    }
}

/// The message of an error that libcnb found before or after the buildpack's own work.
pub(crate) fn libcnb<E>(error: &Error<E>) -> Message {
    let message = match error {
        Error::CannotDetermineTargetOs(_)
        | Error::CannotDetermineTargetArch(_)
        | Error::CannotDetermineTargetDistroName(_)
        | Error::CannotDetermineTargetDistroVersion(_) => {
            let title = "The platform doesn't say what to build for";
            Message::machine("platform/target", title).body(
                "Buildpacks need CNB_TARGET_OS, CNB_TARGET_ARCH, CNB_TARGET_DISTRO_NAME and\n\
                 CNB_TARGET_DISTRO_VERSION. The lifecycle sets them from the run image.\n\n\
                 Use a platform that speaks Platform API 0.12 or newer, and a run image\n\
                 with the labels io.buildpacks.base.distro.name and .version.",
            )
        }
        Error::CannotDetermineAppDirectory(source)
        | Error::CannotCreatePlatformFromPath(source) => {
            return io(
                "platform/directory",
                "The platform's files can't be read",
                source,
            );
        }
        Error::CannotWriteBuildSbom(source) | Error::CannotWriteLaunchSbom(source) => {
            return io("platform/sbom", "The SBOM can't be written", source);
        }
        Error::CannotReadBuildpackPlan(_) | Error::CannotReadStore(_) => {
            Message::machine("platform/input", "The platform's files can't be read")
        }
        Error::CannotWriteBuildPlan(_)
        | Error::CannotWriteLaunch(_)
        | Error::CannotWriteStore(_) => Message::machine(
            "platform/output",
            "The result of the build can't be written",
        ),
        Error::CannotDetermineBuildpackDirectory(_) | Error::CannotReadBuildpackDescriptor(_) => {
            Message::ours(
                "buildpack/descriptor",
                "The buildpack can't read its own files",
            )
        }
        _ => Message::ours("buildpack/internal", "The buildpack failed"),
    };
    message.details(describe(error))
}

/// libcnb's own words; they quote their cause.
fn describe<E>(error: &Error<E>) -> String {
    match error {
        Error::LayerError(error) => error.to_string(),
        Error::ProcessTypeError(error) => error.to_string(),
        Error::CannotDetermineBuildpackDirectory(error)
        | Error::CannotDetermineTargetOs(error)
        | Error::CannotDetermineTargetArch(error)
        | Error::CannotDetermineTargetDistroName(error)
        | Error::CannotDetermineTargetDistroVersion(error) => error.to_string(),
        Error::CannotReadBuildpackPlan(error)
        | Error::CannotReadBuildpackDescriptor(error)
        | Error::CannotReadStore(error)
        | Error::CannotWriteBuildPlan(error)
        | Error::CannotWriteLaunch(error)
        | Error::CannotWriteStore(error) => error.to_string(),
        Error::CannotDetermineAppDirectory(error)
        | Error::CannotCreatePlatformFromPath(error)
        | Error::CannotWriteBuildSbom(error)
        | Error::CannotWriteLaunchSbom(error) => error.to_string(),
        Error::BuildpackError(_) => String::new(),
    }
}

/// A line of the user's, and below it a caret at a character. Of a long one, what is around that place.
pub(crate) fn pointed(text: &str, column: usize) -> String {
    const WIDTH: usize = 66;
    let characters: Vec<char> = text.chars().collect();
    let start = if characters.len() <= WIDTH {
        0
    } else {
        column.saturating_sub(WIDTH / 2)
    };
    let shown = |part: &[char]| quote(&part.iter().collect::<String>(), 400);
    let before = shown(&characters[start..column]);
    let rest = &characters[start..characters.len().min(start + WIDTH)];
    let (cut, more) = (
        if start > 0 { "…" } else { "" },
        if start + WIDTH < characters.len() {
            "…"
        } else {
            ""
        },
    );
    let space = " ".repeat(cut.chars().count() + before.chars().count());
    format!("{cut}{}{more}\n{space}^", shown(rest))
}

/// A failure of the file system: a full disk and a missing permission say what helps.
pub(crate) fn io(id: &'static str, title: &str, error: &std::io::Error) -> Message {
    let body = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "The disk is full, or a quota is used up. Make room and build again."
        }
        ErrorKind::PermissionDenied => {
            "The build may not read or write there. It runs without root rights:\n\
             what it works on has to belong to its user, or give its group the right."
        }
        ErrorKind::ReadOnlyFilesystem => "The file system there is read-only.",
        _ => "The operating system gave the reason below.",
    };
    Message::machine(id, title).body(body).cause(error)
}

#[cfg(test)]
mod tests;
