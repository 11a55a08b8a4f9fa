//! The compiled `detect` and `build`, run as the lifecycle runs them.
#![expect(
    clippy::disallowed_methods,
    reason = "the buildpack and the C compiler are processes"
)]

mod accepted;
mod elf;
mod lifecycle;
mod refused;
