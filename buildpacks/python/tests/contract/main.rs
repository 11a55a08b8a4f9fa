//! Level 4: the compiled `detect` and `build`, run as the lifecycle runs them.
//!
//! Hermetic: the interpreter is a script that does nothing, and uv one that makes an environment of the names that it
//! is given. What the real ones make of the same calls is for the integration tests.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the message")]

mod apps;
mod builds;
mod django;
mod layers;
mod refusals;
mod secrets;
