use std::path::Path;

use explain::Explain as _;

use super::excerpt;
use crate::image::{Found, Image, NoCommand};
use crate::refusal::{CompilerFix, Construct, Missing, Reason, Refusal, RunnerProblem};
use crate::script::{Script, Source};
use crate::{Scripts, plan};

/// An image in which some commands are wrong in the ways that there are.
struct Broken;

impl Image for Broken {
    fn find(&self, command: &str, _: &Path) -> Result<Found, Missing> {
        let path = format!("/workspace/{command}");
        Err(match command {
            "directory" => Missing::NotAFile { path },
            "plain" => Missing::NotExecutable { path },
            "link" => Missing::LinkOutOfImage { path },
            "perl-script" => Missing::NoInterpreter {
                path,
                interpreter: "/usr/bin/env perl".into(),
            },
            "start.sh" => Missing::ShellScript {
                path,
                shell: Some("/bin/bash".into()),
            },
            "text" => Missing::ShellScript { path, shell: None },
            "secret" => Missing::Unreadable {
                path,
                cause: "permission denied".into(),
            },
            "compile-none" => Missing::NotCompiled {
                source: String::new(),
                compiled: vec![".".into()],
                fix: None,
            },
            "compile" => Missing::NotCompiled {
                source: "./cmd/none".into(),
                compiled: vec!["./cmd/api".into(), "./cmd/job".into()],
                fix: Some("BP_GO_TARGETS=./cmd/api:./cmd/job:./cmd/none".into()),
            },
            "compile-with" => Missing::CompilerOption {
                option: "-race".into(),
                fix: CompilerFix::Variable("BP_GO_BUILD_FLAGS=-race".into()),
            },
            "compile-in" => Missing::CompilerOption {
                option: "-C".into(),
                fix: CompilerFix::Command("cd web && go run .".into()),
            },
            _ => Missing::NotFound {
                looked: vec!["/workspace/bin".into(), "/layers/go/bin".into()],
            },
        })
    }

    fn script(&self, _: &str, name: &str, _: Option<&Path>) -> Option<Result<Script, NoCommand>> {
        let found = match name {
            "called" => NoCommand::Entry {
                table: "[tool.pdm.scripts] of pyproject.toml",
                is: "a call of a function",
            },
            "needy.py" => NoCommand::WithDependencies {
                missing: vec!["requests<3".into(), "rich".into()],
            },
            _ => return None,
        };
        Some(Err(found))
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        let count = directory.to_str().and_then(|text| text.parse().ok());
        let names = (0..count.unwrap_or(0)).map(|number| format!("data-{number}"));
        Err(names.collect())
    }
}

fn script(text: &str) -> Script {
    Script {
        text: text.into(),
        source: Source {
            name: "Procfile".into(),
            line: Some(3),
            before: "web: ".into(),
        },
    }
}

fn refusal(text: &str) -> Refusal {
    let scripts = Scripts {
        file: "package.json".into(),
        scripts: [("a", "npm run b"), ("b", "npm run a"), ("c", "echo x")]
            .map(|(name, text)| (name.into(), text.into()))
            .into(),
        ..Scripts::default()
    };
    plan(&script(text), &Broken, Some(&scripts)).unwrap_err()
}

/// A command for each message.
const COMMANDS: &[&str] = &[
    // The language.
    "./a | ./b",
    "./a &",
    "./a > log 2>&1",
    "./a << END",
    "(./a)",
    "{ ./a; }",
    "./a $(hostname)",
    "./a `hostname`",
    "./a $((1+1))",
    "./a $1",
    "./a x*.js",
    "if true; then ./a; fi",
    "f() { ./a; }",
    "! ./a",
    "./a ~bob/x",
    "./a ${V%x}",
    "./a $'x'",
    "./a $RANDOM",
    "./a $npm_package_version",
    "./a \"${V:-\"it's\"}\"",
    "./a 'b",
    "./a \"b",
    "./a ${V",
    "./a \\",
    "./a \u{a0}b",
    "./a &&",
    "\u{1}",
    // Commands.
    "cd a b && ./a",
    "trap x EXIT",
    "bash x",
    "./a; . ./x",
    "  ",
    "cd 0; ./a",
    "cd 2; ./a",
    "cd 13; ./a",
    "nowhere x",
    "directory",
    "plain",
    "link",
    "perl-script",
    "start.sh",
    "text",
    "secret",
    "compile",
    "compile-none",
    "compile-with",
    "compile-in",
    "go run *.go",
    // Tools.
    "pm2 start x",
    "vite",
    "npm start -w web",
    "npm run nothing",
    "npm run a",
    "npx serve",
    "npm --prefix web start",
    "npm run c --ignore-scripts",
    "npm run c -- x",
    "uv run --with x y",
    "uv run gunicorn x",
    "pipenv run start",
    "pdm run called x",
    "uv run needy.py x",
];

