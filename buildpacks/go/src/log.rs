//! What the log says of each decision: what, from where, and why.

use buildpack_kit::certificates::Trust;
use buildpack_kit::files::Removed;
use buildpack_kit::output::{Output, size};

use crate::catalogue::Catalogue;
use crate::go_version::Resolved;
use crate::layers::binaries::Compiled;
use crate::packages::MainPackage;
use crate::plan::Plan;

/// Authorities of the user, by the bindings that hold them.
pub(crate) fn trust(output: &Output, trust: &Trust) {
    if !trust.bindings.is_empty() {
        let bindings = trust.bindings.join(", ");
        output.step(format_args!("Trusting the certificates of {bindings}"));
    }
}

/// The version, who asked for it, and whether it is at hand.
pub(crate) fn version(output: &Output, resolved: &Resolved, catalogue: &Catalogue) {
    let Resolved {
        version,
        bundled,
        request,
        reason,
    } = resolved;
    output.step(format_args!("Go {version}, {reason}"));
    if request.origin != buildpack_kit::environment::Origin::Default {
        output.detail(format_args!(
            "{} asks for {}",
            request.origin, request.value
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

/// Which programs are built, and which are not.
pub(crate) fn plan(output: &Output, plan: &Plan, cache_misses: &[String]) {
    let Plan {
        targets,
        origin,
        left_out,
    } = plan;
    output.step(format_args!("Compiling {}, {origin}", list(targets)));
    if !left_out.is_empty() {
        output.detail(format_args!(
            "left out: {}; BP_GO_TARGETS chooses others",
            list(left_out)
        ));
    }
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

/// Programs that don't start on every run image.
pub(crate) fn loaders(output: &Output, compiled: &Compiled) {
    for (name, loader) in &compiled.loaders {
        output.warning(format_args!(
            "{name} needs {loader} to start, which a run image without a C library doesn't have.\n\
             Remove -buildmode from the flags to have a static program."
        ));
    }
}

/// What of the app is not in the image.
pub(crate) fn removed(output: &Output, removed: &Removed, ignored: usize) {
    let of_source = removed.files.saturating_sub(ignored);
    output.step(format_args!("Leaving out {of_source} source files"));
    if ignored > 0 {
        output.detail(format_args!(
            "and {ignored} others because of .dockerignore; BP_KEEP_FILES names what stays"
        ));
    }
    if let Some(warning) = removed.warning() {
        output.warning(warning);
    }
}
