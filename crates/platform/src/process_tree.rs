//! Which processes of the host belong to a sandbox.
//!
//! Bubblewrap is two processes: the one that we started, and its child, process 1 of the sandbox, which
//! reaps what is orphaned there. The children of that one are the app.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Sends a signal to the app in the sandbox that process `sandbox` is. Before the app has started, the
/// sandbox is killed.
pub(crate) fn signal_app(sandbox: Pid, kind: Signal) {
    let app: Vec<Pid> = children(sandbox).into_iter().flat_map(children).collect();
    if app.is_empty() {
        kill_sandbox(sandbox);
    }
    for process in app {
        signal(process, kind);
    }
}

/// Kills the sandbox of a bubblewrap that leads a process group, in whatever state it is, and what is left
/// of one whose bubblewrap has ended. The number must not be another process's by now.
///
/// Bubblewrap's child ties its life to its parent's only at the end of its preparations. Until shortly before
/// that it is in its parent's group; then it has a session, and is known as its parent's child only.
pub fn kill_sandbox(bubblewrap: Pid) {
    // Stopped, it makes no child while we look. One that has ended is as good.
    let _ = kill_process_group(bubblewrap, Signal::STOP);
    for child in children(bubblewrap) {
        signal(child, Signal::KILL);
    }
    let _ = kill_process_group(bubblewrap, Signal::KILL);
}

/// Kills what is left of the process group of a bubblewrap that has ended. Children that it had outside of the
/// group aren't its children any more, so it's of no use to look at all processes for them.
pub(crate) fn kill_rest(bubblewrap: Pid) {
    let _ = kill_process_group(bubblewrap, Signal::KILL);
}

/// The processes that this one has started and that have not ended.
pub(crate) fn children(parent: Pid) -> Vec<Pid> {
    let mine = processes().into_iter().filter(|(_, of)| *of == parent);
    mine.map(|(process, _)| process).collect()
}

/// The processes that this one, and those that it has started, have started: parents before their children.
#[must_use]
pub fn descendants(ancestor: Pid) -> Vec<Pid> {
    let processes = processes();
    let mut found = vec![ancestor];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        let of_parent = processes.iter().filter(|(_, of)| *of == parent);
        found.extend(of_parent.map(|(process, _)| *process));
        next += 1;
    }
    found.split_off(1)
}

/// Kills a process with all that it has started.
pub(crate) fn kill_tree(root: Pid) {
    let mut stopped = Vec::new();
    let mut found = vec![root];
    // One that is stopped makes no other; what was made until then is seen when we look again.
    while !found.is_empty() {
        for process in &found {
            signal(*process, Signal::STOP);
        }
        stopped.append(&mut found);
        found = descendants(root);
        found.retain(|process| !stopped.contains(process));
    }
    for process in stopped {
        signal(process, Signal::KILL);
    }
}

/// Sends a signal to a process; one that has ended is no error.
fn signal(process: Pid, kind: Signal) {
    let _ = kill_process(process, kind);
}

/// All processes with their parents.
fn processes() -> Vec<(Pid, Pid)> {
    let entries = fs_err::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs_err::read_to_string(entry.path().join("stat")).ok()?;
            Some((Pid::from_raw(process)?, Pid::from_raw(parent(&stat)?)?))
        })
        .collect()
}

/// The fourth field of `/proc/PID/stat` (`proc_pid_stat(5)`); the second, the name, may contain
/// anything, but ends at the last parenthesis.
fn parent(stat: &str) -> Option<i32> {
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_is_found_behind_any_name() {
        assert_eq!(parent("12 (a b) (c) S 7 12 12 0"), Some(7));
        assert_eq!(parent(""), None);
    }

    #[test]
    fn this_process_has_a_parent() {
        let mine = rustix::process::getpid();
        assert!(processes().iter().any(|(process, _)| *process == mine));
    }
}
