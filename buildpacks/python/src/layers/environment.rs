//! The virtual environment: one launch layer, made anew when what it is made of changes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use buildpack_kit::command::{Command, CommandError};
use buildpack_kit::layer::{
    self, Change, LayerError, LayerKey, LayerName, LayerTypes, Outcome, layer_name,
};
use buildpack_kit::output::{Output, size};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::bytecode;
use crate::installed::Installed;
use crate::linkage_audit::{Audit, AuditError};
use crate::plan::install::{InstallPlan, Purpose, UvCall};
use crate::rehoming::rehome;
use crate::trimming::{TrimError, trim};
use crate::uv_command::{Uv, UvError};

/// Everything that decides what is in the environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    /// Of how this buildpack makes environments.
    pub(crate) format: String,
    pub(crate) python: String,
    pub(crate) uv: String,
    pub(crate) platform: String,
    /// What is installed: the calls and the files that they read.
    pub(crate) dependencies: String,
    /// Variables that change what uv does.
    pub(crate) settings: String,
    /// [`buildpack_kit::debian::DebianPackages::digest`].
    pub(crate) debian: String,
    /// [`Installed::digest`] of what the cache says is in it. The layer comes from the image and the record from a
    /// cache, of which one may be older than the other.
    pub(crate) installed: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self {
            format,
            python,
            uv,
            platform,
            dependencies,
            settings,
            debian,
            installed,
        } = self;
        let changes = [
            Change::between("how environments are made", &previous.format, format),
            Change::between("the version of Python", &previous.python, python),
            Change::between("the version of uv", &previous.uv, uv),
            Change::between("the platform", &previous.platform, platform),
            Change::of_content("what the app needs", &previous.dependencies, dependencies),
            Change::of_content("the settings of uv", &previous.settings, settings),
            Change::of_content("the Debian packages", &previous.debian, debian),
        ];
        let changes: Vec<Change> = changes.into_iter().flatten().collect();
        if !changes.is_empty() {
            // There is no record of another environment either.
            return changes;
        }
        let known = Change::of_content("what is known of it", &previous.installed, installed);
        known.into_iter().collect()
    }
}

impl Key {
    /// What stands for everything that is known before it is made.
    pub(crate) fn digest(&self) -> String {
        let Self {
            format,
            python,
            uv,
            platform,
            dependencies,
            settings,
            debian,
            installed: _,
        } = self;
        let all = format!("{format} {python} {uv} {platform} {dependencies} {settings} {debian}");
        hex::encode(Sha256::digest(all))
    }
}

