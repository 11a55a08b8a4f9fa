//! Whether an app will run on another run image, as far as labels tell. Pure.
//!
//! The checks are those of the lifecycle's rebaser (its `phase/rebaser.go`, `platform/target_data.go`), and
//! three more, which `force` passes over:
//!
//! - The run image is no app: what a build made of it would go under the other.
//! - The two are releases of one image. The lifecycle leaves that to their names, which anybody can give.
//! - An app that was made below Platform API 0.12, by kpack, is for the same system and processor, and not
//!   marked as not rebasable. There the lifecycle asks only for the stack and its mixins, and an app for
//!   arm64 ends on a run image for amd64, where it doesn't start.

use std::collections::BTreeSet;

use oci::ImageConfig;
use serde_json::Value;

use crate::rebased_image::{METADATA, NotRebasable};

/// `false` on an image that says of itself that it can't be rebased.
pub(crate) const REBASABLE: &str = "io.buildpacks.rebasable";
pub(crate) const DISTRIBUTION_NAME: &str = "io.buildpacks.base.distro.name";
pub(crate) const DISTRIBUTION_VERSION: &str = "io.buildpacks.base.distro.version";
/// What all releases of a run image have in common (CNB platform specification, "Run Image").
pub(crate) const BASE_ID: &str = "io.buildpacks.base.id";
/// The same on platforms that still know stacks.
pub(crate) const STACK_ID: &str = "io.buildpacks.stack.id";
/// What the packages of a stack's image are called, as a list in JSON: `["libssl", "run:curl"]`.
const MIXINS: &str = "io.buildpacks.stack.mixins";
/// The variable in which an app image says by which Platform API it was made.
const PLATFORM_API: &str = "CNB_PLATFORM_API=";
/// The first Platform API at which images have targets and no stacks.
const FIRST_WITH_TARGETS: (u32, u32) = (0, 12);

/// `force` passes over all but the stack and the mixins of an app that has these instead of a target: the
/// lifecycle knows no force for them either.
pub(crate) fn check(
    app: &ImageConfig,
    base: &ImageConfig,
    force: bool,
) -> Result<(), NotRebasable> {
    if !has_target(app) {
        check_stack(app, base)?;
        check_mixins(app, base)?;
    }
    if force {
        return Ok(());
    }
    check_rebasable(app)?;
    if label(base, METADATA).is_some() {
        return Err(NotRebasable::OntoApp);
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

/// Whether the image allows it.
pub(crate) fn check_rebasable(app: &ImageConfig) -> Result<(), NotRebasable> {
    if label(app, REBASABLE) == Some("false") {
        return Err(NotRebasable::Forbidden);
    }
    Ok(())
}

pub(crate) fn label<'a>(config: &'a ImageConfig, name: &str) -> Option<&'a str> {
    let labels = config.config.labels.as_ref()?;
    labels.get(name).map(String::as_str)
}

/// Whether the Platform API that made the image knows targets. One that says none is old, or kpack's.
fn has_target(app: &ImageConfig) -> bool {
    let mut variables = app.config.env.iter().flatten();
    let api = variables.find_map(|variable| variable.strip_prefix(PLATFORM_API));
    let version = api.and_then(|api| {
        let (major, minor) = api.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    });
    version.is_some_and(|version: (u32, u32)| version >= FIRST_WITH_TARGETS)
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

/// Whether the run image has all that the app's had.
fn check_mixins(app: &ImageConfig, base: &ImageConfig) -> Result<(), NotRebasable> {
    let there = mixins(base)?;
    let missing: Vec<String> = mixins(app)?.difference(&there).cloned().collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(NotRebasable::MissingMixins { missing })
}

/// The mixins of an image without the stage that they are for: `run:curl` is `curl`.
fn mixins(config: &ImageConfig) -> Result<BTreeSet<String>, NotRebasable> {
    let text = label(config, MIXINS).filter(|text| !text.is_empty());
    let parsed = serde_json::from_str::<Option<Vec<String>>>(text.unwrap_or("null"));
    let all = parsed.map_err(|_| NotRebasable::UnreadableMixins {
        text: text.unwrap_or_default().to_owned(),
    })?;
    let names = all.into_iter().flatten();
    Ok(names
        .map(|mixin| match mixin.split_once(':') {
            Some((_, name)) => name.to_owned(),
            None => mixin,
        })
        .collect())
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
