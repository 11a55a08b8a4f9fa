//! `coracle/python`: installs what a Python app needs, with a trimmed interpreter. Read [`PythonBuildpack::build`] first.
//!
//! ```text
//! settings ─┐                       ┌─▶ Chosen (manager)
//! files ────┴─▶ Project (project) ──┤
//!                                   └─▶ Dependencies (project): requirement files, or a Lock (locks)
//! versions: Requested, Constraint (python_version) ──▶ Resolved (resolved_version), each with its Origin
//! Dependencies ──▶ InstallPlan (plan::install): calls of uv, and files for them
//!              ──▶ layers: runtime, environment, uv cache ──▶ Installed (installed)
//! source, Installed ──▶ ProcessPlan (processes): shell text ──▶ start-command ──▶ launch processes
//! ```
//!
//! Everything up to the layers is read and decided before the first byte is fetched. What is *requested*, what it was
//! *resolved* to and what is *installed* are different types. The environment is a launch layer without content where
//! nothing changed, so what is in it is remembered beside the cache of uv.

mod app_image;
mod bound_clients;
mod bundles;
mod bytecode;
mod chosen_bundle;
mod client_variables;
mod detect;
mod django;
mod errors;
mod frameworks;
mod inline_metadata;
mod installed;
mod launch_sbom;
mod layers;
mod linkage_audit;
mod locks;
mod log;
mod manager;
mod messages;
mod pip_settings;
mod plan;
mod preparation;
mod processes;
mod project;
mod pyproject;
mod python_json;
mod python_source;
mod python_version;
mod reading;
mod rehoming;
mod releases;
mod requirements;
mod resolved_version;
mod runner_scripts;
mod settings;
mod source_files;
mod starting;
mod syntax;
mod token_runs;
mod tokens;
mod trimming;
mod uv_command;
mod uv_failure;
mod variables;
mod version_error;
mod version_files;
mod wheels;

use std::path::Path;

use buildpack_kit::environment::Environment;
use buildpack_kit::files::FilesError;
use buildpack_kit::image_settings::ImageSettings;
use buildpack_kit::layer::layer_name;
use buildpack_kit::output::Output;
use buildpack_kit::platform::BuildPlatform;
use buildpack_kit::process;
use buildpack_kit::sub_directory::{SubDirectory, VARIABLE};
use buildpack_kit::variables::Language;
use buildpack_kit::{default_variables, failure, front_end, layer, sbom};
use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use libcnb::data::launch::LaunchBuilder;
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::{Buildpack, Error, Platform as _, buildpack_main};

use crate::bundles::Metadata;
use crate::errors::BuildpackError;
use crate::layers::{environment, runtime, uv_cache};
use crate::preparation::Preparation;

struct PythonBuildpack;

impl Buildpack for PythonBuildpack {
    type Platform = BuildPlatform;
    type Metadata = Metadata;
    type Error = BuildpackError;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        let detection = &context.buildpack_descriptor.metadata.detection;
        let is_ours = match Language::Python.is_wished(&environment) {
            Ok(Some(wished)) => wished,
            // A language that nobody knows is for the build to explain.
            Err(_) => true,
            Ok(None) => detect::is_python_app(&context.app_dir, detection, &environment)
                .map_err(BuildpackError::from)?,
        };
        if is_ours {
            let plan = front_end::taken();
            DetectResultBuilder::pass().build_plan(plan).build()
        } else {
            DetectResultBuilder::fail().build()
        }
    }

    fn build(&self, context: BuildContext<Self>) -> libcnb::Result<BuildResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        let output = Output::from_environment(&environment).map_err(BuildpackError::from)?;
        let built = build(&context, &environment, &output);
        if built.is_err() {
            // Of a build that failed nothing is exported; the first error is the one to report.
            let _ = layer::remove_layers(&context.layers_dir);
        }
        Ok(built?)
    }

    fn on_error(&self, error: Error<Self::Error>) {
        failure::report(&error)
    }
}

fn build(
    context: &BuildContext<PythonBuildpack>,
    environment: &Environment,
    output: &Output,
) -> Result<BuildResult, BuildpackError> {
    let layers_dir = &context.layers_dir;
    output.heading("Python");
    variables::READER.say(environment, output);
    Language::wished(environment)?;
    let image = ImageSettings::read(environment)?;
    let app = SubDirectory::find(&context.app_dir, environment, &[VARIABLE])?;
    let app_dir = &app.directory();
    let mut prepared = Preparation::of(context, app_dir, environment, output)?;

    let outcome = runtime::install(layers_dir, &prepared.bundle, prepared.variables())?;
    output.layer(
        &runtime::name(&prepared.bundle).map_err(layer::LayerError::Create)?,
        &outcome,
    );
    let installed = prepared.install(layers_dir, app_dir, output)?;
    log::installed(output, &installed);

    let place = (layers_dir.as_path(), context.target.arch.as_str());
    let starting = starting::plan(&mut prepared, app_dir, place, &installed, output)?;
    prepared.collect_static(layers_dir, app_dir, &installed, output)?;
    app.remove_the_rest(output)?;
    let (removed, ignored) = source_files::remove(app_dir, &prepared.files)?;
    log::removed(output, &removed, ignored);
    log::broken(output, app_dir, &prepared.compile_app(app_dir)?);

    let start = &context.buildpack_descriptor.metadata.start;
    let started = starting.starts.install(start, output)?;
    let variables = layer_name!("python-environment");
    let outcome = default_variables::install(layers_dir, &variables, &starting.environment)?;
    output.layer(&variables, &outcome);
    image.install(layers_dir, output)?;
    let own = [environment::name(), uv_cache::name(), variables];
    let runtime = runtime::name(&prepared.bundle).map_err(layer::LayerError::Create)?;
    let used = own
        .into_iter()
        .chain([runtime])
        .chain(prepared.fetched.clone())
        .chain(prepared.debian.layers.clone())
        .chain(image.layers())
        .chain(started.layers);
    let used: Vec<_> = used.collect();
    layer::remove_unused(layers_dir, &used).map_err(FilesError::from)?;

    let programs = starting.starts.programs(Vec::new(), output);
    let processes = app.starts(process::processes(&programs)?);
    let labels = image.labels.for_launch();
    let launch = LaunchBuilder::new()
        .processes(processes)
        .labels(labels)
        .build();
    let name = app_name(&prepared, app_dir);
    let others = [started.components, prepared.debian.components].concat();
    let document = launch_sbom::document(&name, &prepared.bundle, &installed, others);
    let result = BuildResultBuilder::new().launch(launch);
    Ok(sbom::contribute(result, &document).build_unwrapped())
}

/// What the bill of materials is about.
fn app_name(prepared: &Preparation, app_dir: &Path) -> String {
    let named = prepared
        .project
        .pyproject
        .as_ref()
        .and_then(|project| project.name());
    let directory = app_dir.file_name().unwrap_or_default().to_string_lossy();
    named.map_or_else(|| directory.into_owned(), str::to_owned)
}

buildpack_main!(PythonBuildpack);
