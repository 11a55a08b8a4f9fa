//! `coracle/node`: installs and builds Node apps, and starts them without a package manager. Read
//! [`NodeBuildpack::build`] first.
//!
//! ```text
//! settings ─┐                     ┌─▶ Resolved (resolved_version): the Node
//! files ────┴─▶ Project (project) ┼─▶ Chosen (plan::manager): who installs, in which version
//!                                 └─▶ BuildScripts (plan)
//! Chosen ──▶ Tools (tools) ──▶ node_modules, built files (installation)
//! scripts, built files ──▶ Called (called) ──▶ Kept (pick): what of the packages the image needs
//!        ──▶ reachable (node_modules) ──▶ pruning, trimming, native_addons
//! scripts, built files ──▶ processes: shell text ──▶ start-command ──▶ launch processes
//! ```
//!
//! Beside an app in another language it builds a front end, and no image: [`front_end`].
//!
//! `node_modules` is a directory of the app, as Node's tools want it, and a slice of its own in the image, so that an
//! edit of the app leaves it as it is.

mod app_image;
mod bundles;
mod called;
mod client_variables;
mod detect;
mod errors;
mod frameworks;
mod front_end;
mod installation;
mod launch_sbom;
mod layers;
mod log;
mod messages;
mod native_addons;
mod node_arguments;
mod node_modules;
mod node_version;
mod package_json;
mod pick;
mod plan;
mod preparation;
mod processes;
mod programs;
mod project;
mod pruning;
mod reading;
mod registry;
mod releases;
mod resolved_version;
mod self_contained;
mod settings;
mod source_files;
mod starting;
mod tool_failure;
mod tools;
mod trimming;
mod variables;

use std::path::{Path, PathBuf};

use buildpack_kit::environment::Environment;
use buildpack_kit::files::FilesError;
use buildpack_kit::image_settings::ImageSettings;
use buildpack_kit::layer::{LayerName, layer_name};
use buildpack_kit::output::Output;
use buildpack_kit::platform::BuildPlatform;
use buildpack_kit::sub_directory::{SubDirectory, VARIABLE};
use buildpack_kit::variables::Language;
use buildpack_kit::{default_variables, failure, layer, process, sbom};
use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use libcnb::data::launch::{LaunchBuilder, Slice};
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::{Buildpack, Error, Platform as _, buildpack_main};

use crate::bundles::Metadata;
use crate::errors::BuildpackError;
use crate::layers::{framework_cache, package_cache, runtime};
use crate::plan::framework_caches;
use crate::preparation::{Preparation, layer_error};

struct NodeBuildpack;

/// The variables that name the directory of the app: ours and Paketo's.
const DIRECTORIES: [&str; 2] = [VARIABLE, "BP_NODE_PROJECT_PATH"];

