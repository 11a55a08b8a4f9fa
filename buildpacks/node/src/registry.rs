//! The registry of packages, whose client is npm: packages as they are published, checked.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use buildpack_kit::command::{Command, CommandError};
use buildpack_kit::output::Output;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use crate::bundles::Bundle;
use crate::plan::tool::Hash;
use crate::tool_failure::{ToolFailure, classify};

/// npm of the bundled Node, with the variables that all of its runs share.
#[derive(Debug, Clone)]
pub(crate) struct Registry {
    node: PathBuf,
    npm: PathBuf,
    environment: BTreeMap<OsString, OsString>,
    scratch: PathBuf,
}

/// A package that can't be had.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    /// npm could not be run, or a package not be unpacked.
    #[error("{package} could not be fetched")]
    NotRun {
        package: String,
        source: CommandError,
    },
    /// npm says why.
    #[error("{package} could not be fetched")]
    Failed {
        package: String,
        failure: ToolFailure,
        output: String,
    },
    /// It is another one than it must be.
    #[error("{package} is not what it should be")]
    Altered {
        package: String,
        expected: String,
        found: String,
    },
    #[error("{package} could not be read or written")]
    Io {
        package: String,
        source: std::io::Error,
    },
}

impl Registry {
    /// Of a Node that has an npm beside it.
    pub(crate) fn new(
        bundle: &Bundle,
        environment: BTreeMap<OsString, OsString>,
        scratch: &Path,
    ) -> Self {
        Self {
            node: bundle.program(),
            npm: bundle.npm().join("bin/npm-cli.js"),
            environment,
            scratch: scratch.to_owned(),
        }
    }

    /// Fetches a package (`pnpm@9.1.0`), checks it, and unpacks of it what is wanted, or everything, into a directory;
    /// `program` is the file of which a hash may be, too.
    pub(crate) fn fetch(
        &self,
        package: &str,
        hash: Option<&Hash>,
        (wanted, program): (&[&str], &str),
        directory: &Path,
        output: &Output,
    ) -> Result<(), RegistryError> {
        let io = |source| RegistryError::Io {
            package: package.to_owned(),
            source,
        };
        let archive = self.pack(package, output)?;
        let bytes = fs_err::read(&archive).map_err(io)?;
        let mut arguments: Vec<OsString> = vec![
            "-xzf".into(),
            archive.clone().into(),
            "-C".into(),
            directory.into(),
            "--strip-components=1".into(),
        ];
        arguments.push("--no-same-owner".into());
        arguments.extend(
            wanted
                .iter()
                .map(|path| OsString::from(format!("package/{path}"))),
        );
        let untar = Command::new("tar")
            .arguments(arguments)
            .variables(&self.environment);
        untar.capture().map_err(|source| RegistryError::NotRun {
            package: package.to_owned(),
            source,
        })?;
        fs_err::remove_file(&archive).map_err(io)?;
        let Some(hash) = hash else {
            return Ok(());
        };
        let program = fs_err::read(directory.join(program)).map_err(io)?;
        check(package, hash, &[&bytes, &program])
    }

    /// Downloads a package; returns the file.
    fn pack(&self, package: &str, output: &Output) -> Result<PathBuf, RegistryError> {
        let io = |source| RegistryError::Io {
            package: package.to_owned(),
            source,
        };
        // Away from the app, whose settings of npm are for its own packages.
        let packed = self.scratch.join("packed");
        let _ = buildpack_kit::files::remove_tree(&packed);
        fs_err::create_dir_all(&packed).map_err(io)?;
        let command = Command::new(&self.node)
            .arguments([self.npm.as_os_str(), "pack".as_ref(), package.as_ref()])
            .variables(&self.environment)
            .variables([
                (
                    "npm_config_cache",
                    self.scratch.join("npm-cache").into_os_string(),
                ),
                ("npm_config_update_notifier", "false".into()),
                ("npm_config_loglevel", "error".into()),
                ("npm_config_logs_max", "0".into()),
            ])
            .directory(&packed);
        output.debug(&command);
        command.capture().map_err(|source| match source {
            CommandError::Failed { standard_error, .. } => RegistryError::Failed {
                package: package.to_owned(),
                failure: classify(&standard_error),
                output: standard_error,
            },
            source => RegistryError::NotRun {
                package: package.to_owned(),
                source,
            },
        })?;
        let archive = crate::bundles::entries(&packed).map_err(io)?.pop();
        archive.ok_or_else(|| io(std::io::Error::other("npm pack left nothing")))
    }
}

/// Whether one of the contents has the hash.
fn check(package: &str, hash: &Hash, contents: &[&[u8]]) -> Result<(), RegistryError> {
    let (expected, found) = match hash {
        Hash::Integrity(integrity) => {
            let digest =
                |bytes: &[u8]| format!("sha512-{}", STANDARD.encode(Sha512::digest(bytes)));
            (
                integrity.clone(),
                contents[..1].iter().map(|bytes| digest(bytes)).collect(),
            )
        }
        Hash::Named { algorithm, digits } => {
            let digest = |bytes: &&[u8]| match algorithm.as_str() {
                "sha224" => hex::encode(Sha224::digest(bytes)),
                "sha256" => hex::encode(Sha256::digest(bytes)),
                "sha384" => hex::encode(Sha384::digest(bytes)),
                _ => hex::encode(Sha512::digest(bytes)),
            };
            let found: Vec<String> = contents.iter().map(digest).collect();
            (digits.clone(), found)
        }
    };
    if found.contains(&expected) {
        return Ok(());
    }
    Err(RegistryError::Altered {
        package: package.to_owned(),
        expected,
        found: found.into_iter().next().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_is_refused() {
        let named = |algorithm: &str, digits: &str| Hash::Named {
            algorithm: algorithm.to_owned(),
            digits: digits.to_owned(),
        };
        let of_program = hex::encode(Sha224::digest(b"program"));
        let of_archive = format!("sha512-{}", STANDARD.encode(Sha512::digest(b"archive")));
        let contents: [&[u8]; 2] = [b"archive", b"program"];
        assert!(check("x", &named("sha224", &of_program), &contents).is_ok());
        assert!(check("x", &Hash::Integrity(of_archive.clone()), &contents).is_ok());
        assert!(check("x", &named("sha256", &of_program), &contents).is_err());
        let swapped: [&[u8]; 2] = [b"program", b"archive"];
        assert!(check("x", &Hash::Integrity(of_archive), &swapped).is_err());
    }
}
