//! What a bill of materials lists.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::Purl;

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A program.
    Application,
    /// Something that programs are made of: a module, a package, a standard library.
    Library,
    /// A file about which nothing more is known.
    File,
}

/// The SHA-256 of a component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash {
    /// In lower-case hexadecimal digits.
    pub hex: String,
}

impl Hash {
    /// The SHA-256 of bytes at hand.
    #[must_use]
    pub fn sha256_of(bytes: &[u8]) -> Self {
        Self::sha256(hex::encode(Sha256::digest(bytes)))
    }

    /// A SHA-256 that is known already, in lower-case hexadecimal digits.
    pub fn sha256(hex: impl Into<String>) -> Self {
        Self { hex: hex.into() }
    }
}

/// One part of the subject, or the subject itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component {
    /// The name by which its ecosystem knows it: a Go module path, a Debian package, a file name.
    pub name: String,
    /// The version, as its ecosystem writes it.
    pub version: Option<String>,
    /// The package URL by which scanners look up vulnerabilities.
    pub purl: Option<Purl>,
    /// SPDX licence expressions, each on its own; empty when nothing was stated.
    pub licenses: Vec<String>,
    /// Digests of the file or archive.
    pub hashes: Vec<Hash>,
    /// What it is.
    pub kind: Kind,
    /// Where in the image it was found: a path.
    pub location: Option<String>,
}

impl Component {
    /// A component of which only the name is known.
    pub fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            version: None,
            purl: None,
            licenses: Vec::new(),
            hashes: Vec::new(),
            kind,
            location: None,
        }
    }

    /// Sets the version.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Sets the package URL.
    #[must_use]
    pub fn purl(mut self, purl: Purl) -> Self {
        self.purl = Some(purl);
        self
    }

    /// Adds an SPDX licence expression.
    #[must_use]
    pub fn license(mut self, expression: impl Into<String>) -> Self {
        self.licenses.push(expression.into());
        self
    }

    /// Adds a digest.
    #[must_use]
    pub fn hash(mut self, hash: Hash) -> Self {
        self.hashes.push(hash);
        self
    }

    /// Sets the path at which it lies in the image.
    #[must_use]
    pub fn location(mut self, path: impl Into<String>) -> Self {
        self.location = Some(path.into());
        self
    }

    /// A name that is unique and stable within a document: the package URL where there is one, else
    /// made of everything that tells components apart.
    pub(crate) fn reference(&self) -> String {
        let mut reference = match &self.purl {
            Some(purl) => purl.to_string(),
            None => format!("{}:{}", self.kind, self.name),
        };
        if let (None, Some(version)) = (&self.purl, &self.version) {
            reference = format!("{reference}@{version}");
        }
        match &self.location {
            Some(location) => format!("{reference}#{location}"),
            None => reference,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Application => "application",
            Self::Library => "library",
            Self::File => "file",
        })
    }
}

/// A bill of materials: a subject and what it consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    subject: Component,
    components: Vec<Component>,
}

impl Document {
    /// The components are sorted and each is listed once, so that the order in which they were found
    /// doesn't show.
    pub fn new(subject: Component, components: impl IntoIterator<Item = Component>) -> Self {
        let mut components: Vec<Component> = components.into_iter().collect();
        components.sort();
        components.dedup();
        components.retain(|component| *component != subject);
        Self {
            subject,
            components,
        }
    }

    /// What the document is about.
    #[must_use]
    pub fn subject(&self) -> &Component {
        &self.subject
    }

    /// What it consists of, sorted.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The document in `CycloneDX` 1.5 JSON, indented, with a newline at the end.
    #[must_use]
    pub fn cyclonedx_json(&self) -> String {
        crate::cyclonedx::render(self)
    }

    /// The document in SPDX 2.3 JSON, indented, with a newline at the end.
    #[must_use]
    pub fn spdx_json(&self) -> String {
        crate::spdx::render(self)
    }

    /// The document in Syft's own JSON, indented, with a newline at the end.
    #[must_use]
    pub fn syft_json(&self) -> String {
        crate::syft::render(self)
    }
}
