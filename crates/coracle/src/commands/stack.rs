//! `coracle stack`.

use std::collections::BTreeSet;
use std::path::Path;

use builder::{BuilderKind, MakeOptions};
use composer::{Architecture, Composer, ImageReport};
use oci::Layout;

use crate::arguments::StackCommand;
use crate::context::Context;
use crate::error::CommandError;
use crate::home;

pub(crate) fn execute(context: &Context, command: StackCommand) -> Result<(), CommandError> {
    match command {
        StackCommand::Lock => {
            let report = composer(context, false)?.lock()?;
            for change in &report.changes {
                context.output.result(change);
            }
            context.output.result(format_args!(
                "{} packages are locked, {} of them changed.",
                report.packages,
                report.changes.len()
            ));
        }
        StackCommand::Build {
            images,
            output,
            locked,
        } => build(context, &images, &output, locked)?,
    }
    Ok(())
}

fn composer(context: &Context, locked: bool) -> Result<Composer, CommandError> {
    let architecture = Architecture::of_this_machine().ok_or(CommandError::Architecture)?;
    let source = home::source_tree()?;
    Ok(Composer::new(
        &source.stack(),
        &context.store,
        architecture,
        locked,
    )?)
}

fn build(
    context: &Context,
    images: &[String],
    output: &Path,
    locked: bool,
) -> Result<(), CommandError> {
    let composer = composer(context, locked)?;
    let all = images.is_empty();
    let images = composer.layouts(images)?;
    composer.prefetch(&images)?;
    for image in images {
        let work = context.store.work_directory()?;
        let report = composer.compose_layout(image, &work.path().join("layout"))?;
        let layout = Layout::open(work.path().join("layout"))?;
        let target = output.join(image);
        platform::copy_layout(&layout, &target, "--output ", &context.store)?;
        context.output.result(describe(&report));
    }
    if all {
        package(context, locked)
    } else {
        Ok(())
    }
}

/// What the definitions of both builders name beside the images.
fn package(context: &Context, locked: bool) -> Result<(), CommandError> {
    let source = home::source_tree()?;
    let options = MakeOptions {
        locked,
        prefix: None,
    };
    let mut packages = BTreeSet::new();
    for kind in [BuilderKind::Default, BuilderKind::Static] {
        packages.extend(builder::package(&context.store, &source, kind, options)?);
    }
    for package in packages {
        context.output.result(package.display());
    }
    Ok(())
}

fn describe(report: &ImageReport) -> String {
    let compressed = report.compressed_size;
    let compressed = compressed.map_or_else(String::new, explain::size);
    let digest = report
        .manifest_digest
        .as_ref()
        .map_or_else(String::new, ToString::to_string);
    format!(
        "{:<12} {:>12} compressed {:>14} unpacked {:>6} files  {digest}",
        report.image,
        compressed,
        explain::size(report.uncompressed_size),
        report.files,
    )
}
