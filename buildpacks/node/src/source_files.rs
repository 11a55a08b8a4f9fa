//! What of the app is in the image: everything but what only a build reads, and what no image should hold.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buildpack_kit::files::{self, Entry, FilesError, Removed};
use buildpack_kit::image_files::ImageFiles;

/// What only package managers read, by the first parts of its path; settings of theirs may hold tokens.
const OF_MANAGERS: [&str; 8] = [
    ".npmrc",
    ".pnp.cjs",
    ".pnp.data.json",
    ".pnp.loader.mjs",
    ".pnp.js",
    ".yarn",
    ".yarnrc",
    ".yarnrc.yml",
];

/// Removes what the user doesn't keep and no image should hold, and opens what stays to whichever user the container
/// runs as. What the build has made stays: people leave it out of what Docker sees, too. `sources` are the files that
/// the app came with. Returns how many files went because of `.dockerignore`, too.
pub(crate) fn remove(
    app_dir: &Path,
    image_files: &ImageFiles,
    sources: &BTreeSet<PathBuf>,
) -> Result<(Removed, usize), FilesError> {
    let entries = files::list(app_dir)?;
    let goes = |entry: &Entry| goes(&entry.path, image_files, sources);
    let is_ignored = |entry: &&Entry| {
        let is_usual = files::is_private(&entry.path)
            || files::is_leftover(&entry.path)
            || is_of_managers(&entry.path);
        entry.kind != files::EntryKind::Directory && goes(entry) && !is_usual
    };
    let ignored = entries.iter().filter(is_ignored).count();
    let removed = files::remove_unless(app_dir, |entry| !goes(entry))?;
    files::normalise_content_modes(app_dir)?;
    Ok((removed, ignored))
}

fn goes(path: &Path, image_files: &ImageFiles, sources: &BTreeSet<PathBuf>) -> bool {
    if image_files.keep().matches(path) {
        return false;
    }
    let is_of_packages = path.iter().any(|part| part == "node_modules");
    let is_of_app = sources.contains(path) || files::is_private(path);
    is_of_managers(path)
        || (is_of_app && !is_of_packages && image_files.decision(path, true) == Some(false))
}

/// In the app or in another package of it.
pub(crate) fn is_of_managers(path: &Path) -> bool {
    let is_named = |part: &std::ffi::OsStr| OF_MANAGERS.iter().any(|name| part == *name);
    let is_of_packages = path.iter().any(|part| part == "node_modules");
    !is_of_packages && path.iter().any(is_named)
}

#[cfg(test)]
mod tests {
    use buildpack_kit::files::KeepPatterns;

    use super::*;

    #[test]
    fn what_the_build_made_stays_and_tokens_go() {
        let app = testkit::directory(
            "-- .dockerignore --\nnode_modules\ndist\ndocs\n-- .npmrc --\n//x/:_authToken=canary\n-- apps/x/.npmrc --\n\
             -- .yarn/releases/yarn.cjs --\n-- .env --\nA=1\n-- docs/a.md --\n-- server.js --\n-- dist/main.js --\n\
             -- node_modules/a/.npmrc --\n-- node_modules/a/index.js --\n",
        );
        let sources = [".dockerignore", ".npmrc", ".env", "docs/a.md", "server.js"]
            .map(PathBuf::from)
            .into();
        let image_files =
            ImageFiles::read(app.path(), KeepPatterns::new([]).unwrap(), false).unwrap();
        let (removed, ignored) = remove(app.path(), &image_files, &sources).unwrap();
        assert_eq!((removed.files, ignored), (5, 1));
        insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
        .dockerignore            file 0644
        apps                     dir  0755
        apps/x                   dir  0755
        dist                     dir  0755
        dist/main.js             file 0644
        docs                     dir  0755
        node_modules             dir  0755
        node_modules/a           dir  0755
        node_modules/a/.npmrc    file 0644
        node_modules/a/index.js  file 0644
        server.js                file 0644
        ");
    }
}
