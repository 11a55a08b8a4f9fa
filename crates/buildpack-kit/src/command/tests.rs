use std::sync::Mutex;

use super::*;

fn shell(script: &str) -> Command {
    Command::new("sh")
        .arguments(["-c", script])
        .variables([("PATH", "/usr/bin:/bin")])
}

#[test]
fn a_child_has_our_environment_and_no_other() {
    let variables = Command::new("/usr/bin/env").variables([("B", "2"), ("A", "1")]);
    assert_eq!(variables.capture().unwrap(), b"A=1\nB=2\n");
}

#[test]
fn a_child_runs_where_it_should_and_reads_nothing() {
    let directory = testkit::directory("-- here --\n");
    let captured = shell("ls; cat").directory(directory.path()).capture();
    assert_eq!(captured.unwrap(), b"here\n");
}

#[test]
fn both_streams_are_handed_on_line_by_line() {
    let lines = Mutex::new(Vec::new());
    let script = "echo one; printf 'two\\r\\nth\\377ree'";
    for script in [script, "echo four >&2"] {
        let each_line = |line: &str| lines.lock().unwrap().push(line.to_owned());
        shell(script).stream_lines(each_line).unwrap();
    }
    let lines = lines.into_inner().unwrap();
    assert_eq!(lines, ["one", "two", "th\u{fffd}ree", "four"]);
}

#[test]
fn much_output_on_both_streams_blocks_nobody() {
    let lines = Mutex::new(0_usize);
    let script = "i=0; while [ $i -lt 20000 ]; do echo $i; echo $i >&2; i=$((i+1)); done";
    shell(script)
        .stream_lines(|_| *lines.lock().unwrap() += 1)
        .unwrap();
    assert_eq!(*lines.lock().unwrap(), 40_000);
}

#[test]
fn a_failure_remembers_the_end_of_standard_error() {
    let script = "i=0; while [ $i -lt 100 ]; do echo line $i >&2; i=$((i+1)); done; exit 3";
    for error in [
        shell(script).capture().unwrap_err(),
        shell(script).stream_lines(|_| {}).unwrap_err(),
    ] {
        let CommandError::Failed {
            command,
            status,
            standard_error,
            ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert_eq!(
            (command, status.code()),
            (format!("sh -c '{script}'"), Some(3))
        );
        let lines: Vec<&str> = standard_error.lines().collect();
        assert_eq!(
            (lines.len(), lines[0], lines[39]),
            (40, "line 60", "line 99")
        );
    }
}

#[test]
fn a_missing_program_is_not_a_missing_directory() {
    let missing = Command::new("no-such-program").variables([("PATH", "/usr/bin")]);
    assert!(matches!(
        missing.capture(),
        Err(CommandError::NotFound { program, .. }) if program == "no-such-program"
    ));
    let elsewhere = shell("true").directory("/no/such/directory");
    assert!(matches!(
        elsewhere.capture(),
        Err(CommandError::CouldNotRun { .. })
    ));
}

#[test]
fn a_command_reads_as_a_person_would_type_it() {
    let command = Command::new("/opt/go/bin/go");
    let command = command.arguments(["build", "-ldflags=-s -w", "", "./cmd/server"]);
    assert_eq!(
        command.to_string(),
        "go build '-ldflags=-s -w' '' ./cmd/server"
    );
}
