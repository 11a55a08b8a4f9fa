//! What a build works with: everything that is read and decided before anything is fetched, and then done with it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;

use buildpack_kit::debian::{self, DebianPackages, Place};
use buildpack_kit::environment::Environment;
use buildpack_kit::image_files::ImageFiles;
use buildpack_kit::layer::{LayerError, LayerName, Outcome};
use buildpack_kit::output::Output;
use buildpack_kit::start::StartCommands;
use libcnb::build::BuildContext;
use linkage::Libraries;
use tempfile::TempDir;

use crate::PythonBuildpack;
use crate::bundles::{self, Bundle, UvBundle};
use crate::bytecode::Broken;
use crate::errors::BuildpackError;
use crate::installed::Installed;
use crate::layers::environment::{self, EnvironmentError, Work};
use crate::layers::uv_cache::{self, UvCache};
use crate::layers::{key, runtime};
use crate::linkage_audit::Audit;
use crate::locks::LockError;
use crate::plan::install::{self, InstallPlan, Places};
use crate::project::{Dependencies, Project, ProjectError};
use crate::reading::Reading;
use crate::settings::Settings;
use crate::uv_command::Uv;
use crate::{bytecode, chosen_bundle, django, log};

/// What a build works with.
pub(crate) struct Preparation {
    pub(crate) settings: Settings,
    pub(crate) project: Project,
    /// What the user says is started.
    pub(crate) commands: StartCommands,
    /// What of the app is in the image.
    pub(crate) files: ImageFiles,
    /// The names that may be installed, and the lock that says so.
    locked: Option<(&'static str, BTreeSet<String>)>,
    pub(crate) bundle: Bundle,
    /// The layer that it is in, where it was fetched.
    pub(crate) fetched: Option<LayerName>,
    uv: Uv,
    uv_bundle: UvBundle,
    plan: InstallPlan,
    key: environment::Key,
    cache: UvCache,
    audit: Audit,
    /// What the app has of Debian beside the run image.
    pub(crate) debian: DebianPackages,
    /// Removed when the build ends.
    scratch: TempDir,
}

impl Preparation {
    /// Reads the app and decides.
    pub(crate) fn of(
        context: &BuildContext<PythonBuildpack>,
        app_dir: &Path,
        environment: &Environment,
        output: &Output,
    ) -> Result<Self, BuildpackError> {
        let metadata = &context.buildpack_descriptor.metadata;
        let bundles = bundles::list(&metadata.bundles)?;
        let uv_bundle = bundles::uv(&metadata.uv)?;
        let mut scratch = tempfile::Builder::new();
        let scratch = scratch.prefix("python-buildpack-").tempdir();
        let scratch = scratch.map_err(BuildpackError::Scratch)?;
        let reading = Reading::of(context, app_dir, environment, scratch.path(), output)?;
        let target = &context.target.arch;
        let layers_dir = &context.layers_dir;
        let cache = uv_cache::prepare::<EnvironmentError>(layers_dir, &uv_bundle.version)?;
        let mut variables = environment::variables(layers_dir, &cache.directory(), scratch.path());
        variables.extend(reading.variables.clone());
        let uv = Uv::new(&uv_bundle.program, variables.clone());
        let (bundle, fetched) = chosen_bundle::choose(
            &reading.settings,
            &reading.project,
            &reading.dependencies,
            (&bundles, layers_dir),
            (&uv, &uv_bundle.version),
            target,
            output,
        )?;
        let debian = debian_packages(context, environment, &reading, &mut variables, output)?;
        let uv = Uv::new(&uv_bundle.program, variables);
        let places = Places {
            app: app_dir,
            scratch: scratch.path(),
            environment: &environment::directory(layers_dir),
            python: &bundle.python(),
        };
        let plan = planned(&reading, &uv, places, output);
        let inputs = key::Inputs {
            app_dir,
            scratch: scratch.path(),
            files: &install::files_of_uv(&reading.dependencies, &reading.project),
            python: bundle.version.to_string(),
            uv: &uv_bundle.version,
            architecture: target,
            debian: &debian.digest,
        };
        let key = key::of(&plan, &uv, &inputs).map_err(io)?;
        let audit = Audit::new(debian.libraries().clone(), &bundle.launch).map_err(io)?;
        Ok(Self {
            settings: reading.settings,
            project: reading.project,
            commands: reading.commands,
            files: reading.files,
            locked: reading.dependencies.lock(),
            bundle,
            fetched,
            uv,
            uv_bundle,
            plan,
            key,
            cache,
            audit,
            debian,
            scratch,
        })
    }

    /// Those of the run image and of Debian packages.
    pub(crate) fn libraries(&self) -> &Libraries {
        &self.audit.libraries
    }

    /// The variables of commands.
    pub(crate) fn variables(&self) -> &BTreeMap<OsString, OsString> {
        self.uv.environment()
    }

