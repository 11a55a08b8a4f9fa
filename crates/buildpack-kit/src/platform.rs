//! What the platform hands to a build: the user's variables and the bindings.

use std::io;
use std::path::{Path, PathBuf};

use libcnb::generic::GenericPlatform;
use libcnb::{Env, Platform};

use crate::environment::Environment;

/// The platform directory of a build. The `Platform` of every buildpack of ours: libcnb's own reads the
/// variables and forgets where the rest lies.
pub struct BuildPlatform {
    variables: GenericPlatform,
    directory: PathBuf,
}

impl BuildPlatform {
    /// Where service bindings lie: `$SERVICE_BINDING_ROOT`, else `<platform>/bindings` (Service Binding
    /// specification, "Workload Projection"; buildpacks' RFC 0031).
    #[must_use]
    pub fn binding_root(&self, environment: &Environment) -> PathBuf {
        match environment.raw("SERVICE_BINDING_ROOT") {
            Some(root) if !root.is_empty() => PathBuf::from(root),
            _ => self.directory.join("bindings"),
        }
    }
}

impl Platform for BuildPlatform {
    fn env(&self) -> &Env {
        self.variables.env()
    }

    fn from_path(directory: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self {
            variables: GenericPlatform::from_path(&directory)?,
            directory: directory.as_ref().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bindings_lie_where_the_variable_says_or_in_the_platform_directory() {
        let directory = testkit::directory("-- env/BP_A --\nb\n");
        let platform = BuildPlatform::from_path(directory.path()).unwrap();
        assert!(platform.env().contains_key("BP_A"));
        let own = directory.path().join("bindings");
        for (value, expected) in [("", own), ("/bindings", "/bindings".into())] {
            let user = [("SERVICE_BINDING_ROOT", value)];
            let environment = Environment::new(user, [("PATH", "")]);
            assert_eq!(platform.binding_root(&environment), expected);
        }
    }
}
