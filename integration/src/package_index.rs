//! An index of Python packages on the loopback (PEP 503), of wheels that hold one file each.

use std::collections::BTreeMap;

use libdeflater::Crc;
use sha2::{Digest as _, Sha256};

use crate::file_server::{Answers, BINARY, Content, FileServer, LOGIN};

/// It listens until the tests end.
#[derive(Debug)]
pub struct PackageIndex {
    server: FileServer,
    wheels: BTreeMap<String, Vec<u8>>,
}

impl PackageIndex {
    /// Serves a wheel for each pair of a name and a version; its module is called as the package and says
    /// `VERSION = "<version>"`.
    ///
    /// # Panics
    /// When no port is free.
    #[track_caller]
    #[must_use]
    pub fn start(packages: &[(&str, &str)], answers: Answers) -> Self {
        let wheels = packages.iter().map(|(name, version)| {
            let module = format!("VERSION = \"{version}\"\n").into_bytes();
            (
                file_name(name, version),
                wheel(name, version, &format!("{name}.py"), module),
            )
        });
        Self::serve(wheels.collect(), answers)
    }

    /// Serves a package, `native` 1.0, of one library: `native/_native.so`.
    ///
    /// # Panics
    /// When no port is free.
    #[track_caller]
    #[must_use]
    pub fn of_library(library: Vec<u8>) -> Self {
        let (name, version) = ("native", "1.0");
        let wheel = wheel(name, version, "native/_native.so", library);
        Self::serve([(file_name(name, version), wheel)].into(), Answers::All)
    }

    #[track_caller]
    fn serve(wheels: BTreeMap<String, Vec<u8>>, answers: Answers) -> Self {
        let copy = wheels.clone();
        let server = FileServer::start(answers, move |path, _| content(path, &copy));
        Self { server, wheels }
    }

    /// Its address, as pip has it in `index-url`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/simple/", self.server.address())
    }

    /// The same with the login in it.
    #[must_use]
    pub fn url_with_login(&self) -> String {
        let (user, password) = LOGIN;
        format!("http://{user}:{password}@{}/simple/", self.server.address())
    }

    /// User and password.
    #[must_use]
    pub fn login(&self) -> (&'static str, &'static str) {
        LOGIN
    }

    /// A requirement for a version of a package, with its hash.
    ///
    /// # Panics
    /// When it isn't served.
    #[track_caller]
    #[must_use]
    pub fn hashed(&self, name: &str, version: &str) -> String {
        let wheel = &self.wheels[&file_name(name, version)];
        let digest = hex::encode(Sha256::digest(wheel));
        format!("{name}=={version} --hash=sha256:{digest}")
    }
}

/// The media type and the content of a path.
fn content(path: &str, wheels: &BTreeMap<String, Vec<u8>>) -> Option<Content> {
    if let Some(file) = path.strip_prefix("/wheels/") {
        return Some((BINARY, wheels.get(file)?.clone()));
    }
    let name = format!("{}-", path.strip_prefix("/simple/")?);
    let of_name = wheels.iter().filter(|(file, _)| file.starts_with(&name));
    let links = of_name.map(|(file, wheel)| {
        let digest = hex::encode(Sha256::digest(wheel));
        format!("<a href=\"/wheels/{file}#sha256={digest}\">{file}</a>\n")
    });
    let links: String = links.collect();
    (!links.is_empty()).then(|| ("text/html", links.into_bytes()))
}

fn file_name(name: &str, version: &str) -> String {
    format!("{name}-{version}-py3-none-any.whl")
}

/// A wheel of one file.
fn wheel(name: &str, version: &str, path: &str, content: Vec<u8>) -> Vec<u8> {
    let information = format!("{name}-{version}.dist-info");
    let metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
    let about = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let record = format!("{information}/RECORD");
    let mut files = vec![
        (path.to_owned(), content),
        (format!("{information}/METADATA"), metadata.into_bytes()),
        (format!("{information}/WHEEL"), about.as_bytes().to_vec()),
    ];
    let paths = files.iter().map(|(path, _)| path.as_str());
    // Of each file a hash and a size could follow.
    let lines = paths.chain([&*record]).collect::<Vec<_>>().join(",,\n") + ",,\n";
    files.push((record, lines.into_bytes()));
    zip(&files)
}

/// A ZIP archive without compression (APPNOTE 6.3.3, 4.3: local headers, central directory, its end).
fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let number = |value: usize| u32::try_from(value).expect("it is small").to_le_bytes();
    let short = |value: usize| u16::try_from(value).expect("it is small").to_le_bytes();
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (path, content) in files {
        let offset = number(archive.len());
        let mut checksum = Crc::new();
        checksum.update(content);
        // Version 2.0, no flags, stored, 1980-01-01 00:00.
        let mut header = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        header.extend(checksum.sum().to_le_bytes());
        header.extend([number(content.len()), number(content.len())].concat());
        header.extend([short(path.len()), short(0)].concat());
        archive.extend(b"PK\x03\x04");
        archive.extend(&header);
        archive.extend(path.as_bytes());
        archive.extend(content);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&header);
        // No comment, disk 0, no attributes.
        directory.extend([0; 10]);
        directory.extend(offset);
        directory.extend(path.as_bytes());
    }
    let (start, length) = (number(archive.len()), number(directory.len()));
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\x00\x00\x00\x00");
    archive.extend([short(files.len()), short(files.len())].concat());
    archive.extend([length, start].concat());
    archive.extend(short(0));
    archive
}
