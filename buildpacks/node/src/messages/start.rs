//! What is started.

use buildpack_kit::environment::Origin;
use explain::{Explain, Message, quote};

use crate::messages::project::no_script;
use crate::plan::commands::adding;
use crate::processes::StartProblem;

impl Explain for StartProblem {
    fn explain(&self) -> Message {
        match self {
            Self::NoScript { name, origin, known } => {
                no_script("node/start/no-script", name, &origin.to_string(), known)
            }
            Self::NoFile { file, origin } => {
                let title = "The file that is to be started isn't there";
                Message::yours("node/start/no-file", title).body(format!(
                    "{origin} names {}, and neither the app nor what its build has made has it.",
                    quote(file, 200)
                ))
            }
            Self::PlugAndPlay { file, origin } => plug_and_play(file, origin),
            Self::StaticSite {
                tool,
                directory,
                manager,
            } => Message::yours("node/start/static-site", "The app has no server").body(format!(
                "{tool} makes files for browsers, and nothing here serves them. Add a server to the\n\
                 dependencies, and start it, for example:\n\
                 {} serve\n\
                 and in package.json:\n\
                 \"scripts\": {{ \"start\": \"serve --single {directory}\" }}",
                adding(*manager)
            )),
            Self::NoAdapter {
                framework,
                adapter,
                manager,
            } => Message::yours(
                "node/start/no-adapter",
                format!("{framework} is built without a server"),
            )
            .body(format!(
                "What it makes depends on the adapter that its settings name, and none of them is the one for\n\
                 Node. Add it, and name it in the settings:\n\
                 {} {adapter}",
                adding(*manager)
            )),
            Self::Runtime { runtime, origin } => other_runtime(runtime, origin),
            Self::NotMade {
                file,
                origin,
                ran,
                known,
            } => not_made(file, origin, ran, known),
            Self::Nothing { looked } => {
                Message::yours("node/start/nothing", "Nothing says how the app is started").body(format!(
                    "package.json has no script start, and there is no Procfile. Looked for: {}.\n\n\
                     Say it in package.json, for example:\n\
                     \"scripts\": {{ \"start\": \"node lib/server.js\" }}",
                    looked.join(", ")
                ))
            }
        }
    }
}

fn other_runtime(runtime: &str, origin: &str) -> Message {
    let title = format!("{runtime} isn't in the image");
    Message::yours("node/start/runtime", title).body(format!(
        "{origin} has {runtime} run the app, and the image has Node for that. An app that uses nothing\n\
         which only {runtime} has starts with Node, which reads TypeScript, too:\n\
         \"scripts\": {{ \"start\": \"node src/index.ts\" }}"
    ))
}

fn not_made(file: &str, origin: &str, ran: &[String], known: &[String]) -> Message {
    let ran = match ran {
        [] => "No script has run to make it.".to_owned(),
        ran => format!("Run was {}, which has not made it.", ran.join(", ")),
    };
    Message::yours(
        "node/start/not-made",
        format!("{} isn't there", quote(file, 40)),
    )
    .body(format!(
        "{origin} has Node run it. {ran}\n\n\
         package.json has these scripts:\n{}\n\n\
         If one of them makes it, call that one build, or name it for the build of the image:\n\
         BP_NODE_RUN_SCRIPTS=NAME",
        known.join("\n")
    ))
}

fn plug_and_play(file: &str, origin: &Origin) -> Message {
    let title = "Yarn's Plug'n'Play isn't in the image";
    Message::yours("node/start/plug-and-play", title).body(format!(
        "{origin} loads {}. Packages are installed into node_modules here, whatever Yarn is\n\
         told, and Node finds them there by itself.\n\n\
         Leave that option out.",
        quote(file, 100)
    ))
}
