//! What a build works with: everything that is read and decided before anything is fetched, and then done with it.

use std::path::{Path, PathBuf};

use buildpack_kit::bindings::Bindings;
use buildpack_kit::debian::{self, DebianPackages, Place, Wanted};
use buildpack_kit::environment::{Environment, Sourced};
use buildpack_kit::image_files::ImageFiles;
use buildpack_kit::layer::{LayerError, LayerName};
use buildpack_kit::output::Output;
use buildpack_kit::start::StartCommands;
use libcnb::build::BuildContext;
use nodejs_semver::Version;
use tempfile::TempDir;

use crate::NodeBuildpack;
use crate::bundles::{self, Bundle};
use crate::client_variables::{self, Clients};
use crate::errors::{BuildpackError, ManagerUnavailable, NodeUnavailable};
use crate::layers::{fetched_node, package_cache, package_manager};
use crate::log;
use crate::node_version::Requested;
use crate::plan::commands::{self, Places};
use crate::plan::manager::{self, Chosen};
use crate::plan::tool::Tool;
use crate::plan::{self, BuildScripts};
use crate::project::Project;
use crate::reading::Reading;
use crate::registry::Registry;
use crate::releases::Releases;
use crate::resolved_version::{Resolved, resolve};
use crate::self_contained::FORCE;
use crate::settings::Settings;
use crate::tools::{Programs, Tools};

/// What a build works with.
pub(crate) struct Preparation {
    pub(crate) settings: Settings,
    pub(crate) project: Project,
    /// What the user says is started.
    pub(crate) commands: StartCommands,
    /// What of the app is in the image.
    pub(crate) files: ImageFiles,
    pub(crate) bundle: Bundle,
    pub(crate) chosen: Chosen,
    pub(crate) scripts: BuildScripts,
    pub(crate) tools: Tools,
    /// What the package manager keeps.
    pub(crate) cache: PathBuf,
    /// The layers that were used.
    pub(crate) layers: Vec<LayerName>,
    /// What the app has of Debian beside the run image.
    pub(crate) debian: DebianPackages,
    /// Removed when the build ends.
    _scratch: TempDir,
}

impl Preparation {
    /// Reads the app, decides, and fetches what is not bundled.
    pub(crate) fn of(
        context: &BuildContext<NodeBuildpack>,
        app_dir: &Path,
        environment: &Environment,
        output: &Output,
    ) -> Result<Self, BuildpackError> {
        let metadata = &context.buildpack_descriptor.metadata;
        let bundles = bundles::list(&metadata.bundles)?;
        let releases = Releases::embedded()?;
        let bindings = Bindings::read(&context.platform.binding_root(environment))?;
        let Reading {
            settings,
            project,
            commands,
            files,
            wanted,
        } = Reading::of(context, app_dir, environment, &bindings, output)?;
        let scripts = plan::scripts(&settings, project.manifest.as_ref())?;
        let target = &context.target.arch;
        let of_builder = versions_of(&bundles);
        let wishes = wishes(&settings, &project);
        let resolved = resolve(&wishes, &of_builder, &releases, target)?;
        let is_bundled = of_builder.contains(&resolved.version);
        let node = (&resolved.version, is_bundled);
        let chosen = manager::choose(&settings, &project, node, &releases, target)?;

        let scratch = tempfile::Builder::new().prefix("node-buildpack-").tempdir();
        let scratch = scratch.map_err(BuildpackError::Scratch)?;
        let mut clients =
            client_variables::prepare(environment, &bindings, scratch.path(), output)?;
        if plan::starts_next(&project, &commands) {
            clients.offer(FORCE);
        }
        let registry = Registry::new(&bundles[0], clients.variables.clone(), scratch.path());
        let debian = debian_packages(context, environment, &wanted, &mut clients, output)?;
        log::version(output, &resolved, &wishes, &releases);
        let mut own = bundles.iter();
        let bundle = match own.find(|bundle| bundle.version == resolved.version) {
            Some(bundle) => bundle.clone(),
            None => fetch_node(context, resolved, &registry, output)?,
        };
        let needed = Needed {
            installs: installs(&project, &chosen),
            scripts: &scripts,
            chosen: &chosen,
            bundle: &bundle,
            npm: &bundles[0].npm(),
        };
        let scratch_dir = scratch.path();
        let (tools, cache, layers) =
            needed.tools(context, (app_dir, scratch_dir), clients, &registry, output)?;
        Ok(Self {
            tools,
            cache,
            settings,
            project,
            commands,
            files,
            bundle,
            chosen,
            scripts,
            layers,
            debian,
            _scratch: scratch,
        })
    }

    /// Whether there is anything to install.
    pub(crate) fn installs(&self) -> bool {
        installs(&self.project, &self.chosen)
    }

    /// The directories of the other packages of the app.
    pub(crate) fn members(&self) -> Vec<PathBuf> {
        let members = self.project.members.iter();
        members.map(|member| member.directory.clone()).collect()
    }
}

fn versions_of(bundles: &[Bundle]) -> Vec<Version> {
    let versions = bundles.iter().map(|bundle| &bundle.version);
    versions.cloned().collect()
}

