//! Lists of commands, put together from scripts.

use start_runtime::plan::{Command, Export, Item, Part, When, Word};

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

/// Adds the commands of a script behind another, which must have gone well.
pub(super) fn add(items: &mut Vec<Item>, mut list: Vec<Item>, joined: bool) {
    let joined = joined && !items.is_empty();
    if joined && list.len() > 1 {
        list = vec![Item {
            when: When::Always,
            command: Command::Group(list),
        }];
    }
    if let Some(first) = list.first_mut().filter(|_| joined) {
        first.when = When::Success;
    }
    items.append(&mut list);
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
    let mut items = vec![enter];
    let inner = match command {
        Command::Group(items) => items,
        command => vec![Item {
            when: When::Always,
            command,
        }],
    };
    add(&mut items, inner, true);
    Planning::Command(Command::Group(items))
}
