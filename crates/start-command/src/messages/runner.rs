//! What is said about package managers and runners.

use explain::{Message, quote};

use super::command::{looked_for_in, with_excerpt};
use super::{origin, shown};
use crate::image::NoCommand;
use crate::refusal::RunnerProblem;
use crate::script::Place;

pub(super) fn problem(problem: &RunnerProblem, place: &Place) -> Message {
    let origin = origin(place);
    let message = |id, title: String, body: String| {
        Message::yours(id, title).body(format!("{}\n\n{body}", shown(place)))
    };
    match problem {
        RunnerProblem::NoScript { script, known } => no_script(script, known, place),
        RunnerProblem::Recursion { chain } => message(
            "start-command/script/recursion",
            format!("{origin} runs a script that runs itself"),
            format!(
                "It goes round for ever:\n{}\n\nLet one of them start the program.",
                chain.join(" → ")
            ),
        ),
        RunnerProblem::NotInstalled { command } => {
            let command = quote(command, 40);
            message(
                "start-command/script/not-installed",
                format!("{command} isn't installed"),
                format!(
                    "No package among the dependencies for production has the command {command},\n\
                     and nothing is downloaded when the app starts. Add the package:\nnpm install {command}"
                ),
            )
        }
        RunnerProblem::NoPackage { directory } => message(
            "start-command/script/no-package",
            format!("There is no package.json in {}", quote(directory, 40)),
            "Name a directory of the app that has one.".to_owned(),
        ),
        RunnerProblem::NoWorkspace { name, known } => message(
            "start-command/script/no-workspace",
            format!("The app has no package {}", quote(name, 40)),
            match known.as_slice() {
                [] => "No packages of it are named as workspaces.".to_owned(),
                known => format!("It has these:\n{}", known.join("\n")),
            },
        ),
        RunnerProblem::Option { option } => message(
            "start-command/script/option",
            format!("{origin} uses {} of a package manager", quote(option, 40)),
            "Package managers aren't in the image, so what they would do is put in their\n\
             place when it is built, and this isn't known there. Write the command that\n\
             the script runs:\nnode server.js"
                .to_owned(),
        ),
        RunnerProblem::EnvironmentOption { runner, option } => option_of(runner, option, place),
        RunnerProblem::NotInEnvironment { runner, looked } => {
            not_in_environment(runner, looked, place)
        }
        RunnerProblem::NoCommand { runner, found } => no_command(runner, found, place),
        RunnerProblem::Arguments { script } => message(
            "start-command/script/arguments",
            format!("The script {} takes no arguments", quote(script, 40)),
            "They would go behind the last command of the script, which takes none, or hold\n\
             variables that the script could change. Write them into the script."
                .to_owned(),
        ),
    }
}

fn option_of(runner: &str, option: &str, place: &Place) -> Message {
    let option = quote(option, 40);
    with_excerpt(
        place,
        "start-command/environment/option",
        format!("{} uses {option} of {runner}", origin(place)),
        &format!(
            "{runner} isn't in the image: the build installs what the app needs, and its\n\
             programs start right there. This option would change what is installed, or\n\
             how or where the program starts.\n\n\
             Say in the files of the app what it needs, and in the command how it starts:\n\
             cd web && {runner} gunicorn app:app"
        ),
    )
}

fn not_in_environment(runner: &str, looked: &[String], place: &Place) -> Message {
    let origin = origin(place);
    let token = quote(&place.token, 40);
    let looked = looked_for_in(looked);
    with_excerpt(
        place,
        "start-command/environment/not-found",
        format!("{token} is not in the image"),
        &format!(
            "{origin} starts it by {runner}, but nothing that is installed has\n\
             such a program.{looked}\n\n\
             Name a program that a dependency for production\n\
             brings, such as\n{runner} gunicorn app:app"
        ),
    )
}

fn no_command(runner: &str, found: &NoCommand, place: &Place) -> Message {
    let token = quote(&place.token, 40);
    match found {
        NoCommand::Entry { table, is } => with_excerpt(
            place,
            "start-command/environment/no-command",
            format!("{token} is no plain command for {runner}"),
            &format!(
                "In {table} it is\n{is}.\n\
                 {runner} isn't in the image: what is started is decided when it is built, and\n\
                 this can't be. Write here the command that it comes down to, such as\n\
                 {runner} gunicorn app:app"
            ),
        ),
        NoCommand::WithDependencies { missing } => {
            let listed = missing
                .iter()
                .map(|name| format!("- {}\n", quote(name, 100)));
            with_excerpt(
                place,
                "start-command/environment/dependencies",
                format!("What {token} needs isn't installed"),
                &format!(
                    "{runner} would install what the lines after `# /// script` name when the app\n\
                     starts. In the image is what the app's own files ask for, and not this:\n{}\n\
                     Name it there, too: in requirements.txt, or for a pyproject.toml by\n\
                     uv add {}",
                    listed.collect::<String>(),
                    quote(&format!("'{}'", missing.join("' '")), 200)
                ),
            )
        }
    }
}

fn no_script(script: &str, known: &[String], place: &Place) -> Message {
    let origin = origin(place);
    let known: Vec<String> = known
        .iter()
        .map(|name| format!("- {}", quote(name, 60)))
        .collect();
    let known = if known.is_empty() {
        "It has no scripts.".to_owned()
    } else {
        format!("It has these:\n{}", known.join("\n"))
    };
    let script = quote(script, 40);
    with_excerpt(
        place,
        "start-command/script/missing",
        format!("{origin} runs the script {script}, which doesn't exist"),
        &format!(
            "The package.json has no script {script}. {known}\n\nAdd it to \"scripts\", or name another."
        ),
    )
}
