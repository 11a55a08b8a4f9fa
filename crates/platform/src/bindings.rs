//! Service bindings that a caller lends to a build: credentials and settings, a directory each, in one
//! directory. What is in them is the buildpacks' business; here it is only seen that there are some.

use std::io;
use std::path::{Path, PathBuf};

/// Files by which a directory is a binding itself, of the Service Binding specification and of the older
/// form (buildpacks' RFC 0031).
const OF_A_BINDING: [&str; 2] = ["type", "metadata/kind"];

/// A directory of bindings that can't be lent.
#[derive(Debug, thiserror::Error)]
pub enum BindingsError {
    /// It isn't there, isn't a directory, or may not be read.
    #[error("the bindings in {path} can't be read")]
    Unreadable {
        /// The directory.
        path: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// It is one binding and not a directory of them: nobody would find it.
    #[error("{path} is a binding itself")]
    Single {
        /// The directory.
        path: PathBuf,
    },
    /// There is no directory in it.
    #[error("there is no binding in {path}")]
    None {
        /// The directory.
        path: PathBuf,
    },
}

/// Where a directory of bindings is, which has at least one.
pub(crate) fn check(directory: &Path) -> Result<PathBuf, BindingsError> {
    let unreadable = |source| BindingsError::Unreadable {
        path: directory.to_owned(),
        source,
    };
    let place = fs_err::canonicalize(directory).map_err(unreadable)?;
    if OF_A_BINDING.iter().any(|file| place.join(file).is_file()) {
        return Err(BindingsError::Single {
            path: directory.to_owned(),
        });
    }
    for entry in fs_err::read_dir(&place).map_err(unreadable)? {
        // What a Kubernetes volume is made of begins with a dot.
        let entry = entry.map_err(unreadable)?;
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !is_hidden && entry.path().is_dir() {
            return Ok(place);
        }
    }
    Err(BindingsError::None {
        path: directory.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use explain::Explain as _;

    use super::*;

    #[test]
    fn a_directory_of_bindings_has_some() {
        let root = testkit::directory(
            "-- ours/ci/type --\nnetrc\n-- link -> ours --\n-- old/metadata/kind --\nnetrc\n",
        );
        let ours = fs_err::canonicalize(root.path().join("ours")).unwrap();
        for name in ["ours", "link"] {
            assert_eq!(check(&root.path().join(name)).unwrap(), ours);
        }
    }

    #[test]
    fn a_directory_without_bindings_is_told_what_they_look_like() {
        let root = testkit::directory(
            "-- one/type --\nnetrc\n-- none/.hidden/type --\nnetrc\n-- none/README --\n-- old/metadata/kind --\n",
        );
        let refused = ["absent", "none", "one"].map(|name| {
            let message = check(&root.path().join(name)).unwrap_err().explain();
            let message = message.render();
            message.replace(&root.path().display().to_string(), "ROOT")
        });
        insta::assert_snapshot!(refused.join("\n"), @"
        [Error: There are no bindings to lend]
        ROOT/absent
        can't be read.

        Bindings are directories in one directory, each with a file `type` and the
        file that it is about, as in:
        bindings/ci/type      netrc
        bindings/ci/.netrc    machine git.example login ci password …

        and the build gets them all with:
        --bindings ./bindings

        Details: failed to canonicalize path `ROOT/absent`: No such file or directory (os error 2)
        (bindings/directory)

        [Error: There are no bindings to lend]
        ROOT/none
        has no directories in it.

        Bindings are directories in one directory, each with a file `type` and the
        file that it is about, as in:
        bindings/ci/type      netrc
        bindings/ci/.netrc    machine git.example login ci password …

        and the build gets them all with:
        --bindings ./bindings
        (bindings/directory)

        [Error: There are no bindings to lend]
        ROOT/one
        has a file that says its type: it is a binding itself. Give the directory
        that it lies in.

        Bindings are directories in one directory, each with a file `type` and the
        file that it is about, as in:
        bindings/ci/type      netrc
        bindings/ci/.netrc    machine git.example login ci password …

        and the build gets them all with:
        --bindings ./bindings
        (bindings/directory)
        ");
        let old = check(&root.path().join("old"));
        assert!(matches!(old, Err(BindingsError::Single { .. })));
    }
}
