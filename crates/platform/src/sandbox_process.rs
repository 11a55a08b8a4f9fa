//! A sandbox that was started, to its end.
//!
//! Bubblewrap is two processes (see `process_tree`), and the second is tied to the life of the first only
//! after some moments: ended before that, the first leaves the second behind, waiting for a word that
//! nobody will say, with whatever output it was given still open. So the first isn't ended alone, and with
//! it, whoever ended it, ends what is left of its process group.

use std::io;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::io::retry_on_intr;
use rustix::process::{Pid, WaitId, WaitIdOptions, WaitIdStatus, waitid};

use crate::process_tree::{kill_rest, kill_sandbox};

/// A started bubblewrap, the leader of a process group. Dropping it kills it and the sandbox.
#[derive(Debug)]
pub(crate) struct SandboxProcess {
    child: Child,
    group: Group,
}

/// The process group of a bubblewrap, for other threads than the one that waits for it.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    leader: Pid,
    /// Whether the leader is reaped, so that its number may be that of something else.
    is_reaped: Arc<Mutex<bool>>,
}

impl SandboxProcess {
    /// Of a child that leads a process group.
    pub(crate) fn new(child: Child) -> Self {
        let group = Group {
            leader: Pid::from_child(&child),
            is_reaped: Arc::default(),
        };
        Self { child, group }
    }

    pub(crate) fn group(&self) -> Group {
        self.group.clone()
    }

    /// How it ended; none when it runs.
    pub(crate) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        match self.group.leader_end(WaitIdOptions::NOHANG) {
            Ok(None) => Ok(None),
            _ => self.end().map(Some),
        }
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        // When the system can't tell, what follows says why.
        let _ = self.group.leader_end(WaitIdOptions::empty());
        self.end()
    }

    /// Kills what is left of the group, and reaps the leader.
    fn end(&mut self) -> io::Result<ExitStatus> {
        let mut is_reaped = self.group.lock();
        if !*is_reaped {
            self.group.kill_whether_ended_or_not();
        }
        let status = self.child.wait()?;
        *is_reaped = true;
        Ok(status)
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        // No error is worth reporting here: it has most often ended already.
        let _ = self.end();
    }
}

impl Group {
    /// Does something with the leader's number, unless that may be another's by now.
    pub(crate) fn with_leader(&self, operation: impl FnOnce(Pid)) {
        let is_reaped = self.lock();
        if !*is_reaped {
            operation(self.leader);
        }
    }

    /// Kills it.
    pub(crate) fn kill(&self) {
        self.with_leader(kill_sandbox);
    }

    /// Kills it as soon as the leader has ended, whoever ended that. For those who read what the sandbox
    /// writes, since they come to the end only when nobody can write any more.
    pub(crate) fn end_with_leader(self) {
        std::thread::spawn(move || {
            let _ = self.leader_end(WaitIdOptions::empty());
            self.with_leader(|_| self.kill_whether_ended_or_not());
        });
    }

    /// Only for a leader that isn't reaped.
    fn kill_whether_ended_or_not(&self) {
        match self.leader_end(WaitIdOptions::NOHANG) {
            Ok(Some(_)) => kill_rest(self.leader),
            _ => kill_sandbox(self.leader),
        }
    }

    /// Looks, or waits, for the end of the leader without reaping it.
    fn leader_end(&self, options: WaitIdOptions) -> io::Result<Option<WaitIdStatus>> {
        let options = options | WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        Ok(retry_on_intr(|| waitid(WaitId::Pid(self.leader), options))?)
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_reaped
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[path = "sandbox_process_tests.rs"]
mod tests;
