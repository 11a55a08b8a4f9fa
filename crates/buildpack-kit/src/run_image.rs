//! What the build image says about the run image, which buildpacks never see.

use std::path::{Path, PathBuf};

use linkage::Libraries;

use crate::environment::Environment;

/// The variable that names the file, in the format of [`Libraries`] as TOML; a builder whose run image isn't
/// `run` sets it in `[[build.env]]`.
pub const VARIABLE: &str = "CORACLE_RUN_LIBRARIES";

/// Where the build image has the file of the run image `run`.
const DEFAULT: &str = "/opt/coracle/run-images/run.toml";

/// A list of libraries that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RunImageError {
    /// [`VARIABLE`] names a file that isn't there.
    #[error("{VARIABLE} names {}, which isn't there", .path.display())]
    Absent {
        /// The file.
        path: PathBuf,
    },
    /// The file is there and can't be read; the error names it.
    #[error("the list of the run image's libraries can't be read")]
    Io(#[from] std::io::Error),
    /// The builder lists the libraries of its run image, and not the packages beside it.
    #[error("{} isn't there", .path.display())]
    NoPackages {
        /// The file.
        path: PathBuf,
    },
    /// The file is not of its format.
    #[error("{} is not of its format", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
}

/// The loaders and libraries of the builder's run image: what a program that is linked dynamically can be
/// given ([`Libraries::missing`]). None in a build image that doesn't say.
///
/// # Errors
/// When the file that the variable names isn't there, and when the file can't be read.
pub fn libraries(environment: &Environment) -> Result<Libraries, RunImageError> {
    let (path, is_named) = place(environment);
    if !path.exists() {
        return if is_named {
            Err(RunImageError::Absent { path })
        } else {
            Ok(Libraries::default())
        };
    }
    let text = fs_err::read_to_string(&path)?;
    toml::from_str(&text).map_err(|source| RunImageError::Format { path, source })
}

/// The packages of the builder's run image, as the `status` of dpkg that apt reads, each installed and without what it
/// depends on: of some the image has a few files only. The file lies beside that of the libraries.
///
/// # Errors
/// When there is none, or it can't be read.
pub fn packages(environment: &Environment) -> Result<String, RunImageError> {
    let path = place(environment).0.with_extension("status");
    if !path.exists() {
        return Err(RunImageError::NoPackages { path });
    }
    Ok(fs_err::read_to_string(path)?)
}

/// The file of the libraries, and whether the builder names it.
fn place(environment: &Environment) -> (PathBuf, bool) {
    let named = environment.raw(VARIABLE).filter(|path| !path.is_empty());
    let path = Path::new(named.unwrap_or(DEFAULT.as_ref())).to_owned();
    (path, named.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_the_builder_names_is_read() {
        let directory = testkit::directory(
            "-- ok.toml --\nloaders = [\"/lib/ld.so\"]\n[libraries]\n\"libc.so.6\" = []\n\
             -- ok.status --\nPackage: libc6\n\
             -- bad.toml --\nloaders = 1\n",
        );
        let given = |path: &Path| {
            let none: [(&str, &str); 0] = [];
            libraries(&Environment::new(none, [(VARIABLE, path)]))
        };
        let of = |name: &str| given(&directory.path().join(name));
        let libraries = of("ok.toml").unwrap();
        assert!(libraries.loaders.contains("/lib/ld.so"));
        assert!(libraries.libraries.contains_key("libc.so.6"));
        assert!(matches!(of("bad.toml"), Err(RunImageError::Format { .. })));
        let absent = directory.path().join("none.toml");
        assert!(matches!(given(&absent), Err(RunImageError::Absent { path }) if path == absent));
        let of_packages = |name: &str| {
            packages(&Environment::new(
                [("", "")],
                [(VARIABLE, directory.path().join(name))],
            ))
        };
        assert_eq!(of_packages("ok.toml").unwrap(), "Package: libc6\n");
        assert!(matches!(
            of_packages("bad.toml"),
            Err(RunImageError::NoPackages { .. })
        ));
        // Not a machine of tests has the build image's own.
        assert_eq!(given(Path::new("")).unwrap(), Libraries::default());
    }
}
