//! The accepted part of the shell language, to be chosen from by chance.

use proptest::prelude::*;

pub(crate) fn word_list(words: &'static [&'static str]) -> BoxedStrategy<String> {
    prop::sample::select(words).prop_map(str::to_owned).boxed()
}

fn name() -> BoxedStrategy<String> {
    word_list(&[
        "PORT", "HOST", "SP", "STAR", "EMPTY", "Q", "EDGES", "ODD", "HOME", "NOPE", "NEW", "V",
        "PWD", "OLDPWD",
    ])
}

fn settable() -> BoxedStrategy<String> {
    word_list(&["PORT", "SP", "EMPTY", "Q", "NOPE", "NEW", "V", "W"])
}

/// Text outside of quotes.
fn bare() -> BoxedStrategy<String> {
    word_list(&[
        "a", "b.js", "--x=", "-p", "a=b", "{a", "}", "x,y", "0.0.0.0:", "\\ ", "\\$", "\\\\",
        "\\\"", "\\'", "\\a", "\\*", "a#b", "%", "@", "+", "!x", "$%", "a$", "é", "\\\n", "]", "^",
        ":", "/", "~", "a~", "\\~", "\\#", "=",
    ])
}

fn single() -> BoxedStrategy<String> {
    word_list(&[
        "''", "'a b'", "'$PORT'", "'\\'", "'*'", "'\"'", "'~'", "'a\nb'", "'#'",
    ])
}

fn expansion(quoted: bool) -> BoxedStrategy<String> {
    let plain = name().prop_map(|name| format!("${name}"));
    let braced = name().prop_map(|name| format!("${{{name}}}"));
    let leaf = prop_oneof![3 => plain, 2 => braced].boxed();
    leaf.prop_recursive(2, 6, 3, move |inner| {
        let text = if quoted { quoted_operand() } else { unquoted_operand() };
        let operand = prop::collection::vec(prop_oneof![3 => text, 1 => inner], 0..3);
        let operator = word_list(&[":-", "-", ":+", "+", ":=", "=", ":?", "?"]);
        let weighted = prop_oneof![6 => word_list(&[":-", "-", ":+", "+"]), 3 => word_list(&[":=", "="]), 1 => operator];
        (name(), weighted, operand)
            .prop_map(|(name, operator, operand)| format!("${{{name}{operator}{}}}", operand.concat()))
    })
    .boxed()
}

fn unquoted_operand() -> BoxedStrategy<String> {
    prop_oneof![
        bare(),
        single(),
        word_list(&[
            " ",
            "a b",
            "\"x y\"",
            "\"$SP\"",
            "\"\"",
            "~",
            "~/x",
            "\\}",
            ";",
            "&",
            "|",
            "(",
            ")",
            "<",
            "#",
            "\"a\\\"b\"",
            "  lead",
            "trail "
        ]),
    ]
    .boxed()
}

fn quoted_operand() -> BoxedStrategy<String> {
    word_list(&[
        "a", " ", "a b", "\\}", "\\\"", "\\$", "\\\\", "\\a", "\"x y\"", "\"$SP\"", "\"\"",
        "it''s", "*", "~", "#", ";", "'q'", "\\\n", "$", "{",
    ])
}

fn double() -> BoxedStrategy<String> {
    let text = word_list(&[
        "a", " ", "a b", "\\\"", "\\$", "\\\\", "\\`", "\\n", "'", "*", "~", "#", "{", "}", "$ ",
        "\\\n", "\n", "&&",
    ]);
    let part = prop_oneof![2 => text, 2 => expansion(true)];
    prop::collection::vec(part, 0..4)
        .prop_map(|parts| format!("\"{}\"", parts.concat()))
        .boxed()
}

fn word() -> BoxedStrategy<String> {
    let part = prop_oneof![4 => bare(), 1 => single(), 2 => double(), 3 => expansion(false)];
    let home = word_list(&["~", "~/x"]);
    prop_oneof![
        9 => prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat()),
        1 => home,
    ]
    .boxed()
}

fn assignment() -> BoxedStrategy<String> {
    let value = prop_oneof![8 => word(), 1 => Just(String::new()), 2 => word_list(&["~", "~/x:~", "a:~/b", "$PORT:~", "*", "$STAR", "[a]?"])];
    (settable(), value)
        .prop_map(|(name, value)| format!("{name}={value}"))
        .boxed()
}

fn arguments() -> BoxedStrategy<String> {
    let blank = word_list(&[" ", " ", " ", "  ", "\t", " \\\n "]);
    prop::collection::vec((blank, word()), 0..4)
        .prop_map(|words| {
            words
                .into_iter()
                .map(|(blank, word)| blank + &word)
                .collect()
        })
        .boxed()
}

