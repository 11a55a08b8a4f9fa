//! Debian packages that an app asks for, in a layer, without root rights and without dpkg.
//!
//! ```text
//! BP_DEB_PACKAGES, Aptfile ──▶ Wanted ──apt, against what the run image has──▶ Resolved, each with its SHA-256
//! Resolved ──▶ tree in the cache, with headers ──▶ launch layer: libraries, programs, data, dpkg's records
//! ```
//!
//! apt resolves, downloads and checks signatures, in a root of its own and as whoever runs the build. No script of a
//! package runs: what one would have done is told ([`unpack`]). A package whose section is for developers is in the
//! tree only, and a layer that is made of the tree has [`DebianPackages::digest`] in its key.

mod apt;
mod apt_configuration;
mod apt_failure;
mod apt_output;
mod elf;
mod launch;
mod sources;
mod tree;
mod unpack;
mod wanted;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use linkage::{Libraries, Missing};
use sbom::{Component, Kind, Purl};
use sha2::{Digest as _, Sha256};

use crate::command::CommandError;
use crate::environment::Environment;
use crate::layer::{self, Change, LayerError, LayerKey, LayerName, layer_name};
use crate::output::Output;
use crate::run_image::{self, RunImageError};

use self::apt::Apt;
pub use self::apt::{AptError, Resolved};
pub use self::apt_failure::Failure;
pub use self::sources::SourcesError;
pub use self::unpack::Clash;
pub use self::wanted::{APTFILE, Wanted, WantedError, WantedProblem};

/// Of how trees are made.
const FORMAT: u32 = 1;

/// What a build has of Debian packages beside the run image; by default nothing.
#[derive(Debug, Clone, Default)]
pub struct DebianPackages {
    /// The layers; none where no package was asked for.
    pub layers: Vec<LayerName>,
    /// What stands for all packages, those for developers among them. Empty without any.
    pub digest: String,
    /// What is in the image, for the bill of materials.
    pub components: Vec<Component>,
    libraries: Libraries,
    tree: Option<PathBuf>,
    launch: PathBuf,
}

