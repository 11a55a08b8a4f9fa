//! `coracle rebase`.

use std::path::PathBuf;

use builder::{MakeOptions, RunImageLayout};
use explain::quote;
use platform::{BaseLayout, Delivery, RebaseError, RebaseRequest, Rebased, WantedRunImage};

use super::build::parse_output;
use crate::arguments::Rebase;
use crate::context::Context;
use crate::error::CommandError;
use crate::home;

pub(crate) fn execute(context: &Context, arguments: &Rebase) -> Result<(), CommandError> {
    let image = target(arguments)?;
    let wanted = wanted_run_image(arguments.run_image.as_deref())?;
    let name = platform::check_rebase(&context.store, &image, &wanted, arguments.force)?;
    let run_image = run_image(context, arguments, wanted, &name)?;
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
        run_image_reference: name.clone(),
        force: arguments.force,
        crane: crane.as_ref().map(|crane| crane.program.clone()),
    };
    let result = platform::rebase(&context.store, &request);
    if let Err(RebaseError::Delivery { report, .. }) = &result {
        context.output.result(report.render().trim_end());
    }
    let report = result?;
    context.output.result(report.render().trim_end());
    let (image, name) = (quote(&arguments.image, 300), quote(&name, 300));
    context.output.result(if report.unchanged {
        format!("\n{image} was on {name} already.")
    } else {
        format!("\n{image} is on {name} now.")
    });
    Ok(())
}

/// A run image that stays where it is until this is dropped.
struct RunImage {
    layout: BaseLayout,
    _in_use: Option<RunImageLayout>,
}

fn wanted_run_image(text: Option<&str>) -> Result<WantedRunImage, CommandError> {
    let Some(text) = text else {
        return Ok(WantedRunImage::Own);
    };
    Ok(match layout(text)? {
        Some(path) => WantedRunImage::Layout(path),
        None => WantedRunImage::Named(text.to_owned()),
    })
}

/// The directory that `oci:DIRECTORY` names; none for the name of an image.
fn layout(text: &str) -> Result<Option<PathBuf>, CommandError> {
    match text.strip_prefix("oci:") {
        Some("") => Err(CommandError::NoLayout),
        path => Ok(path.map(PathBuf::from)),
    }
}

/// The layout that is wanted, or the image of this checkout by its name.
fn run_image(
    context: &Context,
    arguments: &Rebase,
    wanted: WantedRunImage,
    name: &str,
) -> Result<RunImage, CommandError> {
    if let WantedRunImage::Layout(layout) = wanted {
        return Ok(RunImage {
            layout: BaseLayout::Given(layout),
            _in_use: None,
        });
    }
    let options = MakeOptions {
        locked: arguments.locked,
        prefix: None,
    };
    let made = builder::run_image(&context.store, &home::source_tree()?, options, name)?;
    Ok(RunImage {
        layout: BaseLayout::Component(made.layout.clone()),
        _in_use: Some(made),
    })
}

fn target(arguments: &Rebase) -> Result<Rebased, CommandError> {
    let outputs = arguments.output.iter().map(|text| parse_output(text));
    let output: Vec<_> = outputs.collect::<Result<_, _>>()?;
    match layout(&arguments.image)? {
        Some(_) if arguments.publish || !output.is_empty() => Err(CommandError::LayoutOutput),
        Some(path) => Ok(Rebased::Layout(path)),
        None => Ok(Rebased::Stored(Delivery {
            image: arguments.image.parse()?,
            output,
            publish: arguments.publish,
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_has_a_directory() {
        let table = ["oci:dir", "oci:a:b", "oci:.", "oci:", "oci", "oci/app:1"].map(|text| {
            let layout = layout(text).map_err(|error| error.to_string());
            format!("{text}: {layout:?}")
        });
        insta::assert_snapshot!(table.join("\n"), @r#"
    oci:dir: Ok(Some("dir"))
    oci:a:b: Ok(Some("a:b"))
    oci:.: Ok(Some("."))
    oci:: Err("`oci:` names no directory")
    oci: Ok(None)
    oci/app:1: Ok(None)
    "#);
    }
}
