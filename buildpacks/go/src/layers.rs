//! The layers: one file each, which does what the plan says and decides nothing.

pub(crate) mod binaries;
pub(crate) mod build_cache;
pub(crate) mod kodata;
pub(crate) mod modules;
pub(crate) mod plain_cache;
pub(crate) mod toolchain;