#[test]
fn every_message_reads_well() {
    let mut text = String::new();
    for command in COMMANDS {
        text += &refusal(command).explain().render();
        text += "\n";
    }
    insta::assert_snapshot!("messages", text);
}

#[test]
fn every_reason_has_been_seen() {
    let constructs = [
        Construct::Pipe,
        Construct::Background,
        Construct::Redirection,
        Construct::HereDocument,
        Construct::Subshell,
        Construct::Group,
        Construct::CommandSubstitution,
        Construct::Arithmetic,
        Construct::SpecialParameter,
        Construct::Pattern,
        Construct::Compound,
        Construct::Function,
        Construct::Negation,
        Construct::UserHome,
        Construct::Operator,
        Construct::Bash,
        Construct::ShellVariable,
        Construct::NpmVariable,
        Construct::NestedQuotes,
        Construct::UnterminatedQuote,
        Construct::UnterminatedExpansion,
        Construct::TrailingBackslash,
        Construct::Invisible,
        Construct::Syntax,
    ];
    for construct in constructs {
        let reason = Reason::Language(construct);
        let place = script("x").whole();
        let message = Refusal { reason, place }.explain();
        assert!(message.title.chars().count() <= 75, "{}", message.title);
    }
    let place = script("x").whole();
    let reason = Reason::TooLong;
    let long = Refusal { reason, place }.explain();
    insta::assert_snapshot!(long.render(), @"
    [Error: Procfile line 3 is too long for a start command]
    Linux hands no argument of more than 128 KiB to a process, and this one would be
    longer. Move what it does into a program of the app, and start that.
    (start-command/too-long)
    ");
    let problem = RunnerProblem::NoScript {
        script: "x".into(),
        known: Vec::new(),
    };
    let reason = Reason::Runner(problem);
    let place = Script::of_package("package.json", "start", "npm run x").whole();
    let title = Refusal { reason, place }.explain().title;
    assert_eq!(
        title,
        "package.json (scripts.start) runs the script x, which doesn't exist"
    );
}

#[test]
fn a_file_that_does_not_stay_is_told() {
    let path = "testdata/run".into();
    let reason = Reason::Command(Missing::LeftOut { path });
    let place = script("testdata/run").whole();
    insta::assert_snapshot!(Refusal { reason, place }.explain().render(), @"
    [Error: testdata/run isn't kept for the image]
        web: testdata/run
             ^^^^^^^^^^^^

    The app has this file, and it is none of those that stay in the image.

    BP_KEEP_FILES names all that stays, patterns separated by colons:
    BP_KEEP_FILES=testdata/run
    (start-command/command/left-out)
    ");
}

#[test]
fn carets_stand_below_what_is_meant() {
    assert_eq!(excerpt("web: a | b", 7, 1), "    web: a | b\n           ^");
    assert_eq!(
        excerpt("w:\ta \u{200b}|", 5, 1),
        "    w:\\u{9}a \\u{200b}|\n             ^^^^^^^^"
    );
    let long = format!("{}|{}", "é".repeat(100), "b".repeat(100));
    let expected = format!(
        "    …{}|{}…\n    {}^",
        "é".repeat(60),
        "b".repeat(60),
        " ".repeat(61)
    );
    assert_eq!(excerpt(&long, 100, 1), expected);
    assert_eq!(excerpt("", 7, 1), "    \n    ^");
}

#[test]
fn a_line_of_a_text_of_several_is_named() {
    let text = "./a\n./b |\n./c";
    let refusal = plan(
        &Script::of_variable("GOOGLE_ENTRYPOINT", text),
        &Broken,
        None,
    )
    .unwrap_err();
    assert_eq!(
        refusal.explain().title,
        "GOOGLE_ENTRYPOINT line 2 needs a shell for a pipe"
    );
}
