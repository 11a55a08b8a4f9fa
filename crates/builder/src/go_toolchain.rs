//! A bundled Go: its toolchain, trimmed, and the standard library compiled in advance.
//!
//! The toolchain is the module `golang.org/toolchain`, so that the machine's own `go` finds it
//! wherever its configuration says and checks it against the checksum database.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use store::Store;
use tracing::{info_span, warn};

use crate::command::Process;
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::go_data::{BuildFlags, GoData};
use crate::go_trim::GoPlatform;
use crate::key::KeyBuilder;
use crate::prerequisites::{self, Missing};
use crate::runtime::Runtime;
use crate::source_tree::{self, SourceTree};
use crate::tools;
use crate::tree;
use composer::{Architecture, Composer};

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 2;

/// Variables that change what `go` compiles; none may come from the machine.
const CLEARED: &[&str] = &[
    "GOFLAGS",
    "GOROOT",
    "GOEXPERIMENT",
    "GO111MODULE",
    "GOWORK",
    "GOOS",
    "GOARCH",
    "GODEBUG",
    "GOFIPS140",
    "GOGC",
    "GOMEMLIMIT",
    "GOCACHEPROG",
    "GOTOOLCHAIN",
    "GOBIN",
];

/// A bundled Go version that is made, or going to be.
#[derive(Debug)]
pub(crate) struct GoToolchain {
    version: String,
    data: GoData,
    architecture: Architecture,
    component: ComponentId,
}

impl Runtime for GoToolchain {
    fn component(&self) -> &ComponentId {
        &self.component
    }

    fn mount_point(&self) -> PathBuf {
        PathBuf::from(format!("/opt/coracle/go/{}", self.version))
    }

    fn missing(&self, _: &Store) -> Result<Vec<Missing>, BuilderError> {
        prerequisites::go()
    }

    fn ensure(&self, store: &Store, _composer: &Composer) -> Result<PathBuf, BuilderError> {
        self.make(store)
    }
}

impl GoToolchain {
    /// Downloads, trims and compiles it where it has not been done.
    pub(crate) fn make(&self, store: &Store) -> Result<PathBuf, BuilderError> {
        let title = format!("Making the Go {} runtime", self.version);
        self.component.ensure(store, &title, |work, out| {
            let toolchain = out.join("toolchain");
            let downloaded = info_span!("step", title = format!("Downloading Go {}", self.version))
                .in_scope(|| self.download(work))?;
            store.io(|| {
                fs_err::rename(downloaded, &toolchain)?;
                self.trim(&toolchain)
            })?;
            self.strip(store, &toolchain)?;
            let cache = out.join("build-cache");
            store.io(|| {
                tree::normalise(&toolchain, |path| self.data.trim.strips(path))?;
                fs_err::create_dir(&cache)
            })?;
            info_span!("step", title = "Compiling Go's standard library")
                .in_scope(|| self.compile_standard_library(work, &toolchain, &cache))?;
            store.io(|| {
                fix_times_of_entries(&cache)?;
                tree::normalise(&cache, |_| false)
            })?;
            Ok(())
        })
    }

    /// Every version that `stack/runtimes/go.toml` bundles.
    pub(crate) fn bundled(
        store: &Store,
        source: &SourceTree,
        architecture: Architecture,
    ) -> Result<Vec<Self>, BuilderError> {
        let data = Self::data(source)?;
        let versions = data.bundled.iter();
        Ok(versions
            .map(|version| Self::new(store, version, &data, architecture))
            .collect())
    }

    /// The version that compiles the lifecycle: the default, which is bundled.
    pub(crate) fn default(
        store: &Store,
        source: &SourceTree,
        architecture: Architecture,
    ) -> Result<Self, BuilderError> {
        let data = Self::data(source)?;
        Ok(Self::new(store, &data.default, &data, architecture))
    }

    fn data(source: &SourceTree) -> Result<GoData, BuilderError> {
        let path = source.path("stack/runtimes/go.toml");
        GoData::parse(&source_tree::read(&path)?)
            .map_err(|source| BuilderError::Data { path, source })
    }

    fn new(store: &Store, version: &str, data: &GoData, architecture: Architecture) -> Self {
        let component = |is_stripped: bool| {
            let mut key = KeyBuilder::new("go", RECIPE);
            key.text("version", version);
            key.text("architecture", architecture.name());
            key.text("build", &format!("{:?}", data.build));
            key.text("trim", &format!("{:?}", data.trim));
            key.text("strip", &is_stripped.to_string());
            ComponentId::new(format!("go-{version}"), key.finish())
        };
        // One that is made already needs no `strip` any more.
        let is_stripped = tools::find("strip").is_some() || component(true).exists(store);
        Self {
            version: version.to_owned(),
            data: data.clone(),
            architecture,
            component: component(is_stripped),
        }
    }

    /// A call of this toolchain's `go`, as it lies in the component.
    pub(crate) fn go(&self, component: &Path, cache: &Path) -> Process {
        go_process(
            &component.join("toolchain/bin/go"),
            &self.data.build,
            self.architecture,
        )
        .environment([("GOCACHE", cache)])
    }

