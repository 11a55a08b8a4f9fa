//! Files of the app that can't be used.

use explain::{Explain, Message, quote};

use super::io;
use crate::files::{Access, Denied, FilesError};

impl Explain for FilesError {
    fn explain(&self) -> Message {
        match self {
            Self::Io { source } => io("files/io", "A file of the app can't be used", source),
            Self::Denied { denied, source } => self::denied(denied).cause(source),
            Self::NotText { path } => {
                let path = quote(&path.display().to_string(), 200);
                Message::yours("files/not-text", "A text file of the app isn't UTF-8").body(
                    format!(
                        "The file {path} holds bytes that aren't UTF-8 text.\n\n\
                     Save it as UTF-8."
                    ),
                )
            }
            Self::NameNotUnicode { path } => {
                let name = path.as_os_str().as_encoded_bytes().escape_ascii();
                let title = "A file name of the app isn't UTF-8";
                Message::yours("files/name-not-unicode", title).body(format!(
                    "The app has a file whose name can't be read as UTF-8:\n\
                     {name}\n\n\
                     Image layers hold UTF-8 names only. Rename the file, remove it, or\n\
                     leave it out with a pattern under [io.buildpacks] exclude in\n\
                     project.toml."
                ))
            }
            Self::LinkLeavesApp { path, target } => {
                let path = quote(&path.display().to_string(), 200);
                let target = quote(&target.display().to_string(), 200);
                let title = "A symbolic link points out of the app";
                Message::yours("files/link-leaves-app", title).body(format!(
                    "The link {path} points to {target}.\n\n\
                     Only what is inside the app directory is in the image, so the link\n\
                     would be broken or would show another file there. Replace it with a\n\
                     copy of the file or with a relative link inside the app, or leave it\n\
                     out with a pattern under [io.buildpacks] exclude in project.toml."
                ))
            }
            Self::Pattern { pattern, source } => {
                let pattern = quote(pattern, 200);
                Message::yours("files/pattern", "A file pattern can't be read")
                    .body(format!(
                        "BP_KEEP_FILES holds the pattern: {pattern}\n\n\
                         Patterns are separated by colons. * stands for any characters but /,\n\
                         ** for any directories, ? for one character, [ab] for a or b:\n\
                         static/**:templates/*.html"
                    ))
                    .cause(source)
            }
        }
    }
}

fn denied(denied: &Denied) -> Message {
    let Denied {
        path,
        access,
        owner,
        mode,
        user,
        group,
    } = denied;
    let path = quote(&path.display().to_string(), 200);
    let (id, title, forbidden, rights) = match access {
        Access::Read => (
            "files/not-readable",
            "A file of the app can't be read",
            "may not read",
            "u+rX",
        ),
        Access::Write => (
            "files/not-writable",
            "The app directory can't be changed",
            "may not change what is in",
            "u+rwX",
        ),
    };
    let fix = if owner == user {
        format!(
            "Run this in the\n\
             app's directory before the build:\n\
             chmod -R {rights} ."
        )
    } else {
        format!(
            "On Kubernetes\n\
             fsGroup: {group} in the pod's securityContext opens its volumes to the\n\
             build. Elsewhere, run this in the app's directory before the build:\n\
             chown -R {user}:{group} ."
        )
    };
    Message::machine(id, title).body(format!(
        "The build runs as the user {user} and {forbidden}:\n\
         {path}\n\n\
         It belongs to the user {owner} and has the mode {mode:04o}. {fix}"
    ))
}
