//! Ctrl-C while something is made. The terminal sends it to our children too: they end, the call that
//! waits for them fails, and work directories are removed on the way out. A second one ends us at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;

/// 128 and the number of SIGINT, as a shell reports it.
pub(crate) const EXIT_STATUS: u8 = 130;

static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// From now on Ctrl-C is a wish and no longer the end.
pub(crate) fn defer() {
    let flag = INTERRUPTED.get_or_init(|| Arc::new(AtomicBool::new(false)));
    // The order matters: the first signal finds the flag unset and sets it, the second one ends us.
    // Registration only fails for signals that can't be handled, and SIGINT can.
    let _ = signal_hook::flag::register_conditional_shutdown(
        SIGINT,
        i32::from(EXIT_STATUS),
        Arc::clone(flag),
    );
    let _ = signal_hook::flag::register(SIGINT, Arc::clone(flag));
}

/// Whether Ctrl-C was pressed since [`defer`].
pub(crate) fn was_interrupted() -> bool {
    INTERRUPTED
        .get()
        .is_some_and(|flag| flag.load(Ordering::SeqCst))
}
