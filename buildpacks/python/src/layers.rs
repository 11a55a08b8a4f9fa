//! The layers: one file each, which does what the plan says and decides nothing.

pub(crate) mod environment;
pub(crate) mod fetched;
pub(crate) mod key;
pub(crate) mod runtime;
pub(crate) mod uv_cache;
