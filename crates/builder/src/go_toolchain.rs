//! A bundled Go: its toolchain, trimmed, and the standard library compiled in advance.
//!
//! The toolchain is the module `golang.org/toolchain`, so that the machine's own `go` finds it
//! wherever its configuration says and checks it against the checksum database.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use store::Store;
use tracing::{info_span, warn};

use crate::command::Process;
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::go_data::{BuildFlags, GoData};
use crate::go_trim::GoPlatform;
use crate::key::KeyBuilder;
use crate::tools;
use crate::tree;
use composer::Architecture;

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
pub(crate) struct GoToolchain<'a> {
    version: String,
    data: &'a GoData,
    architecture: Architecture,
    pub(crate) component: ComponentId,
}

impl<'a> GoToolchain<'a> {
    pub(crate) fn new(version: &str, data: &'a GoData, architecture: Architecture) -> Self {
        let mut key = KeyBuilder::new("go", RECIPE);
        key.text("version", version);
        key.text("architecture", architecture.name());
        key.text("build", &format!("{:?}", data.build));
        key.text("trim", &format!("{:?}", data.trim));
        key.text("strip", &tools::find("strip").is_some().to_string());
        Self {
            version: version.to_owned(),
            data,
            architecture,
            component: ComponentId::new(format!("go-{version}"), key.finish()),
        }
    }

    /// Where the sandbox sees the component.
    pub(crate) fn mount_point(&self) -> PathBuf {
        PathBuf::from(format!("/opt/coracle/go/{}", self.version))
    }

    /// Downloads, trims and compiles, where it has not been done.
    pub(crate) fn ensure(&self, store: &Store) -> Result<PathBuf, BuilderError> {
        let title = format!("Making the Go {} runtime", self.version);
        self.component.ensure(store, &title, |work, out| {
            let toolchain = out.join("toolchain");
            info_span!("step", title = format!("Downloading Go {}", self.version))
                .in_scope(|| self.download(work, &toolchain))?;
            self.trim(&toolchain)?;
            self.strip(&toolchain)?;
            tree::normalise(&toolchain, |path| self.data.trim.strips(path), released())?;
            let cache = out.join("build-cache");
            fs_err::create_dir(&cache)?;
            info_span!("step", title = "Compiling Go's standard library")
                .in_scope(|| self.compile_standard_library(&toolchain, &cache))?;
            fix_times_of_entries(&cache)?;
            tree::normalise(&cache, |_| false, released())?;
            Ok(())
        })
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

    fn download(&self, work: &Path, toolchain: &Path) -> Result<(), BuilderError> {
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
            .directory(work)
            .arguments(["mod", "download", "-json", &module])
            .output()
            .map_err(|source| BuilderError::GoDownload {
                version: self.version.clone(),
                source,
            })?;
        let module: DownloadedModule =
            serde_json::from_str(&answer).map_err(BuilderError::GoAnswer)?;
        fs_err::rename(module.directory, toolchain)?;
        Ok(())
    }

    fn trim(&self, toolchain: &Path) -> Result<(), BuilderError> {
        let platform = GoPlatform {
            os: "linux",
            architecture: self.architecture.name(),
        };
        tree::remove_where(toolchain, |path, is_file| {
            self.data.trim.leaves_out(path, is_file, platform)
        })?;
        Ok(())
    }

    fn strip(&self, toolchain: &Path) -> Result<(), BuilderError> {
        let executables: Vec<PathBuf> = tree::files(toolchain)?
            .into_iter()
            .filter(|path| self.data.trim.strips(path))
            .map(|path| toolchain.join(path))
            .collect();
        let Some(strip) = tools::find("strip") else {
            warn!("Go's tools stay 5 MB larger: install binutils, which has `strip`");
            return Ok(());
        };
        for executable in &executables {
            tree::set_mode(executable, 0o755)?;
        }
        Process::new(&strip)
            .argument("--strip-all")
            .arguments(&executables)
            .run()
            .map_err(|source| BuilderError::Strip { source })
    }

    fn compile_standard_library(&self, toolchain: &Path, cache: &Path) -> Result<(), BuilderError> {
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

/// The time of every file in a component.
pub(crate) fn released() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(oci::FILE_TIME.into())
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
