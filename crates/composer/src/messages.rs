//! Every word said when an image can't be composed.

use std::path::Path;

use explain::{Explain, Message, quote};

use crate::audit::MissingLibrary;
use crate::deb::DebError;
use crate::error::{ComposeError, Problem};
use crate::selection::SelectionError;
use crate::steps::StepError;

impl Explain for ComposeError {
    fn explain(&self) -> Message {
        self.0.explain()
    }
}

impl Explain for Problem {
    fn explain(&self) -> Message {
        match self {
            Self::Definition { path, source } => definition(path, source),
            Self::Stack(source) => {
                Message::yours("stack/files", "A file of the stack can't be used")
                    .body(
                        "Composing reads the definitions in stack/, the lock beside them and the\n\
                     literal files in stack/files; `coracle stack lock` also writes the lock.",
                    )
                    .cause(source)
            }
            Self::UnknownImage { image, known } => {
                Message::yours("stack/unknown-image", format!("There is no image {image}")).body(
                    format!(
                        "An image is a file stack/<image>.toml. There are:\n{}",
                        known.join("\n")
                    ),
                )
            }
            Self::ExtendsItself { image } => {
                Message::yours("stack/extends-itself", format!("{image} extends itself")).body(
                    format!(
                        "Following `extends` from stack/{image}.toml leads back to it.\n\n\
                         Remove one `extends` on the way."
                    ),
                )
            }
            Self::NotAnImage { image } => Message::yours(
                "stack/not-an-image",
                format!("{image} isn't an image"),
            )
            .body(format!(
                "stack/{image}.toml has no [image] table, so it can only be unpacked into a\n\
                     directory.\n\n\
                     To pack it as an image, give the file a table that begins with:\n[image]"
            )),
            Self::Lock { path, source } => unreadable(path, source),
            Self::Contents { path, source } => unreadable(path, source),
            Self::NotLocked { image, packages } => not_locked(image, packages),
            Self::Superseded { packages } => superseded(packages),
            Self::Selection { image, source } => selection(image, source),
            Self::Tree { image, source } => Message::yours(
                "stack/tree",
                format!("The files of {image} don't fit together"),
            )
            .body(format!(
                "Look for the path in stack/{image}.toml and what it extends. Paths are written\n\
                 without a leading slash, and without `.` and `..`."
            ))
            .cause(source),
            Self::Library { image, source } => missing_library(image, source),
            Self::Step { image, source } => step(image, source),
            Self::Apt(source) => source.explain(),
            Self::Deb(source) => deb(source),
            Self::Store(source) => source.explain(),
            Self::Layout(source) => source.explain(),
            Self::Io { path, source } => store::io_message(path, source),
        }
    }
}

fn definition(path: &Path, source: &toml::de::Error) -> Message {
    Message::yours("stack/definition", "A definition can't be understood")
        .body(format!(
            "{} is not of the form it must have.",
            path.display()
        ))
        .details(source.to_string())
}

fn unreadable(path: &Path, source: &dyn std::error::Error) -> Message {
    Message::yours("stack/lock-damaged", "The lock can't be read")
        .body(format!(
            "{path} is made by a command and not edited by hand.\n\n\
             To make it anew, run:\nrm {path}\ncoracle stack lock",
            path = path.display()
        ))
        .cause(source)
}

fn not_locked(image: &str, packages: &[String]) -> Message {
    Message::yours("stack/not-locked", "The lock is older than the definitions").body(format!(
        "stack/{image}.toml, or what it extends, names packages that stack/debian.lock\n\
         has no version of:\n{}\n\n\
         To lock them, run:\ncoracle stack lock",
        packages.join("\n")
    ))
}

fn superseded(packages: &[String]) -> Message {
    Message::yours("stack/superseded", "Debian no longer has locked versions").body(format!(
        "Debian's mirrors keep only the newest version of a package. Gone are:\n{}\n\n\
         With --locked nothing else may be used. To lock today's versions, run:\n\
         coracle stack lock",
        packages.join("\n")
    ))
}