fn program() -> BoxedStrategy<String> {
    let command = word_list(&[
        "probe",
        "node",
        "other",
        "nowhere",
        "$NOPE probe",
        "\"probe\"",
        "${V:-node}",
        "exec probe",
    ]);
    let status = word_list(&["", "", " exit=3", " exit=0"]);
    let simple = (
        prop::collection::vec(assignment(), 0..3),
        command,
        arguments(),
        status,
    )
        .prop_map(|(assignments, command, arguments, status)| {
            let before = assignments
                .iter()
                .map(|assignment| assignment.clone() + " ");
            let before: String = before.collect();
            format!("{before}{command}{arguments}{status}")
        });
    let environment = (prop::collection::vec(assignment(), 1..3), arguments()).prop_map(
        |(assignments, arguments)| format!("env {} probe{arguments}", assignments.join(" ")),
    );
    prop_oneof![6 => simple, 1 => environment].boxed()
}

fn builtin() -> BoxedStrategy<String> {
    prop_oneof![
        3 => prop::collection::vec(assignment(), 1..3).prop_map(|all| all.join(" ")),
        2 => prop::collection::vec(assignment(), 1..3).prop_map(|all| format!("export {}", all.join(" "))),
        1 => settable().prop_map(|name| format!("export {name}")),
        1 => settable().prop_map(|name| format!("unset {name}")),
        2 => arguments().prop_map(|words| format!("echo{words}")),
        1 => arguments().prop_map(|words| format!("echo -n{words}")),
        1 => arguments().prop_map(|words| format!(":{words}")),
        2 => word_list(&["true", "false", "set -e", "exit 3", "exit", "cd sub", "cd ..", "cd", "cd /nowhere", "cd ./sub/../sub", "cd $NOPE", "cd \"$EMPTY\"", "sleep 0", "unset HOME", "cd $SP"]),
    ]
    .boxed()
}

/// Commands that could reach others: variables, directories, options, ends.
fn reaching() -> BoxedStrategy<String> {
    let command = || {
        word_list(&[
            "probe $V $W $PORT",
            "probe exit=3",
            "V=1",
            "export W=2",
            "export V",
            "V=3 probe $V",
            "unset PORT",
            "cd sub",
            "cd ..",
            "set -e",
            "true",
            "false",
            "exit 4",
            "exit",
            "exec probe",
            ": ${W:=5}",
            "probe ${V=6}",
            "echo $V $W",
            "PORT=7 HOST=8",
            "$NOPE W=9",
            "$EMPTY",
            "env V=1 probe $V",
        ])
    };
    let join = word_list(&[" && ", " || ", "; "]);
    (command(), prop::collection::vec((join, command()), 0..4))
        .prop_map(|(first, rest)| {
            let rest = rest.into_iter().map(|(join, command)| join + &command);
            [first].into_iter().chain(rest).collect()
        })
        .boxed()
}

/// A command line that calls the script `job`, and the scripts by name.
pub(crate) fn packages() -> BoxedStrategy<(String, Vec<(&'static str, String)>)> {
    let join = || word_list(&[" && ", " || ", "; "]);
    let beside = || prop_oneof![2 => Just(String::new()), 1 => reaching()];
    let hook = || prop::option::weighted(0.6, reaching());
    let call = word_list(&[
        "npm run job",
        "npm run job",
        "V=1 npm run job",
        "exec npm run job",
    ]);
    let command = (beside(), join(), call, join(), beside()).prop_map(
        |(before, first, call, second, after)| {
            let before = if before.is_empty() {
                before
            } else {
                before + &first
            };
            let after = if after.is_empty() {
                after
            } else {
                second + &after
            };
            format!("{before}{call}{after}")
        },
    );
    (command, hook(), reaching(), hook())
        .prop_map(|(command, before, job, after)| {
            let scripts = [("prejob", before), ("job", Some(job)), ("postjob", after)];
            let scripts = scripts.into_iter();
            (
                command,
                scripts
                    .filter_map(|(name, text)| Some((name, text?)))
                    .collect(),
            )
        })
        .boxed()
}

pub(crate) fn line() -> BoxedStrategy<String> {
    let command = prop_oneof![3 => program(), 2 => builtin()];
    let join = word_list(&[
        " && ", " || ", "; ", "\n", " &&\n ", ";\n\n", " # c\n", "&&", "||", ";",
    ]);
    (
        command.clone(),
        prop::collection::vec((join, command), 0..4),
    )
        .prop_map(|(first, rest)| {
            let rest = rest.into_iter().map(|(join, command)| join + &command);
            [first].into_iter().chain(rest).collect()
        })
        .boxed()
}
