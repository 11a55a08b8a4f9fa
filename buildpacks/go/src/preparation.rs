//! Everything that stands before the first package is looked at: settings, project, toolchain, caches.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use buildpack_kit::bindings::Bindings;
use buildpack_kit::certificates::Trust;
use buildpack_kit::environment::Environment;
use buildpack_kit::image_files::ImageFiles;
use buildpack_kit::layer::{LayerName, Outcome};
use buildpack_kit::output::Output;
use buildpack_kit::sub_directory::SubDirectory;
use libcnb::build::BuildContext;
use tempfile::TempDir;

use crate::GoBuildpack;
use crate::build_flags::{self, BuildFlags, UserFlags};
use crate::bundles::{self, Bundle};
use crate::catalogue::{Build, Catalogue};
use crate::errors::{BuildpackError, ToolchainUnavailable};
use crate::go_command::Go;
use crate::go_version::{GoVersion, Resolved};
use crate::ko_flags::AppliedFlags;
use crate::layers::binaries::{self, CompileError};
use crate::layers::build_cache::{self, BuildCache};
use crate::layers::modules::{self, Modules};
use crate::layers::toolchain::{self, Toolchain};
use crate::module_tree::ModuleTree;
use crate::project::{Project, Wishes};
use crate::settings::{self, Settings};
use crate::{app_flags, credentials, go_work, log, plan, source_removal};

/// Where libcnb-package puts the program of `src/bin/go-build-cache`, in the buildpack's directory. libcnb's
/// macro for it runs `cargo metadata` when this is compiled; the contract tests check as much.
const CACHE_PROGRAM: &str = ".libcnb-cargo/additional-bin/go-build-cache";

/// What a build works with.
pub(crate) struct Preparation {
    /// The chosen `go`, with the caches and the user's flags.
    pub(crate) go: Go,
    pub(crate) project: Project,
    pub(crate) flags: BuildFlags,
    /// What of the app is in the image.
    pub(crate) files: ImageFiles,
    /// What of `.ko.yaml` is applied.
    pub(crate) ko_flags: AppliedFlags,
    /// What the paths of the project are relative to.
    pub(crate) tree: ModuleTree,
    /// Where `go` works.
    pub(crate) go_dir: PathBuf,
    pub(crate) caches: Caches,
    /// Removed when the build ends.
    pub(crate) scratch: TempDir,
    toolchain: Toolchain,
    user_flags: UserFlags,
    build: Build,
}

/// The layers that later builds of this app profit from.
pub(crate) struct Caches {
    build: BuildCache,
    /// Absent for an app that needs no other module, or has them all in `vendor`.
    modules: Option<Modules>,
}

impl Preparation {
    /// Reads the app, chooses a Go and sets up the caches.
    pub(crate) fn of(
        context: &BuildContext<GoBuildpack>,
        app: &SubDirectory,
        environment: &Environment,
        output: &Output,
    ) -> Result<Self, BuildpackError> {
        let wishes = Settings::read(environment, &context.target.arch)?;
        let catalogue = Catalogue::embedded()?;
        let files = source_removal::image_files(app, &wishes, environment)?;
        let tree = ModuleTree::of(app, environment)?;
        let bundles = bundles::list(&context.buildpack_descriptor.metadata.bundles)?;
        let scratch = tempfile::Builder::new().prefix("go-buildpack-").tempdir();
        let scratch = scratch.map_err(BuildpackError::Scratch)?;
        let bindings = Bindings::read(&context.platform.binding_root(environment))?;
        let trust = Trust::prepare(&bindings, environment, scratch.path())?;
        let credentials = credentials::prepare(&bindings, environment, scratch.path())?;
        log::trust(output, &trust);
        log::credentials(output, &credentials);
        let architecture = &context.target.arch;
        let mut variables = variables(environment, &catalogue, architecture, scratch.path());
        variables.extend(trust.variables);
        variables.extend(credentials.variables);
        let cgo = if wishes.cgo == Some(true) { "1" } else { "0" };
        variables.insert("CGO_ENABLED".into(), cgo.into());
        let go = Go::new(&bundles[0].goroot, variables);

        let asked = Wishes::of(&wishes, tree.wish.as_ref());
        let keep = |path: &Path| tree.keeps(files.keep(), path);
        let project = Project::read(&tree.directory, asked, &keep, &go)?;
        for warning in files.warnings(&app.directory())? {
            output.warning(warning);
        }
        let ko_flags = app_flags::of_ko(&project, environment)?;
        let user_flags = app_flags::joined(wishes.flags.clone(), &project, &ko_flags);
        let flags = build_flags::merge(&user_flags, &catalogue.build)?;
        let versions: Vec<GoVersion> = bundles.iter().map(|bundle| bundle.version).collect();
        let requests = plan::wishes(wishes.versions.clone(), &project);
        let resolved = plan::version(&project, requests.first().cloned(), &versions, &catalogue)?;
        log::version(output, &resolved, &requests, &catalogue);
        let toolchain = toolchain(&context.layers_dir, resolved, &bundles, &catalogue, &go)?;
        if let Some((name, outcome)) = &toolchain.layer {
            output.layer(name, outcome);
        }

        let caches = Caches::prepare(context, &project, &toolchain, scratch.path())?;
        caches.log(output);
        let go = caches.used_by(&go.of(&toolchain.goroot));
        let go = with_files(go, &tree.directory, &project, &ko_flags, scratch.path())?;
        let go = go.with("GOFLAGS", &flags.goflags);
        Ok(Self {
            go,
            go_dir: tree.directory.join(&project.root),
            tree,
            project,
            flags,
            files,
            ko_flags,
            caches,
            scratch,
            toolchain,
            user_flags,
            build: catalogue.build,
        })
    }

