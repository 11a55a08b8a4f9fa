//! `coracle/static-binary`: a program that was compiled elsewhere, in an image of its own.

mod app_directory;
mod composition;
mod detect;
mod errors;
mod messages;
mod plan;
mod processes;
mod procfile;
mod program;
mod project;
mod project_toml;
mod settings;
mod strip;
mod variables;

use buildpack_kit::environment::Environment;
use buildpack_kit::files::FilesError;
use buildpack_kit::image_settings::ImageSettings;
use buildpack_kit::output::Output;
use buildpack_kit::sub_directory::{SubDirectory, VARIABLE};
use buildpack_kit::{failure, layer, run_image, sbom};
use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use libcnb::data::launch::LaunchBuilder;
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::generic::{GenericMetadata, GenericPlatform};
use libcnb::{Buildpack, Error, Platform as _, buildpack_main};

use crate::errors::BuildpackError;
use crate::plan::Target;
use crate::project::Project;
use crate::settings::Settings;

struct StaticBinaryBuildpack;

impl Buildpack for StaticBinaryBuildpack {
    type Platform = GenericPlatform;
    type Metadata = GenericMetadata;
    type Error = BuildpackError;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        let settings = Settings::read(&environment).map_err(BuildpackError::from)?;
        let app = SubDirectory::find(&context.app_dir, &environment, &[VARIABLE]);
        // A directory that can't be the app is for the build to explain.
        if app.map_or(true, |app| detect::applies(&app.directory(), &settings)) {
            DetectResultBuilder::pass().build()
        } else {
            DetectResultBuilder::fail().build()
        }
    }

    fn build(&self, context: BuildContext<Self>) -> libcnb::Result<BuildResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        let output = Output::from_environment(&environment).map_err(BuildpackError::from)?;
        Ok(build(&context, &environment, &output)?)
    }

    fn on_error(&self, error: Error<Self::Error>) {
        failure::report(&error)
    }
}

fn build(
    context: &BuildContext<StaticBinaryBuildpack>,
    environment: &Environment,
    output: &Output,
) -> Result<BuildResult, BuildpackError> {
    output.heading("Static binary");
    variables::READER.say(environment, output);
    let image = ImageSettings::read(environment)?;
    let settings = Settings::read(environment)?;
    let app = SubDirectory::find(&context.app_dir, environment, &[VARIABLE])?;
    let project = Project::read(&app.directory(), settings)?;
    let target = Target {
        architecture: &context.target.arch,
        libraries: &run_image::libraries(environment)?,
    };
    let mut plan = plan::plan(project, target)?;
    for decision in plan.decisions() {
        output.step(decision);
    }
    for warning in &plan.warnings {
        output.warning(warning);
    }

    app.remove_the_rest(output)?;
    app_directory::reduce(&app.directory(), &plan, output)?;
    strip::strip(&app.directory(), &mut plan, environment, output)?;
    image.install(&context.layers_dir, output)?;
    let used: Vec<_> = image.layers().collect();
    layer::remove_unused(&context.layers_dir, &used).map_err(FilesError::from)?;
    let processes = app.starts(processes::processes(&plan)?);
    let mut launch = LaunchBuilder::new();
    let labels = image.labels.for_launch();
    let launch = launch.processes(processes).labels(labels).build();
    let result = BuildResultBuilder::new().launch(launch);
    Ok(sbom::contribute(result, &plan.bill_of_materials()).build_unwrapped())
}

buildpack_main!(StaticBinaryBuildpack);
