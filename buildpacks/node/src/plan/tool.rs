//! The program that installs: which package of the registry it is, or what else.

use buildpack_kit::environment::Sourced;
use nodejs_semver::{Range, Version};

use crate::plan::manager::ManagerError;
use crate::project::{Lock, Project};
use crate::releases::{ManagerRelease, Releases};
use crate::settings::ManagerName;

/// The program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The npm that comes with the bundled Node.
    OfNode,
    /// A file of the app, relative to it.
    OfApp { file: String, is_first: bool },
    /// A package of the registry.
    Fetched(Package),
}

/// A package manager in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// `pnpm`, `@yarnpkg/cli-dist`.
    pub(crate) name: String,
    pub(crate) version: Version,
    /// What it must be, where anybody said it.
    pub(crate) hash: Option<Hash>,
    /// The file that is run, relative to the package.
    pub(crate) program: &'static str,
    /// It is run by itself, and not by Node.
    pub(crate) is_native: bool,
}

/// What a download must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hash {
    /// `sha512-…`, in base 64: of the package.
    Integrity(String),
    /// Of `packageManager`, in hexadecimal: of the package, or of the program in it.
    Named { algorithm: String, digits: String },
}

/// The version that the app names, exactly: `pnpm@9.1.0+sha512.0123…`.
pub(super) fn named(
    manager: ManagerName,
    text: &Sourced<String>,
    architecture: &str,
) -> Result<Tool, ManagerError> {
    let inexact = || ManagerError::Inexact { text: text.clone() };
    let (_, version) = text.value.split_once('@').ok_or_else(inexact)?;
    let (version, hash) = version
        .split_once('+')
        .map_or((version, None), |(version, hash)| (version, Some(hash)));
    let parsed = Version::parse(version).map_err(|_| inexact())?;
    if parsed.to_string() != version {
        return Err(inexact());
    }
    let hash = hash.map(|hash| {
        let (algorithm, digits) = hash.split_once('.')?;
        let is_known = ["sha224", "sha256", "sha384", "sha512"].contains(&algorithm);
        let is_hex = digits.chars().all(|digit| digit.is_ascii_hexdigit());
        (is_known && is_hex).then(|| Hash::Named {
            algorithm: algorithm.to_owned(),
            digits: digits.to_ascii_lowercase(),
        })
    });
    if hash == Some(None) {
        return Err(ManagerError::Hash { text: text.clone() });
    }
    if manager == ManagerName::Yarn && parsed.major() == 2 {
        return Err(ManagerError::Yarn2 {
            version: parsed.to_string(),
            origin: text.origin.clone(),
        });
    }
    Ok(Tool::Fetched(package(
        manager,
        parsed,
        hash.flatten(),
        architecture,
    )))
}

/// The version that goes with the lock.
pub(super) fn usual(
    manager: ManagerName,
    lock: Option<&Lock>,
    project: &Project,
    (node, is_bundled): (&Version, bool),
    releases: &Releases,
    architecture: &str,
) -> Result<Tool, ManagerError> {
    if manager == ManagerName::Npm && is_bundled {
        return Ok(Tool::OfNode);
    }
    if manager == ManagerName::Bun {
        let integrity = releases.bun.integrity(architecture).to_owned();
        if let Ok(version) = Version::parse(&releases.bun.version) {
            let hash = Some(Hash::Integrity(integrity));
            return Ok(Tool::Fetched(package(manager, version, hash, architecture)));
        }
    }
    let format = lock.and_then(|lock| lock.format.as_deref());
    let engines = project.manifest.as_ref().map(|manifest| &manifest.engines);
    let wanted = engines.and_then(|engines| engines.get(manager.command()));
    let is_in = |range: &str, version: &Version| {
        Range::parse(range).is_ok_and(|range| range.satisfies(version))
    };
    let fits = |release: &&ManagerRelease| {
        release.name == manager.command()
            && format.is_none_or(|format| release.locks.iter().any(|known| known == format))
            && is_in(&release.node, node)
    };
    let is_wanted = |release: &&ManagerRelease| {
        let version = Version::parse(&release.version);
        wanted.is_none_or(|range| version.is_ok_and(|version| is_in(range, &version)))
    };
    let fitting: Vec<&ManagerRelease> = releases.managers.iter().filter(fits).collect();
    let found = fitting.iter().copied().find(|release| is_wanted(release));
    let found = found.or_else(|| fitting.first().copied());
    let found = found.and_then(|release| Some((release, Version::parse(&release.version).ok()?)));
    match (found, lock) {
        (Some((release, version)), _) => {
            let hash = Some(Hash::Integrity(release.integrity.clone()));
            Ok(Tool::Fetched(package(manager, version, hash, architecture)))
        }
        (None, Some(lock)) => Err(ManagerError::Format {
            manager,
            lock: lock.clone(),
            node: node.clone(),
        }),
        // A Node that is older than all that is known: its npm is tried.
        (None, None) => Ok(Tool::OfNode),
    }
}

/// Where a version is in the registry.
fn package(
    manager: ManagerName,
    version: Version,
    hash: Option<Hash>,
    architecture: &str,
) -> Package {
    let of_arm = architecture == "arm64";
    let major = version.major();
    let (name, program, is_native) = match manager {
        ManagerName::Npm => ("npm", "bin/npm-cli.js", false),
        // Later ones are programs for each architecture.
        ManagerName::Pnpm if major >= 12 && of_arm => ("@pnpm/exe.linux-arm64", "pnpm", true),
        ManagerName::Pnpm if major >= 12 => ("@pnpm/exe.linux-x64", "pnpm", true),
        ManagerName::Pnpm if major == 11 => ("pnpm", "bin/pnpm.mjs", false),
        ManagerName::Pnpm => ("pnpm", "bin/pnpm.cjs", false),
        ManagerName::Yarn if major == 1 => ("yarn", "bin/yarn.js", false),
        ManagerName::Yarn => ("@yarnpkg/cli-dist", "bin/yarn.js", false),
        ManagerName::Bun if of_arm => ("@oven/bun-linux-aarch64", "bin/bun", true),
        ManagerName::Bun => ("@oven/bun-linux-x64", "bin/bun", true),
    };
    Package {
        name: name.to_owned(),
        version,
        hash,
        program,
        is_native,
    }
}
