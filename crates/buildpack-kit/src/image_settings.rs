//! What a user may ask of every image, whatever the language.

use std::path::Path;

use crate::environment::Environment;
use crate::labels::{LabelError, Labels};
use crate::launch_environment::{self, InvalidVariables, LaunchEnvironment};
use crate::layer::{LayerError, LayerName};
use crate::output::Output;

/// The settings, read before anything is done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageSettings {
    /// Variables that the app finds in its environment.
    pub environment: LaunchEnvironment,
    /// Labels of the image.
    pub labels: Labels,
}

/// Settings that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImageSettingsError {
    /// Variables for the app.
    #[error(transparent)]
    Environment(#[from] InvalidVariables),
    /// Labels.
    #[error(transparent)]
    Labels(#[from] LabelError),
}

impl ImageSettings {
    /// Reads them.
    ///
    /// # Errors
    /// When one can't be used.
    pub fn read(environment: &Environment) -> Result<Self, ImageSettingsError> {
        Ok(Self {
            environment: LaunchEnvironment::read(environment)?,
            labels: Labels::read(environment)?,
        })
    }

    /// The launch layers that [`Self::install`] makes.
    pub fn layers(&self) -> impl Iterator<Item = LayerName> {
        let environment = !self.environment.is_empty();
        environment.then(launch_environment::name).into_iter()
    }

    /// Makes the layers and says what is in the image for the user's asking: names, not values. The labels
    /// are for the buildpack to hand on.
    ///
    /// # Errors
    /// When a layer can't be read or written.
    pub fn install(
        &self,
        layers_dir: &Path,
        output: &Output,
    ) -> Result<(), LayerError<std::convert::Infallible>> {
        let Self {
            environment,
            labels,
        } = self;
        if !environment.is_empty() {
            output.step(format_args!(
                "Setting {} for the app",
                environment.names().join(", ")
            ));
            let outcome = environment.install(layers_dir)?;
            output.layer(&launch_environment::name(), &outcome);
        }
        let keys = labels.keys();
        if !keys.is_empty() {
            output.step(format_args!("Labelling the image: {}", keys.join(", ")));
        }
        for warning in environment.warnings.iter().chain(&labels.warnings) {
            output.warning(warning);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Level;

    #[test]
    fn the_log_has_names_and_no_values() {
        let layers = testkit::directory("-- layers/ --\n");
        let user = [
            ("BPE_TOKEN", "canary"),
            ("BPE_DELIM_PATH", "canary"),
            ("BP_OCI_TITLE", "canary"),
            ("BP_IMAGE_LABELS", "a=canary"),
        ];
        let settings = ImageSettings::read(&Environment::new(user, [("PATH", "")])).unwrap();
        let output = Output::in_memory(Level::Debug);
        settings.install(layers.path(), &output).unwrap();
        insta::assert_snapshot!(output.written(), @"
        - Setting PATH, TOKEN for the app
          environment: new
        - Labelling the image: a, org.opencontainers.image.title
        Warning: BPE_DELIM_PATH has no effect without BPE_APPEND_PATH or BPE_PREPEND_PATH.
          Set one of them, or remove it.
        ");
        assert_eq!(settings.layers().count(), 1);
        assert_eq!(ImageSettings::default().layers().count(), 0);
    }
}
