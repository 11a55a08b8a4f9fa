//! Packages that need cgo, and programs that need more than the run image has.

use std::fmt::Write as _;

use explain::{Explain, Message, quote};
use linkage::Missing;

use crate::cgo::CgoPackage;
use crate::cgo_replacements;
use crate::linkage_audit::Unstartable;

/// Packages that a message names.
const NAMED: usize = 10;

/// How cgo is had.
pub(super) const WITH_CGO: &str = "\
    Or compile with cgo, that is with gcc and the libraries of the build image;\n\
    the program then needs the C library of the default builder's run image:\n\
    CGO_ENABLED=1";

/// A build without cgo of packages that need it.
pub(super) fn needed(packages: &[CgoPackage]) -> Message {
    let title = match packages {
        [one] => format!("{} needs cgo", short(&one.import_path)),
        _ => "Packages need cgo".to_owned(),
    };
    let mut list = String::new();
    for package in packages.iter().take(NAMED) {
        let (file, line, text) = &package.proof;
        let _ = writeln!(
            list,
            "- {}\n  {} line {line}: {}",
            quote(&package.import_path, 200),
            quote(file, 100),
            quote(text, 100)
        );
        if let Some(importer) = &package.imported_by {
            let _ = writeln!(list, "  imported by {}", quote(importer, 200));
        }
    }
    if let Some(more @ 1..) = packages.len().checked_sub(NAMED) {
        let _ = writeln!(list, "- and {more} more");
    }
    let mut replacements: Vec<String> = packages
        .iter()
        .filter_map(cgo_replacements::of)
        .map(|(old, new)| format!("- {new}\n  instead of {old}"))
        .collect();
    replacements.dedup();
    let pure = if replacements.is_empty() {
        "Use packages in pure Go, where there are such.".to_owned()
    } else {
        format!("These do the same in pure Go:\n{}", replacements.join("\n"))
    };
    Message::yours("go/cgo", title).body(format!(
        "Apps are built without cgo, that is without a C compiler (CGO_ENABLED=0),\n\
         and these packages don't work then:\n{list}\n\
         {pure}\n\n\
         {WITH_CGO}"
    ))
}

/// The end of an import path, for a title.
fn short(import_path: &str) -> String {
    let parts: Vec<&str> = import_path.rsplit('/').take(2).collect();
    let short: Vec<&str> = parts.into_iter().rev().collect();
    quote(&short.join("/"), 45)
}

impl Explain for Unstartable {
    fn explain(&self) -> Message {
        let Self {
            program,
            missing,
            has_libraries,
            packages,
        } = self;
        let mut list = String::new();
        for missing in missing {
            let _ = match missing {
                Missing::NoLoader => writeln!(list, "- a loader, of which it names none"),
                Missing::Loader(path) => writeln!(list, "- the loader {}", quote(path, 100)),
                Missing::Library(name) => match packages.get(name) {
                    Some(package) => writeln!(
                        list,
                        "- the library {}, of the Debian package {package}",
                        quote(name, 100)
                    ),
                    None => writeln!(list, "- the library {}", quote(name, 100)),
                },
                Missing::Version(version) => writeln!(
                    list,
                    "- {} of the library {}",
                    quote(&version.version, 40),
                    quote(&version.library, 60)
                ),
            };
        }
        let image = if *has_libraries {
            "The run image has the C library, and not all that the program is linked\n\
             to. To link that statically, set:"
        } else {
            "The run image of this builder has no library at all. Build with the default\n\
             builder, whose run image has the C library, or without cgo (CGO_ENABLED=0,\n\
             and no -buildmode). To link all of it statically, set:"
        };
        let title = format!("{} wouldn't start", quote(program, 40));
        Message::yours("go/linkage", title).body(format!(
            "To start, it needs:\n{list}\n\
             {image}\n\
             BP_GO_BUILD_LDFLAGS='-linkmode=external -extldflags=-static'"
        ))
    }
}

#[cfg(test)]
#[path = "cgo_tests.rs"]
mod tests;
