//! Debian's or Ubuntu's `docker.io`, and what it depends on, unpacked.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "starts apt, says what takes long"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The client where it is a package of its own, which docker.io doesn't depend on: since Debian 13.
const CLIENT: &str = "docker-cli";

/// The package and what it depends on, unpacked; kept for the next test run.
pub(crate) fn unpacked(tools: &Path) -> Result<PathBuf, String> {
    let root = tools.join(format!("docker-of-{}", system()?));
    if root.is_dir() {
        return Ok(root);
    }
    eprintln!("set-up: downloading docker.io");
    fs_err::create_dir_all(tools).map_err(|error| error.to_string())?;
    let work = tempfile::tempdir_in(tools).map_err(|error| error.to_string())?;
    let archives = download(work.path())?;
    let unpacked = work.path().join("root");
    for archive in archives {
        let archive = archive.to_string_lossy().into_owned();
        checked("dpkg-deb", &["-x", &archive, &unpacked.to_string_lossy()])?;
    }
    for program in ["usr/sbin/dockerd", "usr/bin/docker"] {
        if !unpacked.join(program).exists() {
            return Err(format!(
                "docker.io and its dependencies brought no {program}"
            ));
        }
    }
    match fs_err::rename(&unpacked, &root) {
        // Another test run was faster.
        Err(_) if root.is_dir() => Ok(root),
        result => result.map(|()| root).map_err(|error| error.to_string()),
    }
}

/// `debian-12`: programs of another release would want other libraries.
fn system() -> Result<String, String> {
    let text = fs_err::read_to_string("/etc/os-release").map_err(|error| error.to_string())?;
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or("=any")[1..].trim_matches('"').to_owned()
    };
    Ok(format!("{}-{}", value("ID"), value("VERSION_ID")))
}

/// Downloads with the machine's own sources, but with lists and an archive directory below `work`.
fn download(work: &Path) -> Result<Vec<PathBuf>, String> {
    let archives = work.join("archives");
    for directory in ["lists/partial", "archives/partial"] {
        fs_err::create_dir_all(work.join(directory)).map_err(|error| error.to_string())?;
    }
    let option = |name: &str, path: &str| format!("-o{name}={}", work.join(path).display());
    let directories = [
        option("Dir::State::Lists", "lists"),
        option("Dir::Cache", ""),
        option("Dir::Cache::Archives", "archives"),
        "-oDebug::NoLocking=1".to_owned(),
        // apt's own user can't write into a directory that is only ours.
        "-oAPT::Sandbox::User=root".to_owned(),
    ];
    let directories: Vec<&str> = directories.iter().map(String::as_str).collect();
    let update = [&["-qq"], &directories[..], &["update"]].concat();
    checked("apt-get", &update)?;
    let download = ["install", "--download-only", "--no-install-recommends"];
    // What is installed already is still downloaded when it is docker.io itself.
    let known = Command::new("apt-cache")
        .args(&directories)
        .args(["show", CLIENT])
        .output();
    let packages: &[&str] = match known {
        Ok(output) if output.status.success() => &["docker.io", CLIENT],
        _ => &["docker.io"],
    };
    let install = [
        &["-qq", "--yes", "--reinstall"],
        &directories[..],
        &download[..],
        packages,
    ];
    checked("apt-get", &install.concat())?;
    let entries = fs_err::read_dir(&archives).map_err(|error| error.to_string())?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(files
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .collect())
}

fn checked(program: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("{program} can't be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} {arguments:?}: {text}"))
}
