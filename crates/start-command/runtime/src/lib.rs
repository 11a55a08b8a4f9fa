//! Runs a start command without a shell: what `start` does at run time, as a library.
//!
//! A [`plan::Plan`] is decided when the image is built. [`sequence::Sequence`] runs it as dash would run
//! the text it was made of: it expands, assigns, changes directory, starts programs, and puts the last
//! one in its place.

mod builtins;
pub mod expansion;
mod pathname;
pub mod plan;
pub mod process;
pub mod sequence;
mod signals;
pub mod variables;

pub use builtins::OF_A_SHELL;
