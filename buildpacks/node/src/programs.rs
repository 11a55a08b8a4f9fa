//! Programs of installed packages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use start_command::without_dots;

use crate::bundles::entries;
use crate::node_modules::{DIRECTORY, manifest_of};

/// Where package managers put links to programs, or scripts for a shell that start them.
const OF_LINKS: &str = "node_modules/.bin/";

/// Whether a command is the path of such a link.
pub(crate) fn is_link(command: &str) -> bool {
    command.contains(OF_LINKS)
}

/// The program of an installed package, as it would be found from a directory of the app, or by the path of the link to it.
pub(crate) fn find(command: &str, from: &Path, app_dir: &Path) -> Option<PathBuf> {
    if let Some((directory, name)) = command.split_once(OF_LINKS) {
        return programs(&from.join(directory).join(DIRECTORY)).remove(name);
    }
    let above = from
        .ancestors()
        .take_while(|path| path.starts_with(app_dir));
    above
        .map(|path| path.join(DIRECTORY))
        .find_map(|packages| programs(&packages).remove(command))
}

/// The programs of the packages in a directory, by their names. Links to them are not looked at: some package managers
/// have scripts for a shell in their place.
pub(crate) fn programs(packages: &Path) -> BTreeMap<String, PathBuf> {
    let mut programs = BTreeMap::new();
    let mut directories = Vec::new();
    for path in entries(packages).unwrap_or_default() {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('@') {
            directories.extend(entries(&path).unwrap_or_default());
        } else if !name.starts_with('.') {
            directories.push(path);
        }
    }
    for directory in directories {
        for (name, file) in manifest_of(&directory).unwrap_or_default().bin {
            let file = without_dots(&directory.join(file));
            if file.is_file() {
                programs.entry(name).or_insert(file);
            }
        }
    }
    programs
}

/// The names of all programs of packages of the app.
pub(crate) fn commands(packages: &Path) -> BTreeSet<String> {
    programs(packages).into_keys().collect()
}
