//! What frameworks keep to build faster the next time.

use std::path::{Path, PathBuf};

use crate::package_json::PackageJson;
use crate::project::Project;

/// Packages, with the directory in which each keeps what it may use again. All of them tell by the content of files and
/// their own version whether that is still true. Turborepo and Nx don't: what they keep depends on variables that they
/// aren't told of.
const CACHES: [(&str, &str); 6] = [
    ("@angular/cli", ".angular/cache"),
    ("astro", "node_modules/.astro"),
    ("next", ".next/cache"),
    ("nuxt", "node_modules/.cache"),
    ("parcel", ".parcel-cache"),
    ("react-scripts", "node_modules/.cache"),
];

/// The directories, relative to the app, that frameworks keep.
pub(crate) fn kept(project: &Project) -> Vec<PathBuf> {
    let root = project
        .manifest
        .iter()
        .map(|manifest| (Path::new(""), manifest));
    let members = project.members.iter();
    let members = members.map(|member| (member.directory.as_path(), &member.manifest));
    let of = |(directory, manifest): (&Path, &PackageJson)| {
        let has = |name: &str| {
            manifest.dependencies.contains_key(name) || manifest.development.contains_key(name)
        };
        let caches = CACHES.iter().filter(|(package, _)| has(package));
        caches
            .map(|(_, cache)| directory.join(cache))
            .collect::<Vec<_>>()
    };
    let mut directories: Vec<PathBuf> = root.chain(members).flat_map(of).collect();
    directories.sort();
    directories.dedup();
    directories
}
