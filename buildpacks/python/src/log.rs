//! What the log says of each decision: what, from where, and why.

use std::path::Path;

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::Removed;
use buildpack_kit::output::Output;

use crate::bytecode::Broken;
use crate::installed::Installed;
use crate::manager::{Chosen, Manager};
use crate::processes::ProcessPlan;
use crate::project::Project;
use crate::python_version::Requested;
use crate::releases::Support;
use crate::resolved_version::Resolved;

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

/// The version, who asked for it, who asked in vain, and how long it is mended.
pub(crate) fn version(
    output: &Output,
    resolved: &Resolved,
    wishes: &[Sourced<Requested>],
    project: &Project,
) {
    let Resolved {
        choice,
        request,
        reason,
        support,
    } = resolved;
    let version = choice.version();
    output.step(format_args!("Python {version}, {reason}"));
    if request.origin != Origin::Default {
        output.detail(format_args!(
            "{} asks for {}",
            request.origin, request.value
        ));
    }
    for constraint in &project.constraints {
        output.detail(format_args!(
            "{} allows {}",
            constraint.origin, constraint.value
        ));
    }
    for wish in wishes.iter().skip(1) {
        output.detail(format_args!(
            "not used: {}, which asks for {}",
            wish.origin, wish.value
        ));
    }
    for line in &project.further_versions {
        output.detail(format_args!(
            "not used: {line}, a further line of .python-version"
        ));
    }
    if wishes
        .iter()
        .any(|wish| wish.origin.to_string().starts_with("runtime.txt"))
    {
        output
            .detail("runtime.txt is what Heroku read once: .python-version is what all tools read");
    }
    let minor = version.to_minor();
    match support {
        Support::Long => {}
        Support::EndsIn(month) => output.detail(format_args!(
            "Python {minor} gets security fixes until {month}: move to a newer version before"
        )),
        Support::EndedIn(month) => output.warning(format_args!(
            "Python {minor} gets no more security fixes since {month}.\nMove to a newer version."
        )),
    }
}

/// Who says what the app needs.
pub(crate) fn manager(output: &Output, chosen: &Chosen, is_unlocked: bool) {
    let Chosen {
        manager,
        origin,
        ignored,
    } = chosen;
    match manager {
        Manager::Nothing => output.step(format_args!("Installing nothing: {origin}")),
        _ => output.step(format_args!("Installing what {origin} says")),
    }
    if !ignored.is_empty() {
        output.detail(format_args!("not used: {}", ignored.join(", ")));
    }
    if is_unlocked {
        output.detail(
            "not locked: what is installed is what is the newest now, and stays until this file changes",
        );
    }
}

/// Packages of a lock that are locked in several versions.
pub(crate) fn undecided(output: &Output, names: &[&str]) {
    if !names.is_empty() {
        output.warning(format_args!(
            "The lock has several versions of {} and doesn't say which is for when.\n\
             They are installed without their hashes. Lock again with a newer version of the tool.",
            names.join(", ")
        ));
    }
}

/// How many packages there are.
pub(crate) fn installed(output: &Output, installed: &Installed) {
    let packages = installed.packages.len();
    if packages > 0 {
        output.detail(format_args!("{packages} packages"));
    }
}

/// What is started by the app's own source, as a Procfile could say it, and what could be.
pub(crate) fn process(output: &Output, plan: &ProcessPlan) {
    output.detail(&plan.command);
    if !plan.others.is_empty() {
        output.detail(format_args!(
            "not started: {}; a Procfile chooses others",
            plan.others.join(", ")
        ));
    }
}

/// Files of the app that fail when they are imported or run; the app may do without them.
pub(crate) fn broken(output: &Output, app_dir: &Path, broken: &[Broken]) {
    const MOST: usize = 5;
    let lines = broken.iter().take(MOST).map(|broken| {
        let Broken { file, line, reason } = broken;
        let file = file.strip_prefix(app_dir).unwrap_or(file).display();
        let line = line
            .as_ref()
            .map_or_else(String::new, |line| format!(" line {line}"));
        format!("{file}{line}: {reason}")
    });
    let lines: Vec<String> = lines.collect();
    let more = match broken.len() {
        0 => return,
        count if count > MOST => format!("\nand {} others", count - MOST),
        _ => String::new(),
    };
    output.warning(format_args!(
        "These files are no Python of this version, and fail when they are run:\n{}{more}\n\
         If the app needs them, mend them, or ask for the Python that they were written for.",
        lines.join("\n")
    ));
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
