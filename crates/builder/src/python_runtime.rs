//! A bundled Python: Debian's interpreter in a tree of its own, once whole and once trimmed for images.
//!
//! What the trees hold and who relies on it is in `docs/architecture.md`, "Python".

use std::path::{Path, PathBuf};

use composer::{Architecture, Composer};
use oci::Layout;
use store::Store;

use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::images::{Form, Image};
use crate::key::KeyBuilder;
use crate::prerequisites::{self, Missing};
use crate::python_data::PythonData;
use crate::python_interpreter::Interpreter;
use crate::python_recipe::Recipe;
use crate::python_tree::PythonTree;
use crate::run_libraries;
use crate::runtime::{LaunchLayer, Runtime};
use crate::source_tree::{self, SourceTree};

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 1;

/// The image with the libraries that interpreters need.
const LIBRARIES: &str = "python-libraries";

/// The run image of apps in Python. It is unpacked where a Python is run, too.
pub(crate) const RUN_IMAGE: &str = "run";

/// The buildpack that puts it into images.
pub(crate) const BUILDPACK: &str = "coracle/python";

/// A bundled Python version that is made, or going to be.
#[derive(Debug, Clone)]
pub(crate) struct PythonRuntime {
    /// `3.13`.
    version: String,
    data: PythonData,
    architecture: Architecture,
    component: ComponentId,
}

impl Runtime for PythonRuntime {
    fn component(&self) -> &ComponentId {
        &self.component
    }

    fn mount_point(&self) -> PathBuf {
        PathBuf::from(format!("/opt/coracle/python/{}", self.version))
    }

    fn missing(&self, _store: &Store) -> Result<Vec<Missing>, BuilderError> {
        Ok(prerequisites::apt())
    }

    fn images(&self) -> Vec<String> {
        vec![self.image(), LIBRARIES.to_owned()]
    }

    fn launch_layer(&self) -> Option<LaunchLayer> {
        Some(self.layer())
    }

    /// Relocates, trims, bundles, compiles.
    fn ensure(&self, store: &Store, composer: &Composer) -> Result<PathBuf, BuilderError> {
        // Packages that Debian no longer has were replaced by now.
        let current = self.current(composer)?;
        let run_image = Image::new(composer, RUN_IMAGE, Form::Layout)?;
        let run_image = run_image.ensure(store, composer)?;
        let title = format!("Making the Python {} runtime", self.version);
        current.component.ensure(store, &title, |work, out| {
            let root = work.join("run-image");
            store.io(|| fs_err::create_dir(&root))?;
            oci::unpack_image(&Layout::open(run_image)?, &root)?;
            let multiarch = self.architecture.multiarch();
            let offered = store.io(|| run_libraries::of_root(&root, multiarch))?;
            let recipe = Recipe {
                store,
                composer,
                data: &self.data,
                debian: work.join("debian"),
                libraries: work.join("libraries"),
                build: self.tree(out.join("build"), self.mount_point().join("build")),
                launch: self.tree(out.join("launch"), self.layer().path().into()),
                interpreter: Interpreter::new(&root, self.architecture),
                version: &self.version,
            };
            recipe.follow(&self.image(), LIBRARIES, &offered, work, out)
        })
    }
}

impl PythonRuntime {
    /// Every version that `stack/runtimes/python.toml` bundles.
    pub(crate) fn bundled(
        source: &SourceTree,
        architecture: Architecture,
        composer: &Composer,
    ) -> Result<Vec<Self>, BuilderError> {
        let data = Self::data(source)?;
        let versions = data.bundled.iter();
        versions
            .map(|version| Self::new(version, &data, architecture, composer))
            .collect()
    }

    /// The version of apps that ask for none, which is bundled.
    pub(crate) fn default(
        source: &SourceTree,
        architecture: Architecture,
        composer: &Composer,
    ) -> Result<Self, BuilderError> {
        let data = Self::data(source)?;
        Self::new(&data.default, &data, architecture, composer)
    }

    fn data(source: &SourceTree) -> Result<PythonData, BuilderError> {
        let path = source.path("stack/runtimes/python.toml");
        PythonData::parse(&source_tree::read(&path)?)
            .map_err(|source| BuilderError::Data { path, source })
    }

    fn new(
        version: &str,
        data: &PythonData,
        architecture: Architecture,
        composer: &Composer,
    ) -> Result<Self, BuilderError> {
        let PythonData {
            default: _,
            bundled: _,
            trim,
            compile,
            retarget,
        } = data;
        let mut key = KeyBuilder::new("python", RECIPE);
        key.text("version", version);
        key.text("trim", &format!("{trim:?}"));
        key.text("compile", &format!("{compile:?}"));
        key.text("retarget", &format!("{retarget:?}"));
        for image in [&image(version), LIBRARIES, RUN_IMAGE] {
            key.text(image, &composer.key(image)?);
        }
        Ok(Self {
            component: ComponentId::new(image(version), key.finish()),
            version: version.to_owned(),
            data: data.clone(),
            architecture,
        })
    }

    /// The same of the packages that the composer uses today.
    fn current(&self, composer: &Composer) -> Result<Self, BuilderError> {
        let Self {
            version,
            data,
            architecture,
            component: _,
        } = self;
        Self::new(version, data, *architecture, composer)
    }

    /// The interpreter in the component, which knows all of the standard library.
    pub(crate) fn program(&self, component: &Path) -> PathBuf {
        component.join(format!("build/bin/python{}", self.version))
    }

    fn tree(&self, directory: PathBuf, prefix: PathBuf) -> PythonTree {
        PythonTree::new(directory, prefix, &self.version, self.architecture)
    }

    fn image(&self) -> String {
        image(&self.version)
    }

    fn layer(&self) -> LaunchLayer {
        LaunchLayer {
            buildpack: BUILDPACK,
            name: self.image(),
        }
    }
}

/// The image of `stack/` with the packages of a version, and the name of the component and of the launch layer.
fn image(version: &str) -> String {
    format!("python-{version}")
}
