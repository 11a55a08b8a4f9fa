//! The words of every error.

mod cgo;
mod decisions;
mod downloads;
mod excluded;
mod go;
mod ko;
mod module_files;
mod place;
mod project;
mod toolchain;

use buildpack_kit::layer::LayerError;
use explain::{Explain, Message};

use crate::errors::BuildpackError;
use crate::launch_sbom::SbomError;
use crate::layers::binaries::CompileError;

impl Explain for BuildpackError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::ImageSettings(error) => error.explain(),
            Self::SubDirectory(error) => error.explain(),
            Self::ImageLayer(error) => error.explain(),
            Self::Bindings(error) => error.explain(),
            Self::DockerIgnore(error) => error.explain(),
            Self::Settings(error) => error.explain(),
            Self::Flags(error) => error.explain(),
            Self::KoFlags(error) => error.explain(),
            Self::Catalogue(error) => {
                Message::ours("go/catalogue", "The list of Go versions can't be read").cause(error)
            }
            Self::Bundles(error) => error.explain(),
            Self::Project(error) => error.explain(),
            Self::Version(error) => error.explain(),
            Self::Toolchain(error) => error.explain(),
            Self::List(error) => error.explain(),
            Self::Plan(error) => error.explain(),
            Self::Cgo(packages) => cgo::needed(packages),
            Self::RunImage(error) => error.explain(),
            Self::Linkage(error) => error.explain(),
            Self::Compile(error) => error.explain(),
            Self::Layer(error) => error.explain(),
            Self::Files(error) => error.explain(),
            Self::Sbom(error) => error.explain(),
            Self::Start(error) => error.explain(),
            Self::Process(error) => error.explain(),
            Self::Scratch(error) => {
                Message::machine("go/scratch", "No temporary directory can be made")
                    .body(
                        "The build keeps what it doesn't need later in a temporary directory.\n\n\
                         Make sure that the disk has room and that TMPDIR, or /tmp, can be\n\
                         written.",
                    )
                    .cause(error)
            }
        }
    }
}

impl Explain for CompileError {
    fn explain(&self) -> Message {
        match self {
            Self::Go(error) => error.explain(),
            Self::Excluded(packages) => excluded::excluded(packages),
            Self::MissingPackage(package) => module_files::missing_package(package),
            Self::Io(source) => {
                let layer = "binaries".to_owned();
                let source = std::io::Error::new(source.kind(), source.to_string());
                LayerError::<Self>::Io { layer, source }.explain()
            }
        }
    }
}

impl Explain for SbomError {
    fn explain(&self) -> Message {
        let (Self::Read { program, .. } | Self::None { program }) = self;
        let title = format!("The modules of {program} can't be listed");
        Message::ours("go/sbom", title).cause(self)
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
