//! Files of modules that don't fit together, or don't fit the app.

use std::path::{Component, Path};

use explain::{Message, quote};

use crate::go_failure::GoFailure;
use crate::messages::go::{LINE, first_lines};
use crate::missing_package::MissingPackage;

/// go.mod, go.sum and vendor do not say what they should.
pub(super) fn module_files(failure: &GoFailure, output: &str) -> Message {
    match failure {
        GoFailure::SumMissing { line } => with_command(
            "go/sum-missing",
            "go.sum doesn't know all modules",
            "It lacks a line that go needs to check what it downloads, or it isn't in\nthe app at all.",
            line,
            "go mod tidy",
        ),
        GoFailure::RequirementMissing { line } => with_command(
            "go/requirement-missing",
            "go.mod doesn't list all that is imported",
            "A build doesn't change go.mod.",
            line,
            "go mod tidy",
        ),
        GoFailure::ReplacementMissing {
            directory,
            is_in_workspace,
            line,
        } => replacement_missing(directory, *is_in_workspace, &quote(line, LINE)),
        GoFailure::ModulePathMalformed { path, problem } => Message::yours(
            "go/module-path",
            "The module line of go.mod has no valid path",
        )
        .body(format!(
            "It says:\nmodule {}\n\n\
             go says: {}\n\n\
             To change it, run this in the directory of go.mod, with the path that the\n\
             app's own imports begin with:\n\
             go mod edit -module=example.com/app",
            quote(path, 200),
            quote(problem, 200)
        )),
        GoFailure::LanguageTooOld { wanted, line } => language_too_old(wanted, line),
        GoFailure::GoTooOld { line } => go_too_old(line),
        _ => {
            // go says so where a workspace has a directory of its own.
            let is_workspace = output.contains("go work vendor");
            let kind = if is_workspace { "work" } else { "mod" };
            Message::yours("go/vendor", "vendor and go.mod disagree")
                .body(format!(
                    "The directory vendor doesn't hold what go.mod and the source ask for.\n\n\
                     To make it anew, run this and commit the result:\n\
                     go {kind} vendor"
                ))
                .details(first_lines(output))
        }
    }
}

fn language_too_old(wanted: &str, line: &str) -> Message {
    let title = "The source is newer than the Go that go.mod asks for";
    Message::yours("go/language", title).body(format!(
        "The compiler says:\n{}\n\n\
         What the language has depends on the line `go` in the go.mod of a module.\n\
         To raise it, run this beside that go.mod and commit the result:\n\
         go mod edit -go={}",
        quote(line, LINE),
        quote(wanted, 30)
    ))
}

fn go_too_old(line: &str) -> Message {
    let wanted = line.split(">= ").nth(1);
    let wanted = wanted.and_then(|rest| rest.split_whitespace().next());
    Message::yours("go/too-old", "A module asks for a newer Go").body(format!(
        "go says:\n{}\n\n\
         To build with such a version, run this and commit go.mod:\n\
         go get go@{}",
        quote(line, LINE),
        quote(wanted.unwrap_or("latest"), 30)
    ))
}

/// The directory is relative to the root of the app; only what is below that is seen by a build.
fn replacement_missing(directory: &str, is_in_workspace: bool, line: &str) -> Message {
    // The directory of a workspace need not be a module itself.
    let (vendor, join) = if is_in_workspace {
        ("go work vendor", "go work init && go work use -r")
    } else {
        ("go mod vendor", "go work init")
    };
    let message = Message::yours(
        "go/replacement-missing",
        "A replaced module isn't in the app",
    );
    let finding =
        format!("A replace line of go.mod leads to a directory that isn't there:\n{line}");
    match above(directory) {
        Some((above, below)) => message.body(format!(
            "{finding}\n\n\
             Only the app directory is built. Either take the module into the app with\n\
             {vendor}\n\n\
             or run this in the app directory, and build {above}, where go.work joins both\n\
             then (BP_GO_TARGETS says what, if there are several programs):\n\
             cd {above} && {join} \"./${{OLDPWD#$PWD/}}\" \"{below}\""
        )),
        None if directory.starts_with('/') => message.body(format!(
            "{finding}\n\n\
             Only the app directory is built. To take the module into the app, run:\n\
             {vendor}"
        )),
        None => message.body(format!(
            "{finding}\n\n\
             A checkout of git lacks what .gitignore names, and submodules that were\n\
             not fetched; an exclude of project.toml leaves directories out, too."
        )),
    }
}

/// For a directory outside of the app: the nearest one above both, and the way down from there.
fn above(directory: &str) -> Option<(String, String)> {
    let directory = quote(directory, 200);
    let mut ups = 0;
    let mut down: Vec<&str> = Vec::new();
    for component in Path::new(&directory).components() {
        match component {
            Component::ParentDir if down.pop().is_none() => ups += 1,
            Component::ParentDir | Component::CurDir => {}
            Component::Normal(name) => down.push(name.to_str()?),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let below = format!("./{}", down.join("/"));
    (ups > 0).then(|| (vec![".."; ups].join("/"), below))
}

/// A package of the app itself that isn't there.
pub(super) fn missing_package(package: &MissingPackage) -> Message {
    let state = if package.has_directory {
        "has no Go files"
    } else {
        "isn't in the app"
    };
    let title = "An imported package isn't in the app";
    Message::yours("go/package-missing", title).body(format!(
        "{} imports a package of the app itself:\n{}\n\n\
         It should be in the directory {}, which {state}.\n\n\
         If it is generated, generate it before the build, or commit it. A checkout\n\
         of git lacks what .gitignore names, and a build what an exclude of\n\
         project.toml names.",
        quote(&package.position, 200),
        quote(&package.import_path, 200),
        quote(&package.directory.display().to_string(), 200),
    ))
}

fn with_command(
    id: &'static str,
    title: &str,
    finding: &str,
    line: &str,
    command: &str,
) -> Message {
    Message::yours(id, title).body(format!(
        "{finding} go says:\n{}\n\n\
         To mend it, run this in the directory of go.mod and commit go.mod and\n\
         go.sum:\n{command}",
        quote(line, LINE)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_proposed_from_the_nearest_directory_above_both() {
        for (directory, expected) in [
            ("../lib", Some(("..", "./lib"))),
            ("../../libs/lib/", Some(("../..", "./libs/lib"))),
            ("../a/../../lib", Some(("../..", "./lib"))),
            ("../", Some(("..", "./"))),
            ("./lib", None),
            ("a/../lib", None),
            ("/opt/lib", None),
            ("", None),
        ] {
            let expected = expected.map(|(above, below)| (above.to_owned(), below.to_owned()));
            assert_eq!(above(directory), expected, "{directory}");
        }
    }
}
