//! The lifecycle and its launcher, compiled from the module that `stack/lifecycle` pins; and crane,
//! a tool of the machine that moves images, from the same module file.
//!
//! They are compiled by the bundled Go, not by the machine's, because the launcher is in every app
//! image: the same launcher on every machine, the same digest.

use std::path::{Path, PathBuf};

use composer::Architecture;
use store::Store;
use tracing::info_span;

use crate::command::Process;
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::go_toolchain::GoToolchain;
use crate::key::KeyBuilder;
use crate::lifecycle_descriptor::{self, MODULE};
use crate::runtime::Runtime as _;
use crate::source_tree::{self, SourceTree};
use crate::tree;

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 2;

/// Where a checkout has the module file.
const DIRECTORY: &str = "stack/lifecycle";

/// The phases, which are names of one program.
const PHASES: &[&str] = &[
    "analyzer", "builder", "creator", "detector", "exporter", "extender", "rebaser", "restorer",
];

/// The packages that are compiled, all in one call because they share most of their modules.
const PACKAGES: &[&str] = &[
    "github.com/buildpacks/lifecycle/cmd/lifecycle",
    "github.com/buildpacks/lifecycle/cmd/launcher",
    "github.com/google/go-containerregistry/cmd/crane",
];

/// The lifecycle component: `lifecycle.toml`, `lifecycle/`, and `host/crane`.
pub(crate) struct Lifecycle {
    directory: PathBuf,
    go: GoToolchain,
    pub(crate) component: ComponentId,
}

impl Lifecycle {
    pub(crate) fn new(
        store: &Store,
        source: &SourceTree,
        architecture: Architecture,
    ) -> Result<Self, BuilderError> {
        let go = GoToolchain::default(store, source, architecture)?;
        let directory = source.path(DIRECTORY);
        let mut key = KeyBuilder::new("lifecycle", RECIPE);
        for name in ["go.mod", "go.sum", "lifecycle.toml"] {
            key.file(name, &directory.join(name))
                .map_err(BuilderError::Read)?;
        }
        key.text("go", go.component().key.as_str());
        Ok(Self {
            component: ComponentId::new("lifecycle", key.finish()),
            directory,
            go,
        })
    }

    /// Compiles it where it has not been done, and before that the Go that does it.
    pub(crate) fn ensure(&self, store: &Store) -> Result<PathBuf, BuilderError> {
        if self.component.exists(store) {
            return Ok(self.component.directory(store));
        }
        let go = self.go.make(store)?;
        self.component
            .ensure(store, "Compiling the lifecycle", |work, out| {
                let version = self.version()?;
                let call = Call {
                    toolchain: &go,
                    cache: work.join("go-build-cache"),
                    work,
                };
                let directory = out.join("lifecycle");
                store.io(|| {
                    tree::copy(&go.join("build-cache"), &call.cache)?;
                    fs_err::create_dir(&directory)
                })?;
                self.compile(&call, &directory, &version)?;
                self.check_apis(&call)?;
                let descriptor = lifecycle_descriptor::render(&self.descriptor()?, &version);
                for program in ["lifecycle", "launcher"] {
                    self.write_bill_of_materials(store, &directory, program)?;
                }
                store.io(|| {
                    fs_err::write(out.join("lifecycle.toml"), descriptor)?;
                    for phase in PHASES {
                        fs_err::os::unix::fs::symlink("lifecycle", directory.join(phase))?;
                    }
                    fs_err::create_dir(out.join("host"))?;
                    fs_err::rename(directory.join("crane"), out.join("host/crane"))?;
                    let programs = ["lifecycle/lifecycle", "lifecycle/launcher", "host/crane"];
                    tree::normalise(out, |path| programs.contains(&path))
                })?;
                Ok(())
            })
    }

    /// Downloads the modules: all of the network that [`Lifecycle::ensure`] needs.
    fn download(&self, call: &Call<'_>) -> Result<(), BuilderError> {
        info_span!("step", title = "Downloading the lifecycle's modules").in_scope(|| {
            self.go(call)
                .arguments(["list", "-deps"])
                .arguments(PACKAGES)
                .run()
                .map_err(|source| BuilderError::LifecycleDownload { source })
        })
    }

    fn compile(&self, call: &Call<'_>, to: &Path, version: &str) -> Result<(), BuilderError> {
        self.download(call)?;
        let modules = self.module_cache(call)?;
        self.go(call)
            // What `go env -w` keeps on this machine must not reach what is in every image, but it may
            // have said where the modules are.
            .environment([("GOPROXY", "off"), ("GOENV", "off")])
            .environment([("GOMODCACHE", modules)])
            .argument("build")
            .arguments(self.go.build_arguments())
            .argument(format!(
                "-ldflags=-s -w -buildid= -X {MODULE}/cmd.Version={version} \
                 -X {MODULE}/cmd.SCMRepository={MODULE}"
            ))
            .argument("-o")
            .argument(to)
            .arguments(PACKAGES)
            .run()
            .map_err(|source| BuilderError::LifecycleCompile { source })
    }

