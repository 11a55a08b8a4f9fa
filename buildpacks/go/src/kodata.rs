//! `kodata`, the directory beside a main package that ko puts into the image: it stays where it is, whole.
//!
//! ko follows the links in it. Here what a link leads to takes its place, because it may be what is left out of the
//! image otherwise: `kodata/HEAD -> ../../.git/HEAD` is what ko's own documentation shows.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::packages::MainPackage;

/// The name of the directory.
const NAME: &str = "kodata";

/// The directories of the programs that have one, relative to the app; by program. `root` is where `go` works.
pub(crate) fn directories(
    app_dir: &Path,
    root: &Path,
    targets: &[MainPackage],
) -> BTreeMap<String, PathBuf> {
    let directories = targets.iter().map(|target| {
        let directory = root.join(&target.directory).join(NAME);
        (target.program.clone(), directory)
    });
    directories
        .filter(|(_, directory)| app_dir.join(directory).is_dir())
        .collect()
}

/// Puts what links lead to in their places. Links out of the app were refused before.
pub(crate) fn resolve_links(app_dir: &Path, directories: &[PathBuf]) -> Result<(), io::Error> {
    for directory in directories {
        let directory = app_dir.join(directory);
        let mut above = Vec::new();
        if directory.is_symlink() {
            replace(&directory, &mut above)?;
        } else {
            resolve_in(&directory, &mut above)?;
        }
    }
    Ok(())
}

/// `above` are the directories that are being copied: a link to one of them would never end.
fn resolve_in(directory: &Path, above: &mut Vec<PathBuf>) -> Result<(), io::Error> {
    let entries = fs_err::read_dir(directory)?.collect::<Result<Vec<_>, _>>()?;
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_symlink() {
            replace(&entry.path(), above)?;
        } else if kind.is_dir() {
            resolve_in(&entry.path(), above)?;
        }
    }
    Ok(())
}

/// A link that leads nowhere stays, as it would without ko.
fn replace(link: &Path, above: &mut Vec<PathBuf>) -> Result<(), io::Error> {
    let Ok(target) = fs_err::canonicalize(link) else {
        return Ok(());
    };
    fs_err::remove_file(link)?;
    copy(&target, link, above)
}

fn copy(from: &Path, to: &Path, above: &mut Vec<PathBuf>) -> Result<(), io::Error> {
    if !from.is_dir() {
        fs_err::copy(from, to)?;
        return Ok(());
    }
    if above.iter().any(|directory| directory == from) || to.starts_with(from) {
        return Ok(());
    }
    above.push(from.to_owned());
    fs_err::create_dir(to)?;
    for entry in fs_err::read_dir(from)? {
        let entry = entry?;
        let target = fs_err::canonicalize(entry.path());
        copy(
            &target.unwrap_or(entry.path()),
            &to.join(entry.file_name()),
            above,
        )?;
    }
    above.pop();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_links_lead_to_takes_their_place() {
        let app = testkit::directory(
            "
-- .git/HEAD --
ref
-- LICENSE --
text
-- docs/a/b.md --
b
-- docs/link -> a/b.md --
-- cmd/web/kodata/HEAD -> ../../../.git/HEAD --
-- cmd/web/kodata/docs -> ../../../docs --
-- cmd/web/kodata/sub/LICENSE -> ../../../../LICENSE --
-- cmd/web/kodata/broken -> nowhere --
-- cmd/web/kodata/loop -> .. --
-- cmd/web/kodata/own --
own
",
        );
        resolve_links(app.path(), &["cmd/web/kodata".into()]).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(&app.path().join("cmd/web/kodata")), @"
        HEAD         file 0644
        broken       link -> nowhere
        docs         dir  0755
        docs/a       dir  0755
        docs/a/b.md  file 0644
        docs/link    file 0644
        own          file 0644
        sub          dir  0755
        sub/LICENSE  file 0644
        ");
    }

    #[test]
    fn the_directory_itself_may_be_a_link() {
        let app = testkit::directory("-- shared/x --\nx\n-- kodata -> shared --\n");
        resolve_links(app.path(), &["kodata".into()]).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
        kodata    dir  0755
        kodata/x  file 0644
        shared    dir  0755
        shared/x  file 0644
        ");
    }
}
