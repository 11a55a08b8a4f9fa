//! How long something takes that starts processes, and how much of a processor.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{WaitOptions, getpid, set_child_subreaper, wait};

/// Of a second, in `/proc/<pid>/stat` (proc(5); `USER_HZ` of the kernel, 100 on every machine that builders are for).
const TICK: f64 = 0.01;

/// How long what is left of a sandbox may take to end, and how often it is looked for.
const REST: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(5);

/// Seconds of one run.
#[derive(Debug, Clone, Copy)]
pub struct Seconds {
    /// On the clock.
    pub wall: f64,
    /// In user and system mode, of every process that was started.
    pub processor: f64,
}

/// Runs what starts processes and waits for them, and then waits for what they left behind: bubblewrap ends without
/// having waited for its sandbox, whose time would be nobody's. Nothing else may start a process meanwhile.
///
/// # Errors
/// When something that was started doesn't end, or the kernel doesn't tell.
pub fn timed<T>(run: impl FnOnce() -> T) -> Result<(T, Seconds), String> {
    set_child_subreaper(Some(getpid())).map_err(|error| error.to_string())?;
    let (others, before) = (children()?, of_children()?);
    let started = Instant::now();
    let result = run();
    let wall = started.elapsed().as_secs_f64();
    let ended = Instant::now();
    while !children()?.is_subset(&others) {
        while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
        if ended.elapsed() > REST {
            return Err("processes are left that don't end".to_owned());
        }
        sleep(LOOK);
    }
    let processor = of_children()? - before;
    Ok((result, Seconds { wall, processor }))
}

/// Our children, those that have ended but weren't waited for among them.
fn children() -> Result<BTreeSet<String>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut children = BTreeSet::new();
    for thread in fs_err::read_dir("/proc/self/task").map_err(failed)? {
        let path = thread.map_err(failed)?.path().join("children");
        // A thread may end meanwhile.
        let text = fs_err::read_to_string(path).unwrap_or_default();
        children.extend(text.split_whitespace().map(str::to_owned));
    }
    Ok(children)
}

/// The seconds of all children that have been waited for.
fn of_children() -> Result<f64, String> {
    let stat = fs_err::read_to_string("/proc/self/stat").map_err(|error| error.to_string())?;
    let ticks = ticks_of_children(&stat).ok_or_else(|| format!("what is {stat:?}?"))?;
    Ok(ticks * TICK)
}

/// `cutime` and `cstime`, the 16th and 17th field; the second is a name in parentheses, which may have spaces.
fn ticks_of_children(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(13);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some(ticks()? + ticks()?)
}
