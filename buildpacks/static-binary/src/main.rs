//! `coracle/static-binary`: a program that was compiled elsewhere, in an image of its own.

mod app_directory;
mod detect;
mod errors;
mod messages;
mod plan;
mod processes;
mod procfile;
mod program;
mod project;
mod project_toml;

use buildpack_kit::environment::Environment;
use buildpack_kit::output::Output;
use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use libcnb::data::launch::LaunchBuilder;
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::generic::{GenericMetadata, GenericPlatform};
use libcnb::{Buildpack, Platform as _, buildpack_main};

use crate::errors::StaticBinaryError;
use crate::project::Project;

struct StaticBinaryBuildpack;

impl Buildpack for StaticBinaryBuildpack {
    type Platform = GenericPlatform;
    type Metadata = GenericMetadata;
    type Error = StaticBinaryError;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        if detect::applies(&context.app_dir, &environment).map_err(StaticBinaryError::from)? {
            return DetectResultBuilder::pass().build();
        }
        let output = Output::from_environment(&environment).map_err(StaticBinaryError::from)?;
        output.step(detect::LOOKED_FOR);
        DetectResultBuilder::fail().build()
    }

    fn build(&self, context: BuildContext<Self>) -> libcnb::Result<BuildResult, Self::Error> {
        Ok(build(&context)?)
    }

    fn on_error(&self, error: libcnb::Error<Self::Error>) {
        buildpack_kit::failure::report(&error)
    }
}

fn build(context: &BuildContext<StaticBinaryBuildpack>) -> Result<BuildResult, StaticBinaryError> {
    let environment = Environment::of(context.platform.env());
    let output = Output::from_environment(&environment)?;
    output.heading("Static binary");

    let project = Project::read(&context.app_dir, &environment)?;
    let plan = plan::plan(project, &context.target.arch)?;
    for decision in plan.decisions() {
        output.step(decision);
    }
    for warning in &plan.warnings {
        output.warning(warning);
    }

    app_directory::reduce(&context.app_dir, &plan, &output)?;
    let processes = processes::processes(&plan)?;
    let launch = LaunchBuilder::new().processes(processes).build();
    let result = BuildResultBuilder::new().launch(launch);
    Ok(buildpack_kit::sbom::contribute(result, &plan.bill_of_materials()).build_unwrapped())
}

buildpack_main!(StaticBinaryBuildpack);
