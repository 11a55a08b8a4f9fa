//! What is said about a command that the image can't run.

use explain::{Message, quote};

use super::construct::needs_shell;
use super::{origin, shown};
use crate::refusal::{CompilerFix, Missing};
use crate::script::Place;

pub(super) fn missing(missing: &Missing, place: &Place) -> Message {
    let token = quote(&place.token, 40);
    let message = |id, title: String, body: String| {
        Message::yours(id, title).body(format!("{}\n\n{body}", shown(place)))
    };
    match missing {
        Missing::NotFound { looked } => not_found(looked, place),
        Missing::LeftOut { path } => left_out(path, place),
        Missing::NotAFile { path } => message(
            "start-command/command/not-a-file",
            format!("{token} is no program"),
            format!(
                "{} is a directory or another kind of file.\n\nName the program in it.",
                quote(path, 200)
            ),
        ),
        Missing::NotExecutable { path } => message(
            "start-command/command/not-executable",
            format!("{token} isn't executable"),
            format!(
                "{} has no permission to run.\n\nGive it that, also in the repository:\n\
                 chmod +x {token}\ngit update-index --chmod=+x {token}",
                quote(path, 200)
            ),
        ),
        Missing::LinkOutOfImage { path } => message(
            "start-command/command/link",
            format!("{token} is a link to something that isn't in the image"),
            format!(
                "{} leads to a file outside of the app and its layers, or to none.\n\n\
                 Put the program itself there.",
                quote(path, 200)
            ),
        ),
        Missing::NoInterpreter { path, interpreter } => message(
            "start-command/command/interpreter",
            format!("{token} needs an interpreter that isn't in the image"),
            format!(
                "The first line of {} asks for\n#!{}\n\n\
                 Start it with the interpreter that the app has, such as\nnode {token}",
                quote(path, 200),
                quote(interpreter, 100)
            ),
        ),
        Missing::NotCompiled {
            source,
            compiled,
            fix,
        } => not_compiled(source, compiled, fix.as_deref(), place),
        Missing::CompilerOption { option, fix } => compiler_option(option, fix, place),
        Missing::ShellScript { path, shell } => shell_script(path, shell.as_deref(), place),
        Missing::Unreadable { path, cause } => message(
            "start-command/command/unreadable",
            format!("{token} can't be read"),
            format!("{} could not be looked at.", quote(path, 200)),
        )
        .details(cause.clone()),
    }
}

pub(super) fn with_excerpt(place: &Place, id: &'static str, title: String, body: &str) -> Message {
    Message::yours(id, title).body(format!("{}\n\n{body}", shown(place)))
}

/// As many as are listed.
const LISTED: usize = 12;

pub(super) fn no_directory(there: &[String], place: &Place) -> Message {
    let listed = there.iter().take(LISTED);
    let listed = listed.map(|path| format!("- {}\n", quote(path, 60)));
    let listed: String = listed.collect();
    let what_there_is = match there.len() {
        0 => "There is none in its place.\n".to_owned(),
        1..=LISTED => format!("There are:\n{listed}"),
        more => format!("Of {more} that there are:\n{listed}"),
    };
    with_excerpt(
        place,
        "start-command/directory",
        format!(
            "There is no directory {} in the image",
            quote(&place.token, 40)
        ),
        &format!(
            "The app has none of that name, or all that is in it is for the build and isn't\n\
             in the image. {what_there_is}\n\
             Name a directory of the image, keep a file in this one, or start the program\n\
             from where the process starts, without cd:\n./server"
        ),
    )
}

fn left_out(path: &str, place: &Place) -> Message {
    with_excerpt(
        place,
        "start-command/command/left-out",
        format!("{} isn't kept for the image", quote(&place.token, 40)),
        &format!(
            "The app has this file, and it is none of those that stay in the image.\n\n\
             BP_KEEP_FILES names all that stays, patterns separated by colons:\nBP_KEEP_FILES={}",
            quote(path, 200)
        ),
    )
}

fn compiler_option(option: &str, fix: &CompilerFix, place: &Place) -> Message {
    let fix = match fix {
        CompilerFix::Variable(fix) => format!(
            "Leave it\nout here, and give it to the build:\n{}",
            quote(fix, 200)
        ),
        CompilerFix::Command(fix) => format!("Write\n{}", quote(fix, 200)),
    };
    with_excerpt(
        place,
        "start-command/command/compiler-option",
        format!("{} is for the compiler", quote(option, 40)),
        &format!("There is no compiler in the image: the build has compiled the program. {fix}"),
    )
}

fn not_compiled(source: &str, compiled: &[String], fix: Option<&str>, place: &Place) -> Message {
    let source = match source {
        "" => "What is run here".to_owned(),
        source => quote(source, 40),
    };
    let compiled = compiled
        .iter()
        .map(|name| format!("- {}\n", quote(name, 100)));
    let compiled: String = compiled.collect();
    let or = fix.map_or_else(
        || ".".to_owned(),
        |fix| format!(", or have the other compiled, too:\n{}", quote(fix, 200)),
    );
    with_excerpt(
        place,
        "start-command/command/not-compiled",
        format!("{source} isn't compiled"),
        &format!(
            "There is no compiler in the image: what runs is what the build has compiled.\n\
             That is:\n{compiled}\n\
             Name one of these, as it stands here{or}"
        ),
    )
}

pub(super) fn looked_for_in(looked: &[String]) -> String {
    if looked.is_empty() {
        return String::new();
    }
    let looked = looked
        .iter()
        .map(|directory| format!("\n- {}", quote(directory, 100)));
    format!(" It was looked for in{}", looked.collect::<String>())
}

fn not_found(looked: &[String], place: &Place) -> Message {
    let origin = origin(place);
    let token = quote(&place.token, 40);
    let looked = looked_for_in(looked);
    with_excerpt(
        place,
        "start-command/command/not-found",
        format!("{token} is not in the image"),
        &format!(
            "{origin} starts it, but the image has no such program.{looked}\n\n\
                     The image holds the app, its dependencies and their interpreter. Write the\n\
                     path of the program as it is in the app, or add what brings it to the\n\
                     dependencies that are installed for production:\n./server"
        ),
    )
}

fn shell_script(path: &str, shell: Option<&str>, place: &Place) -> Message {
    let token = quote(&place.token, 40);
    let line = match shell {
        Some(shell) => format!("Its first line names {}", quote(shell, 60)),
        None => "It is no program, and no #! line says what runs it, so a shell would".to_owned(),
    };
    let finding = format!(
        "{} is a shell script. {line}.\nThere is no shell in the image.",
        quote(path, 200)
    );
    let title = format!("{token} is a shell script");
    needs_shell(
        "start-command/command/shell-script",
        &title,
        place,
        &finding,
    )
}
