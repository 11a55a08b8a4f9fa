//! How a buildpack ends when it fails: the message on standard error, the kind's exit status.

use explain::{Explain, Message};
use libcnb::Error;

/// Prints the failure and ends the process with the status of its kind. `on_error` is one call of
/// this.
pub fn report<E: Explain>(error: &Error<E>) -> ! {
    let message = message(error);
    crate::output::failure(&message);
    std::process::exit(message.kind.exit_code().into())
}

/// The message of a buildpack's own error, or of one that libcnb found.
pub(crate) fn message<E: Explain>(error: &Error<E>) -> Message {
    match error {
        Error::BuildpackError(error) => error.explain(),
        other => crate::messages::libcnb(other),
    }
}
