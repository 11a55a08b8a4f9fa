//! A real registry on the loopback.
#![expect(
    clippy::disallowed_methods,
    reason = "starts the registry of the builder's lifecycle component"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::{Call, Layout, Machine, Process, free_port};

/// `crane registry serve`, which the builder's lifecycle component has; ended when dropped.
#[derive(Debug)]
pub struct Registry {
    crane: PathBuf,
    address: String,
    _process: Process,
    _storage: TempDir,
}

impl Registry {
    /// Starts it.
    ///
    /// # Panics
    /// When the component has no crane or it doesn't listen.
    #[track_caller]
    #[must_use]
    pub fn start(machine: &Machine) -> Self {
        let crane = WalkDir::new(machine.shared_home().join("components/lifecycle"))
            .into_iter()
            .filter_map(Result::ok)
            .find(|entry| entry.file_name() == "crane" && entry.file_type().is_file())
            .expect("the lifecycle component has crane");
        let address = format!("127.0.0.1:{}", free_port());
        let storage = tempfile::tempdir().expect("a temporary directory can be made");
        let process = serve(crane.path(), &address, storage.path());
        Self {
            crane: crane.path().to_owned(),
            address,
            _process: process,
            _storage: storage,
        }
    }

    /// The program that serves it, and that pulls from it.
    #[must_use]
    pub fn crane(&self) -> &Path {
        &self.crane
    }

    /// Whether a reference names an image.
    ///
    /// # Panics
    /// When the program that asks can't be started.
    #[track_caller]
    #[must_use]
    pub fn has(&self, reference: &str) -> bool {
        self.ask(["digest", reference]).run().code() == 0
    }

    /// The repositories that it has, each on a line.
    ///
    /// # Panics
    /// When it doesn't say.
    #[track_caller]
    #[must_use]
    pub fn repositories(&self) -> String {
        let catalog = self.ask(["catalog", &self.address]);
        catalog.run().succeeded().text().trim().to_owned()
    }

    /// Puts a changed copy of an image under another name.
    ///
    /// # Panics
    /// When the registry doesn't have it.
    #[track_caller]
    pub fn change(&self, reference: &str, to: &str) {
        let mutate = self.ask(["mutate", reference, "--label=changed=yes", "--tag", to]);
        let _ = mutate.run().succeeded();
    }

    /// The bytes of each layer of an image, lowest first, and what its history says of it.
    ///
    /// # Panics
    /// When the registry doesn't have it.
    #[track_caller]
    #[must_use]
    pub fn layer_sizes(&self, reference: &str) -> Vec<(u64, String)> {
        let document = |subject| -> Value {
            let said = self.ask([subject, reference]).run().succeeded();
            serde_json::from_str(said.text()).expect("it is JSON")
        };
        let (manifest, config) = (document("manifest"), document("config"));
        let layers = manifest["layers"].as_array().expect("an array");
        let history = config["history"].as_array().expect("an array");
        assert_eq!(layers.len(), history.len(), "layers and history");
        let layers = layers.iter().zip(history).map(|(layer, made)| {
            let made_by = made["created_by"].as_str().unwrap_or_default();
            (
                layer["size"].as_u64().expect("a number"),
                made_by.to_owned(),
            )
        });
        layers.collect()
    }

    fn ask<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Call {
        Call::new(&self.crane).arg("--insecure").args(arguments)
    }

    /// The digest of the manifest that a reference names now.
    ///
    /// # Panics
    /// When the registry doesn't have it.
    #[track_caller]
    #[must_use]
    pub fn digest(&self, reference: &str) -> String {
        let digest = self.ask(["digest", reference]);
        digest.run().succeeded().text().trim().to_owned()
    }

    /// Pulls what a reference names now.
    ///
    /// # Panics
    /// When the registry doesn't have it.
    #[track_caller]
    #[must_use]
    pub fn layout(&self, reference: &str) -> Layout {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let pull = self.ask(["pull", "--format=oci", reference]);
        let pulled = directory.path().join("image");
        let _ = pull.arg(&pulled).run().succeeded();
        Layout::read(&pulled)
    }

    /// `127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

#[track_caller]
fn serve(crane: &Path, address: &str, storage: &Path) -> Process {
    let (reader, writer) = std::io::pipe().expect("a pipe can be made");
    let child = Command::new(crane)
        .args(["registry", "serve", "--address", address, "--disk"])
        .arg(storage)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(writer)
        .spawn()
        .expect("crane can be started");
    let mut process = Process::new(child, reader);
    let line = process.wait_for_line(|line| line.contains("serving on port"));
    assert!(
        line.is_some(),
        "the registry doesn't listen:\n{}",
        process.text()
    );
    process
}
