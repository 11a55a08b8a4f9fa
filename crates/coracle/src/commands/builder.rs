//! `coracle builder`.

use std::fmt::Write as _;

use builder::Builder;

use crate::arguments::{BuilderCommand, BuilderFlags};
use crate::context::{Context, kind};
use crate::error::CommandError;

pub(crate) fn execute(context: &Context, command: &BuilderCommand) -> Result<(), CommandError> {
    match command {
        BuilderCommand::Create(flags) => {
            context.builder(flags)?;
            let name = kind(flags.builder).name();
            context
                .output
                .result(format_args!("The builder `{name}` is ready."));
        }
        BuilderCommand::Inspect(flags) => {
            let builder = context.builder(flags)?;
            context.output.result(describe(flags, &builder).trim_end());
        }
    }
    Ok(())
}

fn describe(flags: &BuilderFlags, builder: &Builder) -> String {
    let mut text = format!("Builder `{}`\n", kind(flags.builder).name());
    let _ = writeln!(text, "  {}", builder.definition.description);
    let _ = writeln!(text, "\nRun image\n  {}", builder.run_image_reference);
    text.push_str("\nDetection order, the first that applies wins\n");
    for (number, group) in builder.definition.order.iter().enumerate() {
        let members: Vec<String> = group
            .group
            .iter()
            .map(|member| {
                let note = if member.optional { " (optional)" } else { "" };
                format!("{}{note}", member.id)
            })
            .collect();
        let _ = writeln!(text, "  {}. {}", number + 1, members.join(", "));
    }
    text.push_str("\nComponents\n");
    for component in &builder.components {
        let _ = writeln!(text, "  {component}");
    }
    text
}
