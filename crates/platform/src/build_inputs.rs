//! Everything that a build starts from, read and checked before anything is done.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use oci::{Image, Layout};

use crate::ImageName;
use crate::bindings;
use crate::build_error::BuildError;
use crate::build_request::BuildRequest;
use crate::builder_filesystem::BuilderFilesystem;
use crate::environment;
use crate::output;
use crate::project_descriptor::ProjectDescriptor;
use crate::selection::Matcher;
use crate::staging;
use crate::text_file::read_text_file;

/// What the user wrote. Read once, for a descriptor may be a pipe: `--descriptor <(command)`.
#[derive(Debug)]
pub struct BuildInputs {
    pub(crate) matcher: Matcher,
    /// Those of the descriptor and of the request, which wins.
    pub(crate) environment: BTreeMap<String, String>,
    /// Where the directory of bindings is.
    pub(crate) bindings: Option<PathBuf>,
    /// What of it is of no effect.
    pub(crate) warnings: Vec<String>,
}

/// Reads what can be known of a build without a builder, which may take minutes to make: whether there is an
/// app, whether its descriptor and the variables can be used, and whether the image can go where it should.
///
/// # Errors
/// Those of [`BuildError`] that have to do with that.
pub fn check(request: &BuildRequest) -> Result<BuildInputs, BuildError> {
    staging::check(&request.app)?;
    let (path, text) = match &request.descriptor {
        Some(path) => (path.clone(), read(path)?),
        None => own_descriptor(&request.app)?,
    };
    let descriptor = match ProjectDescriptor::parse(&text) {
        Ok(descriptor) => descriptor,
        Err(source) => return Err(BuildError::Descriptor { path, source }),
    };
    let warnings = descriptor.ignored.iter();
    let warnings = warnings.map(|ignored| format!("{}: {ignored}", path.display()));
    let warnings = warnings.collect();
    let mut environment = descriptor.environment;
    environment.extend(request.environment.clone());
    environment::check(&environment)?;
    let matcher = Matcher::new(&descriptor.selection);
    let matcher = matcher.map_err(|source| BuildError::Pattern { path, source })?;
    let bindings = request.bindings.as_deref().map(bindings::check);
    let bindings = bindings.transpose()?;
    output::check(&request.delivery)?;
    Ok(BuildInputs {
        matcher,
        environment,
        bindings,
        warnings,
    })
}

/// The descriptor in the app's directory; empty where there is none. An app is somebody else's, perhaps:
/// its link out of it is no way to have one's own files read and shown.
fn own_descriptor(app: &Path) -> Result<(PathBuf, String), BuildError> {
    let path = app.join("project.toml");
    let unreadable = |source: io::Error| BuildError::DescriptorUnreadable {
        path: path.clone(),
        source: source.into(),
    };
    match fs_err::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((path, String::new())),
        Err(error) => return Err(unreadable(error)),
        Ok(metadata) if metadata.is_symlink() => {
            let target = fs_err::canonicalize(&path).map_err(unreadable)?;
            let app = fs_err::canonicalize(app).map_err(unreadable)?;
            if !target.starts_with(app) {
                return Err(BuildError::DescriptorOutside { path, target });
            }
        }
        Ok(_) => {}
    }
    let text = read(&path)?;
    Ok((path, text))
}

fn read(path: &Path) -> Result<String, BuildError> {
    read_text_file(path).map_err(|source| BuildError::DescriptorUnreadable {
        path: path.to_owned(),
        source,
    })
}

/// The builder's run image, opened and checked.
pub(crate) struct RunImage {
    pub(crate) layout: Layout,
    pub(crate) image: Image,
    pub(crate) name: ImageName,
}

impl RunImage {
    pub(crate) fn open(builder: &BuilderFilesystem) -> Result<Self, BuildError> {
        let (layout, image) = builder.image(&builder.run_image)?;
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

#[cfg(test)]
#[path = "build_inputs_tests.rs"]
mod tests;
