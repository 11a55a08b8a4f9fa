//! The rules of this workspace as functions: values in, violations out.
//!
//! `tests/architecture.rs` and `tests/packaging.rs` apply them to the workspace itself; the unit tests
//! here show, on made-up violations, that each of them can fail.

pub mod crates;
pub mod documents;
pub mod modules;
pub mod packaging;
mod paths;
pub mod shown_messages;
pub mod sources;
pub mod variables;
pub mod workspace;
