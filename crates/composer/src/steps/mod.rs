//! What the composer makes that no package holds: what maintainer scripts would have made, and what
//! scanners want. Each step says beforehand which paths it makes.

mod accounts;
mod applets;
mod certificate_bundle;
mod character_conversions;
mod package_records;

use std::collections::BTreeMap;
use std::fmt;
use std::io;

use oci::{Entry, EntryKind, Tree};
use serde::Deserialize;

use crate::Architecture;
use crate::deb::Package;
use crate::definition::Definition;

/// A finishing step, by the name it has in a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Step {
    /// `/etc/passwd`, `/etc/group` and homes, from `users` and `groups`.
    Accounts,
    /// The links of `applets`.
    Applets,
    /// `/etc/ssl/certs/ca-certificates.crt` from every certificate of `ca-certificates`.
    CertificateBundle,
    /// The list of `iconv` modules, cut down to those that are in the image.
    CharacterConversions,
    /// `/var/lib/dpkg/status.d`: which packages are in the image, for scanners.
    PackageRecords,
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Accounts => "accounts",
            Self::Applets => "applets",
            Self::CertificateBundle => "certificate-bundle",
            Self::CharacterConversions => "character-conversions",
            Self::PackageRecords => "package-records",
        })
    }
}

/// What a step works from.
pub(crate) struct Context<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) architecture: Architecture,
    /// By name, unpacked.
    pub(crate) packages: &'a BTreeMap<String, Package>,
    /// The image so far: every selected file, link and directory.
    pub(crate) tree: &'a Tree,
}

/// A step that can't be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    /// A package it works from is not in the image.
    #[error("the step {step} needs the package {package}")]
    PackageNotInImage {
        /// The step.
        step: Step,
        /// The package.
        package: &'static str,
    },
    /// A package does not have what the step works from.
    #[error("the step {step} finds no {what} in {package}")]
    NothingToWorkFrom {
        /// The step.
        step: Step,
        /// The package.
        package: &'static str,
        /// What it looked for.
        what: &'static str,
    },
    /// The table that the step works from is missing.
    #[error("the step {step} needs the table [{table}]")]
    NoTable {
        /// The step.
        step: Step,
        /// The table.
        table: &'static str,
    },
    /// A file of a package can't be read.
    #[error("the step {step} can't read a file")]
    Read {
        /// The step.
        step: Step,
        /// Why.
        source: io::Error,
    },
}

impl Step {
    /// The paths that the step makes, known without unpacking anything.
    pub(crate) fn outputs(
        self,
        definition: &Definition,
        architecture: Architecture,
        packages: &[&str],
    ) -> Vec<String> {
        match self {
            Self::Accounts => accounts::outputs(definition),
            Self::Applets => applets::outputs(definition),
            Self::CertificateBundle => vec![certificate_bundle::PATH.to_owned()],
            Self::CharacterConversions => vec![character_conversions::path(architecture)],
            Self::PackageRecords => package_records::outputs(packages),
        }
    }

    /// What the step puts into the image.
    pub(crate) fn run(self, context: &Context<'_>) -> Result<Vec<(String, Entry)>, StepError> {
        match self {
            Self::Accounts => Ok(accounts::run(context.definition)),
            Self::Applets => applets::run(self, context.definition),
            Self::CertificateBundle => certificate_bundle::run(self, context),
            Self::CharacterConversions => character_conversions::run(self, context),
            Self::PackageRecords => Ok(package_records::run(context)),
        }
    }

    fn package<'a>(
        self,
        context: &'a Context<'_>,
        package: &'static str,
    ) -> Result<&'a Package, StepError> {
        context
            .packages
            .get(package)
            .ok_or(StepError::PackageNotInImage {
                step: self,
                package,
            })
    }

    /// The bytes of an entry; none for what is no file.
    fn read(self, entry: &Entry) -> Result<Vec<u8>, StepError> {
        match &entry.kind {
            EntryKind::File(content) => content
                .read()
                .map_err(|source| StepError::Read { step: self, source }),
            EntryKind::Directory | EntryKind::Symlink(_) => Ok(Vec::new()),
        }
    }
}
