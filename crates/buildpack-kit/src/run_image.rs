//! What the builder says about its run image, which buildpacks never see.

use std::path::{Path, PathBuf};

use linkage::Libraries;

use crate::environment::Environment;

/// Where builders have what is theirs; the variable is the one by which a lifecycle is told another place.
const BUILD_CONFIG: (&str, &str) = ("CNB_BUILD_CONFIG_DIR", "/cnb/build-config");

/// The file, in the format of [`Libraries`] as TOML.
const FILE: &str = "run-libraries.toml";

/// A list of libraries that can't be used; the builder is at fault.
#[derive(Debug, thiserror::Error)]
pub enum RunImageError {
    /// The file is there and can't be read; the error names it.
    #[error("the list of the run image's libraries can't be read")]
    Io(#[from] std::io::Error),
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
/// given ([`Libraries::missing`]). None in a builder that doesn't say.
///
/// # Errors
/// When the file is there and can't be read.
pub fn libraries(environment: &Environment) -> Result<Libraries, RunImageError> {
    let (variable, default) = BUILD_CONFIG;
    let directory = environment.raw(variable).unwrap_or(default.as_ref());
    let path = Path::new(directory).join(FILE);
    if !path.exists() {
        return Ok(Libraries::default());
    }
    let text = fs_err::read_to_string(&path)?;
    toml::from_str(&text).map_err(|source| RunImageError::Format { path, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_the_builder_is_read() {
        let directory = testkit::directory(
            "-- ok/run-libraries.toml --\nloaders = [\"/lib/ld.so\"]\n[libraries]\n\"libc.so.6\" = []\n-- none/ --\n\
             -- bad/run-libraries.toml --\nloaders = 1\n",
        );
        let of = |name: &str| {
            let none: [(&str, &str); 0] = [];
            let path = directory.path().join(name).into_os_string();
            libraries(&Environment::new(none, [("CNB_BUILD_CONFIG_DIR", path)]))
        };
        let libraries = of("ok").unwrap();
        assert!(libraries.loaders.contains("/lib/ld.so"));
        assert!(libraries.libraries.contains_key("libc.so.6"));
        assert_eq!(of("none").unwrap(), Libraries::default());
        assert!(matches!(of("bad"), Err(RunImageError::Format { .. })));
    }
}
