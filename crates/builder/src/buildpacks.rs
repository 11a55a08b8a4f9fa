//! The buildpacks: compiled by cargo, laid out by libcnb-package as they stand in a builder.
//!
//! They are linked statically with glibc, so that they run in any image whatever its C library.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use libcnb_package::CargoProfile;
use libcnb_package::package::package_buildpack;
use store::Store;
use tracing::{info, info_span};

use crate::builder_image::Placed;
use crate::buildpack_sources::{self, BuildpackSource};
use crate::command::{CommandError, Process};
use crate::compilation;
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::key::{Key, KeyBuilder};
use crate::prerequisites::{self, Missing};
use crate::source_tree::SourceTree;
use crate::tools::{self, RustcVersion};
use crate::tree;
use composer::Architecture;

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 2;

/// The buildpacks component: `<id with / as _>/<version>/` as below `/cnb/buildpacks`.
pub(crate) struct Buildpacks {
    root: PathBuf,
    architecture: Architecture,
    sources: Vec<BuildpackSource>,
    pub(crate) component: ComponentId,
}

fn has_rustc() -> bool {
    tools::rustc().is_some()
}

impl Buildpacks {
    /// The buildpacks of these ids.
    pub(crate) fn new(
        store: &Store,
        source: &SourceTree,
        architecture: Architecture,
        ids: &[String],
        rustc: Option<&RustcVersion>,
    ) -> Result<Self, BuilderError> {
        let root = source.root().to_owned();
        let sources = buildpack_sources::find(&root, ids)?;
        let key = key(rustc, &root, architecture, &sources)?;
        let component = ComponentId::new("buildpacks", key);
        if let Some(rustc) = rustc.filter(|_| component.exists(store) && has_rustc()) {
            rustc.remember(store);
        }
        Ok(Self {
            root,
            architecture,
            sources,
            component,
        })
    }

    /// Says where it matters that there is no compiler. For when the builder is made: what leads to it is looked at
    /// again and again.
    pub(crate) fn say_compiler(&self, store: &Store) {
        if self.component.exists(store) && !has_rustc() {
            info!("rustc isn't found here: the buildpacks are as the last one compiled them");
        }
    }

    /// Id and version of each.
    pub(crate) fn versions(&self) -> BTreeMap<&str, &str> {
        self.sources
            .iter()
            .map(|source| (source.id.as_str(), source.version.as_str()))
            .collect()
    }

    /// The id of each, where it lies, once made, and where an image has it.
    pub(crate) fn packaged(&self, store: &Store) -> Vec<(&str, Placed)> {
        let component = self.component.directory(store);
        let sources = self.sources.iter();
        sources
            .map(|source| {
                let path = format!("{}/{}", source.id.replace('/', "_"), source.version);
                let placed = Placed {
                    source: component.join(&path),
                    target: format!("cnb/buildpacks/{path}"),
                };
                (source.id.as_str(), placed)
            })
            .collect()
    }

    /// What this machine lacks to make them.
    pub(crate) fn missing(&self, store: &Store) -> Result<Vec<Missing>, BuilderError> {
        let oldest = buildpack_sources::oldest_rust(&self.root)?;
        prerequisites::rust(store, &self.root, &oldest)
    }

    /// Compiles and lays them out where it has not been done.
    pub(crate) fn ensure(&self, store: &Store) -> Result<PathBuf, BuilderError> {
        self.component
            .ensure(store, "Compiling the buildpacks", |work, out| {
                let cargo = tools::cargo().ok_or(BuilderError::ToolVanished { tool: "cargo" })?;
                compilation::fetch(&cargo, &self.root)?;
                for buildpack in &self.sources {
                    info_span!("step", title = format!("Compiling {}", buildpack.id))
                        .in_scope(|| self.package(&cargo, buildpack, work, out))?;
                }
                let executable =
                    |path: &str| path.contains("/bin/") || path.contains("/additional-bin/");
                store.io(|| tree::normalise(out, executable))?;
                // Which of the two states was compiled, nobody knows.
                let now = tools::rustc_version(store, &self.root)?;
                let now = key(now.as_ref(), &self.root, self.architecture, &self.sources)?;
                if now != self.component.key {
                    return Err(BuilderError::SourcesChanged {
                        root: self.root.clone(),
                    });
                }
                Ok(())
            })
    }

    fn package(
        &self,
        cargo: &Path,
        buildpack: &BuildpackSource,
        work: &Path,
        out: &Path,
    ) -> Result<(), BuilderError> {
        let failed = |source: CommandError| BuilderError::BuildpackCompile {
            id: buildpack.id.clone(),
            source,
        };
        // libcnb-package passes --locked only where CI is set, and lets cargo write to the terminal.
        // Compiling first leaves it nothing to compile.
        Process::new(cargo)
            .directory(&buildpack.directory)
            .environment(self.cargo_environment())
            .scratch(work)
            .arguments(["build", "--locked", "--release", "--target"])
            .argument(rust_target(self.architecture))
            .run()
            .map_err(failed)?;
        package_buildpack(
            &buildpack.directory,
            CargoProfile::Release,
            rust_target(self.architecture),
            &self.cargo_environment(),
            &out.join(buildpack.id.replace('/', "_"))
                .join(&buildpack.version),
            &BTreeMap::new(),
        )
        .map_err(|source| BuilderError::BuildpackPackage {
            id: buildpack.id.clone(),
            source: Box::new(source),
        })
    }

    fn cargo_environment(&self) -> Vec<(OsString, OsString)> {
        compilation::environment(&self.root, "-Ctarget-feature=+crt-static")
    }
}

/// Of everything that the buildpacks are made of, as it is now.
fn key(
    compiler: Option<&RustcVersion>,
    root: &Path,
    architecture: Architecture,
    sources: &[BuildpackSource],
) -> Result<Key, BuilderError> {
    let mut key = KeyBuilder::new("buildpacks", RECIPE);
    key.text("target", rust_target(architecture));
    key.text(
        "rustc",
        compiler.map_or("none", |compiler| &compiler.version),
    );
    // Data that is compiled into buildpacks.
    let data = key.tree("runtimes", &root.join("stack/runtimes"), |_| true);
    data.map_err(BuilderError::Read)?;
    let crates = sources.iter().map(|source| source.directory.clone());
    let directories = buildpack_sources::crates_of(root, crates.collect())?;
    compilation::add_crates(&mut key, root, &directories)?;
    Ok(key.finish())
}

/// The target triple of Rust that links glibc.
fn rust_target(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Amd64 => "x86_64-unknown-linux-gnu",
        Architecture::Arm64 => "aarch64-unknown-linux-gnu",
    }
}
