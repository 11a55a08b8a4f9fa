//! The built-in commands that a plan can have, with the operands that mean one thing in every shell.

use start_runtime::plan::{Assignment, Command, Export, Part, Word};
use start_runtime::variables::is_name;

use crate::refusal::{Reason, Refusal};
use crate::syntax::{Placed, Simple};
use crate::word;

/// Whether a command is built into shells and is known here; not `exec` and `env`, which run others.
pub(crate) fn is_builtin(name: &str) -> bool {
    [
        "cd", "export", "unset", "echo", ":", "true", "false", "set", "exit", "sleep",
    ]
    .contains(&name)
}

/// A built-in command by its name.
pub(crate) fn command(name: &str, simple: &Simple) -> Result<Command, Refusal> {
    let operands = &simple.words[1..];
    let refuse = |place: &Placed, takes| Refusal {
        reason: Reason::Operands {
            command: name.to_owned(),
            takes,
        },
        place: place.place.clone(),
    };
    // Which of them stay set behind the command is another thing in every shell.
    if !simple.assignments.is_empty() {
        return Err(refuse(
            &simple.words[0],
            "no assignment before it: write that as a command of its own",
        ));
    }
    let words = || {
        operands
            .iter()
            .map(|operand| operand.word.clone())
            .collect::<Vec<_>>()
    };
    let first = operands
        .first()
        .and_then(|operand| operand.word.as_literal());
    let is_option =
        |text: &Option<String>| text.as_deref().is_some_and(|text| text.starts_with('-'));
    match name {
        "echo" => echo(operands, &refuse).map(|()| Command::Echo(words())),
        ":" | "true" => Ok(Command::True(words())),
        "false" => Ok(Command::False(words())),
        "cd" if operands.len() > 1 || is_option(&first) => {
            Err(refuse(&operands[0], "one directory, or nothing"))
        }
        "cd" => Ok(Command::Cd(words())),
        "sleep" if operands.is_empty() => Err(refuse(&simple.words[0], "a time: sleep 5")),
        "sleep" => Ok(Command::Sleep(words())),
        "set" if operands.len() == 1 && first.as_deref() == Some("-e") => {
            Ok(Command::StopOnFailure)
        }
        "set" => Err(refuse(
            operands.first().unwrap_or(&simple.words[0]),
            "-e and nothing else",
        )),
        "exit" => match (operands, first) {
            ([], _) | ([_], None) => Ok(Command::Exit(words())),
            ([_], Some(status)) if status.parse::<u8>().is_ok_and(|_| !status.starts_with('+')) => {
                Ok(Command::Exit(words()))
            }
            _ => Err(refuse(&operands[0], "one number from 0 to 255, or nothing")),
        },
        "unset" => names(operands)
            .map(Command::Unset)
            .map_err(|place| refuse(place, "names of variables")),
        _ => exports(operands).map_err(|place| {
            refuse(
                place.unwrap_or(&simple.words[0]),
                "names of variables, with or without =value",
            )
        }),
    }
}

/// dash prints `-e`, bash takes it for an option; backslashes the other way round.
fn echo(
    operands: &[Placed],
    refuse: &impl Fn(&Placed, &'static str) -> Refusal,
) -> Result<(), Refusal> {
    let options = operands
        .iter()
        .map(|operand| (operand, operand.word.as_literal()));
    for (index, (operand, text)) in options.enumerate() {
        let has_backslash = operand.word.parts.iter().any(|part| match part {
            Part::Text(text) | Part::Quoted(text) => text.contains('\\'),
            Part::Variable(_) | Part::Home => false,
        });
        let text = text.unwrap_or_default();
        let letters = text.strip_prefix('-').filter(|letters| !letters.is_empty());
        let is_option =
            letters.is_some_and(|letters| letters.chars().all(|letter| "neE".contains(letter)));
        if has_backslash || (index == 0 && is_option && text != "-n") || (index == 1 && is_option) {
            return Err(refuse(
                operand,
                "text without backslashes, and -n once: shells differ in the rest",
            ));
        }
    }
    Ok(())
}

fn name(operand: &Placed) -> Result<String, &Placed> {
    let name = operand
        .word
        .as_literal()
        .filter(|name| is_name(name.as_ref()));
    name.filter(|name| word::of_a_shell(name).is_none())
        .ok_or(operand)
}

fn names(operands: &[Placed]) -> Result<Vec<String>, &Placed> {
    operands.iter().map(name).collect()
}

fn exports(operands: &[Placed]) -> Result<Command, Option<&Placed>> {
    if operands.is_empty() {
        return Err(None);
    }
    let exports = operands
        .iter()
        .map(|operand| match assignment(&operand.word) {
            Some(Assignment { name, value }) if word::of_a_shell(&name).is_none() => Ok(Export {
                name,
                value: Some(value),
            }),
            Some(_) => Err(Some(operand)),
            None => name(operand)
                .map(|name| Export { name, value: None })
                .map_err(Some),
        });
    exports.collect::<Result<_, _>>().map(Command::Export)
}

/// A word `NAME=value`, whose name is written plainly, as an assignment.
pub(crate) fn assignment(word: &Word) -> Option<Assignment> {
    let (first, rest) = word.parts.split_first()?;
    let Part::Text(text) = first else {
        return None;
    };
    let (name, value) = text
        .split_once('=')
        .filter(|(name, _)| is_name(name.as_ref()))?;
    let mut parts = Vec::new();
    if !value.is_empty() {
        parts.push(Part::Text(value.to_owned()));
    }
    parts.extend_from_slice(rest);
    Some(Assignment {
        name: name.to_owned(),
        value: Word { parts },
    })
}
