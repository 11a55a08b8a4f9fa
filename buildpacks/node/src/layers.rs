//! The layers: one file each, which does what the plan says and decides nothing.

pub(crate) mod fetched_node;
pub(crate) mod framework_cache;
pub(crate) mod package_cache;
pub(crate) mod package_manager;
pub(crate) mod runtime;
