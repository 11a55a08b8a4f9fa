//! Bubblewrap, which makes sandboxes: the machine's own, else ours.

use std::ffi::OsString;
use std::path::PathBuf;

use composer::{Architecture, Composer};
use store::{Lock, Store};

use crate::builder::MakeOptions;
use crate::errors::BuilderError;
use crate::images::{Form, Image};
use crate::source_tree::SourceTree;
use crate::{plan, prerequisites, record, tools};

/// The name of the image, and of the record of who only runs images.
const NAME: &str = "host-tools";

/// How bubblewrap is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bubblewrap {
    /// `bwrap`, or the dynamic loader that starts it.
    pub program: PathBuf,
    /// What comes before bubblewrap's own arguments.
    pub arguments: Vec<OsString>,
}

/// What sandboxes are made with; it stays where it is until this is dropped.
#[derive(Debug)]
pub struct HostTools {
    /// Bubblewrap.
    pub bubblewrap: Bubblewrap,
    _in_use: Option<Lock>,
}

/// Where bubblewrap comes from.
pub(crate) enum Source {
    Machine(PathBuf),
    Image(Image, Architecture),
}

/// The machine's own bubblewrap, for which no checkout is needed.
#[must_use]
pub fn installed_host_tools() -> Option<HostTools> {
    tools::find("bwrap").map(HostTools::installed)
}

/// Finds bubblewrap or makes it, and nothing else of a builder.
///
/// # Errors
/// As [`crate::ensure`].
pub fn ensure_host_tools(
    store: &Store,
    source: &SourceTree,
    options: MakeOptions<'_>,
) -> Result<HostTools, BuilderError> {
    let composer = plan::composer(store, source, options)?;
    loop {
        let found = Source::find(&composer, plan::architecture()?)?;
        let tools = found.take(store)?;
        let Some(image) = found.image() else {
            return Ok(tools);
        };
        let is_made = image.component.exists(store);
        if !is_made {
            prerequisites::check(prerequisites::apt())?;
        }
        record::write(store, NAME, &[&image.component])?;
        if is_made {
            return Ok(tools);
        }
        composer.prefetch(&[NAME])?;
        image.ensure(store, &composer)?;
        // Again: of replaced packages, it has another key.
    }
}

impl HostTools {
    fn installed(program: PathBuf) -> Self {
        Self {
            bubblewrap: Bubblewrap {
                program,
                arguments: Vec::new(),
            },
            _in_use: None,
        }
    }
}

impl Source {
    pub(crate) fn find(
        composer: &Composer,
        architecture: Architecture,
    ) -> Result<Self, BuilderError> {
        Ok(match tools::find("bwrap") {
            Some(program) => Self::Machine(program),
            None => Self::Image(Image::new(composer, NAME, Form::Directory)?, architecture),
        })
    }

    pub(crate) fn image(&self) -> Option<&Image> {
        match self {
            Self::Machine(_) => None,
            Self::Image(image, _) => Some(image),
        }
    }

    /// How bubblewrap is called, once the image has been made. Ours is started by its own loader because
    /// its libraries aren't the machine's.
    pub(crate) fn take(&self, store: &Store) -> Result<HostTools, BuilderError> {
        let (image, architecture) = match self {
            Self::Machine(program) => return Ok(HostTools::installed(program.clone())),
            Self::Image(image, architecture) => (image, *architecture),
        };
        let root = image.component.directory(store);
        let libraries = root.join("usr/lib").join(architecture.multiarch());
        let loader = libraries.join(match architecture {
            Architecture::Amd64 => "ld-linux-x86-64.so.2",
            Architecture::Arm64 => "ld-linux-aarch64.so.1",
        });
        let arguments = vec![
            "--library-path".into(),
            libraries.into_os_string(),
            root.join("usr/bin/bwrap").into_os_string(),
        ];
        Ok(HostTools {
            bubblewrap: Bubblewrap {
                program: loader,
                arguments,
            },
            _in_use: Some(image.component.keep(store)?),
        })
    }
}
