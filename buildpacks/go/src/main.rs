//! `coracle/go`: compiles Go modules to static programs. Read [`GoBuildpack::build`] first.

mod build_flags;
mod bundles;
mod catalogue;
mod detect;
mod errors;
mod excluded;
mod go_command;
mod go_failure;
mod go_mod;
mod go_version;
mod launch_sbom;
mod layers;
mod log;
mod messages;
mod missing_package;
mod packages;
mod plan;
mod preparation;
mod processes;
mod project;
mod settings;
mod source_removal;
mod source_times;
mod variables;

use std::path::Path;

use buildpack_kit::environment::Environment;
use buildpack_kit::files::FilesError;
use buildpack_kit::image_settings::ImageSettings;
use buildpack_kit::output::Output;
use buildpack_kit::platform::BuildPlatform;
use buildpack_kit::sub_directory::{SubDirectory, VARIABLE};
use buildpack_kit::{failure, layer, sbom};
use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use libcnb::data::launch::LaunchBuilder;
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::{Buildpack, Error, Platform as _, buildpack_main};

use crate::bundles::Metadata;
use crate::errors::BuildpackError;
use crate::layers::binaries;
use crate::plan::Plan;
use crate::preparation::Preparation;

struct GoBuildpack;

impl Buildpack for GoBuildpack {
    type Platform = BuildPlatform;
    type Metadata = Metadata;
    type Error = BuildpackError;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        let Ok(app) = SubDirectory::find(&context.app_dir, &environment, &[VARIABLE]) else {
            // A directory that can't be the app is for the build to explain.
            return DetectResultBuilder::pass().build();
        };
        let is_go_app = detect::is_go_app(&app.directory());
        if is_go_app.map_err(BuildpackError::from)? {
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
    context: &BuildContext<GoBuildpack>,
    environment: &Environment,
    output: &Output,
) -> Result<BuildResult, BuildpackError> {
    let layers_dir = &context.layers_dir;
    output.heading("Go");
    variables::READER.say(environment, output);
    let image = ImageSettings::read(environment)?;
    let app = SubDirectory::find(&context.app_dir, environment, &[VARIABLE])?;
    let app_dir = &app.directory();
    let prepared = Preparation::of(context, app_dir, environment, output)?;

    source_times::derive(app_dir, &prepared.project.sources)?;
    let plan = plan_targets(app_dir, &prepared)?;
    log::plan(output, &plan, &prepared.flags.cache_misses);

    let compiled = binaries::compile(
        app_dir,
        &plan.targets,
        &prepared.flags.arguments,
        prepared.scratch.path().join("bin"),
        &prepared.go,
        output,
    )
    .map_err(|error| missing_package::told(error, app_dir, &prepared.project))?;
    log::programs(output, &compiled);
    log::loaders(output, &compiled);
    let outcome = binaries::install(layers_dir, &compiled)?;
    output.layer(&binaries::name(), &outcome);
    let bin_directory = binaries::bin_directory(layers_dir);
    let document = launch_sbom::document(
        &prepared.go,
        &compiled.directory,
        &compiled.programs,
        &bin_directory,
        &prepared.project.modules[0].path,
    )?;

    prepared.caches.finish()?;
    image.install(layers_dir, output)?;
    let used: Vec<_> = prepared.used_layers().chain(image.layers()).collect();
    layer::remove_unused(layers_dir, &used).map_err(FilesError::from)?;
    app.remove_the_rest(output)?;
    let (removed, ignored) =
        source_removal::remove(app_dir, &prepared.project.vendored, &prepared.files)?;
    log::removed(output, &removed, ignored);

    let processes = app.starts(processes::of(&plan.targets, &bin_directory)?);
    let mut launch = LaunchBuilder::new();
    let labels = image.labels.for_launch();
    let launch = launch.processes(processes).labels(labels).build();
    let result = BuildResultBuilder::new().launch(launch);
    Ok(sbom::contribute(result, &document).build_unwrapped())
}

fn plan_targets(app_dir: &Path, prepared: &Preparation) -> Result<Plan, BuildpackError> {
    let Preparation { project, go, .. } = prepared;
    let targets = prepared.targets.as_ref();
    let listed = packages::list(app_dir, &project.modules, go).map_err(BuildpackError::List)?;
    let excluded = if plan::may_want_excluded(&listed, targets) {
        excluded::mains(app_dir, project, &listed.directories, go).map_err(BuildpackError::List)?
    } else {
        Vec::new()
    };
    Ok(plan::targets(listed, excluded, targets, project)?)
}

buildpack_main!(GoBuildpack);
