//! Ctrl-C, and other requests to end.
//!
//! While something is made, what we started is asked to end, so the call that waits for it fails, and
//! work directories are removed on the way out. A second request ends us at once; the next call of
//! `coracle` then removes what is left. While an app runs, the first request asks the app to end and
//! the second kills it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use platform::Stopper;
use rustix::process::{Pid, Signal, getpgid, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use store::Cancellation;

/// 128 and the number of SIGINT, as a shell reports it.
pub(crate) const EXIT_STATUS: u8 = 130;

static DEFERRED: AtomicBool = AtomicBool::new(false);
static REQUESTS: AtomicUsize = AtomicUsize::new(0);
static APP: OnceLock<Stopper> = OnceLock::new();

/// From now on Ctrl-C, SIGTERM and SIGHUP are a wish and no longer the end.
/// Whoever shares the cancellation then begins nothing new.
pub(crate) fn defer(cancellation: &Cancellation) {
    if DEFERRED.swap(true, Ordering::SeqCst) {
        return;
    }
    // Registration only fails for signals that can't be handled, and these can.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else {
        return;
    };
    let cancellation = cancellation.clone();
    std::thread::spawn(move || {
        for _ in signals.forever() {
            cancellation.cancel();
            let is_first = REQUESTS.fetch_add(1, Ordering::SeqCst) == 0;
            match (APP.get(), is_first) {
                (Some(app), true) => app.terminate(),
                (Some(app), false) => app.kill(),
                (None, true) => end_children(),
                (None, false) => std::process::exit(EXIT_STATUS.into()),
            }
        }
    });
}

/// From now on requests to end are for the app; one that came just before is handed on.
pub(crate) fn hand_to(app: Stopper) {
    let app = APP.get_or_init(|| app);
    if was_interrupted() {
        app.terminate();
    }
}

/// Whether a request to end came since [`defer`].
pub(crate) fn was_interrupted() -> bool {
    REQUESTS.load(Ordering::SeqCst) > 0
}

/// Ends the processes that we started: sandboxes, which lead a group, as a whole, others with SIGTERM, with what they
/// started, such as credential helpers. A terminal's Ctrl-C reaches these by itself, but neither a group of its own
/// nor anything when only we are signalled.
fn end_children() {
    for child in children() {
        if getpgid(Some(child)) == Ok(child) {
            platform::kill_sandbox(child);
        } else {
            for process in platform::descendants(child).into_iter().chain([child]) {
                // One that has just ended is as good.
                let _ = kill_process(process, Signal::TERM);
            }
        }
    }
}

/// The children of all our threads (`proc_pid_children(5)`).
fn children() -> Vec<Pid> {
    let tasks = fs_err::read_dir("/proc/self/task");
    let texts = tasks.into_iter().flatten().flatten().filter_map(|task| {
        // A thread may end while we look.
        fs_err::read_to_string(task.path().join("children")).ok()
    });
    texts
        .flat_map(|text| {
            let numbers = text.split_whitespace().filter_map(|word| word.parse().ok());
            numbers.filter_map(Pid::from_raw).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a child is what this is about")]
    fn children_are_found() {
        let mut child = std::process::Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let found = children();
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(found.contains(&Pid::from_child(&child)), "{found:?}");
    }
}
