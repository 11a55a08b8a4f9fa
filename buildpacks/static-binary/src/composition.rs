//! What a program says of what it was made of. Pure.

use sbom::{Component, go_build_info, rust_audit};

/// What its compiler wrote into a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Composition {
    /// Nothing that we can read.
    Unknown,
    /// The version of Go, and the modules.
    Go(String, Vec<Component>),
    /// Crates, by `cargo auditable`.
    Rust(Vec<Component>),
    /// Crates that can't be read, and why.
    Damaged(String),
}

impl Composition {
    /// Of the bytes of a whole file.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let go = linkage::section(bytes, ".go.buildinfo").and_then(go_build_info::parse_section);
        if let Some(info) = go {
            return Self::Go(info.go_version.clone(), info.components());
        }
        // Only of a whole file with that section: the reader looks at files of other systems, too.
        if linkage::section(bytes, ".dep-v0").is_none() {
            return Self::Unknown;
        }
        match rust_audit::components(bytes) {
            Ok(crates) => crates.map_or(Self::Unknown, Self::Rust),
            Err(error) => Self::Damaged(explain::chain(&error)),
        }
    }

    /// What goes into the bill of materials.
    pub(crate) fn components(&self) -> &[Component] {
        match self {
            Self::Go(_, components) | Self::Rust(components) => components,
            Self::Unknown | Self::Damaged(_) => &[],
        }
    }

    /// What was found, for the log.
    pub(crate) fn in_words(&self) -> Option<String> {
        match self {
            // The standard library is one of them.
            Self::Go(version, modules) => {
                Some(format!("Go {version}, {}", count(modules.len(), "module")))
            }
            Self::Rust(crates) => Some(format!("Rust, {}", count(crates.len(), "crate"))),
            Self::Unknown | Self::Damaged(_) => None,
        }
    }
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
