//! Tools for development in the start commands of production, as data: what each is and what takes its place.

use crate::nodemon::nodemon;
use crate::runner::Scripts;

/// What becomes of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is no tool for development.
    Keep,
    /// So many leading words are replaced by others; why.
    Replace {
        /// How many words are dropped.
        dropped: usize,
        /// What stands in their place.
        words: Vec<String>,
        /// Told to the user.
        notice: String,
    },
    /// A script of the package takes its place; why.
    Script {
        /// Its name.
        name: &'static str,
        /// Told to the user.
        notice: String,
    },
    /// It makes what the next command runs, and has its place in the build.
    AtBuild,
    /// It can't be run; what to write instead.
    Refuse(&'static str),
    /// It serves a static site.
    StaticSite,
}

/// Tools that are refused, with what takes their place.
const REFUSED: &[(&str, &str)] = &[
    ("concurrently", A_LINE_EACH),
    ("npm-run-all", A_LINE_EACH),
    ("npm-run-all2", A_LINE_EACH),
    ("run-p", A_LINE_EACH),
    ("run-s", "the commands themselves, joined by &&"),
    (
        "pm2",
        "pm2-runtime start …, or the program itself: the platform restarts it",
    ),
    ("forever", ITSELF),
    ("supervisor", ITSELF),
    ("foreman", ONE_OF_THEM),
    ("honcho", ONE_OF_THEM),
    ("uvx", DEPENDENCY),
    ("pipx", DEPENDENCY),
    ("turbo", "the command that the task runs"),
    ("nx", "the command that the target runs"),
    ("lerna", "the command that the script runs"),
    ("live-server", SERVER),
    ("browser-sync", SERVER),
];

const A_LINE_EACH: &str = "one process for each command: a line of a Procfile each";
const ITSELF: &str = "the program itself: the platform restarts it";
const ONE_OF_THEM: &str = "the command of the process itself: each line of a Procfile is a process";
const DEPENDENCY: &str = "the command itself, with its package as a dependency of the app";
const SERVER: &str = "serve or http-server, as a dependency of the app";

/// Tools with sub-commands that serve a site for its developer; `None` is the tool without one.
const STATIC: &[(&str, &[Option<&str>])] = &[
    ("ng", &[Some("serve")]),
    ("react-scripts", &[Some("start")]),
    ("react-app-rewired", &[Some("start")]),
    ("craco", &[Some("start")]),
    ("vite", &[None, Some("dev"), Some("serve")]),
    ("vue-cli-service", &[Some("serve")]),
    ("gatsby", &[Some("develop")]),
    ("astro", &[Some("dev")]),
    ("parcel", &[None, Some("serve"), Some("watch")]),
    ("webpack-dev-server", &[None]),
    ("webpack", &[Some("serve")]),
    ("docusaurus", &[Some("start")]),
    ("eleventy", &[Some("--serve")]),
];

/// Development servers of frameworks that have one for production.
const SERVERS: &[(&str, &str, &str)] = &[
    ("next", "dev", "next start, after next build"),
    ("nuxt", "dev", NUXT),
    ("nuxi", "dev", NUXT),
    ("remix", "dev", "remix-serve, after remix build"),
    ("svelte-kit", "dev", "node build, with the adapter for node"),
    ("strapi", "develop", "strapi start"),
    ("medusa", "develop", "medusa start"),
    ("tsx", "watch", "tsx, without watch"),
];

const NUXT: &str = "node .output/server/index.mjs, after nuxt build";

/// Compilers and bundlers, with the sub-command that makes them one.
const BUILDERS: &[(&str, Option<&str>)] = &[
    ("tsc", None),
    ("babel", None),
    ("webpack", None),
    ("rollup", None),
    ("esbuild", None),
    ("tsup", None),
    ("swc", None),
    ("rimraf", None),
    ("tsc-alias", None),
    ("vite", Some("build")),
    ("next", Some("build")),
    ("nuxt", Some("build")),
    ("nest", Some("build")),
    ("remix", Some("build")),
    ("astro", Some("build")),
    ("ng", Some("build")),
    ("react-scripts", Some("build")),
    ("prisma", Some("generate")),
    ("go", Some("build")),
    ("go", Some("generate")),
    ("go", Some("install")),
    ("go", Some("mod")),
];

