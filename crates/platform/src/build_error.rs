//! How a build fails.

use std::io;
use std::path::PathBuf;

use oci::LayoutError;
use store::StoreError;

use crate::bindings::BindingsError;
use crate::bubblewrap::SandboxError;
use crate::completion::CompletionError;
use crate::environment::EnvironmentError;
use crate::image_name::ImageNameError;
use crate::lifecycle_log::LifecycleFailure;
use crate::output_error::OutputError;
use crate::project_descriptor::ProjectDescriptorError;
use crate::report::BuildReport;
use crate::selection::PatternError;
use crate::staging_error::StagingError;
use crate::text_file::TextFileError;

/// A build that failed. Nothing of it is left but the caches.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// `project.toml` can't be read.
    #[error("{path} can't be read")]
    DescriptorUnreadable {
        /// The file.
        path: PathBuf,
        /// What failed.
        source: TextFileError,
    },
    /// The app's `project.toml` is a link that leads out of the app.
    #[error("{path} leads to {target}, outside of the app")]
    DescriptorOutside {
        /// The link.
        path: PathBuf,
        /// The file that it leads to.
        target: PathBuf,
    },
    /// `project.toml` can't be used.
    #[error("{path} can't be used")]
    Descriptor {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ProjectDescriptorError,
    },
    /// A pattern in `project.toml` can't be used.
    #[error("{path} has a pattern that can't be used")]
    Pattern {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PatternError,
    },
    /// A variable can't be used.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The bindings can't be lent.
    #[error(transparent)]
    Bindings(#[from] BindingsError),
    /// The app can't be copied.
    #[error(transparent)]
    Staging(#[from] StagingError),
    /// The builder's run image, or that of its runtimes, is damaged.
    #[error("an image of the builder {builder} is damaged")]
    BuilderImage {
        /// The builder.
        builder: String,
        /// The directory of the image.
        path: PathBuf,
        /// What is wrong with it.
        source: LayoutError,
    },
    /// The builder's run image has a name that is none.
    #[error("the run image of the builder {builder} has a wrong name")]
    RunImageName {
        /// The builder.
        builder: String,
        /// What is wrong with it.
        source: ImageNameError,
    },
    /// No sandbox can be had.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The lifecycle or a buildpack failed.
    #[error("the lifecycle failed: {0:?}")]
    Lifecycle(LifecycleFailure),
    /// The process that should start by default is none that the buildpacks have made.
    #[error("there is no process {process}")]
    NoProcess {
        /// What was asked for.
        process: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The lifecycle's result is not whole.
    #[error("the image can't be completed")]
    Completion(#[from] CompletionError),
    /// The cache directory can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A layout in the work directory can't be written.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// A file operation failed; the error names the path.
    #[error("a file operation failed")]
    Io {
        /// The cache directory.
        root: PathBuf,
        /// What failed.
        source: io::Error,
    },
    /// Where the build's output goes doesn't take it.
    #[error("the build's output can't be written")]
    Log(#[source] io::Error),
    /// It is clear before the build that its output can't go where it should.
    #[error("the image can't be handed on")]
    Output(#[from] OutputError),
    /// The image is in the store, but not where it should go besides.
    #[error("the image can't be handed on")]
    Delivery {
        /// What was built.
        report: Box<BuildReport>,
        /// What failed.
        source: OutputError,
    },
}
