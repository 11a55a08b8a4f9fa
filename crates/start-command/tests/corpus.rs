//! Realistic start commands, each with its plan or its refusal: `data/corpus.txt`.
//!
//! A command is a line, what becomes of it the next, indented. `START_COMMAND_ACCEPT=1` writes the second
//! lines anew; read every one of them then.
#![expect(
    clippy::disallowed_methods,
    reason = "START_COMMAND_ACCEPT is for this test alone"
)]
#![expect(clippy::format_push_string, reason = "short texts, once")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use start_command::{Found, Image, Missing, NoCommand, Reason, Refusal, Script, Scripts, plan};
use start_runtime::plan::{Assignment, Command, Item, Operator, Part, Variable, When, Word};

/// An image that has every program but scripts of a shell, and every directory but `nowhere`.
struct Everything;

impl Image for Everything {
    fn find(&self, command: &str, _: &Path) -> Result<Found, Missing> {
        if Path::new(command)
            .extension()
            .is_some_and(|end| end == "sh")
        {
            let (path, shell) = (command.to_owned(), Some("/bin/sh".to_owned()));
            return Err(Missing::ShellScript { path, shell });
        }
        let ignores_sigterm = ["node", "python", "python3"].contains(&command);
        Ok(Found {
            words: vec![command.to_owned()],
            file: None,
            ignores_sigterm,
        })
    }

    /// Of a Pipfile.
    fn script(
        &self,
        runner: &str,
        name: &str,
        _: Option<&Path>,
    ) -> Option<Result<Script, NoCommand>> {
        let text = match name {
            "serve" => "gunicorn app:app --bind 0.0.0.0:$PORT",
            "prepared" => "pdm run migrate && pdm run serve",
            "migrate" => "python manage.py migrate",
            "round" => "pdm run round",
            "called" => {
                let (table, is) = ("[scripts] of the Pipfile", "a call of a function");
                return Some(Err(NoCommand::Entry { table, is }));
            }
            _ => return None,
        };
        let script = Script::of_package("Pipfile", name, text);
        (runner != "uv run").then_some(Ok(script))
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        if directory.ends_with("nowhere") {
            return Err(vec!["web".to_owned()]);
        }
        Ok(())
    }
}

fn scripts() -> Scripts {
    let texts = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|&(name, text)| (name.into(), text.into()))
            .collect()
    };
    let commands = ["next", "serve", "prisma"].map(str::to_owned);
    let server = Scripts {
        file: "server/package.json".into(),
        name: Some("@app/api".to_owned()),
        scripts: texts(&[("start", "node index.js")]),
        ..Scripts::default()
    };
    Scripts {
        file: "package.json".into(),
        scripts: texts(&[
            ("start", "node server.js"),
            ("prestart", "npm run build"),
            ("build", "tsc -p ."),
            ("serve", "node dist/index.js"),
            ("migrate", "exec node migrate.js"),
            ("replaced", "exec node migrate.js; node seed.js"),
            ("prejob", "export A=1; cd client; set -e"),
            ("job", "node app.js"),
            ("prequit", "exit 0"),
            ("quit", "node app.js --port $PORT"),
            (
                "server",
                "NODE_ENV=production node dist/index.js; echo ended",
            ),
        ]),
        commands: commands.into(),
        packages: BTreeMap::from([("server".to_owned(), server)]),
        ..Scripts::default()
    }
}

fn outcome(command: &str) -> (bool, String) {
    let script = Script::of_variable("GOOGLE_ENTRYPOINT", command);
    match plan(&script, &Everything, Some(&scripts())) {
        Err(Refusal { reason, place }) => {
            let reason = match reason {
                Reason::Language(construct) => format!("{construct:?}"),
                Reason::Command(missing) => format!("{missing:?}"),
                Reason::Runner(problem) => format!("{problem:?}"),
                Reason::Tool { instead, .. } => {
                    format!("a tool for development; instead: {instead}")
                }
                Reason::StaticSite { .. } => "a static site".to_owned(),
                other => format!("{other:?}"),
            };
            (false, format!("refused at {:?}: {reason}", place.token))
        }
        Ok(planned) => {
            let mut text = if planned.direct().is_some() {
                "direct "
            } else {
                "start "
            }
            .to_owned();
            text += &list(&planned.plan.items);
            if !planned.at_build.is_empty() {
                text += &format!("; at build: {}", planned.at_build.join(", "));
            }
            for notice in planned.notices {
                text += &format!("; notice: {notice}");
            }
            (true, text)
        }
    }
}

fn list(items: &[Item]) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        text += match item.when {
            When::Always if index == 0 => "",
            When::Always => " ; ",
            When::Success => " && ",
            When::Failure => " || ",
        };
        text += &command(&item.command);
    }
    text
}

