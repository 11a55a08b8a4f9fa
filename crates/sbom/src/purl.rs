//! Package URLs: `pkg:golang/github.com/x/y@v1.2.3`.

use std::fmt::{self, Write as _};

/// A package URL, displayed in its canonical form (the purl specification's percent-encoding).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    kind: &'static str,
    /// Segments between slashes; the last is the name.
    path: String,
    version: Option<String>,
    qualifiers: Vec<(&'static str, String)>,
}

impl Purl {
    /// A Go module. The path is kept in its case, because module paths are case-sensitive.
    pub fn golang(module: impl Into<String>, version: Option<&str>) -> Self {
        Self::new("golang", module.into(), version)
    }

    /// A Debian package of an architecture, from a distribution such as `debian-13`.
    #[must_use]
    pub fn debian(package: &str, version: &str, architecture: &str, distribution: &str) -> Self {
        let mut purl = Self::new("deb", format!("debian/{package}"), Some(version));
        purl.qualifiers = vec![
            ("arch", architecture.to_owned()),
            ("distro", distribution.to_owned()),
        ];
        purl
    }

    /// Something of which only a name is known, in no package registry.
    pub fn generic(name: impl Into<String>, version: Option<&str>) -> Self {
        Self::new("generic", name.into(), version)
    }

    fn new(kind: &'static str, path: String, version: Option<&str>) -> Self {
        Self {
            kind,
            path,
            version: version.map(str::to_owned),
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
            (
                Purl::debian("libstdc++6", "14.2.0-19", "amd64", "debian-13"),
                "pkg:deb/debian/libstdc%2B%2B6@14.2.0-19?arch=amd64&distro=debian-13",
            ),
            (
                Purl::generic("server one", None),
                "pkg:generic/server%20one",
            ),
        ];
        for (purl, text) in table {
            assert_eq!(purl.to_string(), text);
        }
    }
}
