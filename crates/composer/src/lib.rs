//! Images of Debian packages: what to take is data in `stack/`, which versions is a lock, and the result
//! is the same bytes on every machine.
//!
//! apt resolves, downloads and checks signatures in a root of its own; `dpkg-deb` unpacks; no script of
//! a package runs, and nothing needs root. What scripts would have made, named steps make.

mod apt;
mod architecture;
mod assemble;
mod audit;
mod composer;
mod contents;
mod deb;
mod definition;
mod error;
mod fetch;
mod image;
mod lock;
mod locking;
mod messages;
mod replacements;
mod report;
mod selection;
mod stack;
mod steps;
mod suite;

pub use apt::AptSettings;
pub use architecture::{Architecture, UnknownArchitecture};
pub use composer::Composer;
pub use error::ComposeError;
pub use locking::{LockChange, LockReport};
pub use report::ImageReport;
pub use suite::{Suite, UnknownSuite};