    /// Where [`Lifecycle::download`] has put the modules.
    fn module_cache(&self, call: &Call<'_>) -> Result<String, BuilderError> {
        let answer = self.go(call).arguments(["env", "GOMODCACHE"]).output();
        let answer = answer.map_err(|source| BuilderError::LifecycleCompile { source })?;
        Ok(answer.trim().to_owned())
    }

    /// The version that `go.mod` pins.
    pub(crate) fn version(&self) -> Result<String, BuilderError> {
        pinned_version(self.directory.join("go.mod"))
    }

    fn descriptor(&self) -> Result<toml::Table, BuilderError> {
        let path = self.directory.join("lifecycle.toml");
        toml::from_str(&source_tree::read(&path)?)
            .map_err(|source| BuilderError::Data { path, source })
    }

    fn check_apis(&self, call: &Call<'_>) -> Result<(), BuilderError> {
        let directory = self
            .go(call)
            .arguments(["list", "-m", "-f", "{{.Dir}}", MODULE])
            .output()
            .map_err(|source| BuilderError::LifecycleCompile { source })?;
        let source = fs_err::read_to_string(Path::new(directory.trim()).join("api/apis.go"))
            .map_err(BuilderError::Read)?;
        match lifecycle_descriptor::unsupported_list(&self.descriptor()?, &source) {
            None => Ok(()),
            Some(list) => Err(BuilderError::LifecycleApis {
                path: self.directory.join("lifecycle.toml"),
                list,
            }),
        }
    }

    /// Writes `<program>.sbom.cdx.json`, `.spdx.json` and `.syft.json` beside the program.
    fn write_bill_of_materials(
        &self,
        store: &Store,
        directory: &Path,
        program: &str,
    ) -> Result<(), BuilderError> {
        let bytes = store.io(|| fs_err::read(directory.join(program)))?;
        let section = linkage::section(&bytes, ".go.buildinfo");
        let information = section.and_then(sbom::go_build_info::parse_section);
        let information = information.ok_or_else(|| BuilderError::GoBuildInfo {
            program: program.to_owned(),
        })?;
        let version = self.version()?;
        let subject = sbom::Component::new(sbom::Kind::Application, program).version(version);
        let document = sbom::Document::new(subject, information.components());
        let write = |format: &str, text: String| {
            fs_err::write(
                directory.join(format!("{program}.sbom.{format}.json")),
                text,
            )
        };
        store.io(|| {
            write("cdx", document.cyclonedx_json())?;
            write("spdx", document.spdx_json())?;
            write("syft", document.syft_json())
        })?;
        Ok(())
    }

    fn go(&self, call: &Call<'_>) -> Process {
        self.go
            .go(call.toolchain, &call.cache)
            .scratch(call.work)
            .directory(&self.directory)
            .environment([("GOFLAGS", "-mod=readonly")])
    }
}

/// The version of the lifecycle that a checkout pins.
pub(crate) fn version(source: &SourceTree) -> Result<String, BuilderError> {
    pinned_version(source.path(DIRECTORY).join("go.mod"))
}

fn pinned_version(path: PathBuf) -> Result<String, BuilderError> {
    lifecycle_descriptor::module_version(&source_tree::read(&path)?)
        .ok_or(BuilderError::LifecycleVersion { path })
}

/// With what `go` is called.
struct Call<'a> {
    /// The directory of the Go component.
    toolchain: &'a Path,
    cache: PathBuf,
    work: &'a Path,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell takes the place of `go`: its first argument is then a script in the source directory.
    #[test]
    fn modules_are_compiled_from_where_they_were_downloaded_to() {
        let directory = testkit::directory(
            "-- toolchain/bin/go -> /bin/sh --
-- source/list --
-- source/env --
echo /modules
-- source/build --
echo \"$GOPROXY $GOENV $GOMODCACHE\" >said
",
        );
        let root = directory.path();
        let store = Store::open(root.join("store")).unwrap();
        let checkout = SourceTree::find(None, &testkit::workspace_root()).unwrap();
        let lifecycle = Lifecycle {
            directory: root.join("source"),
            ..Lifecycle::new(&store, &checkout, Architecture::Amd64).unwrap()
        };
        let call = Call {
            toolchain: root,
            cache: root.join("cache"),
            work: root,
        };
        lifecycle.compile(&call, root, "1.2.3").unwrap();
        let said = fs_err::read_to_string(root.join("source/said")).unwrap();
        assert_eq!(said, "off off /modules\n");
    }
}
