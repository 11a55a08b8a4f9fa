//! `coracle/static-binary`: a program that was compiled elsewhere, in an image of its own.

mod app_directory;
mod app_image;
mod composition;
mod detect;
mod errors;
mod messages;
mod plan;
mod processes;
mod program;
mod project;
mod project_toml;
mod settings;
mod strip;
mod variables;

use std::path::{Path, PathBuf};

use buildpack_kit::bindings::Bindings;
use buildpack_kit::debian::{self, Place, Wanted};
use buildpack_kit::environment::Environment;
use buildpack_kit::files::{FilesError, KeepPatterns};
use buildpack_kit::image_settings::ImageSettings;
use buildpack_kit::output::Output;
use buildpack_kit::platform::BuildPlatform;
use buildpack_kit::start::{StartCommands, StartError};
use buildpack_kit::sub_directory::{SubDirectory, VARIABLE};
use buildpack_kit::variables::Language;
use buildpack_kit::{failure, layer, sbom};
use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use libcnb::data::launch::LaunchBuilder;
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::{Buildpack, Error, Platform as _, buildpack_main};
use serde::Deserialize;

use crate::app_image::AppImage;
use crate::errors::BuildpackError;
use crate::plan::Target;
use crate::project::Project;
use crate::settings::Settings;

struct StaticBinaryBuildpack;

/// `[metadata]` of `buildpack.toml`.
#[derive(Deserialize)]
struct Metadata {
    /// Where the builder keeps the program that runs start commands.
    start: PathBuf,
}

impl Buildpack for StaticBinaryBuildpack {
    type Platform = BuildPlatform;
    type Metadata = Metadata;
    type Error = BuildpackError;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        match Language::StaticBinary.is_wished(&environment) {
            Ok(Some(false)) => return DetectResultBuilder::fail().build(),
            // A language that nobody knows is for the build to explain.
            Ok(Some(true)) | Err(_) => return DetectResultBuilder::pass().build(),
            Ok(None) => {}
        }
        let settings = Settings::read(&environment).map_err(BuildpackError::from)?;
        let Ok(app) = SubDirectory::find(&context.app_dir, &environment, &[VARIABLE]) else {
            // A directory that can't be the app is for the build to explain.
            return DetectResultBuilder::pass().build();
        };
        let app_dir = app.directory();
        let bindings = Bindings::read(&context.platform.binding_root(&environment));
        let commands = bindings.map_err(StartError::from);
        let commands = commands.and_then(|all| StartCommands::read(&app_dir, &environment, &all));
        // Commands that can't be read make no app ours.
        if detect::applies(&app_dir, &settings, &commands.unwrap_or_default()) {
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
    Language::wished(environment)?;
    let image = ImageSettings::read(environment)?;
    let settings = Settings::read(environment)?;
    let app = SubDirectory::find(&context.app_dir, environment, &[VARIABLE])?;
    let app_dir = &app.directory();
    let bindings = Bindings::read(&context.platform.binding_root(environment));
    let bindings = bindings.map_err(StartError::from)?;
    let commands = StartCommands::read(app_dir, environment, &bindings)?;
    commands.check(environment)?;
    let wanted = Wanted::read(app_dir, environment, "BP_DEB_PACKAGES")?;
    let keep = KeepPatterns::new(settings.keep.iter().cloned())?;
    let app_image = AppImage::of(app_dir).keeping(keep.clone());
    let mut starts = commands.plan(&app_image, None, &context.layers_dir)?;
    let project = Project::read(app_dir, settings, keep, &starts)?;
    let place = Place {
        layers_dir: &context.layers_dir,
        environment,
        variables: environment.process(),
        root: Path::new("/"),
    };
    let debian = debian::install(&wanted, place, output)?;
    let target = Target {
        architecture: &context.target.arch,
        libraries: debian.libraries(),
    };
    let mut plan = plan::plan(project, target)?;
    starts.log(
        output,
        "for nothing is compiled here: the program is as it came",
    );
    for decision in plan.decisions() {
        output.step(decision);
    }
    let own = processes::own(&plan, &mut starts, output);
    for warning in &plan.warnings {
        output.warning(warning);
    }

    app.remove_the_rest(output)?;
    app_directory::reduce(app_dir, &plan, output)?;
    strip::strip(app_dir, &mut plan, environment, output)?;
    let installed = starts.install(&context.buildpack_descriptor.metadata.start, output)?;
    image.install(&context.layers_dir, output)?;
    let used: Vec<_> = image
        .layers()
        .chain(installed.layers)
        .chain(debian.layers)
        .collect();
    layer::remove_unused(&context.layers_dir, &used).map_err(FilesError::from)?;
    let processes = app.starts(processes::processes(own, &starts, output)?);
    let mut launch = LaunchBuilder::new();
    let labels = image.labels.for_launch();
    let launch = launch.processes(processes).labels(labels).build();
    let result = BuildResultBuilder::new().launch(launch);
    let components = [installed.components, debian.components].concat();
    Ok(sbom::contribute(result, &plan.bill_of_materials(components)).build_unwrapped())
}

buildpack_main!(StaticBinaryBuildpack);
