//! Directories that can't be worked in, and apps that are no modules.

use std::path::PathBuf;

use buildpack_kit::environment::{Origin, Sourced};
use explain::{Explain, Message, quote};

use crate::messages::project::{listed, paths};
use crate::module_root::PlaceError;

impl Explain for PlaceError {
    fn explain(&self) -> Message {
        match self {
            Self::NoModule { directory, modules } => {
                let title = format!("{} names no module", directory.origin);
                let message = Message::yours("go/directory/no-module", title);
                let asked = format!(
                    "{} is set to: {}\n\n\
                     There is no go.mod in it or above it.",
                    directory.origin,
                    quote(&directory.value, 200)
                );
                if modules.is_empty() {
                    return message.body(format!(
                        "{asked} To make one, run this in that\n\
                         directory and commit the result:\n\
                         go mod init example.com/app && go mod tidy"
                    ));
                }
                message.body(format!("{asked} There is one in:\n{}", listed(modules)))
            }
            Self::Several { origin, modules } => {
                Message::yours("go/targets/modules", "The targets are in several modules").body(
                    format!(
                        "{origin} asks for programs of these modules:\n{}\n\n\
                         go builds one module at a time, unless a workspace joins them. To make\n\
                         one, run this in the root of the app and commit the result:\n\
                         go work init {}",
                        listed(modules),
                        paths(modules).join(" ")
                    ),
                )
            }
        }
    }
}

/// The app is no module, though it has Go files.
pub(super) fn no_module(
    nested: &[PathBuf],
    legacy: &[PathBuf],
    import_path: Option<&Sourced<String>>,
) -> Message {
    let message = Message::yours("go/no-module", "There is no go.mod in the app");
    let path = import_path.map_or("example.com/app".to_owned(), |path| quote(&path.value, 200));
    if !legacy.is_empty() || import_path.is_some() {
        let files = match legacy {
            [] => String::new(),
            files => format!(
                "These files are of tools from before there were modules:\n{}\n\n",
                listed(files)
            ),
        };
        let path_of = |path: &Sourced<String>| {
            format!("{} says where the app lies in a GOPATH.\n\n", path.origin)
        };
        let finding = files + &import_path.map(path_of).unwrap_or_default();
        return message.body(format!(
            "{finding}\
             Go builds modules only: a go.mod says what the app is called and which\n\
             modules it needs. To make one, run this in the app directory and commit\n\
             the result; go get MODULE@VERSION takes a version over where it matters:\n\
             rm -rf vendor && go mod init {path} && go mod tidy"
        ));
    }
    if nested.is_empty() {
        return message.body(
            "The app has Go files, but no go.mod, which says what it is called and\n\
             which modules it needs.\n\n\
             To make one, run this in the app directory and commit the result:\n\
             go mod init example.com/app && go mod tidy",
        );
    }
    let first = paths(&nested[..1]).concat();
    message.body(format!(
        "The root of the app has neither go.mod nor go.work. There is a go.mod in:\n{}\n\n\
         To join the modules, run: go work init {}\n\
         Or say which one to build, for example:\n\
         BP_GO_WORKDIR={first}",
        listed(nested),
        paths(nested).join(" ")
    ))
}

/// A directory of a workspace that is no module.
pub(super) fn used_module_missing(directory: &str, origin: &Origin) -> Message {
    let directory = quote(directory, 200);
    let seen = "There is no go.mod in it. Modules outside of the app can't be used: the\n\
                build sees the app directory only.";
    match origin {
        Origin::Variable(name) => {
            let title = format!("{name} names a directory without go.mod");
            Message::yours("go/work/module-missing", title).body(format!(
                "{name} has: {directory}\n\n\
                 {seen} It takes directories of the app,\n\
                 separated by colons:\n\
                 ./api:./web"
            ))
        }
        _ => Message::yours(
            "go/work/module-missing",
            "go.work uses a directory without go.mod",
        )
        .body(format!(
            "Your {origin} file has: use {directory}\n\n\
             {seen} To remove the line, run:\n\
             go work edit -dropuse={directory}"
        )),
    }
}

/// `BP_GO_WORK_USE` beside a go.work.
pub(super) fn workspace_twice(uses: &Sourced<Vec<String>>) -> Message {
    let name = &uses.origin;
    let title = format!("{name} and go.work contradict each other");
    let directories = uses.value.iter().map(|directory| quote(directory, 100));
    Message::yours("go/work/twice", title).body(format!(
        "{name} makes a workspace, and the app has a go.work file.\n\n\
         Remove {name} from the environment of the build. To have its modules\n\
         in the workspace, run this and commit the result:\n\
         go work use {}",
        directories.collect::<Vec<_>>().join(" ")
    ))
}

/// A comment of `go.mod` that names no version.
pub(super) fn heroku_version(version: &Sourced<String>) -> Message {
    let title = format!("{} isn't a version of Go", quote(&version.value, 30));
    Message::yours("go/version/invalid", title).body(format!(
        "{} says: // +heroku goVersion {}\n\n\
         It takes a version or a minor, and =, ~, ^ or >= before it:\n\
         // +heroku goVersion go1.26",
        version.origin,
        quote(&version.value, 100)
    ))
}
