//! Whether an app will run on another run image, as far as labels tell. Pure.
//!
//! The checks are those of the lifecycle's rebaser (its `phase/rebaser.go`, `platform/target_data.go`),
//! and that the two are releases of one image, which the lifecycle leaves to their names.

use oci::ImageConfig;
use serde_json::Value;

use crate::rebased_image::NotRebasable;

/// `false` on an image that says of itself that it can't be rebased.
pub(crate) const REBASABLE: &str = "io.buildpacks.rebasable";
pub(crate) const DISTRIBUTION_NAME: &str = "io.buildpacks.base.distro.name";
pub(crate) const DISTRIBUTION_VERSION: &str = "io.buildpacks.base.distro.version";
/// What all releases of a run image have in common (CNB platform specification, "Run Image").
pub(crate) const BASE_ID: &str = "io.buildpacks.base.id";
/// The same on platforms that still know stacks.
pub(crate) const STACK_ID: &str = "io.buildpacks.stack.id";
/// The variable in which an app image says by which Platform API it was made.
const PLATFORM_API: &str = "CNB_PLATFORM_API=";
/// The first Platform API, after `0.`, at which images have targets and no stacks.
const FIRST_WITH_TARGETS: u32 = 12;

/// `force` passes over all but the stack of an app that has one instead of a target: the lifecycle knows no
/// force for these either.
pub(crate) fn check(
    app: &ImageConfig,
    base: &ImageConfig,
    force: bool,
) -> Result<(), NotRebasable> {
    if !has_target(app) {
        check_stack(app, base)?;
    }
    if force {
        return Ok(());
    }
    if label(app, REBASABLE) == Some("false") {
        return Err(NotRebasable::Forbidden);
    }
    if !fits_target(app, base) {
        return Err(NotRebasable::OtherTarget {
            app: target(app),
            base: target(base),
        });
    }
    if is_release_of_same(app, base) {
        Ok(())
    } else {
        Err(NotRebasable::OtherBase {
            app: id(app),
            base: id(base),
        })
    }
}

pub(crate) fn label<'a>(config: &'a ImageConfig, name: &str) -> Option<&'a str> {
    let labels = config.config.labels.as_ref()?;
    labels.get(name).map(String::as_str)
}

/// Whether the Platform API that made the image knows targets. One that says none is old, or kpack's.
fn has_target(app: &ImageConfig) -> bool {
    let mut variables = app.config.env.iter().flatten();
    let api = variables.find_map(|variable| variable.strip_prefix(PLATFORM_API));
    let minor = api.and_then(|api| api.strip_prefix("0.")?.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= FIRST_WITH_TARGETS)
}

fn check_stack(app: &ImageConfig, base: &ImageConfig) -> Result<(), NotRebasable> {
    let stack = |config| label(config, STACK_ID).filter(|id| !id.is_empty());
    match (stack(app), stack(base)) {
        (Some(app), Some(base)) if app == base => Ok(()),
        (app, base) => Err(NotRebasable::OtherStack {
            app: app.map(str::to_owned),
            base: base.map(str::to_owned),
        }),
    }
}

/// `platform.TargetSatisfiedForRebase` of the lifecycle.
fn fits_target(app: &ImageConfig, base: &ImageConfig) -> bool {
    let variant = |config: &ImageConfig| {
        let variant = config.other.get("variant").and_then(Value::as_str);
        variant.unwrap_or_default().to_owned()
    };
    let (of_app, of_base) = (variant(app), variant(base));
    let any = of_app.is_empty() || of_base.is_empty();
    let distribution = |config, name| label(config, name).unwrap_or_default();
    let same_distribution = [DISTRIBUTION_NAME, DISTRIBUTION_VERSION]
        .into_iter()
        .all(|name| {
            let wanted = distribution(base, name);
            wanted.is_empty() || wanted == distribution(app, name)
        });
    app.os == base.os
        && app.architecture == base.architecture
        && (any || of_app == of_base)
        && same_distribution
}

fn is_release_of_same(app: &ImageConfig, base: &ImageConfig) -> bool {
    match (label(app, BASE_ID), label(base, BASE_ID)) {
        (Some(app), Some(base)) => app == base,
        _ => label(app, STACK_ID) == label(base, STACK_ID),
    }
}

fn id(config: &ImageConfig) -> Option<String> {
    let id = label(config, BASE_ID).or_else(|| label(config, STACK_ID));
    id.map(str::to_owned)
}

/// `linux/amd64 debian 13`.
fn target(config: &ImageConfig) -> String {
    let variant = config.other.get("variant").and_then(Value::as_str);
    let parts = [
        Some(format!("{}/{}", config.os, config.architecture)),
        variant.map(str::to_owned),
        label(config, DISTRIBUTION_NAME).map(str::to_owned),
        label(config, DISTRIBUTION_VERSION).map(str::to_owned),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "rebase_checks_tests.rs"]
mod tests;
