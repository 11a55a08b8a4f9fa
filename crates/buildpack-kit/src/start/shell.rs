//! The launch layer `shell`: Debian's dash, for texts that can't be run without a shell.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use linkage::{Missing as MissingLibrary, ParseError};
use sbom::{Component, Hash, Kind, Purl};
use serde::{Deserialize, Serialize};
use start_command::{Construct, Found, Image, Missing, Planned, Reason, Refusal, Script, Scripts};

use super::StartError;
use crate::environment::Environment;
use crate::layer::{self, Change, LayerKey, LayerName, layer_name};
use crate::output::Output;
use crate::run_image::{self, RunImageError};

/// The program in the build image, and in the layer.
const DASH: &str = "usr/bin/dash";

/// What the build image says of the package.
const RECORD: &str = "var/lib/dpkg/status.d/dash";

/// Why there can't be a shell.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// What the run image has isn't known.
    #[error(transparent)]
    RunImage(#[from] RunImageError),
    /// The run image can't start it.
    #[error("the run image lacks {} things that the shell needs", .0.len())]
    Lacking(Vec<MissingLibrary>),
    /// A command, or a script, is for another shell.
    #[error(transparent)]
    Other(Refusal),
    /// The build image has none, or doesn't say of which version.
    #[error("the build image has no dash")]
    Absent(#[source] std::io::Error),
    /// The file in the build image is no program.
    #[error("the dash of the build image is damaged")]
    Damaged(#[source] ParseError),
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    version: String,
    sha256: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { version, sha256 } = self;
        let version = Change::between("the version of dash", &previous.version, version);
        let content = Change::of_content("the program", &previous.sha256, sha256);
        version.into_iter().chain(content).collect()
    }
}

/// The name of the layer.
pub(super) fn name() -> LayerName {
    layer_name!("shell")
}

/// Where the shell lies when the app starts. Its directory is on the `PATH`.
pub(super) fn file(layers_dir: &Path) -> PathBuf {
    layers_dir.join(name().as_str()).join("bin/sh")
}

/// Whether the run image can start the dash of the build image, whose root is given.
pub(super) fn check(environment: &Environment, build_image: &Path) -> Result<(), ShellError> {
    let bytes = fs_err::read(build_image.join(DASH)).map_err(ShellError::Absent)?;
    let dash = linkage::parse(&bytes).map_err(ShellError::Damaged)?;
    let missing = run_image::libraries(environment)?.missing(&dash);
    if missing.is_empty() {
        Ok(())
    } else {
        Err(ShellError::Lacking(missing))
    }
}

/// A plan without the shell where there can be one, and else the text in the shell; and whether it is that.
pub(super) fn plan(
    script: &Script,
    image: &dyn Image,
    scripts: Option<&Scripts>,
    shell: &Path,
) -> Result<(Planned, bool), StartError> {
    let with_shell = WithShell { image, shell };
    match start_command::plan(script, &with_shell, scripts) {
        Ok(planned) => Ok((planned, false)),
        Err(refusal) if refusal.is_for_a_shell() => Ok((Planned::in_shell(script, shell), true)),
        Err(refusal) if is_for_another(&refusal.reason) => Err(ShellError::Other(refusal).into()),
        Err(refusal) => Err(refusal.into()),
    }
}

fn is_for_another(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Language(Construct::Bash)
            | Reason::ShellProgram
            | Reason::Command(Missing::ShellScript { .. })
    )
}

/// Makes the layer of the dash in the build image, whose root is given.
pub(super) fn install(
    layers_dir: &Path,
    build_image: &Path,
    output: &Output,
) -> Result<Component, StartError> {
    let dash = build_image.join(DASH);
    let bytes = fs_err::read(&dash).map_err(ShellError::Absent)?;
    let record = fs_err::read_to_string(build_image.join(RECORD)).map_err(ShellError::Absent)?;
    let field = |name| fields(&record, ": ").remove(name).unwrap_or_default();
    let (version, architecture) = (field("Version"), field("Architecture"));
    let hash = Hash::sha256_of(&bytes);
    let key = Key {
        version: version.to_owned(),
        sha256: hash.hex.clone(),
    };
    let outcome = layer::launch_files(layers_dir, &name(), &key, |layer| {
        let bin = layer.join("bin");
        fs_err::create_dir(&bin)?;
        fs_err::copy(&dash, bin.join("dash"))?;
        fs_err::set_permissions(bin.join("dash"), Permissions::from_mode(0o755))?;
        symlink("dash", bin.join("sh"))
    })?;
    output.warning(format_args!(
        "BP_INCLUDE_SHELL puts a shell into the image, dash {version}, for whoever gets into the app, too.\n\
         A start command that needs none is safer, and what it starts ends by itself."
    ));
    output.layer(&name(), &outcome);
    let release = fs_err::read_to_string(build_image.join("etc/os-release")).unwrap_or_default();
    let release = fields(&release, "=").remove("VERSION_ID");
    let release = release.map(|release| release.trim_matches('"'));
    let purl = Purl::debian("dash", version, architecture, release);
    let location = layers_dir.join(name().as_str()).join("bin/dash");
    Ok(Component::new(Kind::Application, "dash")
        .version(version)
        .purl(purl)
        .hash(hash)
        .location(location.display().to_string()))
}

/// `Name: value` or `NAME=value`, a line each.
fn fields<'a>(text: &'a str, separator: &str) -> BTreeMap<&'a str, &'a str> {
    let lines = text.lines();
    lines
        .filter_map(|line| line.split_once(separator))
        .collect()
}

/// An image in which scripts of a shell can be started: the kernel doesn't find the shell where their first
/// lines say, so the shell is started with them.
struct WithShell<'a> {
    image: &'a dyn Image,
    shell: &'a Path,
}

impl Image for WithShell<'_> {
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
        let Err(Missing::ShellScript { path, shell }) = self.image.find(command, directory) else {
            return self.image.find(command, directory);
        };
        // What bash and others have beyond sh, dash doesn't.
        let base = shell
            .as_deref()
            .map(|shell| shell.rsplit('/').next().unwrap_or(shell));
        if !base.is_none_or(|base| ["sh", "dash", "ash"].contains(&base)) {
            return Err(Missing::ShellScript { path, shell });
        }
        let script = if command.contains('/') {
            command.to_owned()
        } else {
            path.clone()
        };
        Ok(Found {
            words: vec![self.shell.display().to_string(), script],
            file: Some(path.into()),
            ignores_sigterm: true,
        })
    }
}