/// Why there is no environment.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnvironmentError {
    #[error(transparent)]
    Uv(#[from] UvError),
    #[error(transparent)]
    Trim(#[from] TrimError),
    #[error("the packages can't be compiled")]
    Compile(#[source] CommandError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Packages that are used where they lie, outside of what will be in the image.
    #[error("{} lie outside of the app", .0.join(", "))]
    Elsewhere(Vec<String>),
    #[error("the environment can't be read or written")]
    Io(#[from] std::io::Error),
}

/// What an environment is made with.
pub(crate) struct Work<'a> {
    pub(crate) uv: &'a Uv,
    pub(crate) plan: &'a InstallPlan,
    pub(crate) app_dir: &'a Path,
    pub(crate) scratch: &'a Path,
    /// The interpreter of the build image.
    pub(crate) python: &'a Path,
    /// That of the app image.
    pub(crate) launch_python: &'a Path,
    /// The whole version.
    pub(crate) version: &'a str,
    /// What the libraries of packages may need.
    pub(crate) audit: &'a Audit,
    /// Whether later builds need the content, too.
    pub(crate) keeps_content: bool,
    pub(crate) output: &'a Output,
}

/// The name of the layer. Its `bin` comes before that of the interpreter, for it is behind it in the alphabet.
pub(crate) fn name() -> LayerName {
    layer_name!("venv")
}

/// Where it lies.
pub(crate) fn directory(layers_dir: &Path) -> PathBuf {
    layers_dir.join(name().as_str())
}

/// The packages in it.
pub(crate) fn site_packages(environment: &Path, version: &str) -> PathBuf {
    environment.join(format!("lib/python{version}/site-packages"))
}

/// Makes the environment where its key changed.
pub(crate) fn install(
    layers_dir: &Path,
    key: &Key,
    work: &Work<'_>,
) -> Result<Outcome, LayerError<EnvironmentError>> {
    let types = types(work.keeps_content);
    layer::keyed(layers_dir, &name(), types, key, |directory| {
        make(directory, work)
    })
}

/// Writes the key of an environment of which is known now what it holds.
pub(crate) fn complete(
    layers_dir: &Path,
    key: &Key,
    keeps_content: bool,
) -> Result<(), LayerError<EnvironmentError>> {
    layer::write_key(layers_dir, &name(), types(keeps_content), key)
}

fn types(keeps_content: bool) -> LayerTypes {
    LayerTypes {
        launch: true,
        cache: keeps_content,
        ..LayerTypes::default()
    }
}

fn make(directory: &Path, work: &Work<'_>) -> Result<(), EnvironmentError> {
    let Work {
        uv,
        plan,
        app_dir,
        scratch,
        python,
        launch_python,
        version,
        audit,
        keeps_content: _,
        output,
    } = work;
    let venv = [
        "venv",
        "--quiet",
        "--no-project",
        "--allow-existing",
        "--python",
    ]
    .map(str::to_owned);
    let mut arguments = venv.to_vec();
    arguments.extend([
        python.display().to_string(),
        directory.display().to_string(),
    ]);
    let create = UvCall {
        arguments,
        environment: BTreeMap::new(),
        purpose: Purpose::Install,
    };
    uv.run(app_dir, &create, output)?;
    for (name, text) in &plan.files {
        fs_err::write(scratch.join(name), text)?;
    }
    let uv = uv.with("UV_PROJECT_ENVIRONMENT", directory.as_os_str());
    for call in &plan.calls {
        uv.run(app_dir, call, output)?;
    }
    let minor: Vec<&str> = version.split('.').take(2).collect();
    let packages = site_packages(directory, &minor.join("."));
    let strip = Command::new("strip").variables(uv.environment());
    let trimmed = trim(directory, &packages, &strip)?;
    if trimmed.bytes > 0 {
        output.detail(format_args!(
            "{} of tests, symbols and the like left out",
            size(trimmed.bytes)
        ));
    }
    let compiler = directory.join("bin/python");
    // Packages have templates of Python, and files for other versions.
    let _ = bytecode::compile(&compiler, &packages, uv.environment())
        .map_err(EnvironmentError::Compile)?;
    audit.check(&packages)?;
    rehome(directory, launch_python, version)?;
    Ok(())
}

/// What is in the environment.
pub(crate) fn read(
    layers_dir: &Path,
    minor: &str,
    app_dir: &Path,
) -> Result<Installed, std::io::Error> {
    let directory = directory(layers_dir);
    Installed::read(&directory, &site_packages(&directory, minor), app_dir)
}

/// What uv is told in every run.
pub(crate) fn variables(
    layers_dir: &Path,
    cache: &Path,
    scratch: &Path,
) -> BTreeMap<OsString, OsString> {
    // Elsewhere it is another file system or another mount of this one, and a link can't reach it.
    let can_link = cache.starts_with(layers_dir);
    let fixed: [(&str, OsString); 10] = [
        ("UV_CACHE_DIR", cache.into()),
        ("UV_COMPILE_BYTECODE", "0".into()),
        (
            "UV_LINK_MODE",
            if can_link { "hardlink" } else { "copy" }.into(),
        ),
        ("UV_NO_PROGRESS", "1".into()),
        ("UV_PYTHON_DOWNLOADS", "never".into()),
        ("UV_PYTHON_PREFERENCE", "only-system".into()),
        ("GIT_TERMINAL_PROMPT", "0".into()),
        ("SOURCE_DATE_EPOCH", "315532801".into()),
        ("TMPDIR", scratch.into()),
        ("NO_COLOR", "1".into()),
    ];
    fixed
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect()
}

/// What makes libraries that are compiled the same each time; the user may say otherwise.
pub(crate) const COMPILER: [(&str, &str); 3] = [
    ("CFLAGS", "-O2 -g0"),
    ("CXXFLAGS", "-O2 -g0"),
    ("LDFLAGS", "-Wl,--build-id=none"),
];
