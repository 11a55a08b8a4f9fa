//! Package URLs: `pkg:golang/github.com/x/y@v1.2.3`.

use std::fmt::{self, Write as _};

/// A package URL, displayed in its canonical form (the purl specification's percent-encoding).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    kind: &'static str,
    /// Segments between slashes; the last is the name.
    path: String,
    version: Option<String>,
    /// Sorted by name.
    qualifiers: Vec<(&'static str, String)>,
}

impl Purl {
    /// A Debian package of an architecture (`amd64`), and of a release (`13`) where that is known, without which
    /// scanners don't know its vulnerabilities.
    pub fn debian(
        package: &str,
        version: &str,
        architecture: impl Into<String>,
        release: Option<&str>,
    ) -> Self {
        let release = release.map(|release| ("distro", format!("debian-{release}")));
        let architecture = ("arch", architecture.into());
        Self {
            kind: "deb",
            path: format!("debian/{package}"),
            version: Some(version.to_owned()),
            qualifiers: [architecture].into_iter().chain(release).collect(),
        }
    }

    /// A Go module. The path is kept in its case, because module paths are case-sensitive.
    pub fn golang(module: impl Into<String>, version: Option<&str>) -> Self {
        Self {
            kind: "golang",
            path: module.into(),
            version: version.map(str::to_owned),
            qualifiers: Vec::new(),
        }
    }

    /// A Python package, by its normalised name.
    pub fn pypi(name: impl Into<String>, version: &str) -> Self {
        Self {
            kind: "pypi",
            path: name.into(),
            version: Some(version.to_owned()),
            qualifiers: Vec::new(),
        }
    }

    /// A package of Node's registry, with its scope: `@types/node`.
    pub fn npm(name: impl Into<String>, version: &str) -> Self {
        Self {
            kind: "npm",
            path: name.into(),
            version: Some(version.to_owned()),
            qualifiers: Vec::new(),
        }
    }

    /// What no registry has: a program by its own name.
    pub fn generic(name: impl Into<String>, version: &str) -> Self {
        Self {
            kind: "generic",
            path: name.into(),
            version: Some(version.to_owned()),
            qualifiers: Vec::new(),
        }
    }

    /// A Rust crate of a registry.
    pub fn cargo(name: impl Into<String>, version: &str) -> Self {
        Self {
            kind: "cargo",
            path: name.into(),
            version: Some(version.to_owned()),
            qualifiers: Vec::new(),
        }
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "pkg:{}", self.kind)?;
        for segment in self.path.split('/').filter(|segment| !segment.is_empty()) {
            formatter.write_char('/')?;
            encode(formatter, segment)?;
        }
        if let Some(version) = &self.version {
            formatter.write_char('@')?;
            encode(formatter, version)?;
        }
        for (index, (name, value)) in self.qualifiers.iter().enumerate() {
            let separator = if index == 0 { '?' } else { '&' };
            write!(formatter, "{separator}{name}=")?;
            encode(formatter, value)?;
        }
        Ok(())
    }
}

/// Letters, digits and `.-_~:` stand for themselves in every part of a package URL.
fn encode(formatter: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte) {
            formatter.write_char(char::from(byte))?;
        } else {
            write!(formatter, "%{byte:02X}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form() {
        let table = [
            (
                Purl::golang("github.com/BurntSushi/toml", Some("v1.3.2")),
                "pkg:golang/github.com/BurntSushi/toml@v1.3.2",
            ),
            (
                Purl::golang("example.com/x", Some("v2.0.0+incompatible")),
                "pkg:golang/example.com/x@v2.0.0%2Bincompatible",
            ),
            (
                Purl::golang("stdlib", Some("1.26.8")),
                "pkg:golang/stdlib@1.26.8",
            ),
            (Purl::cargo("serde", "1.0.0"), "pkg:cargo/serde@1.0.0"),
            (Purl::pypi("flask", "3.0.3"), "pkg:pypi/flask@3.0.3"),
            (
                Purl::npm("@types/node", "20.1.0"),
                "pkg:npm/%40types/node@20.1.0",
            ),
            (Purl::generic("node", "24.19.0"), "pkg:generic/node@24.19.0"),
            (
                Purl::debian("dash", "0.5.12-12", "amd64", Some("13")),
                "pkg:deb/debian/dash@0.5.12-12?arch=amd64&distro=debian-13",
            ),
            (
                Purl::debian("g++", "4:14+b1", "arm64", None),
                "pkg:deb/debian/g%2B%2B@4:14%2Bb1?arch=arm64",
            ),
        ];
        for (purl, text) in table {
            assert_eq!(purl.to_string(), text);
        }
    }
}
