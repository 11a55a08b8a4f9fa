//! The other packages of an app: `workspaces` of package.json, `pnpm-workspace.yaml`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buildpack_kit::files;
use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;

use crate::package_json::{self, PackageJson};

/// The file of pnpm.
pub(crate) const PNPM: &str = "pnpm-workspace.yaml";

/// A package of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Relative to the app.
    pub(crate) directory: PathBuf,
    pub(crate) manifest: PackageJson,
}

/// Patterns of packages that can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkspaceError {
    #[error("{PNPM} can't be read")]
    Pnpm(#[source] serde_saphyr::Error),
    #[error("{pattern:?} is no pattern of directories")]
    Pattern {
        pattern: String,
        source: globset::Error,
    },
}

#[derive(Deserialize)]
struct PnpmWorkspace {
    #[serde(default)]
    packages: Vec<String>,
}

/// The patterns of directories.
pub(super) fn patterns(
    app_dir: &Path,
    manifest: Option<&PackageJson>,
) -> Result<Vec<String>, super::ProjectError> {
    let mut patterns = manifest
        .map(|manifest| manifest.workspaces.clone())
        .unwrap_or_default();
    if let Some(text) = files::read_text(app_dir, PNPM)?
        && !text.trim().is_empty()
    {
        let workspace: PnpmWorkspace =
            serde_saphyr::from_str(&text).map_err(WorkspaceError::Pnpm)?;
        patterns.extend(workspace.packages);
    }
    Ok(patterns)
}

/// The directories with a package that match; one with a `!` takes away what those before it gave.
pub(super) fn directories(
    patterns: &[String],
    files: &BTreeSet<PathBuf>,
) -> Result<Vec<PathBuf>, WorkspaceError> {
    let mut matchers: Vec<(bool, GlobMatcher)> = Vec::new();
    for pattern in patterns {
        let (is_in, glob) = match pattern.strip_prefix('!') {
            Some(glob) => (false, glob),
            None => (true, pattern.as_str()),
        };
        let glob = glob.trim_start_matches("./").trim_end_matches('/');
        let built = GlobBuilder::new(glob).literal_separator(true).build();
        let built = built.map_err(|source| WorkspaceError::Pattern {
            pattern: pattern.clone(),
            source,
        })?;
        matchers.push((is_in, built.compile_matcher()));
    }
    let manifests = files
        .iter()
        .filter(|path| path.ends_with(package_json::FILE));
    let directories = manifests.filter_map(|path| path.parent());
    let is_member = |directory: &&Path| {
        let mut verdicts = matchers.iter().filter(|(_, glob)| glob.is_match(directory));
        !directory.as_os_str().is_empty() && verdicts.next_back().is_some_and(|(is_in, _)| *is_in)
    };
    Ok(directories.filter(is_member).map(Path::to_owned).collect())
}
