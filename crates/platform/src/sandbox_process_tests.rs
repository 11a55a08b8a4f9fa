#![expect(clippy::disallowed_methods, reason = "children are what this is about")]

use std::io::{PipeReader, Read as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, Stdio};

use super::*;

/// A leader with a child that heeds no SIGTERM and has the pipe open.
fn started(script: &str) -> (SandboxProcess, PipeReader) {
    let (mut reader, writer) = io::pipe().unwrap();
    let child = Command::new("sh")
        .args(["-c", script])
        .stdin(Stdio::null())
        .stdout(writer)
        .process_group(0)
        .spawn()
        .unwrap();
    let mut first = [0; 6];
    reader.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"ready\n");
    (SandboxProcess::new(child), reader)
}

const ENDS: &str = "(trap '' TERM; echo ready; sleep 20; echo late) & kill -TERM $$";
const STAYS: &str = "(trap '' TERM; echo ready; sleep 20; echo late) & wait";

fn rest(mut reader: PipeReader) -> String {
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_group_ends_with_its_leader_or_with_whoever_had_it() {
    let (mut waited, reader) = started(ENDS);
    assert_eq!(waited.wait().unwrap().signal(), Some(15));
    assert_eq!(rest(reader), "");

    let (mut asked, reader) = started(ENDS);
    while asked.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    assert_eq!(rest(reader), "");

    let (watched, reader) = started(ENDS);
    watched.group().end_with_leader();
    assert_eq!(rest(reader), "");

    let (dropped, reader) = started(STAYS);
    drop(dropped);
    assert_eq!(rest(reader), "");

    let (mut killed, reader) = started(STAYS);
    killed.group().kill();
    assert_eq!(rest(reader), "");
    assert_eq!(killed.wait().unwrap().signal(), Some(9));
}

/// As bubblewrap's child is shortly before it ties itself to its parent.
#[test]
fn a_child_with_a_session_of_its_own_is_killed_with_its_parent() {
    // No process of its own to wait for, which would be left.
    let counts = "i=0; while [ $i -lt 5000000 ]; do i=$((i + 1)); done; echo late";
    let script = format!("setsid sh -c 'echo ready; {counts}' & wait");
    let (dropped, reader) = started(&script);
    drop(dropped);
    assert_eq!(rest(reader), "");
}

#[test]
fn one_that_is_reaped_is_left_alone() {
    let (mut process, _reader) = started("echo ready");
    let group = process.group();
    let mut reached = 0;
    group.with_leader(|_| reached += 1);
    for _ in 0..2 {
        assert!(process.wait().unwrap().success());
        assert_eq!(process.try_wait().unwrap(), process.wait().ok());
    }
    group.with_leader(|_| reached += 1);
    assert_eq!(reached, 1);
}
