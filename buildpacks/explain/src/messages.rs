//! The screen.

use explain::{Explain, Message, quote};

use crate::errors::BuildpackError;
use crate::plan::{Closest, Elsewhere, Findings, LookedFor};

impl Explain for BuildpackError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Files(error) => error.explain(),
            Self::SubDirectory(error) => error.explain(),
            Self::NotInBuilder { wished } => {
                let title = format!("The builder has no buildpack for {}", wished.value);
                Message::yours("explain/language", title).body(format!(
                    "{} says what the app is.\n\n\
                     Choose another builder, or leave {} unset.",
                    wished.origin, wished.origin
                ))
            }
            Self::NothingDetected(findings) => nothing_detected(findings),
        }
    }
}

/// How many names of the root are shown, and how many languages that the builder hasn't.
const NAMES: usize = 20;
const ELSEWHERE: usize = 4;

/// How wide the column of languages is, and the text beside it.
const COLUMN: usize = 9;
const WIDTH: usize = 72 - COLUMN - 1;

fn nothing_detected(findings: &Findings) -> Message {
    let title = "No buildpack of the builder knows this app";
    let mut parts = vec![found(findings)];
    let rows: Vec<String> = findings.looked_for.iter().map(looked_for).collect();
    if !rows.is_empty() {
        parts.push(rows.join("\n"));
    }
    if !findings.elsewhere.is_empty() {
        let rows = findings.elsewhere.iter().take(ELSEWHERE).map(elsewhere);
        let rows: Vec<String> = rows.collect();
        parts.push(format!(
            "The builder has no buildpack for:\n{}",
            rows.join("\n")
        ));
    }
    if !findings.leaves_out.is_empty() {
        let lines = findings.leaves_out.iter().map(|line| quote(line, 70));
        let lines: Vec<String> = lines.collect();
        parts.push(format!(
            "project.toml leaves files out:\n{}",
            lines.join("\n")
        ));
    }
    Message::yours("explain/nothing-detected", title).body(parts.join("\n\n"))
}

fn found(findings: &Findings) -> String {
    if let Some(archive) = &findings.archive {
        let archive = quote(archive, 60);
        return format!(
            "The app is an archive, {archive}.\n\
             Unpack it, and build the directory that has the sources."
        );
    }
    let (hidden, shown): (Vec<&String>, Vec<&String>) =
        findings.root.iter().partition(|name| name.starts_with('.'));
    if shown.is_empty() {
        let hidden = if hidden.is_empty() {
            "no files"
        } else {
            "only hidden files"
        };
        return format!(
            "The directory of the app has {hidden}.\n\
             Check the directory that is built, and what is left out of it."
        );
    }
    let names: Vec<String> = shown
        .iter()
        .take(NAMES)
        .map(|name| quote(name, 40))
        .collect();
    let more = match shown.len() - names.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let place = match findings.within.as_str() {
        "" => "Found at the root: ".to_owned(),
        within => format!("Found in {}: ", quote(within, 40)),
    };
    wrap(&place, &format!("{}{more}", names.join(", ")), 0)
}

fn looked_for(row: &LookedFor) -> String {
    let what = wrap("looked for ", &row.what, COLUMN + 1);
    let closest = match &row.closest {
        None => "nothing comes close".to_owned(),
        Some(Closest::Misspelled { found, expected }) => {
            let found = quote(found, 40);
            format!("closest: {found} looks like {expected}; to rename it:\nmv {found} {expected}")
        }
        Some(Closest::Below { path, directory }) => {
            let (path, directory) = (quote(path, 100), quote(directory, 100));
            format!("closest: {path}; to build that directory:\nBP_APP_DIR={directory}")
        }
        Some(Closest::Started { line, program }) => {
            let program = quote(program, 40);
            format!(
                "closest: Procfile line {line} starts {program},\n\
                 which isn't in the app; compile it before the build"
            )
        }
        Some(Closest::Program { path, variable }) => {
            let path = quote(path, 100);
            format!("closest: {path}; to take that:\n{variable}={path}")
        }
    };
    format!("{:COLUMN$} {what}\n{}", row.language, indented(&closest))
}

fn elsewhere(row: &Elsewhere) -> String {
    let found = quote(&row.found, 40);
    let found = match &row.expected {
        None => found,
        Some(expected) => format!("{found}, which looks like {expected}"),
    };
    let text = format!("{found}\n{}", row.way_out);
    let indented = indented(&text);
    format!(
        "{:COLUMN$}{}",
        row.language,
        indented.get(COLUMN..).unwrap_or_default()
    )
}

/// Below the text that stands beside a language.
fn indented(text: &str) -> String {
    let lines = text.lines();
    let lines = lines.map(|line| format!("{:width$}{line}", "", width = COLUMN + 1));
    lines.collect::<Vec<_>>().join("\n")
}

/// The text after a beginning, broken at spaces and continued `indent` characters from the left.
fn wrap(beginning: &str, text: &str, indent: usize) -> String {
    let mut wrapped = beginning.to_owned();
    let mut width = beginning.chars().count();
    for (number, word) in text.split(' ').enumerate() {
        let length = word.chars().count() + 1;
        if number > 0 && width + length > WIDTH {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            width = 0;
        } else if number > 0 {
            wrapped.push(' ');
        }
        wrapped.push_str(word);
        width += length;
    }
    wrapped
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
