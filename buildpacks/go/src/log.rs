//! What the log says of each decision: what, from where, and why.

use buildpack_kit::certificates::Trust;
use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::Removed;
use buildpack_kit::output::{Output, size};
use explain::quote;

use crate::catalogue::Catalogue;
use crate::credentials::Credentials;
use crate::go_version::{Requested, Resolved};
use crate::layers::binaries::Compiled;
use crate::packages::MainPackage;
use crate::plan::Plan;
use crate::preparation::Preparation;
use crate::project::Project;
use crate::{cache_misses, ko};

/// Authorities of the user, by the bindings that hold them.
pub(crate) fn trust(output: &Output, trust: &Trust) {
    if !trust.bindings.is_empty() {
        let bindings = trust.bindings.join(", ");
        output.step(format_args!("Trusting the certificates of {bindings}"));
    }
}

/// Credentials of the user, by the bindings that hold them.
pub(crate) fn credentials(output: &Output, credentials: &Credentials) {
    if !credentials.bindings.is_empty() {
        let bindings = credentials.bindings.join(", ");
        output.step(format_args!("Fetching with the credentials of {bindings}"));
    }
}

/// The version, who asked for it, who asked in vain, and whether it is at hand.
pub(crate) fn version(
    output: &Output,
    resolved: &Resolved,
    wished: &[Sourced<Requested>],
    catalogue: &Catalogue,
) {
    let Resolved {
        version,
        bundled,
        request,
        reason,
    } = resolved;
    output.step(format_args!("Go {version}, {reason}"));
    if request.origin != Origin::Default {
        output.detail(format_args!(
            "{} asks for {}",
            request.origin, request.value
        ));
    }
    for wish in wished.iter().skip(1) {
        output.detail(format_args!(
            "not used: {}, which asks for {}",
            wish.origin, wish.value
        ));
    }
    if !bundled {
        output.detail("not bundled: fetched once and kept for later builds");
    }
    let minor = catalogue.minor(*version);
    if minor.is_some_and(|minor| !minor.supported) {
        output.detail(format_args!(
            "Go 1.{} gets no more security fixes: move to a newer version when you can",
            version.minor
        ));
    }
}

/// That there are programs with Heroku's tag only.
pub(crate) fn heroku_tag(output: &Output) {
    output.step("With the build tag heroku, without which there is no main package");
}

/// What go says of a package that it can't load: no program is made of it.
pub(crate) fn not_loaded(output: &Output, problem: &str) {
    let first = problem.lines().next().unwrap_or_default();
    output.warning(format_args!(
        "A package can't be loaded, and nothing is made of it: {}",
        quote(first, 300)
    ));
}

/// Which programs are built, and which are not.
pub(crate) fn plan(output: &Output, plan: &Plan, prepared: &Preparation) {
    let Plan {
        targets,
        origin,
        left_out,
    } = plan;
    let Project {
        root,
        other_targets,
        ..
    } = &prepared.project;
    let place = if root.as_os_str().is_empty() {
        String::new()
    } else {
        format!(" of ./{}", root.display())
    };
    output.step(format_args!("Compiling {}{place}, {origin}", list(targets)));
    if !left_out.is_empty() {
        output.detail(format_args!(
            "left out: {}; BP_GO_TARGETS chooses others",
            list(left_out)
        ));
    }
    for other in other_targets {
        output.detail(format_args!("not used: {other}"));
    }
    let not_applied = &prepared.ko_flags.not_applied;
    if !not_applied.is_empty() {
        output.detail(format_args!(
            "not applied of {}: {}",
            ko::FILE,
            not_applied.join(", ")
        ));
    }
    let mut cache_misses = prepared.flags.cache_misses.clone();
    cache_misses.extend(cache_misses::beside_flags(
        &prepared.go_dir,
        targets,
        &prepared.flags.goflags,
        &prepared.go,
    ));
    if !cache_misses.is_empty() {
        output.detail(format_args!(
            "slower, because the prebuilt standard library can't be used with {}",
            cache_misses.join(" ")
        ));
    }
}

fn list(packages: &[MainPackage]) -> String {
    let directories = packages.iter().map(|package| {
        let directory = package.directory.display().to_string();
        if directory.is_empty() {
            ".".to_owned()
        } else {
            format!("./{directory}")
        }
    });
    directories.collect::<Vec<_>>().join(", ")
}

/// The programs and their sizes.
pub(crate) fn programs(output: &Output, compiled: &Compiled) {
    for (name, bytes) in &compiled.sizes {
        output.detail(format_args!("{name}: {}", size(*bytes)));
    }
}

/// Programs that need a loader and libraries of the run image.
pub(crate) fn linkage(output: &Output, compiled: &Compiled) {
    for (name, elf) in &compiled.linkage {
        let needs: Vec<&str> = elf
            .interpreter
            .iter()
            .chain(&elf.needed)
            .map(String::as_str)
            .collect();
        if !needs.is_empty() {
            output.detail(format_args!(
                "{name} isn't static, and needs of the run image: {}",
                needs.join(", ")
            ));
        }
    }
}

/// What of the app is not in the image.
pub(crate) fn removed(output: &Output, removed: &Removed, left_out: usize, by: &str) {
    let of_source = removed.files.saturating_sub(left_out);
    output.step(format_args!("Leaving out {of_source} source files"));
    if left_out > 0 {
        output.detail(format_args!(
            "and {left_out} others because of {by}; BP_KEEP_FILES names all that stays"
        ));
    }
    if let Some(warning) = removed.warning() {
        output.warning(warning);
    }
}