fn command(command: &Command) -> String {
    match command {
        Command::Run(program) => {
            let mut text = String::new();
            for (flag, name) in [
                (program.stay, "stay:"),
                (program.exec, "exec:"),
                (program.environment, "env:"),
            ] {
                text += if flag { name } else { "" };
            }
            let before = program
                .assignments
                .iter()
                .map(|assigned| format!("{} ", assignment(assigned)));
            text += &before.collect::<String>();
            text + &words(&program.words)
        }
        Command::Assign(assignments) => assignments
            .iter()
            .map(assignment)
            .collect::<Vec<_>>()
            .join(" "),
        Command::Group(items) => format!("( {} )", list(items)),
        Command::Export(exports) => {
            let shown = exports.iter().map(|export| {
                let value = export
                    .value
                    .as_ref()
                    .map(|value| format!("={}", word(value)));
                format!(" {}{}", export.name, value.unwrap_or_default())
            });
            format!("export{}", shown.collect::<String>())
        }
        Command::Unset(names) => format!("unset {}", names.join(" ")),
        Command::Cd(all) => format!("cd {}", words(all)),
        Command::Echo(all) => format!("echo {}", words(all)),
        Command::True(all) => format!("true {}", words(all)),
        Command::False(all) => format!("false {}", words(all)),
        Command::Exit(all) => format!("exit {}", words(all)),
        Command::Sleep(all) => format!("sleep {}", words(all)),
        Command::StopOnFailure => "set -e".to_owned(),
    }
}

fn assignment(assignment: &Assignment) -> String {
    format!("{}={}", assignment.name, word(&assignment.value))
}

fn words(words: &[Word]) -> String {
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

fn word(word: &Word) -> String {
    format!("<{}>", word.parts.iter().map(part).collect::<String>())
}

fn part(part: &Part) -> String {
    match part {
        Part::Text(text) | Part::Quoted(text) => text.clone(),
        Part::Home => "${HOME}".to_owned(),
        Part::Variable(Variable {
            name,
            quoted,
            operation,
        }) => {
            let operation = operation.as_ref().map(|operation| {
                let sign = match operation.operator {
                    Operator::Default => "-",
                    Operator::Assign => "=",
                    Operator::Require => "?",
                    Operator::Alternative => "+",
                };
                let colon = if operation.or_empty { ":" } else { "" };
                format!(
                    "{colon}{sign}{}",
                    operation
                        .word
                        .parts
                        .iter()
                        .map(self::part)
                        .collect::<String>()
                )
            });
            let quote = if *quoted { "\"" } else { "" };
            format!("{quote}${{{name}{}}}{quote}", operation.unwrap_or_default())
        }
    }
}

#[test]
fn every_command_has_the_plan_or_the_refusal_that_is_written_down() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/corpus.txt");
    let text = fs_err::read_to_string(&path).unwrap();
    let (mut accepted, mut realistic, mut without_server, mut total) = (0, 0, 0, 0);
    // The sections of what is refused on purpose say so; the others are as the field has them.
    let mut section = String::new();
    let mut now = String::new();
    for line in text.lines().filter(|line| !line.starts_with("    ")) {
        now += line;
        now += "\n";
        if line.starts_with("# ") {
            line.clone_into(&mut section);
        }
        let counts = !section.contains("refused");
        if !line.is_empty() && !line.starts_with("# ") {
            let (is_accepted, outcome) = outcome(line);
            now += &format!("    {outcome}\n");
            total += 1;
            without_server += usize::from(section.starts_with("# Development tools"));
            realistic += usize::from(counts);
            accepted += usize::from(counts && is_accepted);
            assert!(counts || !is_accepted, "accepted: {line}");
        }
    }
    if std::env::var_os("START_COMMAND_ACCEPT").is_some() {
        fs_err::write(&path, &now).unwrap();
    }
    println!(
        "{accepted} of {realistic} accepted, or of {} with the {without_server} that start a tool for development or \
         serve no program; {total} in all",
        realistic + without_server
    );
    assert!(realistic >= 200 && accepted * 100 >= realistic * 95);
    let mut lines = text.lines().zip(now.lines());
    assert_eq!(
        lines.find(|(written, now)| written != now),
        None,
        "written down, and now"
    );
    assert_eq!(text.lines().count(), now.lines().count());
}

/// Short as text, it would be too long as a plan.
#[test]
fn a_plan_fits_into_one_argument() {
    let (is_accepted, outcome) = outcome(&"a ".repeat(16_000));
    assert!(!is_accepted && outcome.ends_with(": TooLong"), "{outcome}");
    assert!(self::outcome(&"a".repeat(32_000)).0);
}
