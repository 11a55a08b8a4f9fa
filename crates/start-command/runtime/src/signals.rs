//! Which signals are handed on.

use signal_hook::consts::{
    SIGALRM, SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGIO, SIGPIPE, SIGPROF, SIGQUIT, SIGTERM, SIGTRAP,
    SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGUSR1, SIGUSR2, SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ,
};

/// Everything that can be caught and that doesn't say that we crashed ourselves.
const ALL: [i32; 21] = [
    SIGALRM, SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGIO, SIGPIPE, SIGPROF, SIGQUIT, SIGTERM, SIGTRAP,
    SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGUSR1, SIGUSR2, SIGVTALRM, SIGWINCH, SIGXCPU, SIGXFSZ,
];

/// All signals but those that this process was started to ignore: a program inherits that, and catching
/// them would end it.
pub(crate) fn to_hand_on() -> Vec<i32> {
    let ignored = ignored();
    let is_ignored = |signal: i32| signal != SIGCHLD && ignored >> (signal - 1) & 1 == 1;
    ALL.into_iter()
        .filter(|signal| !is_ignored(*signal))
        .collect()
}

/// Whether a signal is how one asks a process to end.
pub(crate) fn asks_to_end(signal: i32) -> bool {
    [SIGHUP, SIGINT, SIGQUIT, SIGTERM].contains(&signal)
}

/// The signals that this process ignores, as bits; none where nothing says so.
fn ignored() -> u64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or_default()
}
