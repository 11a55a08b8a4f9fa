//! `coracle build`.

use builder::Builder;
use platform::{BuildError, BuildReport, BuildRequest, Delivery, Output};

use super::report;
use crate::arguments::{Build, BuilderFlags};
use crate::context::{Context, filesystem, variables};
use crate::error::CommandError;

pub(crate) fn execute(context: &Context, arguments: &Build) -> Result<(), CommandError> {
    let delivery = Delivery {
        image: arguments.image.parse()?,
        output: arguments
            .output
            .iter()
            .map(|text| parse_output(text))
            .collect::<Result<_, _>>()?,
        publish: arguments.publish,
    };
    let request = BuildRequest {
        environment: variables(&arguments.environment.env, &arguments.environment.env_file)?,
        bindings: arguments.environment.bindings.bindings.clone(),
        descriptor: arguments.environment.descriptor.clone(),
        clear_cache: arguments.environment.clear_cache,
        report: arguments.report.clone(),
        default_process: arguments.default_process.clone(),
        color: false,
        ..BuildRequest::new(delivery, &arguments.path)
    };
    if let Some(path) = &arguments.report {
        report::check(path)?;
    }
    let result = build(context, &arguments.builder, request);
    let built = match &result {
        Ok((report, _)) => Some(report),
        // The image is there, though not where it should be besides.
        Err(CommandError::Build(BuildError::Delivery { report, .. })) => Some(report.as_ref()),
        Err(_) => None,
    };
    if let (Some(path), Some(built)) = (&arguments.report, built) {
        report::write(path, built)?;
    }
    result.map(drop)
}

/// Builds, and shows what was built; also gives the builder that built it.
pub(crate) fn build(
    context: &Context,
    builder: &BuilderFlags,
    mut request: BuildRequest,
) -> Result<(BuildReport, Builder), CommandError> {
    request.color = context.output.has_colours();
    let inputs = platform::check(&request)?;
    let made = context.builder(builder)?;
    let filesystem = filesystem(builder.builder, &made);
    let log = &mut context.output.log();
    let result = platform::build(&context.store, &filesystem, &request, &inputs, log);
    if let Err(BuildError::Delivery { report, .. }) = &result {
        context.output.result(report.render().trim_end());
    }
    let report = result?;
    context.output.result(report.render().trim_end());
    Ok((report, made))
}

pub(crate) fn parse_output(text: &str) -> Result<Output, CommandError> {
    match text.split_once(':') {
        Some(("oci", path)) if !path.is_empty() => Ok(Output::OciLayout(path.into())),
        Some(("docker-archive", path)) if !path.is_empty() => {
            Ok(Output::DockerArchive(path.into()))
        }
        None if text == "docker" => Ok(Output::Docker),
        _ => Err(CommandError::Output(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read() {
        let table = [
            "oci:dir",
            "docker-archive:a:b.tar",
            "docker",
            "oci:",
            "docker:x",
            "tar:x",
            "",
        ]
        .map(|text| {
            format!(
                "{text:?}: {:?}",
                parse_output(text).map_err(|error| error.to_string())
            )
        });
        insta::assert_snapshot!(table.join("\n"), @r#"
        "oci:dir": Ok(OciLayout("dir"))
        "docker-archive:a:b.tar": Ok(DockerArchive("a:b.tar"))
        "docker": Ok(Docker)
        "oci:": Err("`oci:` is no destination")
        "docker:x": Err("`docker:x` is no destination")
        "tar:x": Err("`tar:x` is no destination")
        "": Err("`` is no destination")
        "#);
    }
}