impl Buildpack for NodeBuildpack {
    type Platform = BuildPlatform;
    type Metadata = Metadata;
    type Error = BuildpackError;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        let detection = &context.buildpack_descriptor.metadata.detection;
        let tree = &context.app_dir;
        let is_app = match Language::Node.is_wished(&environment) {
            Ok(Some(wished)) => wished,
            // A language that nobody knows is for a build to explain, of whoever takes the app.
            Ok(None) | Err(_) => detect::is_node_app(tree, &DIRECTORIES, detection, &environment)
                .map_err(BuildpackError::from)?,
        };
        if is_app || front_end::may_be(tree, &environment) {
            // Beside another language, whatever is here is a front end or nothing.
            let plan = buildpack_kit::front_end::offered(is_app);
            DetectResultBuilder::pass().build_plan(plan).build()
        } else {
            DetectResultBuilder::fail().build()
        }
    }

    fn build(&self, context: BuildContext<Self>) -> libcnb::Result<BuildResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        let output = Output::from_environment(&environment).map_err(BuildpackError::from)?;
        let built = if buildpack_kit::front_end::is_taken(&context.buildpack_plan) {
            front_end::build(&context, &environment, &output)
        } else {
            build(&context, &environment, &output)
        };
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
    context: &BuildContext<NodeBuildpack>,
    environment: &Environment,
    output: &Output,
) -> Result<BuildResult, BuildpackError> {
    let layers_dir = &context.layers_dir;
    let architecture = context.target.arch.as_str();
    output.heading("Node");
    variables::READER.say(environment, output);
    Language::wished(environment)?;
    let image = ImageSettings::read(environment)?;
    let app = SubDirectory::find(&context.app_dir, environment, &DIRECTORIES)?;
    let app_dir = &app.directory();
    let prepared = Preparation::of(context, app_dir, environment, output)?;
    log::python_beside(output, front_end::python_beside(&prepared.project.files));
    starting::check(&prepared, app_dir)?;

    let node = runtime::name(&prepared.bundle).map_err(layer_error)?;
    output.layer(&node, &runtime::install(layers_dir, &prepared.bundle)?);
    installation::install(&prepared, app_dir, output)?;
    let before_start = starting::before_start(&prepared, app_dir);
    let caches = framework_caches::kept(&prepared.project);
    let caches = framework_cache::link(layers_dir, app_dir, &caches, output)?;
    installation::build(&prepared, &before_start, app_dir, output)?;
    framework_cache::unlink(&caches).map_err(layer_error)?;

    let program = runtime::program(layers_dir, &prepared.bundle).map_err(layer_error)?;
    let called = starting::called(&prepared, app_dir, layers_dir, &program)?;
    let kept = pick::pick(&prepared, &called, app_dir).map_err(BuildpackError::Packages)?;
    installation::finish(&prepared, &kept, app_dir, architecture, output)?;
    let programs = (program.as_path(), kept.next());
    let starts = starting::plan(&prepared, app_dir, layers_dir, programs, output)?;
    starts.check_programs(architecture, prepared.debian.libraries())?;
    app.remove_the_rest(output)?;
    let (removed, ignored) =
        source_files::remove(app_dir, &prepared.files, &prepared.project.files)?;
    log::removed(output, &removed, ignored);

    let start = &context.buildpack_descriptor.metadata.start;
    let started = starts.install(start, output)?;
    let variables = install_variables(&prepared, layers_dir, output)?;
    image.install(layers_dir, output)?;
    package_cache::finish(&prepared.cache).map_err(layer_error)?;
    let mut used = vec![node, variables];
    used.extend(
        prepared
            .layers
            .iter()
            .chain(&prepared.debian.layers)
            .cloned(),
    );
    used.extend(image.layers().chain(started.layers));
    used.extend(caches.layer());
    layer::remove_unused(layers_dir, &used).map_err(FilesError::from)?;

    let programs = starts.programs(Vec::new(), output);
    let mut launch = LaunchBuilder::new();
    launch.processes(app.starts(process::processes(&programs)?));
    launch.labels(image.labels.for_launch());
    launch.slices(slices(&context.app_dir, app_dir, &kept.roots));
    let document = launch_sbom::document(
        &app_name(&prepared, app_dir),
        &prepared.bundle.version,
        &kept.packages,
        [started.components, prepared.debian.components].concat(),
    );
    let result = BuildResultBuilder::new().launch(launch.build());
    Ok(sbom::contribute(result, &document).build_unwrapped())
}

fn install_variables(
    prepared: &Preparation,
    layers_dir: &Path,
    output: &Output,
) -> Result<LayerName, BuildpackError> {
    let manifest = prepared.project.manifest.as_ref();
    let variables = starting::variables(manifest, &prepared.bundle.version);
    let name = layer_name!("node-environment");
    let outcome = default_variables::install(layers_dir, &name, &variables)?;
    output.layer(&name, &outcome);
    Ok(name)
}

/// The directories of packages are layers of their own.
fn slices(root: &Path, app_dir: &Path, roots: &[PathBuf]) -> Vec<Slice> {
    let directories = roots
        .iter()
        .map(|root| app_dir.join(root).join(node_modules::DIRECTORY));
    let there = directories.filter(|directory| directory.is_dir());
    let paths = there
        .filter_map(|directory| Some(directory.strip_prefix(root).ok()?.display().to_string()));
    let path_globs: Vec<String> = paths.collect();
    if path_globs.is_empty() {
        return Vec::new();
    }
    vec![Slice { path_globs }]
}

/// What the bill of materials is about.
fn app_name(prepared: &Preparation, app_dir: &Path) -> String {
    let manifest = prepared.project.manifest.as_ref();
    let named = manifest.and_then(|manifest| manifest.name.clone());
    let directory = app_dir.file_name().unwrap_or_default().to_string_lossy();
    named.unwrap_or_else(|| directory.into_owned())
}

buildpack_main!(NodeBuildpack);
