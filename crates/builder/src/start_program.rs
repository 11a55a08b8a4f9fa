//! `start`, the program that runs start commands in images without a shell: compiled by cargo, put into app
//! images by buildpacks.
//!
//! It is linked with musl: statically linked with glibc, even an empty program has 1.1 MB.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use composer::{Architecture, Composer};
use serde::Deserialize;
use store::Store;
use tracing::info_span;

use crate::buildpack_sources;
use crate::command::Process;
use crate::compilation;
use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::key::{Key, KeyBuilder};
use crate::musl;
use crate::prerequisites::{self, Missing};
use crate::runtime::Runtime;
use crate::source_tree::SourceTree;
use crate::tools::{self, RustcVersion};
use crate::tree;

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 1;

/// The crate of the program.
const CRATE: &str = "crates/start-command/runtime";

/// The profile of `Cargo.toml` that it is compiled with.
const PROFILE: &str = "start";

/// Its name, as a program and in the component.
const NAME: &str = "start";

/// Addresses that are known when it is loaded take 3 kB instead of 15.
const LINKING: &str = "-Clink-arg=-Wl,-z,pack-relative-relocs";

/// What it may have in bytes: it is in every app image that needs it.
const LARGEST: u64 = 600_000;

/// The component: the program alone.
pub(crate) struct StartProgram {
    root: PathBuf,
    architecture: Architecture,
    component: ComponentId,
}

impl Runtime for StartProgram {
    fn component(&self) -> &ComponentId {
        &self.component
    }

    fn mount_point(&self) -> PathBuf {
        PathBuf::from("/opt/coracle/start")
    }

    fn missing(&self, store: &Store) -> Result<Vec<Missing>, BuilderError> {
        let oldest = buildpack_sources::oldest_rust(&self.root)?;
        let mut missing = prerequisites::rust_compiler(store, &self.root, &oldest)?;
        if missing.is_empty() {
            missing.extend(musl::missing(&self.root, self.architecture)?);
        }
        Ok(missing)
    }

    fn ensure(&self, store: &Store, _composer: &Composer) -> Result<PathBuf, BuilderError> {
        let title = "Compiling start, which runs start commands";
        self.component.ensure(store, title, |work, out| {
            let cargo = tools::cargo().ok_or(BuilderError::ToolVanished { tool: "cargo" })?;
            musl::ensure(&self.root, self.architecture)?;
            compilation::fetch(&cargo, &self.root)?;
            let program = info_span!("step", title = "Compiling the program")
                .in_scope(|| self.compile(&cargo, work))?;
            store.io(|| {
                fs_err::copy(program, out.join(NAME))?;
                tree::normalise(out, |path| path == NAME)
            })?;
            let size = store.io(|| fs_err::metadata(out.join(NAME)))?.len();
            if size > LARGEST {
                let largest = LARGEST;
                return Err(BuilderError::StartTooLarge { size, largest });
            }
            let compiler = tools::rustc_version(store, &self.root)?;
            if key(compiler.as_ref(), &self.root, self.architecture)? != self.component.key {
                let root = self.root.clone();
                return Err(BuilderError::SourcesChanged { root });
            }
            Ok(())
        })
    }
}

impl StartProgram {
    /// The program of a checkout.
    pub(crate) fn new(
        source: &SourceTree,
        architecture: Architecture,
        rustc: Option<&RustcVersion>,
    ) -> Result<Self, BuilderError> {
        let root = source.root().to_owned();
        let key = key(rustc, &root, architecture)?;
        Ok(Self {
            component: ComponentId::new(NAME, key),
            root,
            architecture,
        })
    }

    /// Where cargo puts it.
    fn compile(&self, cargo: &Path, work: &Path) -> Result<PathBuf, BuilderError> {
        let answer = Process::new(cargo)
            .directory(&self.root)
            .environment(compilation::environment(&self.root, LINKING))
            .scratch(work)
            .arguments(["build", "--locked", "--profile", PROFILE])
            .arguments(["--package", "start-runtime", "--bin", NAME])
            .arguments(["--message-format", "json-render-diagnostics"])
            .arguments(["--target", musl::target(self.architecture)])
            .output()
            .map_err(|source| BuilderError::StartCompile { source })?;
        executable_in(&answer).ok_or(BuilderError::StartUntold)
    }
}

/// The program in what `cargo build --message-format json` says, a JSON object a line.
fn executable_in(answer: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        executable: Option<PathBuf>,
    }
    let messages = answer.lines().rev().map(serde_json::from_str::<Message>);
    messages.flatten().find_map(|message| message.executable)
}

/// Of everything that it is made of, as it is now.
fn key(
    compiler: Option<&RustcVersion>,
    root: &Path,
    architecture: Architecture,
) -> Result<Key, BuilderError> {
    let mut key = KeyBuilder::new(NAME, RECIPE);
    key.text("target", musl::target(architecture));
    key.text(
        "rustc",
        compiler.map_or("none", |compiler| &compiler.version),
    );
    let directories: BTreeSet<PathBuf> =
        buildpack_sources::crates_of(root, vec![root.join(CRATE)])?;
    compilation::add_crates(&mut key, root, &directories)?;
    Ok(key.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_tells_where_the_program_is() {
        let answer = "{\"reason\":\"compiler-artifact\",\"executable\":null}\n\
                      {\"reason\":\"compiler-artifact\",\"executable\":\"/target/start/start\"}\n\
                      {\"reason\":\"build-finished\",\"success\":true}\n";
        let expected = Path::new("/target/start/start");
        assert_eq!(executable_in(answer).as_deref(), Some(expected));
        assert_eq!(executable_in("{\"reason\":\"build-finished\"}"), None);
    }

    #[test]
    fn it_is_made_of_its_own_crate_and_of_nothing_that_buildpacks_are_made_of() {
        let root = testkit::workspace_root();
        let crates = buildpack_sources::crates_of(&root, vec![root.join(CRATE)]).unwrap();
        assert_eq!(crates, BTreeSet::from([root.join(CRATE)]));
    }
}
