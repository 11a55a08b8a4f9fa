//! Everything that a build starts from, read and checked before anything is done.

use std::collections::BTreeMap;
use std::io;

use oci::{Image, Layout};
use store::Store;

use crate::ImageName;
use crate::build_error::BuildError;
use crate::build_request::BuildRequest;
use crate::builder_filesystem::BuilderFilesystem;
use crate::environment;
use crate::host::Host;
use crate::project_descriptor::ProjectDescriptor;
use crate::selection::Matcher;
use crate::stored_image::StoredImage;

/// What the user wrote.
pub(crate) struct Inputs {
    pub(crate) matcher: Matcher,
    pub(crate) environment: BTreeMap<String, String>,
}

impl Inputs {
    pub(crate) fn read(request: &BuildRequest, host: &Host) -> Result<Self, BuildError> {
        let default = request.app.join("project.toml");
        let path = request.descriptor.clone().unwrap_or(default);
        let text = match fs_err::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if request.descriptor.is_none() && is_missing(&error) => String::new(),
            Err(source) => return Err(BuildError::DescriptorUnreadable { path, source }),
        };
        let descriptor = match ProjectDescriptor::parse(&text) {
            Ok(descriptor) => descriptor,
            Err(source) => return Err(BuildError::Descriptor { path, source }),
        };
        for ignored in &descriptor.ignored {
            tracing::warn!("{}: {ignored}", path.display());
        }
        let mut environment = host.variables.clone();
        environment.extend(descriptor.environment);
        environment.extend(request.environment.clone());
        environment::check(&environment)?;
        match Matcher::new(&descriptor.selection) {
            Ok(matcher) => Ok(Self {
                matcher,
                environment,
            }),
            Err(source) => Err(BuildError::Pattern { path, source }),
        }
    }
}

/// An app that is missing or is a file is said by the staging, which knows better words.
fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// The builder's run image, opened and checked.
pub(crate) struct RunImage {
    pub(crate) layout: Layout,
    pub(crate) image: Image,
    pub(crate) name: ImageName,
}

impl RunImage {
    pub(crate) fn open(builder: &BuilderFilesystem) -> Result<Self, BuildError> {
        let opened = Layout::open(&builder.run_image).and_then(|layout| {
            let image = layout.image()?;
            for layer in &image.manifest.layers {
                layout.check_size(layer)?;
            }
            Ok((layout, image))
        });
        let (layout, image) = opened.map_err(|source| BuildError::RunImage {
            builder: builder.name.clone(),
            path: builder.run_image.clone(),
            source,
        })?;
        let name = builder.run_image_reference.parse();
        let name = name.map_err(|source| BuildError::RunImageName {
            builder: builder.name.clone(),
            source,
        })?;
        Ok(Self {
            layout,
            image,
            name,
        })
    }
}

/// The image of this name in the store, unless it is damaged or not wanted.
pub(crate) fn previous_image(store: &Store, request: &BuildRequest) -> Option<StoredImage> {
    if request.clear_cache {
        return None;
    }
    StoredImage::open(store, &request.image).unwrap_or_else(|error| {
        tracing::warn!(
            "The stored image {} is damaged and is built afresh: {error}",
            request.image
        );
        None
    })
}