/// Inits that `start` makes unnecessary.
const INITS: &[&str] = &["dumb-init", "tini", "catatonit"];

/// Judges a command by the words that are written plainly, from the first on.
pub(crate) fn judge(words: &[String], scripts: Option<&Scripts>) -> Verdict {
    let Some(tool) = words.first().map(String::as_str) else {
        return Verdict::Keep;
    };
    let argument = words.get(1).map(String::as_str);
    if let Some((_, instead)) = REFUSED.iter().find(|(name, _)| *name == tool) {
        return Verdict::Refuse(instead);
    }
    if let Some((_, _, instead)) = SERVERS
        .iter()
        .find(|(name, command, _)| *name == tool && argument == Some(command))
    {
        return Verdict::Refuse(instead);
    }
    if BUILDERS
        .iter()
        .any(|(name, command)| *name == tool && (command.is_none() || *command == argument))
    {
        // webpack serve, tsc --watch: they never end.
        let watches = words
            .iter()
            .any(|word| ["serve", "-w", "--watch"].contains(&word.as_str()));
        if !watches {
            return Verdict::AtBuild;
        }
        if tool != "webpack" {
            return Verdict::Refuse(
                "the program that it compiles, compiled when the image is built",
            );
        }
    }
    let subcommand = argument.filter(|argument| !argument.starts_with('-') || tool == "eleventy");
    if STATIC
        .iter()
        .any(|(name, commands)| *name == tool && commands.contains(&subcommand))
    {
        return Verdict::StaticSite;
    }
    match tool {
        "nodemon" => nodemon(words, scripts),
        "ts-node-dev" | "tsnd" => ts_node_dev(words),
        "nest" if argument == Some("start") => nest(scripts, words),
        tool if INITS.contains(&tool) => init(words),
        _ => Verdict::Keep,
    }
}

fn node(dropped: usize, tool: &str) -> Verdict {
    Verdict::Replace {
        dropped,
        words: vec!["node".to_owned()],
        notice: format!("{tool} is a tool for development: node runs the program instead."),
    }
}

fn ts_node_dev(words: &[String]) -> Verdict {
    let options = words
        .iter()
        .skip(1)
        .take_while(|word| word.starts_with("--"))
        .count();
    let takes_word = |word: &String| {
        [
            "--project",
            "--require",
            "--watch",
            "--ignore-watch",
            "--compiler",
        ]
        .contains(&word.as_str())
    };
    let file = words.get(options + 1).filter(|file| !file.starts_with('-'));
    if file.is_none() || words[1..=options].iter().any(takes_word) {
        return Verdict::Refuse("the program itself: node server.ts, or what it is compiled to");
    }
    node(options + 1, &words[0])
}

fn nest(scripts: Option<&Scripts>, words: &[String]) -> Verdict {
    let notice =
        |instead| format!("nest start compiles and is for development: {instead} runs instead.");
    if scripts.is_some_and(|scripts| scripts.scripts.contains_key("start:prod")) {
        let name = "start:prod";
        let notice = notice("the script start:prod");
        return Verdict::Script { name, notice };
    }
    let is_known = |word: &String| ["--watch", "-w", "--debug", "-d"].contains(&word.as_str());
    if !words[2..].iter().all(is_known) {
        return Verdict::Refuse("node dist/main");
    }
    Verdict::Replace {
        dropped: words.len(),
        words: vec!["node".to_owned(), "dist/main".to_owned()],
        notice: notice("node dist/main"),
    }
}

fn init(words: &[String]) -> Verdict {
    let options = words
        .iter()
        .skip(1)
        .take_while(|word| word.starts_with('-') && *word != "--");
    let options: Vec<&String> = options.collect();
    let is_known = |option: &&String| {
        ["-s", "-g", "-v", "-w", "-c", "--single-child"].contains(&option.as_str())
    };
    if !options.iter().all(is_known) {
        return Verdict::Refuse("the program itself: signals and orphans are taken care of");
    }
    let mut dropped = 1 + options.len();
    dropped += usize::from(words.get(dropped).is_some_and(|word| word == "--"));
    Verdict::Replace {
        dropped,
        words: Vec::new(),
        notice: format!(
            "{} isn't needed: signals and orphans are taken care of.",
            words[0]
        ),
    }
}
