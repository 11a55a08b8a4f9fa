//! `coracle rebase`.

use std::path::PathBuf;

use builder::MakeOptions;
use platform::{Delivery, RebaseRequest, Rebased};

use super::build::parse_output;
use crate::arguments::{BuilderFlags, BuilderName, Rebase};
use crate::context::Context;
use crate::error::CommandError;
use crate::home;

pub(crate) fn execute(context: &Context, arguments: &Rebase) -> Result<(), CommandError> {
    let image = target(arguments)?;
    let reference = match &arguments.run_image {
        Some(name) => name.clone(),
        None => image
            .run_image(&context.store)?
            .ok_or(platform::NotRebasable::NotAnApp)
            .map_err(platform::RebaseError::from)?,
    };
    let source = home::source_tree()?;
    let options = MakeOptions {
        locked: arguments.locked,
        prefix: None,
    };
    let run_image = builder::run_image(&context.store, &source, options, &reference)?;
    let request = RebaseRequest {
        image,
        run_image: run_image.layout.clone(),
        run_image_reference: reference.clone(),
        force: arguments.force,
        crane: crane(context, arguments)?,
    };
    let report = platform::rebase(&context.store, &request)?;
    context.output.result(report.render().trim_end());
    let image = &arguments.image;
    context.output.result(if report.unchanged {
        format!("\n{image} was on {reference} already.")
    } else {
        format!("\n{image} is on {reference} now.")
    });
    Ok(())
}

fn target(arguments: &Rebase) -> Result<Rebased, CommandError> {
    let outputs = arguments.output.iter().map(|text| parse_output(text));
    let output: Vec<_> = outputs.collect::<Result<_, _>>()?;
    match arguments.image.split_once(':') {
        Some(("oci", _)) if arguments.publish || !output.is_empty() => {
            Err(CommandError::LayoutOutput)
        }
        Some(("oci", path)) if !path.is_empty() => Ok(Rebased::Layout(path.into())),
        _ => Ok(Rebased::Stored(Delivery {
            image: arguments.image.parse()?,
            output,
            publish: arguments.publish,
        })),
    }
}

/// The program that pushes is part of a builder, which is made only for this.
fn crane(context: &Context, arguments: &Rebase) -> Result<Option<PathBuf>, CommandError> {
    if !arguments.publish {
        return Ok(None);
    }
    let flags = BuilderFlags {
        builder: BuilderName::Default,
        locked: arguments.locked,
        prefix: None,
    };
    Ok(Some(context.builder(&flags)?.crane.clone()))
}