/// Packages that can't be had.
#[derive(Debug, thiserror::Error)]
pub enum DebianError {
    /// What the app asks for can't be read.
    #[error(transparent)]
    Wanted(#[from] WantedError),
    /// The list of what the run image has can't be used.
    #[error(transparent)]
    RunImage(#[from] RunImageError),
    /// Where packages come from can't be known.
    #[error(transparent)]
    Sources(#[from] SourcesError),
    /// apt failed.
    #[error(transparent)]
    Apt(#[from] AptError),
    /// A package can't be unpacked.
    #[error("{package} can't be unpacked")]
    Unpack {
        /// Its name.
        package: String,
        /// What `dpkg-deb` says.
        source: CommandError,
    },
    /// Two packages have a file of one name.
    #[error(transparent)]
    Clash(#[from] Clash),
    /// Libraries of the packages need what neither they nor the run image have.
    #[error("{} libraries lack something", .0.len())]
    Incomplete(Vec<Incomplete>),
    /// A file can't be read or written.
    #[error("the packages can't be read or written")]
    Io(#[from] std::io::Error),
}

/// A library of a package that can't be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomplete {
    /// Its path, as the package has it.
    pub file: String,
    /// What it lacks.
    pub missing: Missing,
}

/// What packages are made with.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Where the layers are.
    pub layers_dir: &'a Path,
    /// The variables of the build.
    pub environment: &'a Environment,
    /// What clients see: proxies, trusted authorities, `HOME` and `NETRC`.
    pub variables: &'a BTreeMap<OsString, OsString>,
    /// The root of the build image.
    pub root: &'a Path,
}

#[derive(Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct CacheKey {
    format: u32,
}

impl LayerKey for CacheKey {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { format } = self;
        let change = Change::between("the layout of the cache", &previous.format, format);
        change.into_iter().collect()
    }
}

/// Has the packages at hand and makes the layers. Nothing happens where none is wanted.
///
/// # Errors
/// When one can't be had, or would not work in the image.
pub fn install(
    wanted: &Wanted,
    place: Place<'_>,
    output: &Output,
) -> Result<DebianPackages, LayerError<DebianError>> {
    let failed = |error: DebianError| LayerError::Create(error);
    let of_run_image =
        run_image::libraries(place.environment).map_err(|error| failed(error.into()))?;
    if wanted.is_empty() {
        return Ok(DebianPackages {
            libraries: of_run_image,
            ..DebianPackages::default()
        });
    }
    output.step(format_args!(
        "Adding Debian packages (from {})",
        wanted.origins()
    ));
    let status = run_image::packages(place.environment).map_err(|error| failed(error.into()))?;
    let sources = sources::of_build(&place).map_err(|error| failed(error.into()))?;
    let cache = layer_name!("debian-packages");
    let cached = layer::cache_directory(place.layers_dir, &cache, &CacheKey { format: FORMAT })?;
    let apt = Apt::open(&cached.path.join("apt"), &status, &sources, place.variables);
    let apt = apt.map_err(|error| failed(error.into()))?;
    let resolved = apt.resolve(wanted).map_err(|error| failed(error.into()))?;
    log(wanted, &resolved, output);
    let digest = digest(&resolved);
    let tree = tree::ensure(&cached.path, &digest, &apt, &resolved).map_err(failed)?;
    tree.tell(output);
    let (offered, incomplete) =
        elf::offered(&tree, &of_run_image).map_err(|error| failed(error.into()))?;
    if !incomplete.is_empty() {
        return Err(failed(DebianError::Incomplete(incomplete)));
    }
    let (launch, outcome) = launch::install(place.layers_dir, &resolved, &tree)?;
    output.layer(&launch, &outcome);
    let release = sources::release(place.root);
    let in_image = resolved.iter().filter(|package| package.is_in_image);
    Ok(DebianPackages {
        components: in_image
            .map(|one| component(one, release.as_deref()))
            .collect(),
        launch: place.layers_dir.join(launch.as_str()),
        layers: vec![cache, launch],
        digest,
        libraries: offered,
        tree: Some(tree.root),
    })
}

impl DebianPackages {
    /// What programs can be linked with in the image: of the run image and of the packages.
    #[must_use]
    pub fn libraries(&self) -> &Libraries {
        &self.libraries
    }

    /// The variables by which compilers, loaders and programs of a build find what is in the tree, after what they
    /// have already.
    #[must_use]
    pub fn variables(&self, given: &BTreeMap<OsString, OsString>) -> BTreeMap<OsString, OsString> {
        let Some(root) = &self.tree else {
            return BTreeMap::new();
        };
        let mut variables = BTreeMap::new();
        for (name, directories) in tree::searched(root) {
            let before = given.get(OsStr::new(name)).cloned();
            let before = before.filter(|value| !value.is_empty());
            let all = before.into_iter();
            let all: Vec<OsString> = all.chain(directories).collect();
            if !all.is_empty() {
                variables.insert(name.into(), all.join(OsStr::new(":")));
            }
        }
        variables
    }

    /// A program of a name, as the image will have it, and the file that it is now.
    #[must_use]
    pub fn program(&self, name: &str) -> Option<(PathBuf, PathBuf)> {
        let root = self.tree.as_ref()?;
        let mut found = launch::PROGRAMS
            .iter()
            .map(|directory| Path::new(directory).join(name));
        let path = found.find(|path| root.join(path).is_file())?;
        Some((self.launch.join(&path), root.join(path)))
    }
}

fn digest(resolved: &[Resolved]) -> String {
    let lines: Vec<String> = resolved.iter().map(Resolved::line).collect();
    hex::encode(Sha256::digest(format!("{FORMAT}\n{}", lines.join("\n"))))
}

fn component(package: &Resolved, release: Option<&str>) -> Component {
    let Resolved {
        name,
        version,
        architecture,
        ..
    } = package;
    Component::new(Kind::Library, name)
        .version(version)
        .purl(Purl::debian(name, version, architecture, release))
}

fn log(wanted: &Wanted, resolved: &[Resolved], output: &Output) {
    let is_resolved = |name: &str| resolved.iter().any(|package| package.name == name);
    for package in wanted.names() {
        if !is_resolved(package) {
            output.detail(format_args!(
                "{package}: the run image has it, or another package is it"
            ));
        }
    }
    for package in resolved {
        let Resolved { name, version, .. } = package;
        let only = if package.is_in_image {
            ""
        } else {
            ", for the build only"
        };
        output.detail(format_args!("{name} {version}{only}"));
    }
}

#[cfg(test)]
mod tests;
