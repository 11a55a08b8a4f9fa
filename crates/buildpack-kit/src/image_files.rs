//! What of the app is in the image, as far as that is the same in every language.

use std::path::Path;

use crate::docker_ignore::{DockerIgnore, DockerIgnoreError};
use crate::files::{self, KeepPatterns};

/// The user's word on the files of the app, and ours where the user says nothing.
///
/// `.dockerignore` decides on what stays in the image, and not on what a compiler sees: people write it for a
/// Dockerfile that copies a program which was made before (`*`, `!bin/app`), or leave out what only the
/// Dockerfile makes (`vendor`, `dist`). The build of such an app must not fail for want of its source.
#[derive(Debug, Clone)]
pub struct ImageFiles {
    keep: KeepPatterns,
    ignored: DockerIgnore,
    clear: bool,
}

impl ImageFiles {
    /// Reads `.dockerignore` in the app; `clear` is `GOOGLE_CLEAR_SOURCE`: nothing stays but what the user
    /// keeps.
    ///
    /// # Errors
    /// When the file can't be used.
    pub fn read(
        app_dir: &Path,
        keep: KeepPatterns,
        clear: bool,
    ) -> Result<Self, DockerIgnoreError> {
        Ok(Self {
            keep,
            ignored: DockerIgnore::read(app_dir)?,
            clear,
        })
    }

    /// The patterns of what stays whatever else is said.
    #[must_use]
    pub fn keep(&self) -> &KeepPatterns {
        &self.keep
    }

    /// Whether a path stays (`BP_KEEP_FILES`) or goes (`GOOGLE_CLEAR_SOURCE`, `.dockerignore`, what is
    /// private or a leftover), the first that applies; nothing where the language decides.
    #[must_use]
    pub fn decision(&self, path: &Path) -> Option<bool> {
        if self.keep.matches(path) {
            return Some(true);
        }
        let goes = self.clear
            || self.ignored.ignores(path)
            || files::is_private(path)
            || files::is_leftover(path);
        goes.then_some(false)
    }

    /// Whether a path goes because of `.dockerignore`.
    #[must_use]
    pub fn is_ignored(&self, path: &Path) -> bool {
        !self.keep.matches(path) && self.ignored.ignores(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decisions(clear: bool, keep: &[&str]) -> String {
        let app = testkit::directory("-- .dockerignore --\n*.md\n!README.md\n.env.keep\n");
        let keep = KeepPatterns::new(keep.iter().map(ToString::to_string)).unwrap();
        let files = ImageFiles::read(app.path(), keep, clear).unwrap();
        let paths = ["a.md", "README.md", ".env", "x/__pycache__/y", "main.go"];
        let decisions = paths.map(|path| format!("{path} {:?}", files.decision(Path::new(path))));
        decisions.join("\n")
    }

    #[test]
    fn what_the_user_keeps_stays_whatever_else_is_said() {
        insta::assert_snapshot!(decisions(false, &[]), @"
        a.md Some(false)
        README.md None
        .env Some(false)
        x/__pycache__/y Some(false)
        main.go None
        ");
        insta::assert_snapshot!(decisions(true, &["a.md", ".env"]), @"
        a.md Some(true)
        README.md Some(false)
        .env Some(true)
        x/__pycache__/y Some(false)
        main.go Some(false)
        ");
    }
}
