//! Which of the bundled interpreters an app gets.

use std::path::Path;

use buildpack_kit::layer::LayerName;
use buildpack_kit::output::Output;

use crate::bundles::Bundle;
use crate::errors::{BuildpackError, PythonUnavailable};
use crate::layers::fetched;
use crate::project::{Dependencies, Project};
use crate::releases::Releases;
use crate::resolved_version::Choice;
use crate::settings::Settings;
use crate::uv_command::Uv;
use crate::{log, plan};

/// The version that the app gets, as the builder has it, or fetched; then with the layer that it is in.
pub(crate) fn choose(
    settings: &Settings,
    project: &Project,
    dependencies: &Dependencies,
    (bundles, layers_dir): (&[Bundle], &Path),
    uv: (&Uv, &str),
    architecture: &str,
    output: &Output,
) -> Result<(Bundle, Option<LayerName>), BuildpackError> {
    let releases = Releases::embedded()?;
    let versions: Vec<_> = bundles
        .iter()
        .map(|bundle| bundle.version.clone())
        .collect();
    let wishes = plan::wishes(settings.versions.clone(), project, dependencies);
    let resolved = plan::version(
        wishes.first().cloned(),
        &project.constraints,
        dependencies,
        &versions,
        &releases,
        architecture,
    )?;
    log::version(output, &resolved, &wishes, project);
    let (version, request) = match resolved.choice {
        Choice::Bundled(version) => {
            let mut bundles = bundles.iter();
            if let Some(bundle) = bundles.find(|bundle| bundle.version == version) {
                return Ok((bundle.clone(), None));
            }
            let request = version.to_string();
            (version, request)
        }
        Choice::Fetched { version, request } => (version, request),
    };
    output.detail("not bundled: fetched once and kept for later builds");
    let fetched = fetched::fetch(layers_dir, &version, &request, uv, output);
    let fetched = fetched.map_err(|source| {
        BuildpackError::Unavailable(Box::new(PythonUnavailable {
            version,
            request: resolved.request,
            bundled: versions,
            source,
        }))
    })?;
    output.layer(&fetched.layer, &fetched.outcome);
    Ok((fetched.bundle, Some(fetched.layer)))
}