fn selection(image: &str, error: &SelectionError) -> Message {
    match error {
        SelectionError::Pattern { pattern, source } => {
            Message::yours("stack/pattern", "A pattern can't be understood")
                .body(format!(
                    "stack/{image}.toml, or what it extends, has the pattern\n{}\n\n\
                     Patterns are globs: `*` within a path's part, `**` across parts, `?`, `[a-z]`,\n\
                     `{{one,other}}`, and a leading `!` to leave out what the others match.",
                    quote(pattern, 200)
                ))
                .cause(source)
        }
        SelectionError::Missing { package, pattern } => {
            Message::yours("stack/missing-file", format!("{package} has no such file")).body(format!(
                "stack/{image}.toml, or what it extends, takes from {package} the files\n{}\n\
                 but no file of the locked version matches.\n\n\
                 The files it has are listed in stack/debian.contents; change the pattern, or\n\
                 remove it.",
                quote(pattern, 200)
            ))
        }
        SelectionError::Conflict {
            path,
            first,
            second,
        } => Message::yours("stack/conflict", "Two things claim one path").body(format!(
            "In the image {image}\n/{path}\ncomes from {first}\nand from {second}.\n\n\
             Take it from one of them: leave it out of `select`, add it to `exclude`, or\n\
             remove the table's line."
        )),
        SelectionError::NoCopyright { package } => {
            Message::yours("stack/copyright", format!("{package} has no copyright file")).body(format!(
                "Every package in {image} brings its copyright file, which its licence asks for,\n\
                 but {package} has no /usr/share/doc/{package}/copyright."
            ))
        }
        SelectionError::CopyrightElsewhere { package, holder } => {
            Message::yours("stack/copyright", "A copyright file would be missing").body(format!(
                "The copyright file of {package} is in {holder}, which isn't in {image}.\n\n\
                 Take it along with this line under [select]:\n{holder} = []"
            ))
        }
    }
}

fn missing_library(image: &str, missing: &MissingLibrary) -> Message {
    let MissingLibrary { file, library } = missing;
    Message::yours("stack/missing-library", format!("{library} is missing")).body(format!(
        "In the image {image}\n/{file}\nneeds {library}, which no package there has.\n\n\
         Add the library's package to stack/{image}.toml, or leave out the file."
    ))
}

fn step(image: &str, error: &StepError) -> Message {
    let message = Message::yours("stack/step", format!("{image} can't be finished"));
    match error {
        StepError::PackageNotInImage { step, package } => message.body(format!(
            "The step {step} works from the package {package}, which isn't in {image}.\n\n\
             Add the package to stack/{image}.toml, or remove the step."
        )),
        StepError::NothingToWorkFrom {
            step,
            package,
            what,
        } => message.body(format!(
            "The step {step} works from the package {package}, but finds no {what} in it."
        )),
        StepError::NoTable { step, table } => message.body(format!(
            "The step {step} works from the table [{table}], which stack/{image}.toml doesn't have."
        )),
        StepError::Read { step, source } => Message::machine("disk/io", "A file can't be read")
            .body(format!(
                "The step {step} of {image} reads what was unpacked just before."
            ))
            .cause(source),
    }
}

fn deb(error: &DebError) -> Message {
    match error {
        DebError::Start { source } => {
            Message::machine("stack/dpkg-deb", "dpkg-deb can't be started")
                .body(
                    "Packages are unpacked by dpkg-deb, which every Debian-like system has.\n\n\
                     To install it elsewhere, look for a package named dpkg.",
                )
                .cause(source)
        }
        DebError::Unreadable { deb, stderr } => damaged(deb).details(stderr.as_str()),
        DebError::Unpack { deb, source } => match source.kind() {
            std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::PermissionDenied => store::io_message(deb, source),
            _ => damaged(deb).cause(source),
        },
    }
}

fn damaged(deb: &Path) -> Message {
    Message::machine("stack/damaged-package", "A downloaded package is damaged").body(format!(
        "It was whole when it was downloaded. To download it again, remove it:\nrm {}",
        deb.display()
    ))
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
