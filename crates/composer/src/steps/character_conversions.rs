//! glibc's list of `iconv` modules, cut down to those that are in the image: without a list glibc finds
//! none, and with the whole list it fails late, when it loads a module that is not there.

use std::collections::BTreeSet;

use oci::{Content, Entry};

use super::{Context, Step, StepError};
use crate::Architecture;

const PACKAGE: &str = "libc6";

pub(super) fn path(architecture: Architecture) -> String {
    format!("{}/gconv-modules", directory(architecture))
}

fn directory(architecture: Architecture) -> String {
    format!("usr/lib/{}/gconv", architecture.multiarch())
}

pub(super) fn run(step: Step, context: &Context<'_>) -> Result<Vec<(String, Entry)>, StepError> {
    let package = step.package(context, PACKAGE)?;
    let directory = directory(context.architecture);
    let extra = format!("{directory}/gconv-modules.d/gconv-modules-extra.conf");
    let mut listing = String::new();
    for path in [path(context.architecture), extra] {
        if let Some(entry) = package.entries.get(&path) {
            listing.push_str(&String::from_utf8_lossy(&step.read(entry)?));
        }
    }
    let is_shipped = |module: &str| {
        let module = format!("{directory}/{module}.so");
        context.tree.get(&module).is_some()
    };
    let kept = cut_down(&listing, is_shipped);
    if kept.is_empty() {
        return Err(StepError::NothingToWorkFrom {
            step,
            package: PACKAGE,
            what: "iconv module",
        });
    }
    let entry = Entry::file(0o644, Content::Bytes(kept.into_bytes()));
    Ok(vec![(path(context.architecture), entry)])
}

/// Keeps `module FROM TO FILE` lines whose file is shipped and `alias NAME SET` lines whose set one of
/// those converts.
fn cut_down(listing: &str, is_shipped: impl Fn(&str) -> bool) -> String {
    let words =
        |line: &str| -> Vec<String> { line.split_whitespace().map(str::to_owned).collect() };
    let lines: Vec<Vec<String>> = listing.lines().map(words).collect();
    let is_kept_module = |line: &[String]| matches!(line, [keyword, _, _, file, ..] if keyword == "module" && is_shipped(file));
    let sets: BTreeSet<&String> = lines
        .iter()
        .filter(|line| is_kept_module(line))
        .flat_map(|line| &line[1..3])
        .collect();
    let is_kept_alias = |line: &[String]| matches!(line, [keyword, _, set, ..] if keyword == "alias" && sets.contains(set));
    lines
        .iter()
        .filter(|line| is_kept_module(line) || is_kept_alias(line))
        .map(|line| line.join(" ") + "\n")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_shipped_stays_listed() {
        let listing = "\
# comment
alias\tLATIN1//\tISO-8859-1//
module\tISO-8859-1//\tINTERNAL\tISO8859-1\t1
module\tINTERNAL\tISO-8859-1//\tISO8859-1\t1
alias\tNAPLPS//\tANSI_X3.110//
module\tANSI_X3.110//\tINTERNAL\tANSI_X3.110\t1
";
        let kept = cut_down(listing, |module| module == "ISO8859-1");
        assert_eq!(
            kept,
            "alias LATIN1// ISO-8859-1//\n\
             module ISO-8859-1// INTERNAL ISO8859-1 1\n\
             module INTERNAL ISO-8859-1// ISO8859-1 1\n"
        );
    }
}
