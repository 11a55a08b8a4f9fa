//! What is said about shell language that isn't accepted.

use std::path::Path;

use explain::{Message, quote};

use super::{origin, shown};
use crate::refusal::Construct;
use crate::script::Place;

/// The ways out of a shell, the best first.
const WAYS_OUT: &str = "Ways out, the best first:\n\
    - write a plain command line; variables, quotes, &&, ||, ; and cd work\n\
    - move it into a small program in the language of the app, and start that\n\
    - set BP_INCLUDE_SHELL=true for the build: Debian's dash is put into the\n  \
      image and runs the text";

pub(super) fn needs_shell(id: &'static str, title: &str, place: &Place, finding: &str) -> Message {
    Message::yours(id, title).body(format!("{}\n\n{finding}\n\n{WAYS_OUT}", shown(place)))
}

pub(super) fn explain(construct: Construct, place: &Place) -> Message {
    if let Some(message) = slip(construct, place) {
        return message;
    }
    let (id, name, fix) = words(construct);
    let title = format!("{} needs a shell for {name}", origin(place));
    needs_shell(id, &title, place, fix)
}

/// What is a slip of the pen, with or without a shell.
fn slip(construct: Construct, place: &Place) -> Option<Message> {
    let origin = origin(place);
    let (id, title, fix) = match construct {
        Construct::UnterminatedQuote => (
            "start-command/syntax/quote",
            format!("{origin} has a quote without its end"),
            "Close it, or put a backslash before it if it stands for itself: it\\'s".to_owned(),
        ),
        Construct::UnterminatedExpansion => (
            "start-command/syntax/brace",
            format!("{origin} has a ${{ without its }}"),
            "Close it: ${PORT:-8080}".to_owned(),
        ),
        Construct::TrailingBackslash => (
            "start-command/syntax/backslash",
            format!("{origin} ends in a backslash"),
            "A backslash at the end of a line continues it, and no line follows. Remove it."
                .to_owned(),
        ),
        Construct::Invisible => {
            let character = place.token.chars().next().unwrap_or_default();
            let escape = character.escape_unicode();
            let title = format!("{origin} has a character that can't be seen");
            let fix = format!(
                "{escape} is no blank to a shell, though it looks like one or like nothing.\n\
                 It comes along when text is copied from a page. Type the line anew."
            );
            ("start-command/syntax/invisible", title, fix)
        }
        Construct::Syntax => (
            "start-command/syntax",
            format!("{origin} can't be read as a command"),
            "No shell could be sure what is meant here. Expected is a command with its\n\
             arguments, and between commands &&, ||, ; or a new line."
                .to_owned(),
        ),
        Construct::Pattern => (
            "start-command/shell/pattern",
            format!("{origin} has a pattern for file names"),
            pattern(place),
        ),
        Construct::NpmVariable => (
            "start-command/npm-variable",
            format!("{origin} reads a variable that only npm sets"),
            "npm isn't in the image, so the variable would be empty. Write the value, or\n\
             read it from the package.json in the program."
                .to_owned(),
        ),
        _ => return None,
    };
    Some(Message::yours(id, title).body(format!("{}\n\n{fix}", shown(place))))
}

fn pattern(place: &Place) -> String {
    if Path::new(&word(place)).extension() == Some("go".as_ref()) {
        return "Only a shell looks up which files match. These are the files of a package: name\n\
                the package instead:\ngo run ."
            .to_owned();
    }
    format!(
        "Unquoted, {} stands for the files that match, which only a shell looks up.\n\n\
         If it stands for itself, or the program looks the files up, quote it:\n{}",
        quote(&place.token, 10),
        quoted_word(place)
    )
}

/// The whole word around a place, in single quotes.
fn quoted_word(place: &Place) -> String {
    format!("'{}'", quote(&word(place).replace('\'', "'\\''"), 80))
}

fn word(place: &Place) -> String {
    let characters: Vec<char> = place.text.chars().collect();
    let column = place.column.min(characters.len());
    let before = characters[..column]
        .iter()
        .rev()
        .take_while(|character| !character.is_whitespace())
        .count();
    let after = characters[column..]
        .iter()
        .take_while(|character| !character.is_whitespace())
        .count();
    characters[column - before..column + after].iter().collect()
}

/// The id of the message, the construct in words, and why or what else to do.
fn words(construct: Construct) -> (&'static str, &'static str, &'static str) {
    match construct {
        Construct::Pipe => (
            "start-command/shell/pipe",
            "a pipe",
            "A pipe runs two programs at once. The platform collects what the app prints:\n\
             nothing needs to be piped into tee or a logger.",
        ),
        Construct::Background => (
            "start-command/shell/background",
            "a command in the background",
            "A container has one process that is watched. Make each command a process of\n\
             its own: a line of a Procfile each.",
        ),
        Construct::Redirection => (
            "start-command/shell/redirection",
            "a redirection",
            "The platform collects both outputs of the app: nothing needs 2>&1, or a log\n\
             file.",
        ),
        Construct::HereDocument => (
            "start-command/shell/here-document",
            "a here-document",
            "Put the text into a file of the app, and let the program read it.",
        ),
        Construct::Subshell => (
            "start-command/shell/subshell",
            "a subshell",
            "Commands in parentheses run in a shell of their own. In most start commands\n\
             the parentheses can go.",
        ),
        Construct::Group => (
            "start-command/shell/group",
            "a group of commands",
            "In most start commands the braces can go.",
        ),
        Construct::Compound => (
            "start-command/shell/compound",
            "a condition or a loop",
            "Short ones can be written with && and ||.",
        ),
        Construct::Function => (
            "start-command/shell/function",
            "a function",
            "A start command can't define functions.",
        ),
        Construct::Negation => (
            "start-command/shell/negation",
            "!",
            "Instead of ! a && b, write a || b.",
        ),
        _ => of_words(construct),
    }
}

/// The same of what stands within words.
fn of_words(construct: Construct) -> (&'static str, &'static str, &'static str) {
    match construct {
        Construct::UserHome => (
            "start-command/shell/user-home",
            "~ with something behind it",
            "Only ~ and ~/ are known, the HOME of the process. Write the directory, or quote\n\
             the ~ if it stands for itself.",
        ),
        Construct::SpecialParameter => (
            "start-command/shell/parameter",
            "a parameter of a shell",
            "Where there is no script, it has no arguments. What is given to the container\n\
             as arguments goes behind those of the last command by itself. If $ stands for\n\
             itself, quote it: '$1'.",
        ),
        Construct::CommandSubstitution => (
            "start-command/shell/substitution",
            "the output of a command",
            "Let the program find the value out, or set it as a variable of the container.",
        ),
        Construct::Arithmetic => (
            "start-command/shell/arithmetic",
            "arithmetic",
            "Let the program calculate, or set the result as a variable of the container.",
        ),
        Construct::Operator => (
            "start-command/shell/operator",
            "an operation on a variable",
            "Of ${…}, these are known: ${V}, ${V:-x}, ${V:=x}, ${V:+x} and ${V:?x}, with and\n\
             without the colon.",
        ),
        Construct::Bash => (
            "start-command/shell/bash",
            "something that only bash has",
            "A start command is read as sh, and sh takes this for something else.",
        ),
        Construct::ShellVariable => (
            "start-command/shell/variable",
            "a variable that shells set themselves",
            "Without a shell, nobody sets it.",
        ),
        Construct::NestedQuotes => (
            "start-command/shell/nested-quotes",
            "quotes within ${…} within quotes",
            "Shells differ in what they make of it. Leave the inner quotes away.",
        ),
        _ => ("start-command/syntax", "its syntax", ""),
    }
}