    /// Compiles with one more build tag.
    pub(crate) fn add_tag(&mut self, tag: &str) -> Result<(), BuildpackError> {
        self.user_flags.tags.push(tag.to_owned());
        self.flags = build_flags::merge(&self.user_flags, &self.build)?;
        self.go = self.go.with("GOFLAGS", &self.flags.goflags);
        Ok(())
    }

    /// Whether C is compiled, too.
    pub(crate) fn uses_cgo(&self) -> bool {
        self.go.variable("CGO_ENABLED") == Some("1")
    }

    /// The layers that this build made or kept.
    pub(crate) fn used_layers(&self) -> impl Iterator<Item = LayerName> {
        let toolchain = self.toolchain.layer.iter().map(|(name, _)| name.clone());
        let modules = self.caches.modules.iter().map(|_| modules::name());
        let always = [binaries::name(), build_cache::name()];
        always.into_iter().chain(toolchain).chain(modules)
    }
}

/// The command with what the files of the app ask for.
fn with_files(
    mut go: Go,
    app_dir: &Path,
    project: &Project,
    ko_flags: &AppliedFlags,
    scratch: &Path,
) -> Result<Go, BuildpackError> {
    for (name, value) in &ko_flags.environment {
        go = go.with(name, value);
    }
    if !project.joined.is_empty() {
        let file = scratch.join("go.work");
        let text = go_work::text(app_dir, project);
        fs_err::write(&file, text).map_err(BuildpackError::Scratch)?;
        go = go.with("GOWORK", file);
    }
    Ok(go)
}

/// What every `go` command of this build has in common.
fn variables(
    environment: &Environment,
    catalogue: &Catalogue,
    architecture: &str,
    scratch: &Path,
) -> BTreeMap<OsString, OsString> {
    let mut variables: BTreeMap<OsString, OsString> = BTreeMap::new();
    // The user may have another opinion on the garbage collector of the compiler, and on that alone.
    let ours = catalogue.build.environment.iter();
    variables.extend(
        ours.clone()
            .map(|(name, value)| (name.into(), value.into())),
    );
    variables.extend(settings::inherited(environment));
    let fixed = ours.filter(|(name, _)| *name != "GOGC");
    variables.extend(fixed.map(|(name, value)| (name.into(), value.into())));
    let decided: [(&str, OsString); 9] = [
        ("GIT_TERMINAL_PROMPT", "0".into()),
        ("GO111MODULE", "on".into()),
        ("GOARCH", architecture.into()),
        ("GOCACHE", scratch.join("gocache").into()),
        ("GOENV", "off".into()),
        ("GOFLAGS", "-modcacherw".into()),
        ("GOMODCACHE", scratch.join("modules").into()),
        ("GOOS", "linux".into()),
        ("GOPATH", scratch.join("gopath").into()),
    ];
    variables.extend(decided.map(|(name, value)| (name.into(), value)));
    variables
}

fn toolchain(
    layers_dir: &Path,
    resolved: Resolved,
    bundles: &[Bundle],
    catalogue: &Catalogue,
    go: &Go,
) -> Result<Toolchain, BuildpackError> {
    let version = resolved.version;
    if let Some(bundle) = bundles.iter().find(|bundle| bundle.version == version) {
        return Ok(Toolchain {
            version,
            goroot: bundle.goroot.clone(),
            standard_library_cache: Some(bundle.build_cache.clone()),
            layer: None,
        });
    }
    toolchain::fetch(layers_dir, version, go).map_err(|source| {
        BuildpackError::Toolchain(Box::new(ToolchainUnavailable {
            version,
            request: resolved.request,
            bundled: bundles.iter().map(|bundle| bundle.version).collect(),
            known: (catalogue.oldest(), catalogue.newest()),
            newest_of_minor: catalogue.minor(version).map(|minor| minor.newest),
            source,
        }))
    })
}

impl Caches {
    /// Whether the app was compiled before, by this Go.
    pub(crate) fn has_previous_build(&self) -> bool {
        self.build.outcome == Outcome::Reused
    }

    fn prepare(
        context: &BuildContext<GoBuildpack>,
        project: &Project,
        toolchain: &Toolchain,
        scratch: &Path,
    ) -> Result<Self, BuildpackError> {
        let platform = format!("linux-{}", context.target.arch);
        let program = context.buildpack_dir.join(CACHE_PROGRAM);
        let layers_dir = &context.layers_dir;
        let build = build_cache::prepare::<CompileError>(
            layers_dir, toolchain, &platform, program, scratch,
        )?;
        let is_vendored = !project.vendored.is_empty();
        let modules = if project.has_requirements && !is_vendored {
            Some(modules::prepare::<CompileError>(layers_dir, &project.sums)?)
        } else {
            None
        };
        Ok(Self { build, modules })
    }

    fn log(&self, output: &Output) {
        output.layer(&build_cache::name(), &self.build.outcome);
        if let Some(modules) = &self.modules {
            output.layer(&modules::name(), &modules.outcome);
        }
    }

    fn used_by(&self, go: &Go) -> Go {
        let go = self.build.used_by(go);
        match &self.modules {
            Some(modules) => go.with("GOMODCACHE", &modules.path),
            None => go,
        }
    }

    /// Leaves in the layers what the next build needs and nothing else.
    pub(crate) fn finish(&self) -> Result<(), BuildpackError> {
        let failure = |layer: &LayerName, source| {
            let layer = layer.to_string();
            buildpack_kit::layer::LayerError::<CompileError>::Io { layer, source }
        };
        let build = self.build.finish();
        build.map_err(|source| failure(&build_cache::name(), source))?;
        if let Some(modules) = &self.modules {
            let finished = modules.finish();
            finished.map_err(|source| failure(&modules::name(), source))?;
        }
        Ok(())
    }
}
