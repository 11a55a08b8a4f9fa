//! What git is told of bindings of the type `git-credentials`, by variables: nothing of its configuration is written
//! anywhere.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::{BindingError, BindingKind, Bindings};

/// A setting of git, `credential.helper` for instance, and its value.
pub type GitSetting = (String, String);

impl Bindings {
    /// For each binding of the type `git-credentials` its name and the helper that prints its file, for the addresses
    /// that its entry `context` names, or for all (`gitcredentials(7)`, "CUSTOM HELPERS").
    ///
    /// # Errors
    /// When a binding has no such file, or its context can't be read.
    pub fn git_helpers(&self) -> Result<Vec<(String, GitSetting)>, BindingError> {
        let mut helpers = Vec::new();
        for binding in self.of(BindingKind::GitCredentials) {
            let file = binding.file(BindingKind::GitCredentials)?;
            let context = match binding.entries.get("context") {
                Some(path) => fs_err::read_to_string(path)?,
                None => String::new(),
            };
            let key = match context.trim() {
                "" => "credential.helper".to_owned(),
                url => format!("credential.{url}.helper"),
            };
            let path = shell_word(&file.path);
            let helper = format!("!f() {{ test \"$1\" != get || cat {path}; }}; f");
            helpers.push((file.binding, (key, helper)));
        }
        Ok(helpers)
    }
}

/// `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_<n>` and `GIT_CONFIG_VALUE_<n>` (`git(1)`), after those of the user, whose count
/// is `given`.
#[must_use]
pub fn git_variables(settings: &[GitSetting], given: Option<&OsStr>) -> Vec<(OsString, OsString)> {
    if settings.is_empty() {
        return Vec::new();
    }
    let first: usize = given
        .and_then(|count| count.to_str()?.parse().ok())
        .unwrap_or(0);
    let all = (first + settings.len()).to_string();
    let mut variables = vec![("GIT_CONFIG_COUNT".into(), all.into())];
    for (index, (key, value)) in settings.iter().enumerate() {
        let number = first + index;
        variables.push((format!("GIT_CONFIG_KEY_{number}").into(), key.into()));
        variables.push((format!("GIT_CONFIG_VALUE_{number}").into(), value.into()));
    }
    variables
}

/// A path as a word of a shell, which git runs helpers with.
#[must_use]
pub fn shell_word(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}
