//! What of the app is in the image, as far as that is the same in every language.

use std::path::Path;

use crate::docker_ignore::{DockerIgnore, DockerIgnoreError};
use crate::files::{self, FilesError, KeepPatterns};
use crate::front_end::FrontEnd;

/// The user's word on the files of the app, and ours where the user says nothing.
///
/// `.dockerignore` decides on what stays in the image, and not on what a compiler sees: people write it for a
/// Dockerfile that copies a program which was made before (`*`, `!bin/app`), or leave out what only the
/// Dockerfile makes (`vendor`, `dist`). The build of such an app must not fail for want of its source.
#[derive(Debug, Clone)]
pub struct ImageFiles {
    keep: KeepPatterns,
    ignored: DockerIgnore,
    /// Who says that nothing stays but what the user keeps.
    clear: Option<&'static str>,
    front_end: FrontEnd,
}

impl ImageFiles {
    /// Reads `.dockerignore` in the app. Nothing stays but what the user keeps when there is anything that is to
    /// be kept (`BP_KEEP_FILES`: exactly those, as Paketo has it), or when `clear` says so
    /// (`GOOGLE_CLEAR_SOURCE`).
    ///
    /// # Errors
    /// When the file can't be used.
    pub fn read(
        app_dir: &Path,
        keep: KeepPatterns,
        clear: bool,
    ) -> Result<Self, DockerIgnoreError> {
        let is_exact = !keep.is_empty();
        Ok(Self {
            keep,
            ignored: DockerIgnore::read(app_dir)?,
            clear: match clear {
                _ if is_exact => Some("BP_KEEP_FILES"),
                true => Some("GOOGLE_CLEAR_SOURCE"),
                false => None,
            },
            front_end: FrontEnd::default(),
        })
    }

    /// The same of an app that has a front end: what was made of it isn't ignored, and what it was made with goes.
    #[must_use]
    pub fn with(self, front_end: Option<FrontEnd>) -> Self {
        Self {
            front_end: front_end.unwrap_or_default(),
            ..self
        }
    }

    /// Whether a front end was built before.
    #[must_use]
    pub fn has_front_end(&self) -> bool {
        self.front_end != FrontEnd::default()
    }

    /// A warning for each pattern of what is to be kept that matches nothing in the app.
    ///
    /// # Errors
    /// When the app can't be listed.
    pub fn warnings(&self, app_dir: &Path) -> Result<Vec<String>, FilesError> {
        if self.keep.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.keep.warnings(&files::list(app_dir)?))
    }

    /// The patterns of what stays whatever else is said.
    #[must_use]
    pub fn keep(&self) -> &KeepPatterns {
        &self.keep
    }

    /// Whether a path stays or goes by what the user says, or goes because it is private or a leftover, the first
    /// that applies; nothing where the language decides. What the app `needs`, because a variable of ours leads it
    /// there, goes only if the user names it.
    #[must_use]
    pub fn decision(&self, path: &Path, needs: bool) -> Option<bool> {
        if self.keep.matches(path) {
            return Some(true);
        }
        let goes = (self.clear.is_some() && !needs)
            || self.is_ignored(path)
            || self.front_end.leaves_out(path)
            || files::is_private(path)
            || files::is_leftover(path);
        goes.then_some(false)
    }

    /// Whether a path goes by what the user says; [`ImageFiles::left_out_by`] tells who that is.
    #[must_use]
    pub fn is_left_out(&self, path: &Path) -> bool {
        !self.keep.matches(path)
            && !self.front_end.leaves_out(path)
            && (self.clear.is_some() || self.is_ignored(path))
    }

    /// By `.dockerignore`.
    #[must_use]
    pub fn is_ignored(&self, path: &Path) -> bool {
        !self.front_end.made.contains(path) && self.ignored.ignores(path)
    }

    /// The variable or file by which most goes that the language would have kept.
    #[must_use]
    pub fn left_out_by(&self) -> &'static str {
        self.clear.unwrap_or(".dockerignore")
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
        let decisions = paths.map(|path| {
            format!(
                "{path} {:?}",
                files.decision(Path::new(path), path == "main.go")
            )
        });
        decisions.join("\n")
    }

    #[test]
    fn what_a_front_end_made_is_not_ignored_and_its_packages_go() {
        let app = testkit::directory("-- .dockerignore --\ndist\nnode_modules\n");
        let decisions = |keep: &[&str]| {
            let keep = KeepPatterns::new(keep.iter().map(ToString::to_string)).unwrap();
            let files = ImageFiles::read(app.path(), keep, false).unwrap();
            let files = files.with(Some(FrontEnd {
                made: ["dist/a.js".into()].into(),
                left_out: ["web/node_modules".into()].into(),
            }));
            let paths = ["dist/a.js", "dist/b.js", "web/node_modules/c/d.js"];
            paths.map(|path| files.decision(Path::new(path), true))
        };
        assert_eq!(decisions(&[]), [None, Some(false), Some(false)]);
        assert_eq!(
            decisions(&["web/node_modules"]),
            [None, Some(false), Some(true)]
        );
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
        main.go None
        ");
        assert_eq!(
            decisions(false, &["a.md", ".env"]),
            decisions(true, &["a.md", ".env"])
        );
    }
}
