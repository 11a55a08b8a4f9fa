//! A mirror of interpreters on the loopback, for the uv of a build.

use libdeflater::{CompressionLvl, Compressor};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::Machine;
use crate::bundled_uv::component_file;
use crate::file_server::{Answers, BINARY, FileServer};

const ARCHIVE: &str = "/python.tar.gz";

/// The archive of an interpreter and the list that uv finds it in (`UV_PYTHON_DOWNLOADS_JSON_URL`).
#[derive(Debug)]
pub struct PythonMirror {
    server: FileServer,
}

impl PythonMirror {
    /// Serves, in place of the `patch` of Python 3.11 that it says it is, the 3.11 of the builder, which is of
    /// another.
    ///
    /// # Panics
    /// When the builder has none.
    #[track_caller]
    #[must_use]
    pub fn of_python_3_11(machine: &Machine, patch: u8, answers: Answers) -> Self {
        let tree = component_file(machine, "python-3.11", "build");
        let mut archive = tar::Builder::new(Vec::new());
        archive.follow_symlinks(false);
        archive
            .append_dir_all("python", tree)
            .expect("the tree can be read");
        let archive = archive.into_inner().expect("memory is enough");
        let mut compressor = Compressor::new(CompressionLvl::fastest());
        let mut compressed = vec![0; compressor.gzip_compress_bound(archive.len())];
        let length = compressor.gzip_compress(&archive, &mut compressed);
        compressed.truncate(length.expect("the bound is a bound"));
        let digest = hex::encode(Sha256::digest(&compressed));
        let server = FileServer::start(answers, move |path, address| match path {
            "/list.json" => {
                let list = list(patch, &format!("http://{address}{ARCHIVE}"), &digest);
                Some(("application/json", list.into_bytes()))
            }
            ARCHIVE => Some((BINARY, compressed.clone())),
            _ => None,
        });
        Self { server }
    }

    /// The address of the list.
    #[must_use]
    pub fn list(&self) -> String {
        format!("http://{}/list.json", self.server.address())
    }
}

/// What uv reads in place of the list that is compiled into it.
fn list(patch: u8, url: &str, digest: &str) -> String {
    let architecture = std::env::consts::ARCH;
    let name = format!("cpython-3.11.{patch}-linux-{architecture}-gnu");
    let one = json!({
        "name": "cpython",
        "arch": { "family": architecture, "variant": null },
        "os": "linux",
        "libc": "gnu",
        "major": 3,
        "minor": 11,
        "patch": patch,
        "prerelease": "",
        "url": url,
        "sha256": digest,
        "variant": null,
        "build": "20230116",
    });
    json!({ name: one }).to_string()
}
