//! `coracle build`.

use std::io::IsTerminal as _;
use std::path::Path;

use builder::Builder;
use platform::{BuildError, BuildReport, BuildRequest, Output, Step};
use serde_json::{Value, json};

use crate::arguments::{Build, BuilderFlags};
use crate::context::{Context, filesystem, variables};
use crate::error::CommandError;
use crate::home;

pub(crate) fn execute(context: &Context, arguments: &Build) -> Result<(), CommandError> {
    let request = BuildRequest {
        environment: variables(&arguments.environment.env, &arguments.environment.env_file)?,
        descriptor: arguments.environment.descriptor.clone(),
        clear_cache: arguments.environment.clear_cache,
        output: arguments
            .output
            .iter()
            .map(|text| parse_output(text))
            .collect::<Result<_, _>>()?,
        publish: arguments.publish,
        default_process: arguments.default_process.clone(),
        color: false,
        ..BuildRequest::new(arguments.image.parse()?, &arguments.path)
    };
    let result = build(context, &arguments.builder, request);
    let report = match &result {
        Ok((report, _)) => Some(report),
        // The image is there, though not where it should be besides.
        Err(CommandError::Build(BuildError::Delivery { report, .. })) => Some(report.as_ref()),
        Err(_) => None,
    };
    if let (Some(path), Some(report)) = (&arguments.report, report) {
        write_report(path, report)?;
    }
    result.map(drop)
}

/// Builds, and shows what was built; also gives the builder that built it.
pub(crate) fn build(
    context: &Context,
    builder: &BuilderFlags,
    mut request: BuildRequest,
) -> Result<(BuildReport, Builder), CommandError> {
    let no_color = home::variable("NO_COLOR").is_some_and(|value| !value.is_empty());
    request.color = std::io::stdout().is_terminal() && !no_color;
    let made = context.builder(builder)?;
    let filesystem = filesystem(builder.builder, &made);
    let report = platform::build(
        &context.store,
        &filesystem,
        &request,
        &mut context.output.log(),
    )?;
    context.output.result(report.render().trim_end());
    Ok((report, made))
}

fn parse_output(text: &str) -> Result<Output, CommandError> {
    match text.split_once(':') {
        Some(("oci", path)) if !path.is_empty() => Ok(Output::OciLayout(path.into())),
        Some(("docker-archive", path)) if !path.is_empty() => {
            Ok(Output::DockerArchive(path.into()))
        }
        None if text == "docker" => Ok(Output::Docker),
        _ => Err(CommandError::Output(text.to_owned())),
    }
}

fn write_report(path: &Path, report: &BuildReport) -> Result<(), CommandError> {
    let text = format!("{:#}\n", as_json(report));
    fs_err::write(path, text).map_err(|source| CommandError::Report {
        path: path.to_owned(),
        source,
    })
}

fn as_json(report: &BuildReport) -> Value {
    let layers: Vec<Value> = report
        .layers
        .iter()
        .map(|layer| {
            json!({
                "what": layer.what.to_string(),
                "digest": layer.digest.to_string(),
                "compressed": layer.compressed,
                "reused": layer.reused,
            })
        })
        .collect();
    let seconds: serde_json::Map<String, Value> = report
        .durations
        .iter()
        .map(|(step, duration)| (step_name(*step).to_owned(), json!(duration.as_secs_f64())))
        .collect();
    json!({
        "image": report.image.to_string(),
        "digest": report.manifest_digest.to_string(),
        "imageId": report.image_id.to_string(),
        "size": report.size(),
        "layers": layers,
        "processes": report.processes,
        "seconds": seconds,
    })
}

fn step_name(step: Step) -> &'static str {
    match step {
        Step::Stage => "stage",
        Step::Creator => "creator",
        Step::Complete => "complete",
        Step::Output => "output",
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
