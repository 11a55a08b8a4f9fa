//! Lists of commands, put together from scripts.

use start_runtime::plan::{Command, Export, Item, Part, Program, When, Word};

use super::state::{Pending, Planning, operands};
use crate::builtin;
use crate::refusal::Reason;
use crate::runner::Scripts;

/// A script and, where there are any, the ones that run before and after it.
pub(super) fn parts_of(name: &str, scripts: &Scripts) -> Vec<(String, String)> {
    let names = [format!("pre{name}"), name.to_owned(), format!("post{name}")];
    let with_text = |name: String| scripts.scripts.get(&name).map(|text| (name, text.clone()));
    names.into_iter().filter_map(with_text).collect()
}

/// A list as one command: in a shell of its own, unless that makes no difference. `leads` where nothing runs before it.
pub(super) fn in_shell(mut list: Vec<Item>, leads: bool) -> Option<Command> {
    if list.len() > 1 {
        return Some(Command::Group(list));
    }
    let item = list.pop()?;
    let needs_none = match &item.command {
        Command::Group(_) => true,
        Command::Run(program) => leaves_nothing(program) && (leads || asks_nothing(program)),
        _ => false,
    };
    Some(if needs_none {
        item.command
    } else {
        Command::Group(vec![item])
    })
}

/// Whether a program sets no variable for what follows.
fn leaves_nothing(program: &Program) -> bool {
    let starts = program.words.first().and_then(Word::as_literal).is_some();
    let sets =
        |part: &Part| matches!(part, Part::Variable(variable) if variable.operation.is_some());
    starts && !parts(program).any(sets)
}

/// Whether a program is the same whatever was set before.
fn asks_nothing(program: &Program) -> bool {
    parts(program).all(|part| matches!(part, Part::Text(_) | Part::Quoted(_)))
}

fn parts(program: &Program) -> impl Iterator<Item = &Part> {
    let values = program.assignments.iter();
    let words = values
        .map(|assignment| &assignment.value)
        .chain(&program.words);
    words.flat_map(|word| &word.parts)
}

/// Makes `exec` in a script that something follows the end of that script alone. False where commands stand behind it,
/// which would run then.
pub(super) fn confine_exec(items: &mut [Item]) -> bool {
    let Some((last, others)) = items.split_last_mut() else {
        return true;
    };
    if let Command::Run(program) = &mut last.command {
        program.exec = false;
    }
    !others
        .iter()
        .any(|item| matches!(&item.command, Command::Run(program) if program.exec))
}

/// Assignments before a package manager hold for all that it starts.
pub(super) fn exports(pending: &mut Pending) -> Result<Vec<Item>, Reason> {
    let export = |name, value| {
        let value = Some(value);
        let command = Command::Export(vec![Export { name, value }]);
        let when = When::Always;
        Item { when, command }
    };
    let assignments = pending.simple.assignments.drain(..);
    let mut items: Vec<Item> = assignments
        .map(|assignment| export(assignment.name, assignment.value))
        .collect();
    for placed in pending.environment.drain(..) {
        // A value that could be split isn't one value.
        let splits = |part: &Part| matches!(part, Part::Variable(variable) if !variable.quoted);
        let assignment = builtin::assignment(&placed.word);
        let Some(assignment) =
            assignment.filter(|assignment| !assignment.value.parts.iter().any(splits))
        else {
            return Err(operands(
                "env",
                "a value within double quotes before a package manager",
            ));
        };
        items.push(export(assignment.name, assignment.value));
    }
    Ok(items)
}

/// Puts arguments behind those of the last command; false where that takes none.
pub(super) fn append(items: &mut [Item], arguments: &[Word], alone: bool) -> bool {
    // The manager expands them before anything of the script runs.
    let plain = arguments.iter().all(|word| word.as_literal().is_some());
    let single = alone && items.len() == 1;
    if !(plain || single) {
        return false;
    }
    match items.last_mut().map(|item| &mut item.command) {
        Some(Command::Run(program)) => {
            program.words.extend_from_slice(arguments);
            true
        }
        Some(Command::Group(items)) => append(items, arguments, false),
        _ => false,
    }
}

/// A command in another directory, which what follows doesn't see.
pub(super) fn inside(directory: &str, planning: Planning) -> Planning {
    let Planning::Command(command) = planning else {
        return planning;
    };
    let enter = Item {
        when: When::Always,
        command: Command::Cd(vec![Word::literal(directory)]),
    };
    let command = Item {
        when: When::Success,
        command,
    };
    Planning::Command(Command::Group(vec![enter, command]))
}
