//! `coracle stack`.

use std::path::Path;

use composer::{Composer, ImageReport};

use crate::arguments::StackCommand;
use crate::context::Context;
use crate::error::CommandError;
use crate::{home, interrupt};

pub(crate) fn execute(context: &Context, command: StackCommand) -> Result<(), CommandError> {
    interrupt::defer();
    match command {
        StackCommand::Lock => {
            let report = composer(context, false)?.lock()?;
            context.output.result(report);
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
    let architecture = composer::Architecture::host().ok_or(CommandError::Architecture)?;
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
    let all = composer.images();
    let images: Vec<&str> = if images.is_empty() {
        all.iter().map(String::as_str).collect()
    } else {
        images.iter().map(String::as_str).collect()
    };
    composer.prefetch(&images)?;
    for image in images {
        let work = context.store.work_directory()?;
        let report = composer.compose_layout(image, &work.path().join("layout"))?;
        let destination = std::path::absolute(output.join(image)).map_err(CommandError::Cache)?;
        work.commit("layout", &destination)?;
        context.output.result(describe(&report));
    }
    Ok(())
}

fn describe(report: &ImageReport) -> String {
    format!("{report:?}")
}
