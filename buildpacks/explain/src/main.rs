//! `coracle/explain`: what to do with an app that no other buildpack of the builder knows.

mod detect;
mod elsewhere;
mod errors;
mod messages;
mod plan;
mod project;

use buildpack_kit::environment::Environment;
use buildpack_kit::failure;
use buildpack_kit::platform::BuildPlatform;
use buildpack_kit::sub_directory::{SubDirectory, VARIABLE};
use buildpack_kit::variables::Language;
use libcnb::build::{BuildContext, BuildResult};
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::{Buildpack, Error, Platform as _, buildpack_main};

use crate::errors::BuildpackError;
use crate::project::{Metadata, Project};

struct ExplainBuildpack;

impl Buildpack for ExplainBuildpack {
    type Platform = BuildPlatform;
    type Metadata = Metadata;
    type Error = BuildpackError;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        detect::check(&Environment::of(context.platform.env())).map_err(BuildpackError::from)?;
        DetectResultBuilder::pass().build()
    }

    /// Fails whatever the app is. In `build` and not in `detect`: what a detect says the lifecycle puts among
    /// the output of all others, and above tables of results.
    fn build(&self, context: BuildContext<Self>) -> libcnb::Result<BuildResult, Self::Error> {
        let metadata = &context.buildpack_descriptor.metadata;
        let environment = Environment::of(context.platform.env());
        // A buildpack of this kind would have taken the app.
        let wished = Language::wished(&environment).map_err(BuildpackError::from)?;
        if let Some(wished) = wished {
            return Err(BuildpackError::NotInBuilder { wished }.into());
        }
        let app = SubDirectory::find(&context.app_dir, &environment, &[VARIABLE])
            .map_err(BuildpackError::from)?;
        let project = Project::read(&app, &metadata.buildpacks).map_err(BuildpackError::from)?;
        let findings = plan::findings(&project, elsewhere::languages());
        Err(BuildpackError::NothingDetected(Box::new(findings)).into())
    }

    fn on_error(&self, error: Error<Self::Error>) {
        failure::report(&error)
    }
}

buildpack_main!(ExplainBuildpack);
