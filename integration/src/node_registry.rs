//! A registry of Node packages on the loopback, of packages of one file each.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use crate::file_server::{Answers, BINARY, Content, FileServer, LOGIN};

/// It listens until the tests end.
#[derive(Debug)]
pub struct NodeRegistry {
    server: FileServer,
    packages: BTreeMap<String, Package>,
}

#[derive(Debug, Clone)]
struct Package {
    manifest: Value,
    archive: Vec<u8>,
}

/// The version of every package.
const VERSION: &str = "1.0.0";

impl NodeRegistry {
    /// Serves version 1.0.0 of packages of these names; each exports `<name> 1.0.0`.
    ///
    /// # Panics
    /// When no port is free.
    #[track_caller]
    #[must_use]
    pub fn start(names: &[&str], answers: Answers) -> Self {
        let packages = names.iter().map(|name| {
            let script = format!("module.exports = \"{name} {VERSION}\";\n");
            let manifest = json!({ "name": name, "version": VERSION });
            (
                (*name).to_owned(),
                Package::new(manifest, "index.js", script.as_bytes()),
            )
        });
        Self::serve(packages.collect(), answers)
    }

    /// Serves a package, 1.0.0, that has one file beside its package.json.
    ///
    /// # Panics
    /// When no port is free.
    #[track_caller]
    #[must_use]
    pub fn of_file(name: &str, file: &str, content: &[u8]) -> Self {
        let manifest = json!({ "name": name, "version": VERSION });
        let package = Package::new(manifest, file, content);
        Self::serve([(name.to_owned(), package)].into(), Answers::All)
    }

    /// Serves a package, 1.0.0, of one program.
    ///
    /// # Panics
    /// When no port is free.
    #[track_caller]
    #[must_use]
    pub fn of_program(name: &str) -> Self {
        let manifest = json!({ "name": name, "version": VERSION, "bin": { name: "cli.js" } });
        let package = Package::new(manifest, "cli.js", b"#!/usr/bin/env node\n");
        Self::serve([(name.to_owned(), package)].into(), Answers::All)
    }

    #[track_caller]
    fn serve(packages: BTreeMap<String, Package>, answers: Answers) -> Self {
        let copy = packages.clone();
        let server = FileServer::start(answers, move |path, address| content(path, address, &copy));
        Self { server, packages }
    }

    /// Its address, as `.npmrc` has it in `registry`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.server.address())
    }

    /// How the names of settings of it begin in an `.npmrc`.
    #[must_use]
    pub fn settings(&self) -> String {
        format!("//{}/", self.server.address())
    }

    /// What those who may read have.
    #[must_use]
    pub fn token(&self) -> &'static str {
        LOGIN.1
    }

    /// What the lock of a package manager says of a package in the place of its hash.
    ///
    /// # Panics
    /// When it isn't served.
    #[track_caller]
    #[must_use]
    pub fn integrity(&self, name: &str) -> String {
        self.packages[name].integrity()
    }
}

impl Package {
    #[track_caller]
    fn new(manifest: Value, file: &str, content: &[u8]) -> Self {
        let text = manifest.to_string();
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, content) in [("package.json", text.as_bytes()), (file, content)] {
            let mut header = tar::Header::new_ustar();
            header.set_mode(0o644);
            header.set_size(content.len() as u64);
            archive
                .append_data(&mut header, format!("package/{path}"), content)
                .expect("memory is enough");
        }
        let compressor = archive.into_inner().expect("memory is enough");
        Self {
            manifest,
            archive: compressor.finish().expect("memory is enough"),
        }
    }

    fn integrity(&self) -> String {
        let digest = BASE64_STANDARD.encode(Sha512::digest(&self.archive));
        format!("sha512-{digest}")
    }
}

/// Of a package, what there is of it (`/@team%2fshelf`), or its archive (`/@team/shelf/-/1.0.0.tgz`).
fn content(
    path: &str,
    address: SocketAddr,
    packages: &BTreeMap<String, Package>,
) -> Option<Content> {
    let path = path.trim_start_matches('/').replace("%2f", "/");
    if let Some((name, _)) = path.split_once("/-/") {
        return Some((BINARY, packages.get(name)?.archive.clone()));
    }
    let package = packages.get(&path)?;
    let mut manifest = package.manifest.clone();
    manifest["dist"] = json!({
        "tarball": format!("http://{address}/{path}/-/{VERSION}.tgz"),
        "integrity": package.integrity(),
    });
    let about = json!({
        "name": path,
        "dist-tags": { "latest": VERSION },
        "versions": { VERSION: manifest },
    });
    Some(("application/json", about.to_string().into_bytes()))
}
