//! `start` as process 1: signals reach the program, orphans are waited for, the exit status is kept.
//!
//! Runs it in a process name space of its own, which needs user name spaces, as everything that builds
//! with Coracle does.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests start `start`, and `unshare` for it"
)]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// Longer than anything here takes on a busy machine. Reaching it is a failure, not a wait.
const DEADLINE: Duration = Duration::from_mins(1);

/// `start` in a name space, with its output to read from. Dropped while it runs, it is killed.
struct Container {
    unshare: Child,
    lines: Receiver<String>,
}

impl Container {
    fn start(plan: &str) -> Self {
        let mut unshare = Command::new("unshare")
            .args(["--user", "--map-root-user", "--pid", "--fork"])
            .args(["--mount-proc", "--kill-child"])
            // What the tests' own parent ignores (nohup does SIGHUP), no shell could trap.
            .args(["env", "--default-signal"])
            .args([env!("CARGO_BIN_EXE_start"), plan])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(unshare.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            let mut lines = output.lines().map_while(Result::ok);
            while lines.next().is_some_and(|line| sender.send(line).is_ok()) {}
        });
        Self { unshare, lines }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(DEADLINE).unwrap()
    }

    /// Sends a signal to process 1, from outside of the name space.
    fn signal(&self, signal: Signal) {
        let parent = self.unshare.id();
        let children =
            fs_err::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
        let first: i32 = children.split_whitespace().next().unwrap().parse().unwrap();
        kill_process(Pid::from_raw(first).unwrap(), signal).unwrap();
    }

    /// Waits for the end; the rest of the output.
    fn end(mut self) -> (ExitStatus, String) {
        let mut rest = String::new();
        loop {
            match self.lines.recv_timeout(DEADLINE) {
                Ok(line) => rest.extend([&line, "\n"]),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(error) => panic!("{error} after: {rest}"),
            }
        }
        (self.unshare.wait().unwrap(), rest)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // One that has ended is as good.
        let _ = self.unshare.kill();
    }
}

/// A plan for bash, which without a trap ignores SIGTERM as process 1, as node does.
fn plan(stay: bool, script: &str) -> String {
    let words = ["bash", "-c", script].map(|word| serde_json::json!([{ "quoted": word }]));
    serde_json::json!([{ "do": { "run": { "words": words, "stay": stay } } }]).to_string()
}

#[test]
fn a_program_that_would_ignore_sigterm_ends_by_it() {
    let container = Container::start(&plan(true, "echo $$; read -r line"));
    assert_eq!(
        container.line(),
        "2",
        "start is process 1, the program isn't"
    );
    container.signal(Signal::TERM);
    let (status, _) = container.end();
    assert_eq!(status.code(), Some(128 + 15));
}

#[test]
fn the_same_program_as_process_1_would_go_on() {
    let mut container = Container::start(&plan(false, "echo $$; read -r line; echo went on"));
    assert_eq!(container.line(), "1", "the program took the place of start");
    container.signal(Signal::TERM);
    writeln!(container.unshare.stdin.take().unwrap()).unwrap();
    let (status, rest) = container.end();
    assert_eq!((status.code(), rest.as_str()), (Some(0), "went on\n"));
}

#[test]
fn every_signal_is_handed_on_and_the_status_is_kept() {
    // bash misses a signal that comes just before it begins to read, so it is given something to do.
    let script = "for s in HUP INT QUIT USR1 USR2 CONT; do trap \"echo $s\" $s; done; trap 'echo TERM; exit 7' TERM
        echo ready; while true; do :; done";
    let container = Container::start(&plan(true, script));
    assert_eq!(container.line(), "ready");
    let signals = [
        (Signal::HUP, "HUP"),
        (Signal::INT, "INT"),
        (Signal::QUIT, "QUIT"),
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
        (Signal::CONT, "CONT"),
        (Signal::TERM, "TERM"),
    ];
    for (signal, name) in signals {
        container.signal(signal);
        assert_eq!(container.line(), name);
    }
    assert_eq!(container.end().0.code(), Some(7));
}

#[test]
fn orphans_are_waited_for() {
    // The subshell leaves an orphan that ends; while the program looks, no zombie may be left.
    let script = "mkfifo f; ( (echo $BASHPID > f) & ); read -r orphan < f
        until [ ! -e /proc/$orphan ]; do :; done; echo gone; exit 5";
    let directory = tempfile::TempDir::new().unwrap();
    let script = format!("cd {}; {script}", directory.path().display());
    let container = Container::start(&plan(true, &script));
    assert_eq!(container.line(), "gone");
    assert_eq!(container.end().0.code(), Some(5));
}

#[test]
fn a_signal_while_an_earlier_command_runs_ends_all() {
    let word = |word: &str| serde_json::json!([{ "quoted": word }]);
    let plan = serde_json::json!([
        { "do": { "run": { "words": [word("bash"), word("-c"), word("echo first; read -r line")] } } },
        { "do": { "echo": [word("second")] } },
    ]);
    let container = Container::start(&plan.to_string());
    assert_eq!(container.line(), "first");
    container.signal(Signal::TERM);
    let (status, rest) = container.end();
    assert_eq!((status.code(), rest.as_str()), (Some(128 + 15), ""));
}

#[test]
fn a_sleep_ends_by_a_signal() {
    let plan =
        r#"[{"do":{"echo":[[{"quoted":"asleep"}]]}},{"do":{"sleep":[[{"quoted":"1000"}]]}}]"#;
    let container = Container::start(plan);
    assert_eq!(container.line(), "asleep");
    container.signal(Signal::TERM);
    assert_eq!(container.end().0.code(), Some(128 + 15));
}

#[test]
fn arguments_go_behind_those_of_the_last_program() {
    let plan = r#"[{"do":{"echo":[[{"quoted":"a"}]]}},{"do":{"run":{"words":[[{"quoted":"/usr/bin/printf"}],[{"quoted":"<%s>"}],[{"quoted":"b"}]]}}}]"#;
    let output = Command::new(env!("CARGO_BIN_EXE_start"))
        .args([plan, "c d", ""])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "a\n<b><c d><>");
}

#[test]
fn a_plan_that_is_none_is_told() {
    let output = Command::new(env!("CARGO_BIN_EXE_start"))
        .arg("{}")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(70));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("start: usage: start PLAN"));
}