    /// The arguments with which everything is compiled.
    pub(crate) fn build_arguments(&self) -> &[String] {
        &self.data.build.arguments
    }

    /// The downloaded tree, below the work directory.
    fn download(&self, work: &Path) -> Result<PathBuf, BuilderError> {
        let go = tools::find("go").ok_or(BuilderError::ToolVanished { tool: "go" })?;
        let module = format!(
            "golang.org/toolchain@v0.0.1-go{}.linux-{}",
            self.version,
            self.architecture.name()
        );
        let answer = Process::new(&go)
            .without(CLEARED)
            .environment([("GOFLAGS", "-modcacherw"), ("GOTOOLCHAIN", "local")])
            // A module cache of its own: the archive goes with the work directory, and the tree
            // needs no copy.
            .environment([("GOMODCACHE", work.join("modules"))])
            .scratch(work)
            .directory(work)
            .arguments(["mod", "download", "-json", &module])
            .output()
            .map_err(|source| BuilderError::GoDownload {
                version: self.version.clone(),
                source,
            })?;
        let module: DownloadedModule =
            serde_json::from_str(&answer).map_err(BuilderError::GoAnswer)?;
        Ok(module.directory)
    }

    fn trim(&self, toolchain: &Path) -> std::io::Result<()> {
        let platform = GoPlatform {
            os: "linux",
            architecture: self.architecture.name(),
        };
        tree::remove_where(toolchain, |path, is_file| {
            self.data.trim.leaves_out(path, is_file, platform)
        })
    }

    fn strip(&self, store: &Store, toolchain: &Path) -> Result<(), BuilderError> {
        let Some(strip) = tools::find("strip") else {
            warn!("Go's tools stay 5 MB larger: install binutils, which has `strip`");
            return Ok(());
        };
        let executables = store.io(|| {
            let files = tree::files(toolchain)?.into_iter();
            let executables: Vec<PathBuf> = files
                .filter(|path| self.data.trim.strips(path))
                .map(|path| toolchain.join(path))
                .collect();
            for executable in &executables {
                tree::set_mode(executable, 0o755)?;
            }
            Ok(executables)
        })?;
        Process::new(&strip)
            .argument("--strip-all")
            .arguments(&executables)
            .run()
            .map_err(|source| BuilderError::Strip { source })
    }

    fn compile_standard_library(
        &self,
        work: &Path,
        toolchain: &Path,
        cache: &Path,
    ) -> Result<(), BuilderError> {
        go_process(
            &toolchain.join("bin/go"),
            &self.data.build,
            self.architecture,
        )
        .environment([("GOCACHE", cache)])
        // The index of packages holds paths and times of this directory, not of its final place.
        .environment([("GODEBUG", "goindex=0"), ("GOFLAGS", "")])
        // What `go env -w` keeps on this machine must not reach what every app is made of.
        .environment([("GOENV", "off")])
        .scratch(work)
        .directory(toolchain)
        .argument("build")
        .arguments(&self.data.build.arguments)
        .argument("std")
        .run()
        .map_err(|source| BuilderError::GoStandardLibrary {
            version: self.version.clone(),
            source,
        })
    }
}

fn go_process(go: &Path, flags: &BuildFlags, architecture: Architecture) -> Process {
    Process::new(go)
        .without(CLEARED)
        .environment([
            ("GOOS", "linux"),
            ("GOARCH", architecture.name()),
            ("GOWORK", "off"),
            ("GOAMD64", "v1"),
            ("GOARM64", "v8.0"),
        ])
        .environment(&flags.environment)
}

#[derive(Deserialize)]
struct DownloadedModule {
    #[serde(rename = "Dir")]
    directory: PathBuf,
}

/// Go notes in every entry of its build cache when it was made (`cmd/go/internal/cache`: `v1`, action,
/// output, size, time in nanoseconds, the numbers 20 characters wide). Nothing reads it but the
/// expiry of test results; a fixed time makes the cache the same bytes every time. So does leaving out
/// `trim.txt`, which says when Go last looked for entries to remove.
fn fix_times_of_entries(cache: &Path) -> std::io::Result<()> {
    const TIME_WIDTH: usize = 20;
    let fixed = format!(
        "{:>TIME_WIDTH$}\n",
        u64::from(oci::FILE_TIME) * 1_000_000_000
    );
    for path in tree::files(cache)? {
        if path == "trim.txt" {
            fs_err::remove_file(cache.join(&path))?;
        }
        if !path.ends_with("-a") {
            continue;
        }
        let path = cache.join(path);
        let mut entry = fs_err::read(&path)?;
        if entry.starts_with(b"v1 ")
            && let Some(start) = entry.len().checked_sub(fixed.len())
        {
            entry.splice(start.., fixed.bytes());
            fs_err::write(&path, entry)?;
        }
    }
    Ok(())
}