    /// Makes the environment, or leaves it as it is, and says what is in it.
    pub(crate) fn install(
        &mut self,
        layers_dir: &Path,
        app_dir: &Path,
        output: &Output,
    ) -> Result<Installed, BuildpackError> {
        output.layer(&uv_cache::name(), &self.cache.outcome);
        output.debug(format_args!("uv {}", self.uv_bundle.version));
        let digest = self.key.digest();
        let known = self.cache.installed(&digest);
        self.key.installed = known.as_ref().map_or_else(String::new, Installed::digest);
        let launch_python =
            runtime::python(layers_dir, &self.bundle).map_err(LayerError::Create)?;
        let work = Work {
            uv: &self.uv,
            plan: &self.plan,
            app_dir,
            scratch: self.scratch.path(),
            python: &self.bundle.python(),
            launch_python: &launch_python,
            version: &self.bundle.version.to_string(),
            audit: &self.audit,
            keeps_content: self.has_static_files(),
            output,
        };
        let outcome = environment::install(layers_dir, &self.key, &work)?;
        output.layer(&environment::name(), &outcome);
        if let Some(installed) = known.filter(|_| !matches!(outcome, Outcome::Created { .. })) {
            return Ok(installed);
        }
        let minor = self.bundle.version.to_minor().to_string();
        let installed = environment::read(layers_dir, &minor, app_dir).map_err(io)?;
        if let Some((lock, names)) = &self.locked {
            check_locked(lock, names, &installed)?;
        }
        if !installed.elsewhere.is_empty() {
            let packages = installed.elsewhere.into_iter().collect();
            return Err(LayerError::Create(EnvironmentError::Elsewhere(packages)).into());
        }
        self.cache.remember(&digest, &installed).map_err(io)?;
        self.key.installed = installed.digest();
        environment::complete(layers_dir, &self.key, self.has_static_files())?;
        Ok(installed)
    }

    /// Whether Django's static files are to be collected, as far as the app's own files say it.
    fn has_static_files(&self) -> bool {
        self.settings.collects_static && django::has_static_files(&self.project.sources)
    }

    /// Collects Django's static files, where there are any.
    pub(crate) fn collect_static(
        &self,
        layers_dir: &Path,
        app_dir: &Path,
        installed: &Installed,
        output: &Output,
    ) -> Result<(), BuildpackError> {
        if !self.has_static_files() || !installed.names().contains("django") {
            return Ok(());
        }
        output.step("Collecting the static files of Django");
        let minor = self.bundle.version.to_minor().to_string();
        let environment = environment::directory(layers_dir);
        let interpreter = django::Interpreter {
            python: &self.bundle.python(),
            site_packages: &environment::site_packages(&environment, &minor),
            minor: &minor,
        };
        let variables = self.uv.environment();
        django::collect(
            app_dir,
            &interpreter,
            variables,
            self.scratch.path(),
            output,
        )?;
        Ok(())
    }

    /// Compiles the source of the app.
    pub(crate) fn compile_app(&self, app_dir: &Path) -> Result<Vec<Broken>, BuildpackError> {
        let variables = self.uv.environment();
        bytecode::compile(&self.bundle.python(), app_dir, variables)
            .map_err(BuildpackError::Bytecode)
    }
}

/// Has the Debian packages at hand, and lets variables lead to them.
fn debian_packages(
    context: &BuildContext<PythonBuildpack>,
    environment: &Environment,
    reading: &Reading,
    variables: &mut BTreeMap<OsString, OsString>,
    output: &Output,
) -> Result<DebianPackages, BuildpackError> {
    let place = Place {
        layers_dir: &context.layers_dir,
        environment,
        variables,
        root: Path::new("/"),
    };
    let packages = debian::install(&reading.wanted, place, output)?;
    let found = packages.variables(variables);
    variables.extend(found);
    Ok(packages)
}

fn planned(reading: &Reading, uv: &Uv, places: Places<'_>, output: &Output) -> InstallPlan {
    let Reading {
        settings,
        project,
        chosen,
        dependencies,
        ..
    } = reading;
    let plan = install::plan(dependencies, project, settings, uv.settings(), places);
    log::manager(output, chosen, plan.is_unlocked);
    if let Dependencies::Locked(lock) = dependencies {
        log::undecided(output, &lock.undecided().into_keys().collect::<Vec<_>>());
    }
    plan
}

/// uv takes what a lock doesn't have from where it finds it.
fn check_locked(
    lock: &'static str,
    names: &BTreeSet<String>,
    installed: &Installed,
) -> Result<(), ProjectError> {
    let others = installed
        .packages
        .iter()
        .filter(|package| !package.is_local);
    let others = others.filter(|package| !names.contains(&package.name));
    let others: Vec<String> = others.map(|package| package.name.clone()).collect();
    if others.is_empty() {
        return Ok(());
    }
    Err(LockError::NotLocked {
        names: others,
        lock,
    }
    .into())
}

fn io(source: std::io::Error) -> LayerError<EnvironmentError> {
    LayerError::Create(source.into())
}
