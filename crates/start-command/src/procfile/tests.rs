use explain::Explain as _;

use super::{LARGEST, LineProblem, ProcfileError, parse};

/// Name, line, what stands before the command, command.
fn processes(text: &str) -> Vec<(String, usize, String, String)> {
    let procfile = parse(text.as_bytes(), "Procfile").unwrap();
    let row = |process: super::Process| {
        let super::Process {
            name,
            line,
            command,
        } = process;
        (name, line, command.source.before, command.text)
    };
    procfile.processes.into_iter().map(row).collect()
}

fn row(name: &str, line: usize, before: &str, command: &str) -> (String, usize, String, String) {
    (name.into(), line, before.into(), command.into())
}

#[test]
fn lines_are_names_and_commands() {
    let text = "# what runs\n\nweb: ./a --port $PORT \t\n \t\nworker:./b\nthird:\t./c: d";
    assert_eq!(
        processes(text),
        [
            row("web", 3, "web: ", "./a --port $PORT"),
            row("worker", 5, "worker:", "./b"),
            row("third", 6, "third:\t", "./c: d"),
        ]
    );
}

#[test]
fn what_windows_writes_is_read() {
    assert_eq!(
        processes("\u{feff}web: a\r\n\r\nb: c\r\n"),
        [row("web", 1, "web: ", "a"), row("b", 3, "b: ", "c")]
    );
}

#[test]
fn names_are_normalised_and_the_last_of_two_counts() {
    let procfile = parse(b"Web_1: a\n  b: c\nweb-1: d\n", "Procfile").unwrap();
    assert_eq!(procfile.processes.len(), 2);
    assert_eq!(procfile.processes[0].command.text, "d");
    assert_eq!(
        procfile.warnings,
        [
            "The process Web_1 of Procfile line 1 is called web-1 in the image.",
            "Procfile line 2 begins with blanks, which other platforms refuse.",
            "Procfile has the process web-1 twice: line 3 counts, line 1 doesn't.",
        ]
    );
}

#[test]
fn an_empty_procfile_is_told() {
    let procfile = parse(b"# nothing\n\n", "the binding procfile").unwrap();
    assert_eq!(procfile.processes, []);
    assert_eq!(
        procfile.warnings,
        ["the binding procfile names no process."]
    );
}

#[test]
fn anything_else_is_an_error_with_a_place() {
    let table = [
        ("web", 3, LineProblem::NoColon),
        ("web ./a", 3, LineProblem::NoColon),
        ("web : ./a", 3, LineProblem::NoColon),
        ("web:", 4, LineProblem::NoCommand),
        ("web:  ", 6, LineProblem::NoCommand),
        (": ./a", 0, LineProblem::NoName),
        ("wéb: ./a", 1, LineProblem::InName('é')),
        ("we\u{200b}b: ./a", 2, LineProblem::InName('\u{200b}')),
        ("./server --port 8080", 0, LineProblem::InName('.')),
        ("web: ./a \\", 9, LineProblem::Continued),
        ("web: ./a \\\\\\ ", 11, LineProblem::Continued),
        ("web=./a", 3, LineProblem::InName('=')),
    ];
    for (text, column, problem) in table {
        let expected = ProcfileError::Line {
            source_name: "Procfile".into(),
            line: 2,
            text: text.into(),
            column,
            problem,
        };
        assert_eq!(
            parse(format!("a: b\n{text}\n").as_bytes(), "Procfile"),
            Err(expected),
            "{text}"
        );
    }
}

#[test]
fn every_message_reads_well() {
    let large = vec![b'a'; LARGEST + 1];
    let inputs: [&[u8]; 9] = [
        b"web",
        b"web:",
        b": ./a",
        "we\u{200b}b: ./a".as_bytes(),
        b"./server",
        b"a: b\r\nweb: caf\xe9\r\n",
        b"\xff\xfew\0e\0b\0",
        &large,
        b"\tweb ./server",
    ];
    let messages = inputs.map(|input| parse(input, "Procfile").unwrap_err().explain().render());
    insta::assert_snapshot!("messages", messages.join("\n"));
}
