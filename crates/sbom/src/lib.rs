//! Software bills of materials, the same bytes for the same content: no clock, no random number.
//!
//! A [`Document`] says what something (the subject) consists of (its components) and is rendered as
//! `CycloneDX` 1.5, SPDX 2.3 and Syft's own JSON. [`go_build_info`] reads what the Go linker wrote into a program,
//! [`rust_audit`] what `cargo auditable` did.
//!
//! ```
//! use sbom::{Component, Document, Kind};
//!
//! let server = Component::new(Kind::Application, "server").version("1.0.0");
//! let document = Document::new(server, [Component::new(Kind::Library, "zlib").version("1.3.1")]);
//! assert!(document.cyclonedx_json().contains("\"zlib\""));
//! assert_eq!(document.spdx_json(), document.clone().spdx_json());
//! ```

mod component;
mod cyclonedx;
pub mod go_build_info;
mod purl;
pub mod rust_audit;
mod spdx;
mod syft;

pub use component::{Component, Document, Hash, Kind};
pub use purl::Purl;

/// What made the documents: this crate, under the name of the product.
const TOOL_NAME: &str = "coracle";
const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The time that every image of Coracle has: one second after the start of 1980, the earliest that
/// a zip file can hold, as the lifecycle has it.
const CREATED: &str = "1980-01-01T00:00:01Z";
