//! Whether every program and library of an image finds the libraries it needs: a selection that left
//! one out would fail when an app starts, at somebody else's.

use std::collections::BTreeSet;

use oci::{EntryKind, Tree};

use crate::Architecture;

/// A library that is needed and not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("/{file} needs {library}, which is not in the image")]
pub(crate) struct MissingLibrary {
    /// Who needs it.
    pub(crate) file: String,
    /// The name in `DT_NEEDED`.
    pub(crate) library: String,
}

/// Looks for every needed library where the loader looks without being told: Debian's glibc searches
/// `/usr/lib/<multiarch>` before anything that `ld.so.conf` names. Files that can't be read or parsed
/// need nothing; writing them fails soon enough.
pub(crate) fn libraries(tree: &Tree, architecture: Architecture) -> Result<(), MissingLibrary> {
    let prefix = format!("usr/lib/{}/", architecture.multiarch());
    let present: BTreeSet<&str> = tree
        .iter()
        .filter(|(_, entry)| entry.kind != EntryKind::Directory)
        .filter_map(|(path, _)| path.strip_prefix(&prefix))
        .collect();
    for (path, entry) in tree.iter() {
        let EntryKind::File(content) = &entry.kind else {
            continue;
        };
        let Ok(bytes) = content.read() else {
            continue;
        };
        let Ok(elf) = linkage::parse(&bytes) else {
            continue;
        };
        for library in elf.needed {
            // The loader of each architecture is named by its own path, not by a directory.
            if !present.contains(library.as_str()) && !is_loader(tree, &library) {
                return Err(MissingLibrary {
                    file: path.to_owned(),
                    library,
                });
            }
        }
    }
    Ok(())
}

fn is_loader(tree: &Tree, library: &str) -> bool {
    ["usr/lib64", "usr/lib"]
        .iter()
        .any(|directory| tree.get(&format!("{directory}/{library}")).is_some())
}

#[cfg(test)]
mod tests {
    use oci::{Content, Entry};

    use super::*;

    /// A test program is linked with the C library, whatever machine the test runs on.
    fn tree_with(path: &str) -> Tree {
        let program = std::env::current_exe().unwrap();
        let mut tree = Tree::default();
        let entry = Entry::file(0o755, Content::Disk(program));
        tree.insert("usr/bin/program", entry).unwrap();
        for library in [
            "libgcc_s.so.1",
            "libm.so.6",
            "ld-linux-x86-64.so.2",
            "ld-linux-aarch64.so.1",
        ] {
            let path = format!("usr/lib/x86_64-linux-gnu/{library}");
            tree.insert(&path, Entry::symlink("elsewhere")).unwrap();
        }
        tree.insert(path, Entry::symlink("elsewhere")).unwrap();
        tree
    }

    #[test]
    fn a_library_that_was_left_out_is_named() {
        let amd64 = Architecture::Amd64;
        let whole = tree_with("usr/lib/x86_64-linux-gnu/libc.so.6");
        assert_eq!(libraries(&whole, amd64), Ok(()));
        let lacking = tree_with("usr/lib/other/libc.so.6");
        let missing = MissingLibrary {
            file: "usr/bin/program".to_owned(),
            library: "libc.so.6".to_owned(),
        };
        assert_eq!(libraries(&lacking, amd64), Err(missing));
    }
}
