//! The vectors of the design, made with dash: a command, and the arguments of its last program.

use start_runtime::expansion;
use start_runtime::plan::Command;
use start_runtime::variables::Variables;

use super::run;

/// Commands of the vectors that are refused: what they need is named in the message.
const REFUSED: &[&str] = &[
    "node $1 $@",
    "node --x=*.nomatch",
    "node $((PORT+1))",
    "node `echo x`",
    "node \"$(echo x)\"",
];

pub(crate) fn hold() -> Result<(), String> {
    let text = include_str!("../data/vectors.json");
    let vectors: Vec<(String, String)> = serde_json::from_str(text).unwrap();
    if vectors.len() != 50 {
        return Err(format!("{} vectors", vectors.len()));
    }
    for (command, expected) in vectors {
        let outcome = match run::planned(&command, None) {
            Err(_) if REFUSED.contains(&command.as_str()) => continue,
            Err(refusal) => return Err(format!("{command}: {refusal}")),
            Ok(_) if REFUSED.contains(&command.as_str()) => {
                return Err(format!("{command} is accepted"));
            }
            Ok(planned) => last_arguments(&planned.plan.items),
        };
        let outcome = outcome.unwrap_or_else(|error| format!("ERR {error}"));
        let expected = expected.replace("ERR dash: 2: ", "ERR ");
        if outcome != expected {
            return Err(format!("{command}: {outcome}, not {expected}"));
        }
    }
    Ok(())
}

fn last_arguments(items: &[start_runtime::plan::Item]) -> Result<String, String> {
    let values = [
        ("PORT", "8080"),
        ("HOST", "0.0.0.0"),
        ("SP", "a b"),
        ("STAR", "*.js"),
        ("EMPTY", ""),
        ("Q", "it's"),
        ("HOME", "/home/me"),
    ];
    let values = values.map(|(name, value)| (name.into(), value.into()));
    let mut variables = Variables::of_environment(values);
    let Some(Command::Run(program)) = items.last().map(|item| &item.command) else {
        return Err("no program".to_owned());
    };
    let fields =
        expansion::fields(&program.words, &mut variables).map_err(|error| error.to_string())?;
    let shown = fields[1..]
        .iter()
        .map(|field| format!("<{}>", field.display()));
    Ok(shown.collect::<Vec<_>>().concat())
}
