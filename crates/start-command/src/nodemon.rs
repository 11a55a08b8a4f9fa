//! nodemon, which starts a program anew whenever a file changes.

use std::path::Path;

use crate::development::Verdict;
use crate::runner::Scripts;

/// Options of nodemon that take a word.
const NODEMON_WITH_WORD: &[&str] = &[
    "-w", "--watch", "-e", "--ext", "-i", "--ignore", "-d", "--delay", "--signal", "-s",
];
const NODEMON_ALONE: &[&str] = &[
    "-L",
    "--legacy-watch",
    "-q",
    "--quiet",
    "-V",
    "--verbose",
    "-I",
    "--no-stdin",
    "-C",
];

/// Options of nodemon that name what runs the program.
const NODEMON_EXEC: &[&str] = &["-x", "--exec"];

/// What it would start.
pub(crate) fn nodemon(words: &[String], scripts: Option<&Scripts>) -> Verdict {
    const INSTEAD: &str = "the program itself: node server.js";
    let mut runner: Option<Vec<String>> = None;
    let mut index = 1;
    while let Some(word) = words.get(index) {
        let name = word.split('=').next().unwrap_or_default();
        let value = word.split_once('=').map(|(_, value)| value);
        if NODEMON_EXEC.contains(&name) {
            let text = value.or_else(|| words.get(index + 1).map(String::as_str));
            let text = text.unwrap_or_default().split_whitespace();
            runner = Some(text.map(str::to_owned).collect());
            index += if value.is_some() { 1 } else { 2 };
        } else if NODEMON_WITH_WORD.contains(&name) {
            index += if value.is_some() { 1 } else { 2 };
        } else if NODEMON_ALONE.contains(&name) {
            index += 1;
        } else if word.starts_with('-') || ends_with(word, "py") {
            return Verdict::Refuse(INSTEAD);
        } else {
            break;
        }
    }
    // As its `execMap` has it, of which Node has taken the place where it isn't installed.
    let by_name = || {
        let is_typed = ends_with(words.get(index)?, "ts");
        let has = scripts.is_some_and(|scripts| scripts.commands.contains("ts-node"));
        Some(if is_typed && has { "ts-node" } else { "node" }.to_owned())
    };
    match runner.or_else(|| by_name().map(|runner| vec![runner])) {
        Some(runner) if !runner.is_empty() => Verdict::Replace {
            dropped: index,
            notice: format!(
                "nodemon is a tool for development: {} runs the program instead.",
                runner.join(" ")
            ),
            words: runner,
        },
        _ => Verdict::Refuse(INSTEAD),
    }
}

fn ends_with(file: &str, extension: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|found| found == extension)
}