/// Every version of Node that is asked for, the one that counts first.
fn wishes(settings: &Settings, project: &Project) -> Vec<Sourced<Requested>> {
    settings
        .versions
        .iter()
        .chain(&project.versions)
        .cloned()
        .collect()
}

fn installs(project: &Project, chosen: &Chosen) -> bool {
    let manifests = project.manifest.iter();
    let mut manifests = manifests.chain(project.members.iter().map(|member| &member.manifest));
    chosen.lock.is_some()
        || manifests.any(|manifest| {
            !manifest.dependencies.is_empty()
                || !manifest.development.is_empty()
                || !manifest.optional.is_empty()
        })
}

/// What decides on the tools of a build.
struct Needed<'a> {
    installs: bool,
    scripts: &'a BuildScripts,
    chosen: &'a Chosen,
    bundle: &'a Bundle,
    /// That of the bundled Node.
    npm: &'a Path,
}

impl Needed<'_> {
    /// The tools, what the package manager keeps, and the layers of both.
    fn tools(
        &self,
        context: &BuildContext<NodeBuildpack>,
        (app_dir, scratch): (&Path, &Path),
        clients: Clients,
        registry: &Registry,
        output: &Output,
    ) -> Result<(Tools, PathBuf, Vec<LayerName>), BuildpackError> {
        let layers_dir = &context.layers_dir;
        let Self {
            chosen,
            bundle,
            npm,
            ..
        } = self;
        let needs =
            self.installs || !self.scripts.before.is_empty() || !self.scripts.after.is_empty();
        let fetched = bundle.is_fetched.then(fetched_node::name);
        let mut layers: Vec<LayerName> = fetched.into_iter().collect();
        let (program, is_native) = match &chosen.tool {
            Tool::Fetched(package) if needs => {
                let fetched = package_manager::fetch(layers_dir, package, registry, output);
                let (program, outcome) = fetched.map_err(|source| {
                    BuildpackError::ManagerUnavailable(Box::new(ManagerUnavailable {
                        package: package.clone(),
                        source,
                    }))
                })?;
                output.layer(&package_manager::name(), &outcome);
                layers.push(package_manager::name());
                (program, package.is_native)
            }
            Tool::OfApp { file, .. } => (app_dir.join(file), false),
            Tool::OfNode | Tool::Fetched(_) => (npm.join("bin/npm-cli.js"), false),
        };
        let mut cache = scratch.join("cache");
        if needs && (commands::keeps_few_files(chosen) || package_cache::is_kept(layers_dir)) {
            let (kept, outcome) = package_cache::prepare(layers_dir, chosen.manager.command())?;
            output.layer(&package_cache::name(), &outcome);
            layers.push(package_cache::name());
            cache = kept;
        }
        let mut environment = clients.variables;
        let places = Places {
            headers: &bundle.build,
            cache: &cache,
            registry: clients.registry.as_deref(),
        };
        for (name, value) in commands::variables(chosen, &places) {
            environment.entry(name.into()).or_insert(value);
        }
        if let Some(python) = bundles::python(&context.buildpack_descriptor.metadata.python) {
            for name in ["PYTHON", "NODE_GYP_FORCE_PYTHON"] {
                environment
                    .entry(name.into())
                    .or_insert_with(|| python.clone().into());
            }
        }
        let programs = Programs {
            node: &bundle.program(),
            manager: (&program, is_native),
            npm,
        };
        let tools = Tools::prepare(chosen.manager, &programs, environment, scratch)?;
        Ok((tools, cache, layers))
    }
}

/// Has the Debian packages at hand, and lets variables lead to them.
fn debian_packages(
    context: &BuildContext<NodeBuildpack>,
    environment: &Environment,
    wanted: &Wanted,
    clients: &mut Clients,
    output: &Output,
) -> Result<DebianPackages, BuildpackError> {
    let place = Place {
        layers_dir: &context.layers_dir,
        environment,
        variables: &clients.variables,
        root: Path::new("/"),
    };
    let packages = debian::install(wanted, place, output)?;
    let found = packages.variables(&clients.variables);
    clients.variables.extend(found);
    Ok(packages)
}

fn fetch_node(
    context: &BuildContext<NodeBuildpack>,
    resolved: Resolved,
    registry: &Registry,
    output: &Output,
) -> Result<Bundle, BuildpackError> {
    let Resolved {
        version, request, ..
    } = resolved;
    let target = &context.target.arch;
    let fetched = fetched_node::fetch(&context.layers_dir, &version, target, registry, output);
    let (bundle, outcome) = fetched.map_err(|source| {
        BuildpackError::NodeUnavailable(Box::new(NodeUnavailable {
            version,
            request,
            source,
        }))
    })?;
    output.layer(&fetched_node::name(), &outcome);
    Ok(bundle)
}

/// A layer of which nothing but the file system can be wrong.
pub(crate) fn layer_error(source: std::io::Error) -> LayerError<std::convert::Infallible> {
    LayerError::Io {
        layer: "node".to_owned(),
        source,
    }
}
