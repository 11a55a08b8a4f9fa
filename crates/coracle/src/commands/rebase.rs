//! `coracle rebase`.

use std::path::PathBuf;

use builder::{MakeOptions, RunImageLayout};
use platform::{Delivery, RebaseRequest, Rebased};

use super::build::parse_output;
use crate::arguments::Rebase;
use crate::context::Context;
use crate::error::CommandError;
use crate::home;

pub(crate) fn execute(context: &Context, arguments: &Rebase) -> Result<(), CommandError> {
    let image = target(arguments)?;
    let run_image = run_image(context, arguments, &image)?;
    // The program that pushes; nobody may remove it meanwhile.
    let crane = if arguments.publish {
        let source = home::source_tree()?;
        Some(builder::ensure_crane(&context.store, &source)?)
    } else {
        None
    };
    let request = RebaseRequest {
        image,
        run_image: run_image.layout,
        run_image_reference: run_image.name.clone(),
        force: arguments.force,
        crane: crane.as_ref().map(|crane| crane.program.clone()),
    };
    let report = platform::rebase(&context.store, &request)?;
    context.output.result(report.render().trim_end());
    let (image, name) = (&arguments.image, run_image.name);
    context.output.result(if report.unchanged {
        format!("\n{image} was on {name} already.")
    } else {
        format!("\n{image} is on {name} now.")
    });
    Ok(())
}

/// A run image and the name by which the app knows it.
struct RunImage {
    name: String,
    layout: PathBuf,
    _in_use: Option<RunImageLayout>,
}

/// Under its name, one of this checkout; else a layout, which takes the place of the one that the app was
/// built for.
fn run_image(
    context: &Context,
    arguments: &Rebase,
    image: &Rebased,
) -> Result<RunImage, CommandError> {
    let own_name = || -> Result<String, platform::RebaseError> {
        let name = image.run_image(&context.store)?;
        Ok(name.ok_or(platform::NotRebasable::NotAnApp)?)
    };
    let name = match arguments.run_image.as_deref() {
        Some(text) => match text.split_once(':') {
            Some(("oci", path)) if !path.is_empty() => {
                return Ok(RunImage {
                    name: own_name()?,
                    layout: path.into(),
                    _in_use: None,
                });
            }
            _ => text.to_owned(),
        },
        None => own_name()?,
    };
    let options = MakeOptions {
        locked: arguments.locked,
        prefix: None,
    };
    let made = builder::run_image(&context.store, &home::source_tree()?, options, &name)?;
    Ok(RunImage {
        name,
        layout: made.layout.clone(),
        _in_use: Some(made),
    })
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
