//! Packages whose files are not compiled.

use explain::{Message, quote};

use crate::excluded::{ExcludedFile, ExcludedPackage, Exclusion};
use crate::messages::cgo::WITH_CGO;

/// Files that a message names.
const NAMED: usize = 10;

/// A build that can't go on without files that are excluded.
pub(super) fn excluded(packages: &[ExcludedPackage]) -> Message {
    let files: Vec<&ExcludedFile> = packages.iter().flat_map(|package| &package.files).collect();
    let mut lines: Vec<String> = files.iter().take(NAMED).map(|file| line(file)).collect();
    if let Some(more @ 1..) = files.len().checked_sub(NAMED) {
        lines.push(format!("and {more} more"));
    }
    let lines = lines.join("\n");
    let what = if packages.iter().all(ExcludedPackage::is_main) {
        "The main package"
    } else {
        "A package"
    };
    let is_cgo = |file: &&ExcludedFile| matches!(file.exclusion, Exclusion::Cgo(..));
    if files.iter().any(is_cgo) {
        return Message::yours("go/cgo", format!("{what} needs cgo")).body(format!(
            "These files are left out, because apps are built without cgo, that is\n\
             without a C compiler (CGO_ENABLED=0):\n{lines}\n\n\
             Use a package in pure Go, for example modernc.org/sqlite instead of\n\
             github.com/mattn/go-sqlite3.\n\n\
             {WITH_CGO}"
        ));
    }
    let title = format!("{what} is left out by build constraints");
    Message::yours("go/excluded", title).body(format!(
        "These files are compiled only under a condition that doesn't hold:\n{lines}\n\n\
         Remove the condition, or set the tag that it asks for:\n\
         BP_GO_BUILD_FLAGS=-tags=NAME"
    ))
}

fn line(file: &ExcludedFile) -> String {
    let name = quote(&file.file, 200);
    match &file.exclusion {
        Exclusion::Cgo(line, text) | Exclusion::Constraint(line, text) => {
            format!("{name} line {line}: {}", quote(text, 100))
        }
        Exclusion::Name => format!("{name}: the name is that of a file for another system"),
    }
}
