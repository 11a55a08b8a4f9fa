//! What a root file system offers to programs that are linked dynamically, and what one of them misses
//! there.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{Elf, RequiredVersion};

/// The loaders and libraries of an image. Every builder has a file of it about its run image, so that a
/// program that would not start is known when it is built.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Libraries {
    /// Where loaders are, as `PT_INTERP` names them: absolute, one loader by each of its paths.
    pub loaders: BTreeSet<String>,
    /// By the name that a loader finds them by without being told where, the symbol versions that they
    /// have; none when a library doesn't number its symbols.
    pub libraries: BTreeMap<String, BTreeSet<String>>,
}

/// What a program needs and an image lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// The program names no loader that would find its libraries; a library needs none.
    NoLoader,
    /// The loader, by its path.
    Loader(String),
    /// A library, by its soname.
    Library(String),
    /// A library that is there, but older or otherwise configured.
    Version(RequiredVersion),
}

impl Libraries {
    /// Whether nothing can be linked to them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.loaders.is_empty() && self.libraries.is_empty()
    }

    /// What of the image a program lacks to start, or a library to be loaded, in the order of [`Missing`];
    /// nothing for what is linked statically. What a library of the image needs itself isn't looked at: an image is whole.
    ///
    /// `RUNPATH` isn't followed: what lies there is no part of the image when the program is built.
    #[must_use]
    pub fn missing(&self, elf: &Elf) -> Vec<Missing> {
        let mut missing = Vec::new();
        match &elf.interpreter {
            Some(loader) if !self.loaders.contains(loader) => {
                missing.push(Missing::Loader(loader.clone()));
            }
            None if elf.is_program() && !elf.needed.is_empty() => missing.push(Missing::NoLoader),
            _ => {}
        }
        for library in &elf.needed {
            if !self.libraries.contains_key(library) {
                missing.push(Missing::Library(library.clone()));
            }
        }
        for required in &elf.required_versions {
            // The loader takes a library that has no versions at all for any (`dl-version.c` of glibc).
            let present = self.libraries.get(&required.library);
            let present = present.filter(|versions| !versions.is_empty());
            if present.is_some_and(|versions| !versions.contains(&required.version)) {
                missing.push(Missing::Version(required.clone()));
            }
        }
        missing.sort();
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ByteOrder, Class, Kind, Machine};

    fn program(interpreter: Option<&str>, needed: &[&str], versions: &[(&str, &str)]) -> Elf {
        let version = |(library, version): &(&str, &str)| RequiredVersion {
            library: (*library).to_owned(),
            version: (*version).to_owned(),
        };
        Elf {
            class: Class::Bits64,
            byte_order: ByteOrder::Little,
            machine: Machine::Amd64,
            other_system: None,
            kind: Kind::PositionIndependentProgram,
            entry: 1,
            is_loaded: true,
            interpreter: interpreter.map(str::to_owned),
            needed: needed.iter().map(|&name| name.to_owned()).collect(),
            rpath: None,
            runpath: None,
            required_versions: versions.iter().map(version).collect(),
            defined_versions: vec![],
        }
    }

    const LIST: &str = r#"
loaders = ["/lib64/ld-linux-x86-64.so.2"]

[libraries]
"libc.so.6" = ["GLIBC_2.2.5", "GLIBC_2.34"]
"libplain.so.1" = []
"#;

    #[test]
    fn what_an_image_lacks_is_named() {
        let image: Libraries = toml::from_str(LIST).unwrap();
        let loader = Some("/lib64/ld-linux-x86-64.so.2");
        let both = ["libc.so.6", "libplain.so.1"];
        let lines = [
            program(None, &[], &[]),
            program(loader, &[], &[]),
            program(
                loader,
                &both,
                &[("libc.so.6", "GLIBC_2.34"), ("libplain.so.1", "P_1")],
            ),
            program(
                Some("/lib/ld-musl-x86_64.so.1"),
                &["libssl.so.3", "libc.so.6"],
                &[("libc.so.6", "GLIBC_2.99"), ("libssl.so.3", "OPENSSL_3")],
            ),
            program(None, &both, &[]),
            Elf {
                kind: Kind::SharedObject,
                ..program(None, &both, &[])
            },
        ]
        .map(|program| format!("{:?}", image.missing(&program)));
        insta::assert_snapshot!(lines.join("\n"), @r#"
        []
        []
        []
        [Loader("/lib/ld-musl-x86_64.so.1"), Library("libssl.so.3"), Version(RequiredVersion { library: "libc.so.6", version: "GLIBC_2.99" })]
        [NoLoader]
        []
        "#);
    }

    #[test]
    fn an_image_without_a_library_offers_nothing() {
        let empty = Libraries::default();
        assert!(empty.is_empty());
        assert_eq!(empty.missing(&program(None, &[], &[])), []);
        let text = toml::to_string(&empty).unwrap();
        assert_eq!(toml::from_str(&text), Ok(empty));
    }
}
