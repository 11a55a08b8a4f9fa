//! One module a command.

pub(crate) mod build;
pub(crate) mod builder;
pub(crate) mod cache;
pub(crate) mod images;
mod publish;
pub(crate) mod rebase;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod stack;
