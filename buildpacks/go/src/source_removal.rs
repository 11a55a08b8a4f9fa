//! What of the app is in the image: everything but what only the compiler needs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use buildpack_kit::environment::Environment;
use buildpack_kit::files::{self, Entry, EntryKind, FilesError, KeepPatterns, Removed};
use buildpack_kit::front_end::FrontEnd;
use buildpack_kit::image_files::ImageFiles;
use buildpack_kit::sub_directory::SubDirectory;

use crate::errors::BuildpackError;
use crate::settings::Settings;

/// What the user says of the files of the app, and what a front end left.
pub(crate) fn image_files(
    app: &SubDirectory,
    wishes: &Settings,
    environment: &Environment,
) -> Result<ImageFiles, BuildpackError> {
    let app_dir = &app.directory();
    let keep = KeepPatterns::new(wishes.keep.clone())?;
    let front_end = FrontEnd::read(environment, app.tree(), app_dir)?;
    Ok(ImageFiles::read(app_dir, keep, wishes.clear_source)?.with(front_end))
}

/// Removes Go source, module files, vendored modules, test data and what no image should hold, unless the user
/// keeps it; directories of `data` lose no source. Opens what stays to whichever user the container runs as. Returns how many files that
/// are no source went because the user says so, too.
pub(crate) fn remove(
    app_dir: &Path,
    vendored: &[PathBuf],
    data: &[PathBuf],
    image_files: &ImageFiles,
) -> Result<(Removed, usize), FilesError> {
    let entries = files::list(app_dir)?;
    let filled: BTreeSet<&Path> = entries
        .iter()
        .filter_map(|entry| entry.path.parent())
        .collect();
    let is_data = |entry: &Entry| {
        let mut data = data.iter();
        data.any(|directory| entry.path.starts_with(directory))
    };
    let stays = |entry: &Entry| {
        // A directory that was empty from the start is there for a reason.
        let becomes_empty =
            entry.kind == EntryKind::Directory && filled.contains(entry.path.as_path());
        stays(&entry.path, vendored, data, image_files, !becomes_empty)
    };
    let is_left_out = |entry: &&Entry| {
        entry.kind != EntryKind::Directory
            && !is_source(&entry.path, vendored)
            && !is_data(entry)
            && image_files.is_left_out(&entry.path)
    };
    let left_out = entries.iter().filter(is_left_out).count();
    let mut removed = files::remove_unless(app_dir, stays)?;
    // Nobody expects in the image what is there for tests or came with a module.
    removed.secrets.retain(|path| !is_source(path, vendored));
    files::normalise_content_modes(app_dir)?;
    Ok((removed, left_out))
}

/// Whether a path stays; `otherwise`, where neither the user nor what it is decides.
pub(crate) fn stays(
    path: &Path,
    vendored: &[PathBuf],
    data: &[PathBuf],
    image_files: &ImageFiles,
    otherwise: bool,
) -> bool {
    let is_data = data.iter().any(|directory| path.starts_with(directory));
    let decision = image_files.decision(path, is_data);
    decision.unwrap_or_else(|| is_data || (!is_source(path, vendored) && otherwise))
}

fn is_source(path: &Path, vendored: &[PathBuf]) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let is_module_file = ["go.mod", "go.sum", "go.work", "go.work.sum"].contains(&name);
    let is_go = path.extension().is_some_and(|extension| extension == "go");
    let is_below = |directory: &str| path.iter().any(|part| part == directory);
    // A directory called vendor may as well hold the assets of a web page.
    let mut vendored = vendored.iter().map(|module| module.join("vendor"));
    is_module_file
        || is_go
        || is_below("testdata")
        || vendored.any(|directory| path.starts_with(directory))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(app: &Path, patterns: &[&str]) -> Removed {
        let keep = KeepPatterns::new(patterns.iter().map(ToString::to_string)).unwrap();
        let image_files = ImageFiles::read(app, keep, false).unwrap();
        remove(app, &[PathBuf::new()], &["kodata".into()], &image_files)
            .unwrap()
            .0
    }

    #[test]
    fn assets_stay_and_what_the_compiler_needs_goes() {
        let app = testkit::directory(
            "
-- go.mod --
-- go.sum --
-- main.go --
-- main_test.go --
-- .git/HEAD --
-- internal/pages/pages.go --
-- internal/pages/testdata/golden --
-- templates/index.html 0600 --
-- static/vendor/jquery.js --
-- vendor/modules.txt --
-- vendor/rsc.io/quote/LICENSE --
-- bin/tool 0700 --
-- config/app.yaml --
-- current -> config --
-- uploads/ --
",
        );
        let removed = removed(app.path(), &[]);
        insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
        bin                      dir  0755
        bin/tool                 file 0755
        config                   dir  0755
        config/app.yaml          file 0644
        current                  link -> config
        static                   dir  0755
        static/vendor            dir  0755
        static/vendor/jquery.js  file 0644
        templates                dir  0755
        templates/index.html     file 0644
        uploads                  dir  0755
        ");
        assert_eq!(removed.files, 9);
    }
    const PRIVATE: &str = "
-- .env --
-- .env.example --
-- .git/HEAD --
-- config/.env.local --
-- lib/.git --
gitdir: ../.git/modules/lib
-- lib/testdata/.env --
-- main.go --
-- vendor/modules.txt --
-- vendor/example.com/.env --
";

    #[test]
    fn what_is_private_goes_and_is_told_of_unless_it_was_source() {
        let app = testkit::directory(PRIVATE);
        let removed = removed(app.path(), &[]);
        assert_eq!(
            testkit::tree_without_digests(app.path()).trim(),
            ".env.example  file 0644"
        );
        let told = [".env", "config/.env.local"].map(PathBuf::from);
        assert_eq!(removed.secrets, BTreeSet::from(told));
    }

    #[test]
    fn what_the_user_keeps_stays() {
        let app = testkit::directory(PRIVATE);
        let patterns = [".env", "lib/testdata", "*.go", "lib/.git"];
        let removed = removed(app.path(), &patterns);
        insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
        .env               file 0644
        lib                dir  0755
        lib/.git           file 0644
        lib/testdata       dir  0755
        lib/testdata/.env  file 0644
        main.go            file 0644
        ");
        let told = ["config/.env.local"].map(PathBuf::from);
        assert_eq!(removed.secrets, BTreeSet::from(told));
    }

    #[test]
    fn source_among_the_data_of_ko_stays() {
        let app = testkit::directory(
            "-- main.go --\n-- kodata/a.go --\n-- kodata/testdata/.env --\n-- kodata/testdata/x --\n-- kodata/empty/ --\n-- x/kodata/a.go --\n",
        );
        removed(app.path(), &[]);
        insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
        kodata             dir  0755
        kodata/a.go        file 0644
        kodata/empty       dir  0755
        kodata/testdata    dir  0755
        kodata/testdata/x  file 0644
        ");
    }
}
