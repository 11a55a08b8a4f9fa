//! Files of the app that can't be read, and builders without a Go.

use std::path::{Path, PathBuf};

use explain::{Explain, Message, quote};

use crate::bundles::NoBundle;
use crate::go_mod::SyntaxError;
use crate::messages::place::{heroku_version, no_module, used_module_missing, workspace_twice};
use crate::project::{ProjectError, SyntaxFailure};

impl Explain for ProjectError {
    fn explain(&self) -> Message {
        match self {
            Self::Files(error) => error.explain(),
            Self::Syntax(error) => error.explain(),
            Self::ByteOrderMark { file } => byte_order_mark(file),
            Self::NoModuleLine { file, is_empty } => no_module_line(file, *is_empty),
            Self::Version(version) => {
                let asked = quote(&version.value, 30);
                let is_of_workspace = version.origin.to_string().starts_with("go.work");
                let kind = if is_of_workspace { "work" } else { "mod" };
                let title = format!("There is no Go {asked}");
                Message::yours("go/version/none", title).body(format!(
                    "{} asks for Go {asked}.\n\n\
                     It takes a version such as 1.26 or 1.26.8. To change it, run this in the\n\
                     directory of the file:\n\
                     go {kind} edit -go=1.26",
                    version.origin
                ))
            }
            Self::Sum { error, text } => sum(error, text),
            Self::Go(error) => error.explain(),
            Self::NoModule {
                nested,
                legacy,
                import_path,
            } => no_module(nested, legacy, import_path.as_ref()),
            Self::Place(error) => error.explain(),
            Self::HerokuVersion(version) => heroku_version(version),
            Self::Ko(error) => error.explain(),
            Self::WorkspaceTwice(uses) => workspace_twice(uses),
            Self::EmptyWorkspace => Message::yours("go/work/empty", "go.work uses no module").body(
                "Your go.work file has no use line, so there is nothing to build.\n\n\
                 Remove the file, or have it use the modules of the app:\n\
                 go work use -r .",
            ),
            Self::UsedModuleMissing { directory, origin } => {
                used_module_missing(&directory.display().to_string(), origin)
            }
        }
    }
}

fn byte_order_mark(file: &Path) -> Message {
    let file = quote(&file.display().to_string(), 200);
    let name = file.rsplit('/').next().unwrap_or_default();
    let title = format!("{name} begins with a byte order mark");
    Message::yours("go/byte-order-mark", title).body(format!(
        "Your {file} file begins with the bytes ef bb bf.\n\
         Editors that save \"UTF-8 with BOM\" write them, nobody sees them, and go\n\
         doesn't accept them there.\n\n\
         Save the file as UTF-8 without BOM, or run:\n\
         sed -i '1s/^\\xef\\xbb\\xbf//' {file}"
    ))
}

fn no_module_line(file: &Path, is_empty: bool) -> Message {
    let directory = file.parent().unwrap_or(Path::new(""));
    let place = match directory.to_str() {
        Some("") => "the app directory".to_owned(),
        _ => quote(&directory.display().to_string(), 200),
    };
    let file = quote(&file.display().to_string(), 200);
    if is_empty {
        return Message::yours("go/mod-empty", "go.mod is empty").body(format!(
            "Your {file} file should say what the module is called and which modules\n\
             it needs, and says nothing.\n\n\
             To make it anew, run this in {place} and commit the result:\n\
             rm go.mod && go mod init example.com/app && go mod tidy"
        ));
    }
    Message::yours("go/mod-no-module", "go.mod has no module line").body(format!(
        "Your {file} file doesn't say what the module is called.\n\
         A line of it should be, for example: module example.com/app\n\n\
         To add it, run this in {place} and commit the result:\n\
         go mod edit -module=example.com/app && go mod tidy"
    ))
}

fn sum(error: &SyntaxError, text: &str) -> Message {
    let file = quote(&error.file.display().to_string(), 200);
    let name = file.rsplit('/').next().unwrap_or_default();
    let title = format!("{name} can't be parsed");
    Message::yours("go/sum-malformed", title).body(format!(
        "Line {} of your {file} file is:\n{}\n\n\
         A line has a module path, a version and a hash, but {}.\n\
         An unfinished merge leaves lines like that.\n\n\
         Remove the line, then run this and commit the result:\n\
         go mod tidy",
        error.line,
        quote(text.trim_end(), 200),
        error.problem,
    ))
}

/// One directory a line.
pub(crate) fn listed(directories: &[PathBuf]) -> String {
    paths(directories).join("\n")
}

pub(super) fn paths(directories: &[PathBuf]) -> Vec<String> {
    let shown = directories.iter().map(|path| path.display().to_string());
    shown
        .map(|path| {
            if path.is_empty() {
                ".".to_owned()
            } else {
                format!("./{}", quote(&path, 200))
            }
        })
        .collect()
}

impl Explain for SyntaxFailure {
    fn explain(&self) -> Message {
        let file = self.error.file.display().to_string();
        let problem = quote(&self.error.problem, 400);
        let title = format!("{file} can't be parsed");
        let message = Message::yours("go/syntax", title);
        message.body(format!(
            "Line {} of your {file} file is:\n{}\n\n\
             go says: {problem}",
            self.error.line,
            quote(self.text.trim_end(), 200)
        ))
    }
}

impl Explain for NoBundle {
    fn explain(&self) -> Message {
        let message = Message::ours("go/no-bundle", "The build image has no Go").body(format!(
            "Its versions of Go should lie in {}.",
            self.directory.display()
        ));
        match &self.source {
            Some(error) => message.cause(error),
            None => message,
        }
    }
}

#[cfg(test)]
#[path = "project_tests.rs"]
mod tests;
