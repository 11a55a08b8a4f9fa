//! `coracle builder`.

use std::fmt::Write as _;

use builder::Inspection;

use crate::arguments::{BuilderCommand, BuilderFlags, Platform};
use crate::commands::publish;
use crate::context::{Context, kind};
use crate::error::CommandError;

pub(crate) fn execute(context: &Context, command: &BuilderCommand) -> Result<(), CommandError> {
    match command {
        BuilderCommand::Create { builder, to } => {
            if let Some(Platform::Docker) = to {
                publish::to_docker(context, builder)?;
            } else {
                context.builder(builder)?;
            }
            let name = kind(builder.builder).name();
            context
                .output
                .result(format_args!("The builder `{name}` is ready."));
        }
        BuilderCommand::Publish {
            prefix,
            builder,
            tag,
            locked,
        } => {
            let flags = BuilderFlags {
                builder: *builder,
                locked: *locked,
                prefix: Some(prefix.clone()),
            };
            publish::to_registry(context, &flags, tag)?;
        }
        BuilderCommand::Inspect(flags) => {
            let inspection = context.inspect(flags)?;
            let name = kind(flags.builder).name();
            context
                .output
                .result(describe(name, &inspection).trim_end());
        }
    }
    Ok(())
}

/// One fact a line, in a fixed order.
fn describe(name: &str, inspection: &Inspection) -> String {
    let Inspection {
        definition,
        buildpack_versions,
        lifecycle_version,
        components,
    } = inspection;
    let mut text = format!("Builder `{name}`\n  {}\n", definition.description);
    let _ = writeln!(text, "\nBuild image\n  {}", definition.build.image);
    text.push_str("\nRun images\n");
    let run = &definition.run.images;
    for image in run.iter() {
        let _ = writeln!(text, "  {}", image.image);
        for mirror in &image.mirrors {
            let _ = writeln!(text, "  {mirror} (mirror)");
        }
    }
    let _ = writeln!(text, "\nLifecycle\n  {lifecycle_version}");
    text.push_str("\nDetection order, the first that applies wins\n");
    for (number, group) in definition.order.iter().enumerate() {
        let members: Vec<String> = group
            .group
            .iter()
            .map(|member| {
                let version = buildpack_versions.get(&member.id);
                let version = version.map_or("", String::as_str);
                let note = if member.optional { " (optional)" } else { "" };
                format!("{} {version}{note}", member.id)
            })
            .collect();
        let _ = writeln!(text, "  {}. {}", number + 1, members.join(", "));
    }
    text.push_str("\nComponents\n");
    for (component, is_made) in components {
        let note = if *is_made { "" } else { " (not made yet)" };
        let _ = writeln!(text, "  {} {}{note}", component.name, component.key);
    }
    text
}
