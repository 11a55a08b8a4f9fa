//! What the log says of each decision: what, from where, and why.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::Removed;
use buildpack_kit::output::{Output, size};

use crate::node_modules::Package;
use crate::node_version::Requested;
use crate::pick::Kept;
use crate::plan::BUILDS;
use crate::plan::manager::Chosen;
use crate::plan::tool::Tool;
use crate::pruning::Pruned;
use crate::releases::Releases;
use crate::resolved_version::{Reason, Resolved};
use crate::trimming::Trimmed;

/// Bindings that are used, by their names.
pub(crate) fn bindings(output: &Output, certificates: &[String], clients: &[String]) {
    if !certificates.is_empty() {
        let bindings = certificates.join(", ");
        output.step(format_args!("Trusting the certificates of {bindings}"));
    }
    if !clients.is_empty() {
        let bindings = clients.join(", ");
        output.step(format_args!("Fetching with the settings of {bindings}"));
    }
}

/// The version, who asked for it, and who asked in vain.
pub(crate) fn version(
    output: &Output,
    resolved: &Resolved,
    wishes: &[Sourced<Requested>],
    releases: &Releases,
) {
    let Resolved {
        version,
        request,
        reason,
    } = resolved;
    output.step(format_args!("Node {version}, {reason}"));
    if request.origin != Origin::Default {
        output.detail(format_args!(
            "{} asks for {}",
            request.origin, request.value
        ));
    }
    for wish in wishes.iter().skip(1) {
        output.detail(format_args!(
            "not used: {}, which asks for {}",
            wish.origin, wish.value
        ));
    }
    if *reason != Reason::Bundled {
        output.detail("not bundled: fetched once and kept for later builds");
    }
    let line = releases.line(version);
    if let Some(line) = line.filter(|line| line.end_of_life <= releases.as_of) {
        output.warning(format_args!(
            "Node {} gets no more security fixes since {}.\nMove to a newer version.",
            line.major, line.end_of_life
        ));
    }
}

/// Who installs.
pub(crate) fn manager(output: &Output, chosen: &Chosen, installs: bool) {
    let Chosen {
        manager,
        tool,
        origin,
        lock,
        ignored,
    } = chosen;
    let name = manager.command();
    let version = match tool {
        Tool::OfNode => format!("the {name} of Node"),
        Tool::OfApp { file, .. } => file.clone(),
        Tool::Fetched(package) => format!("{name} {}", package.version),
    };
    match (installs, lock) {
        (true, Some(lock)) => output.step(format_args!(
            "Installing what {} says, with {version}",
            lock.file
        )),
        (true, None) => output.step(format_args!(
            "Installing what is the newest now, with {version}"
        )),
        (false, _) => output.step("Installing nothing: there are no dependencies"),
    }
    if installs
        && lock
            .as_ref()
            .is_none_or(|lock| lock.file != origin.to_string())
    {
        output.detail(format_args!("{name}, because of {origin}"));
    }
    if !ignored.is_empty() {
        output.warning(format_args!(
            "Not used: {}.\nTwo locks say different things sooner or later: remove the one that nobody keeps.",
            ignored.join(", ")
        ));
    }
}

/// What of the installed packages stays.
pub(crate) fn packages(
    output: &Output,
    kept: &Kept,
    there: &[Package],
    pruned: Pruned,
    trimmed: Option<Trimmed>,
) {
    let installed = there.iter().filter(|package| !package.is_own()).count();
    match &kept.build {
        Some(build) => output.step(format_args!(
            "Starting {build}, which has the packages that it needs"
        )),
        None if installed == 0 && pruned.packages == 0 => return,
        None => output.step(format_args!("{installed} packages for the image")),
    }
    for member in &kept.left_out {
        output.detail(format_args!(
            "what only {} needs left out, for it isn't started",
            member.display()
        ));
    }
    if let Some(package) = &kept.development {
        output.warning(format_args!(
            "The start command needs {package}, one of the devDependencies, so that all of them are in the image.\n\
             To leave them out, make {package} one of the dependencies, or compile in the script build and start what that makes."
        ));
    }
    if pruned.packages > 0 {
        output.detail(format_args!(
            "{} only for development left out",
            pruned.packages
        ));
    }
    if let Some(trimmed) = trimmed.filter(|trimmed| trimmed.files > 0) {
        output.detail(format_args!(
            "{} of source maps, declarations and the like left out of them; BP_NODE_TRIM=false keeps them",
            size(trimmed.bytes)
        ));
    }
}

/// Why nothing is done for an app in another language.
pub(crate) fn no_front_end(output: &Output, has_manifest: bool, origin: Option<&Origin>) {
    match (has_manifest, origin) {
        (false, _) => output.step("No front end: there is no package.json"),
        (true, Some(origin)) => output.step(format_args!("No front end: {origin} names no script")),
        (true, None) => output.step(format_args!(
            "No front end: package.json has no script that builds one ({})",
            BUILDS.join(", ")
        )),
    }
}

/// What might have made it an app of Node.
pub(crate) fn start_not_used(output: &Output) {
    output.step("The start script of package.json isn't used: the app is of another language");
    output.detail("BP_LANGUAGE=nodejs makes this an app of Node");
}

/// Where a front end is.
pub(crate) fn made(output: &Output, made: &BTreeSet<PathBuf>) {
    let mut directories: Vec<&Path> = Vec::new();
    for path in made {
        let directory = path.parent().unwrap_or(Path::new(""));
        if !directories.iter().any(|above| directory.starts_with(above)) {
            directories.push(directory);
        }
    }
    let names = directories
        .iter()
        .map(|directory| match directory.to_str() {
            Some("") | None => "the root".to_owned(),
            Some(name) => name.to_owned(),
        });
    let names: Vec<String> = names.collect();
    match made.len() {
        0 => output.step("No file was made or changed"),
        count => output.step(format_args!("{count} files made, in {}", names.join(", "))),
    }
}

/// Files that might have made an app one of Python.
pub(crate) fn python_beside(output: &Output, file: Option<&Path>) {
    if let Some(file) = file {
        output.step(format_args!("{} is not what is started", file.display()));
        output.detail("BP_LANGUAGE=python makes this an app of Python, with a front end in Node");
    }
}

/// What of the app is not in the image.
pub(crate) fn removed(output: &Output, removed: &Removed, ignored: usize) {
    if ignored > 0 {
        output.step(format_args!(
            "Leaving out {ignored} files because of .dockerignore"
        ));
        output.detail("BP_KEEP_FILES names what stays");
    }
    if let Some(warning) = removed.warning() {
        output.warning(warning);
    }
}
