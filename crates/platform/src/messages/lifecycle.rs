//! How a build ended that the lifecycle or a buildpack gave up.

use explain::Message;

use crate::LifecycleFailure;

pub(super) fn failure(failure: &LifecycleFailure) -> Message {
    let kind = failure.kind();
    match failure {
        LifecycleFailure::NothingDetected => Message::new(
            kind,
            "build/nothing-detected",
            "No buildpack knows this app",
        )
        .body(
            "Every buildpack looked for the files that its kind of app must have at the top\n\
                 of the directory, such as go.mod for Go or a compiled program, and found none.\n\n\
                 When they are in a directory below, name that one:\n--path DIR",
        ),
        LifecycleFailure::DetectFailed { .. } => Message::new(
            kind,
            "build/detect-failed",
            "A buildpack couldn't look at the app",
        )
        .body("What it said is above."),
        LifecycleFailure::BuildpackFailed { .. } => {
            Message::new(kind, "build/buildpack-failed", "The app isn't built")
                .body("What the buildpack said is above.")
        }
        LifecycleFailure::NoSpace => Message::new(kind, "disk/full", "The disk is full").body(
            "The build needs more space than there is. Nothing half-written is left.\n\n\
             Free some space, or put the cache directory on another disk:\n\
             export CORACLE_HOME=/path/with/space",
        ),
        LifecycleFailure::Sandbox { output } => {
            Message::new(kind, "sandbox/setup", "The sandbox can't be set up").details(output)
        }
        LifecycleFailure::Other {
            phase,
            status,
            output,
        } => {
            let phase = phase.as_deref().unwrap_or("before its first phase");
            let killed = match status - 128 {
                9 => "\n\nIt was killed, which the kernel does when memory runs out.",
                _ => "",
            };
            Message::new(kind, "build/lifecycle", "The lifecycle failed")
                .body(format!("It ended with status {status} ({phase}).{killed}"))
                .details(output)
        }
    }
}
