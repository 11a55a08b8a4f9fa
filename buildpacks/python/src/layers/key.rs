//! What decides the content of an environment, of the plan and of the files that it reads.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::environment::Key;
use crate::plan::install::InstallPlan;
use crate::uv_command::Uv;

/// Of how this buildpack makes environments.
const FORMAT: &str = "2";

/// Variables of the user that change what uv installs, and hold no secret. Where packages come from is none of them:
/// it is in the calls where the app says it, and a mirror has the same.
const SETTINGS: [&str; 15] = [
    "CFLAGS",
    "CXXFLAGS",
    "LDFLAGS",
    "UV_CONSTRAINT",
    "UV_INDEX_STRATEGY",
    "UV_NO_BINARY",
    "UV_NO_BINARY_PACKAGE",
    "UV_NO_BUILD",
    "UV_NO_BUILD_ISOLATION",
    "UV_NO_BUILD_PACKAGE",
    "UV_NO_EDITABLE",
    "UV_NO_SOURCES",
    "UV_OVERRIDE",
    "UV_PRERELEASE",
    "UV_RESOLUTION",
];

/// What beside the plan decides.
pub(crate) struct Inputs<'a> {
    pub(crate) app_dir: &'a Path,
    /// Has another name in every build.
    pub(crate) scratch: &'a Path,
    /// Files that uv reads itself, relative to the app.
    pub(crate) files: &'a [PathBuf],
    pub(crate) python: String,
    pub(crate) uv: &'a str,
    pub(crate) architecture: &'a str,
    /// Of the Debian packages that libraries are compiled with.
    pub(crate) debian: &'a str,
}

/// The key of the environment that a plan makes.
pub(crate) fn of(plan: &InstallPlan, uv: &Uv, inputs: &Inputs<'_>) -> Result<Key, io::Error> {
    let InstallPlan {
        files,
        calls,
        copied,
        is_unlocked: _,
    } = plan;
    let mut digest = Sha256::new();
    let mut add = |what: &str, bytes: &[u8]| {
        digest.update(format!("{what} {}\n", bytes.len()));
        digest.update(bytes);
    };
    let scratch = inputs.scratch.display().to_string();
    for call in calls {
        for argument in &call.arguments {
            add("argument", argument.replace(&scratch, "scratch").as_bytes());
        }
        for (name, value) in &call.environment {
            add(name, value.as_bytes());
        }
    }
    for (name, text) in files {
        add(name, text.as_bytes());
    }
    for name in inputs.files {
        let path = inputs.app_dir.join(name);
        if path.is_file() {
            add(&name.display().to_string(), &fs_err::read(path)?);
        }
    }
    for path in copied {
        for entry in WalkDir::new(inputs.app_dir.join(path)).sort_by_file_name() {
            let entry = entry?;
            let relative = entry
                .path()
                .strip_prefix(inputs.app_dir)
                .unwrap_or(entry.path());
            if entry.file_type().is_file() {
                add(
                    &relative.display().to_string(),
                    &fs_err::read(entry.path())?,
                );
            }
        }
    }
    Ok(Key {
        format: FORMAT.to_owned(),
        python: inputs.python.clone(),
        uv: inputs.uv.to_owned(),
        platform: format!("linux-{}", inputs.architecture),
        dependencies: hex::encode(digest.finalize()),
        settings: settings(uv),
        debian: inputs.debian.to_owned(),
        installed: String::new(),
    })
}

fn settings(uv: &Uv) -> String {
    let mut digest = Sha256::new();
    for name in SETTINGS {
        if let Some(value) = uv.variable(name) {
            digest.update(format!("{name} {}\n", value.len()));
            digest.update(value.as_encoded_bytes());
        }
    }
    hex::encode(digest.finalize())
}
