//! What is wrong with the app or its descriptor.

use std::path::Path;

use explain::{Explain, Message, quote};

use crate::{PatternError, ProjectDescriptorError, StagingError};

/// What a build reads of a project descriptor.
const EXAMPLE: &str = "\
[_]
schema-version = \"0.2\"
[io.buildpacks]
exclude = [\"*.md\"]
[[io.buildpacks.build.env]]
name = \"NAME\"
value = \"value\"";

pub(super) fn descriptor(path: &Path, error: &ProjectDescriptorError) -> Message {
    let path = quote(&path.display().to_string(), 200);
    match error {
        ProjectDescriptorError::Syntax { line, text, source } => {
            Message::yours("project/syntax", "The project descriptor can't be understood")
                .body(format!(
                    "{path}, line {line}:\n{}\n{}\n\n\
                     The file is TOML. One with everything that is read from it:\n{EXAMPLE}",
                    quote(text.trim(), 100),
                    quote(source.message(), 300)
                ))
        }
        ProjectDescriptorError::UnknownSchema { line, version } => {
            Message::yours("project/schema", "The project descriptor's schema is unknown").body(
                format!(
                    "{path}, line {line}, asks for schema {}.\n\n\
                     The schemas 0.1, 0.2 and 0.3 are understood. Use the newest but one, as most do:\n\
                     schema-version = \"0.2\"",
                    quote(version, 40)
                ),
            )
        }
        ProjectDescriptorError::IncludeAndExclude => {
            Message::yours("project/include-and-exclude", "Both include and exclude are given").body(
                format!(
                    "{path}\nhas a list of what to include and one of what to exclude.\n\n\
                     Keep one: `include` builds only what matches, `exclude` all that doesn't."
                ),
            )
        }
    }
}

pub(super) fn descriptor_outside(path: &Path, target: &Path) -> Message {
    Message::yours("project/link-outside", "project.toml points out of the app").body(format!(
        "{}\nleads to {}\n\nThat isn't part of the app, so it isn't read. Replace the link by the file\n\
         that it leads to.",
        shown(path),
        shown(target)
    ))
}

pub(super) fn pattern(path: &Path, error: &PatternError) -> Message {
    Message::yours("project/pattern", "A pattern can't be understood")
        .body(format!(
            "{} has the pattern\n{}\n\nPatterns are written as in a .gitignore file.",
            path.display(),
            quote(&error.pattern, 200)
        ))
        .cause(&error.source)
}

impl Explain for StagingError {
    fn explain(&self) -> Message {
        match self {
            Self::Missing { path } => Message::yours("app/missing", "There is no such directory")
                .body(format!("{}\ndoesn't exist.", shown(path))),
            Self::NotADirectory { path } => {
                Message::yours("app/not-a-directory", "The app must be a directory").body(format!(
                    "{}\nis a file.\n\nGive the directory that the app's files are in.",
                    shown(path)
                ))
            }
            Self::Empty { path, all_excluded } => {
                let body = if *all_excluded {
                    "has files, but `include` or `exclude` in project.toml leave none of them."
                } else {
                    "has no files."
                };
                Message::yours("app/empty", "There is nothing to build")
                    .body(format!("{}\n{body}", shown(path)))
            }
            Self::LinkOutside { link, target } => Message::yours(
                "app/link-outside",
                "A symbolic link points out of the app",
            )
            .body(format!(
                "{}\npoints to {}\n\nThat isn't part of the app and won't be in the image. Replace the link by\n\
                 what it points to, or leave it out, in project.toml:\n\
                 [_]\nschema-version = \"0.2\"\n[io.buildpacks]\nexclude = [{}]",
                shown(link),
                shown(target),
                toml_string(link)
            )),
            Self::NotUnicode { path } => Message::yours(
                "app/not-unicode",
                "A file name isn't UTF-8",
            )
            .body(format!(
                "{}\ncan't be part of an image. Rename it, or exclude it in project.toml.",
                escaped(path)
            )),
            Self::Unreadable { path, source } => {
                Message::yours("app/unreadable", "A file of the app can't be read")
                    .body(format!(
                        "{}\n\nMake it readable, or exclude it in project.toml.",
                        shown(path)
                    ))
                    .cause(source)
            }
            Self::Write { destination, source } => store::io_message(destination, source),
        }
    }
}

fn shown(path: &Path) -> String {
    quote(&path.display().to_string(), 300)
}

/// The bytes of a name that is not text, those that are not ASCII as `\xNN`.
fn escaped(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    path.as_os_str().as_bytes().escape_ascii().to_string()
}

fn toml_string(path: &Path) -> String {
    toml::Value::String(format!("/{}", path.display())).to_string()
}
