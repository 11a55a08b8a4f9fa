//! `coracle/go`: compiles Go modules to static programs. Read [`GoBuildpack::build`] first.

mod app_flags;
mod build_flags;
mod bundles;
mod cache_misses;
mod catalogue;
mod cgo;
mod cgo_replacements;
mod compilation;
mod compiler_variables;
mod credentials;
mod detect;
mod errors;
mod excluded;
mod go_command;
mod go_failure;
mod go_list;
mod go_mod;
mod go_version;
mod go_words;
mod go_work;
mod heroku;
mod ko;
mod ko_flags;
mod kodata;
mod launch_sbom;
mod layers;
mod linkage_audit;
mod log;
mod messages;
mod missing_package;
mod module_root;
mod module_tree;
mod packages;
mod plan;
mod preparation;
mod processes;
mod project;
mod settings;
mod source_removal;
mod source_times;
mod start_image;
mod started;
mod variable_references;
mod variables;

use std::path::PathBuf;

use buildpack_kit::environment::Environment;
use buildpack_kit::files::FilesError;
use buildpack_kit::image_settings::ImageSettings;
use buildpack_kit::output::Output;
use buildpack_kit::platform::BuildPlatform;
use buildpack_kit::sub_directory::{SubDirectory, VARIABLE};
use buildpack_kit::variables::Language;
use buildpack_kit::{failure, front_end, layer, sbom};
use libcnb::build::{BuildContext, BuildResult, BuildResultBuilder};
use libcnb::data::launch::LaunchBuilder;
use libcnb::detect::{DetectContext, DetectResult, DetectResultBuilder};
use libcnb::{Buildpack, Error, Platform as _, buildpack_main};

use crate::app_flags::HEROKU_TAG;
use crate::bundles::Metadata;
use crate::errors::BuildpackError;
use crate::layers::binaries;
use crate::plan::Plan;
use crate::preparation::Preparation;
use crate::started::Started;

struct GoBuildpack;

impl Buildpack for GoBuildpack {
    type Platform = BuildPlatform;
    type Metadata = Metadata;
    type Error = BuildpackError;

    fn detect(&self, context: DetectContext<Self>) -> libcnb::Result<DetectResult, Self::Error> {
        let environment = Environment::of(context.platform.env());
        let ours = || DetectResultBuilder::pass().build_plan(front_end::taken());
        match Language::Go.is_wished(&environment) {
            Ok(Some(false)) => return DetectResultBuilder::fail().build(),
            // A language that nobody knows is for the build to explain.
            Ok(Some(true)) | Err(_) => return ours().build(),
            Ok(None) => {}
        }
        let Ok(app) = SubDirectory::find(&context.app_dir, &environment, &[VARIABLE]) else {
            // A directory that can't be the app is for the build to explain.
            return ours().build();
        };
        let detection = &context.buildpack_descriptor.metadata.detection;
        let directories = detect::directories(&app.directory(), &environment);
        for directory in directories.map_err(BuildpackError::from)? {
            let is_go_app = detect::is_go_app(&directory, detection);
            if is_go_app.map_err(BuildpackError::from)? {
                return ours().build();
            }
        }
        DetectResultBuilder::fail().build()
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
    Language::wished(environment)?;
    let image = ImageSettings::read(environment)?;
    let app = SubDirectory::find(&context.app_dir, environment, &[VARIABLE])?;
    let app_dir = &app.directory();
    let commands = started::commands(context, app_dir, environment)?;
    let mut prepared = Preparation::of(context, &app, environment, output)?;
    let tree = prepared.tree.clone();

    source_times::derive(&tree.directory, &prepared.project.sources)?;
    let plan = plan_targets(&mut prepared, output)?;
    log::plan(output, &plan, &prepared);

    let compiled = compilation::programs(&prepared, &plan, output)?;
    log::programs(output, &compiled);
    log::linkage(output, &compiled);
    let lookup = Started {
        context,
        app_dir,
        prepared: &prepared,
        plan: &plan,
        compiled: &compiled,
    };
    let starts = lookup.by(&commands, environment)?;
    starts.log(output, "for this build has compiled the programs");

    let outcome = binaries::install(layers_dir, &compiled)?;
    output.layer(&binaries::name(), &outcome);
    let bin_directory = binaries::bin_directory(layers_dir);
    let installed = starts.install(&context.buildpack_descriptor.metadata.start, output)?;
    let document = launch_sbom::document(
        &compiled.directory,
        &compiled.programs,
        &bin_directory,
        &prepared.project.modules[0].path,
        installed.components,
    )?;
    let processes = processes::of(&plan.targets, &bin_directory, &starts, output)?;
    let data = started::data_of(&prepared, &plan);
    let data_of_processes = processes::data_of(&processes, &data, &tree.directory, &starts);
    let data_layer = layers::kodata::install(layers_dir, data_of_processes, output)?;

    prepared.caches.finish()?;
    image.install(layers_dir, output)?;
    let used = prepared.used_layers().chain(image.layers());
    let used: Vec<_> = used.chain(data_layer).chain(installed.layers).collect();
    layer::remove_unused(layers_dir, &used).map_err(FilesError::from)?;
    let data: Vec<PathBuf> = data.into_values().collect();
    kodata::resolve_links(&tree.directory, &data).map_err(FilesError::from)?;
    app.remove_the_rest(output)?;
    let vendored = tree.in_app(&prepared.project.vendored);
    let data = tree.in_app(&data);
    let files = &prepared.files;
    let (removed, left_out) = source_removal::remove(app_dir, &vendored, &data, files)?;
    log::removed(output, &removed, left_out, files.left_out_by());

    let processes = app.starts(processes);
    let mut launch = LaunchBuilder::new();
    let labels = image.labels.for_launch();
    let launch = launch.processes(processes).labels(labels).build();
    let result = BuildResultBuilder::new().launch(launch);
    Ok(sbom::contribute(result, &document).build_unwrapped())
}

fn plan_targets(prepared: &mut Preparation, output: &Output) -> Result<Plan, BuildpackError> {
    let listed = |prepared: &Preparation| {
        let listed = packages::list(&prepared.go_dir, &prepared.project, &prepared.go);
        listed.map_err(BuildpackError::List)
    };
    let mut packages = listed(prepared)?;
    if packages.mains.is_empty() && !prepared.project.heroku.is_there {
        let goflags = prepared.go.clone();
        let flags = prepared.flags.clone();
        prepared.add_tag(HEROKU_TAG)?;
        let tagged = listed(prepared)?;
        if tagged.mains.is_empty() {
            (prepared.go, prepared.flags) = (goflags, flags);
        } else {
            log::heroku_tag(output);
            packages = tagged;
        }
    }
    if let Some(problem) = packages
        .problem
        .as_deref()
        .filter(|_| !packages.mains.is_empty())
    {
        log::not_loaded(output, problem);
    }
    let Preparation { project, go, .. } = prepared;
    let excluded = if plan::may_want_excluded(&packages, project.targets.as_ref()) {
        excluded::mains(&prepared.go_dir, project, &packages.directories, go)
            .map_err(BuildpackError::List)?
    } else {
        Vec::new()
    };
    Ok(plan::targets(packages, excluded, project)?)
}

buildpack_main!(GoBuildpack);
