//! Installs what the lock says, builds the app, and leaves of the packages what the image needs.

use std::path::Path;

use buildpack_kit::files::remove_tree;
use buildpack_kit::output::Output;

use crate::errors::BuildpackError;
use crate::native_addons::{self, AddonError};
use crate::node_modules::{DIRECTORY, Package};
use crate::pick::Kept;
use crate::plan::commands;
use crate::plan::tool::Tool;
use crate::preparation::Preparation;
use crate::tools::Purpose;
use crate::{log, trimming};

/// Installs everything, the packages for development among it.
pub(crate) fn install(
    prepared: &Preparation,
    app_dir: &Path,
    output: &Output,
) -> Result<(), BuildpackError> {
    run_scripts(prepared, &prepared.scripts.before, app_dir, output)?;
    log::manager(output, &prepared.chosen, prepared.installs());
    if !prepared.installs() {
        return Ok(());
    }
    // Of the developer's machine.
    let roots = std::iter::once(app_dir.to_owned());
    for root in roots.chain(prepared.members().iter().map(|member| app_dir.join(member))) {
        let packages = root.join(DIRECTORY);
        if packages.is_dir() && !packages.is_symlink() {
            remove_tree(&packages).map_err(BuildpackError::Packages)?;
        }
    }
    let arguments = commands::install(&prepared.chosen);
    prepared
        .tools
        .manage(app_dir, &arguments, Purpose::Install, output)?;
    Ok(())
}

/// Runs the scripts that build the app, and what stands before its start command and has its place here.
pub(crate) fn build(
    prepared: &Preparation,
    before_start: &[String],
    app_dir: &Path,
    output: &Output,
) -> Result<(), BuildpackError> {
    run_scripts(prepared, &prepared.scripts.after, app_dir, output)?;
    for text in before_start {
        let calls = |script: &String| {
            let words: Vec<&str> = text.split_whitespace().collect();
            words.last() == Some(&script.as_str())
        };
        let has_run = prepared.scripts.after.iter().any(calls);
        if !has_run {
            output.step(format_args!(
                "Running {text}, which the start command asks for"
            ));
            prepared.tools.shell(app_dir, text, output)?;
        }
    }
    Ok(())
}

fn run_scripts(
    prepared: &Preparation,
    scripts: &[String],
    app_dir: &Path,
    output: &Output,
) -> Result<(), BuildpackError> {
    for name in scripts {
        match &prepared.scripts.origin {
            Some(origin) => output.step(format_args!("Running the script {name}, from {origin}")),
            None => output.step(format_args!("Running the script {name}")),
        }
        let purpose = Purpose::Script { name: name.clone() };
        prepared
            .tools
            .manage(app_dir, &["run", name], purpose, output)?;
    }
    Ok(())
}

/// Leaves what the image needs.
pub(crate) fn finish(
    prepared: &Preparation,
    kept: &Kept,
    app_dir: &Path,
    architecture: &str,
    output: &Output,
) -> Result<(), BuildpackError> {
    let addon = |source: AddonError| BuildpackError::Addon {
        manager: prepared.chosen.manager,
        major: match &prepared.chosen.tool {
            Tool::Fetched(package) => Some(package.version.major()),
            Tool::OfNode | Tool::OfApp { .. } => None,
        },
        source,
    };
    native_addons::check_built(&kept.packages).map_err(addon)?;
    let pruned = kept.prune(app_dir).map_err(BuildpackError::Packages)?;
    let mut trimmed = None;
    if prepared.settings.trims && kept.development.is_none() {
        let mut sum = trimming::Trimmed::default();
        for root in &kept.roots {
            let directory = app_dir.join(root).join(DIRECTORY);
            if directory.is_dir() {
                let keep = prepared.files.keep();
                let of_root = trimming::trim(app_dir, &directory, architecture, keep);
                let of_root = of_root.map_err(BuildpackError::Packages)?;
                sum.files += of_root.files;
                sum.bytes += of_root.bytes;
            }
        }
        trimmed = Some(sum);
    }
    let there = kept.packages.iter();
    let there = there.filter(|package| package.directory.is_dir());
    let there: Vec<Package> = there.cloned().collect();
    native_addons::check_linkage(app_dir, &there, architecture, prepared.debian.libraries())
        .map_err(addon)?;
    log::packages(output, kept, &there, pruned, trimmed);
    Ok(())
}
