//! Every word said about a start command that is refused.

mod command;
mod construct;
mod runner;

use explain::{Explain, Message, quote};

use crate::refusal::{Reason, Refusal};
use crate::script::Place;

/// As much of a line as is shown to both sides of what is meant.
const CONTEXT: usize = 60;

/// A line and carets below what is meant in it. Tabs and what can't be seen are shown as escapes, and a
/// long line only around the place.
pub(crate) fn excerpt(text: &str, column: usize, width: usize) -> String {
    let characters: Vec<char> = text.chars().collect();
    let first = column.saturating_sub(CONTEXT);
    let last = (column + width.min(CONTEXT) + CONTEXT).min(characters.len());
    let shown = |from: usize, to: usize| {
        let text: String = characters[from.min(to)..to].iter().collect();
        quote(&text, usize::MAX).replace('\u{a0}', "\\u{a0}")
    };
    let column = column.min(characters.len());
    let end = (column + width).min(last);
    let before = if first > 0 { "…" } else { "" }.to_owned() + &shown(first, column);
    let token = shown(column, end);
    let after = shown(end, last) + if last < characters.len() { "…" } else { "" };
    let carets = "^".repeat(token.chars().count().max(1));
    format!(
        "    {before}{token}{after}\n    {}{carets}",
        " ".repeat(before.chars().count())
    )
}

/// Where it was written, in words.
fn origin(place: &Place) -> String {
    match place.line {
        Some(line) => format!("{} line {line}", place.source),
        None => place.source.clone(),
    }
}

fn shown(place: &Place) -> String {
    excerpt(&place.text, place.column, place.width)
}

impl Explain for Refusal {
    fn explain(&self) -> Message {
        let place = &self.place;
        match &self.reason {
            Reason::Language(construct) => construct::explain(*construct, place),
            Reason::Command(missing) => command::missing(missing, place),
            Reason::Runner(problem) => runner::problem(problem, place),
            Reason::Operands { command, takes } => {
                let title = format!(
                    "{} uses {command} in a way that needs a shell",
                    origin(place)
                );
                let finding = format!("Without a shell, {command} takes {takes}.");
                construct::needs_shell("start-command/shell/operands", &title, place, &finding)
            }
            Reason::OfAShell => {
                let title = format!(
                    "{} needs a shell for {}",
                    origin(place),
                    quote(&place.token, 40)
                );
                let finding = format!(
                    "{} is a command of shells, not a program, and there is no\nshell in the image.",
                    quote(&place.token, 40)
                );
                construct::needs_shell("start-command/shell/builtin", &title, place, &finding)
            }
            Reason::ShellProgram => {
                let title = format!("{} starts a shell", origin(place));
                let finding = "There is no shell in the image: nothing that could be attacked with one,\n\
                               nothing that keeps signals from the app.";
                construct::needs_shell("start-command/shell/program", &title, place, finding)
            }
            Reason::Nothing => Message::yours(
                "start-command/empty",
                format!("{} starts nothing", origin(place)),
            )
            .body(format!(
                "{}\n\nWrite the command that starts the app, such as\n\n./server",
                shown(place)
            )),
            Reason::TooLong => {
                let title = format!("{} is too long for a start command", origin(place));
                Message::yours("start-command/too-long", title).body(
                    "Linux hands no argument of more than 128 KiB to a process, and this one would be\n\
                     longer. Move what it does into a program of the app, and start that.",
                )
            }
            Reason::NoDirectory { there } => command::no_directory(there, place),
            Reason::Tool { tool, instead } => development(tool, instead, place),
            Reason::StaticSite { tool } => static_site(tool, place),
        }
    }
}

fn development(tool: &str, instead: &str, place: &Place) -> Message {
    let tool = quote(tool, 30);
    let title = format!("{} starts {tool}, a tool for development", origin(place));
    Message::yours("start-command/tool/development", title).body(format!(
        "{}\n\nIn the image there is one process to a container, and what it runs doesn't\n\
         change. Start instead:\n{instead}",
        shown(place)
    ))
}

/// Where a tool puts a built site.
fn directory_of(tool: &str) -> &'static str {
    match tool {
        "craco" | "docusaurus" | "react-app-rewired" | "react-scripts" => "build",
        "eleventy" => "_site",
        "gatsby" => "public",
        "ng" => "dist/NAME/browser",
        _ => "dist",
    }
}

fn static_site(tool: &str, place: &Place) -> Message {
    let title = format!(
        "{} starts the development server of a static site",
        origin(place)
    );
    Message::yours("start-command/tool/static-site", title).body(format!(
        "{}\n\n{} serves files that change while you work on them. Built, they\n\
         are a static site, which any web server can serve.\n\n\
         Add a server to the dependencies, build the site with the script \"build\",\n\
         and start the server:\n\
         npm install serve\n\
         \"start\": \"serve --single {}\"",
        shown(place),
        quote(tool, 30),
        directory_of(tool)
    ))
}

#[cfg(test)]
mod tests;
