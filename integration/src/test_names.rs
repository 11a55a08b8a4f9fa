//! Names by which this run's images, containers and volumes are told from everybody else's in a daemon that
//! several use.

use std::path::Path;
use std::sync::OnceLock;

/// What the names of every run begin with; the process follows.
const ALL: &str = "coracle-tests-";

/// Every image, container and volume that cases make has a name that begins so.
#[must_use]
pub fn test_names() -> &'static str {
    static NAMES: OnceLock<String> = OnceLock::new();
    NAMES.get_or_init(|| format!("{ALL}{}", std::process::id()))
}

/// Whether something belongs to this run, or to one that is over and was killed before it could clean up. The
/// name may stand behind others: `pack-cache-coracle-tests-7_app`.
pub(crate) fn is_ours(name: &str) -> bool {
    is_of(name, |process| {
        process == std::process::id() || !is_alive(process)
    })
}

/// Whether a process of this machine has this id.
pub(crate) fn is_alive(process: u32) -> bool {
    Path::new("/proc").join(process.to_string()).exists()
}

fn is_of(name: &str, is_meant: impl FnOnce(u32) -> bool) -> bool {
    let rest = name.split_once(ALL).map_or("", |(_, rest)| rest);
    let end = rest.find(|character: char| !character.is_ascii_digit());
    let process = rest[..end.unwrap_or(rest.len())].parse();
    process.is_ok_and(is_meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_by_its_process() {
        let mine = [
            "coracle-tests-7/app:latest",
            "127.0.0.1:5000/coracle-tests-7/app",
            "pack-cache-coracle-tests-7_app_latest-0123.build",
            "coracle-tests-7",
        ];
        let others = [
            "coracle-tests-71/app:latest",
            "coracle-tests/app:latest",
            "coracle-tests-docker-7",
            "coracle/builder:latest",
        ];
        for (names, expected) in [(mine, true), (others, false)] {
            for name in names {
                assert_eq!(is_of(name, |process| process == 7), expected, "{name}");
            }
        }
        assert!(is_ours(test_names()));
        // The first process is always there, and none has the last number.
        assert!(!is_ours("coracle-tests-1"));
        assert!(is_ours("coracle-tests-4294967295"));
    }
}
