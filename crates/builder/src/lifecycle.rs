//! The lifecycle and its launcher, compiled from the module that `stack/lifecycle` pins; and crane,
//! a tool of the machine that moves images, from the same module file.
//!
//! They are compiled by the bundled Go, not by the machine's, because the launcher is in every app
//! image: the same launcher on every machine, the same digest.

use std::path::{Path, PathBuf};

use store::Store;
use tracing::info_span;

use crate::command::Process;
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::go_toolchain::{GoToolchain, released};
use crate::key::KeyBuilder;
use crate::lifecycle_descriptor::{self, MODULE};
use crate::source_tree::SourceTree;
use crate::tree;

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 2;

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
pub(crate) struct Lifecycle<'a> {
    directory: PathBuf,
    go: &'a GoToolchain<'a>,
    pub(crate) component: ComponentId,
}

impl<'a> Lifecycle<'a> {
    pub(crate) fn new(source: &SourceTree, go: &'a GoToolchain<'a>) -> Result<Self, BuilderError> {
        let directory = source.path("stack/lifecycle");
        let mut key = KeyBuilder::new("lifecycle", RECIPE);
        for name in ["go.mod", "go.sum", "lifecycle.toml"] {
            key.file(name, &directory.join(name))?;
        }
        key.text("go", go.component.key.as_str());
        Ok(Self {
            component: ComponentId::new("lifecycle", key.finish()),
            directory,
            go,
        })
    }

    /// Compiles it where it has not been done. `go` is the directory of the Go component.
    pub(crate) fn ensure(&self, store: &Store, go: &Path) -> Result<PathBuf, BuilderError> {
        self.component
            .ensure(store, "Compiling the lifecycle", |work, out| {
                let version = self.version()?;
                let cache = work.join("go-build-cache");
                tree::copy(&go.join("build-cache"), &cache)?;
                let directory = out.join("lifecycle");
                fs_err::create_dir(&directory)?;
                self.compile(go, &cache, &directory, &version)?;
                self.check_apis(go, &cache)?;
                let text = lifecycle_descriptor::render(&self.descriptor()?, &version);
                fs_err::write(out.join("lifecycle.toml"), text)?;
                for program in ["lifecycle", "launcher"] {
                    self.write_bill_of_materials(go, &cache, &directory, program)?;
                }
                for phase in PHASES {
                    fs_err::os::unix::fs::symlink("lifecycle", directory.join(phase))?;
                }
                fs_err::create_dir(out.join("host"))?;
                fs_err::rename(directory.join("crane"), out.join("host/crane"))?;
                let programs = ["lifecycle/lifecycle", "lifecycle/launcher", "host/crane"];
                tree::normalise(out, |path| programs.contains(&path), released())?;
                Ok(())
            })
    }

    /// Downloads the modules: all of the network that [`Lifecycle::ensure`] needs.
    pub(crate) fn download(&self, go: &Path, work: &Path) -> Result<(), BuilderError> {
        info_span!("step", title = "Downloading the lifecycle's modules").in_scope(|| {
            self.module_command(go, &work.join("list-cache"))
                .arguments(["list", "-deps"])
                .arguments(PACKAGES)
                .run()
                .map_err(|source| BuilderError::LifecycleDownload { source })
        })
    }

    fn compile(
        &self,
        go: &Path,
        cache: &Path,
        to: &Path,
        version: &str,
    ) -> Result<(), BuilderError> {
        self.download(go, cache)?;
        self.module_command(go, cache)
            // What `go env -w` keeps on this machine must not reach what is in every image.
            .environment([("GOPROXY", "off"), ("GOENV", "off")])
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

    fn version(&self) -> Result<String, BuilderError> {
        let path = self.directory.join("go.mod");
        lifecycle_descriptor::module_version(&fs_err::read_to_string(&path)?)
            .ok_or(BuilderError::LifecycleVersion { path })
    }

    fn descriptor(&self) -> Result<toml::Table, BuilderError> {
        let path = self.directory.join("lifecycle.toml");
        toml::from_str(&fs_err::read_to_string(&path)?)
            .map_err(|source| BuilderError::Data { path, source })
    }

    fn check_apis(&self, go: &Path, cache: &Path) -> Result<(), BuilderError> {
        let directory = self
            .module_command(go, cache)
            .arguments(["list", "-m", "-f", "{{.Dir}}", MODULE])
            .output()
            .map_err(|source| BuilderError::LifecycleCompile { source })?;
        let source = fs_err::read_to_string(Path::new(directory.trim()).join("api/apis.go"))?;
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
        go: &Path,
        cache: &Path,
        directory: &Path,
        program: &str,
    ) -> Result<(), BuilderError> {
        let text = self
            .go
            .go(go, cache)
            .arguments(["version", "-m"])
            .argument(directory.join(program))
            .output()
            .map_err(|source| BuilderError::LifecycleCompile { source })?;
        let information = sbom::go_build_info::parse(&text)?;
        let version = self.version()?;
        let subject = sbom::Component::new(sbom::Kind::Application, program).version(version);
        let document = sbom::Document::new(subject, information.components());
        let write = |format: &str, text: String| {
            fs_err::write(
                directory.join(format!("{program}.sbom.{format}.json")),
                text,
            )
        };
        write("cdx", document.cyclonedx_json())?;
        write("spdx", document.spdx_json())?;
        write("syft", document.syft_json())?;
        Ok(())
    }

    fn module_command(&self, go: &Path, cache: &Path) -> Process {
        self.go
            .go(go, cache)
            .directory(&self.directory)
            .environment([("GOFLAGS", "-mod=readonly")])
    }
}
