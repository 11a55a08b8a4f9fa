//! The workspace of uv that an app is a member of: its lock lies above the app.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use buildpack_kit::files;
use serde::Deserialize;

use super::ProjectError;
use crate::manager::UV_LOCK;
use crate::pyproject;
use crate::syntax::SyntaxError;

/// What of the workspace the app needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UvWorkspace {
    /// Its root, relative to the app.
    pub(crate) root: PathBuf,
    /// The other members that the app needs, by their names, with their directories relative to the app.
    pub(crate) members: BTreeMap<String, PathBuf>,
}

impl UvWorkspace {
    /// The lock, relative to the app.
    pub(crate) fn lock(&self) -> PathBuf {
        self.root.join(UV_LOCK)
    }
}

#[derive(Debug, Deserialize)]
struct Document {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Package {
    name: String,
    #[serde(default)]
    source: BTreeMap<String, toml::Value>,
    #[serde(default)]
    dependencies: Vec<Named>,
    #[serde(default)]
    optional_dependencies: BTreeMap<String, Vec<Named>>,
    #[serde(default)]
    dev_dependencies: BTreeMap<String, Vec<Named>>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

impl Package {
    /// Where it lies, of one that is no download; relative to the lock.
    fn directory(&self) -> Option<&Path> {
        let mut kinds = ["editable", "virtual", "directory"].into_iter();
        let place = kinds.find_map(|kind| self.source.get(kind)?.as_str());
        place.map(Path::new)
    }

    /// What it may need; groups are a matter of settings, and more is no harm.
    fn needs(&self) -> impl Iterator<Item = &str> {
        let of_groups = self.optional_dependencies.values();
        let of_groups = of_groups.chain(self.dev_dependencies.values()).flatten();
        let all = self.dependencies.iter().chain(of_groups);
        all.map(|needed| needed.name.as_str())
    }
}

/// Looks for the nearest lock above the app, in the tree, that has the app among its members.
pub(super) fn read(tree: &Path, app_dir: &Path) -> Result<Option<UvWorkspace>, ProjectError> {
    let is_there = |name: &str| app_dir.join(name).is_file();
    let within = app_dir.strip_prefix(tree).unwrap_or(Path::new(""));
    if is_there(UV_LOCK) || !is_there(pyproject::FILE) {
        return Ok(None);
    }
    let mut root = PathBuf::new();
    let mut above = within.ancestors();
    let mut app = PathBuf::new();
    while let Some(name) = above.next().and_then(Path::file_name) {
        app = Path::new(name).join(app);
        root.push(Component::ParentDir);
        let lock = root.join(UV_LOCK);
        if let Some(text) = files::read_text(app_dir, &lock)? {
            let document: Document = toml::from_str(&text)
                .map_err(|error| SyntaxError::of_toml(&lock, &text, &error))?;
            return Ok(members(&document, &app).map(|members| UvWorkspace {
                members: members
                    .into_iter()
                    .map(|(name, place)| (name, root.join(place)))
                    .collect(),
                root,
            }));
        }
    }
    Ok(None)
}

/// The members that one of them needs; nothing where it is none of them.
fn members(document: &Document, app: &Path) -> Option<BTreeMap<String, PathBuf>> {
    let mut packages = document.package.iter();
    let own = packages.find(|package| package.directory() == Some(app))?;
    let mut seen = BTreeSet::from([own.name.as_str()]);
    let mut pending = vec![own];
    let mut members = BTreeMap::new();
    while let Some(package) = pending.pop() {
        for name in package.needs() {
            let needed = document.package.iter().find(|other| other.name == name);
            let Some(needed) = needed.filter(|_| seen.insert(name)) else {
                continue;
            };
            if let Some(directory) = needed.directory() {
                members.insert(name.to_owned(), directory.to_owned());
            }
            pending.push(needed);
        }
    }
    Some(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 1

[[package]]
name = "api"
source = { virtual = "services/api" }
dependencies = [{ name = "bottle" }, { name = "words" }]

[[package]]
name = "bottle"
source = { registry = "https://packages.example.com/simple" }

[[package]]
name = "greeting"
source = { editable = "packages/greeting" }

[[package]]
name = "jobs"
source = { editable = "services/jobs" }

[[package]]
name = "words"
source = { editable = "packages/words" }
dependencies = [{ name = "greeting" }]
"#;

    fn found(app: &str, more: &str) -> String {
        let tree = testkit::directory(&format!(
            "-- uv.lock --\n{LOCK}-- services/api/pyproject.toml --\n-- services/jobs/pyproject.toml --\n\
             -- tools/pyproject.toml --\n-- services/old/x --\n{more}"
        ));
        let workspace = read(tree.path(), &tree.path().join(app)).unwrap();
        workspace.map_or_else(
            || "none".to_owned(),
            |workspace| {
                let members = workspace.members.values().map(|path| path.display());
                let members: Vec<String> = members.map(|path| path.to_string()).collect();
                format!("{}: {}", workspace.lock().display(), members.join(" "))
            },
        )
    }

    #[test]
    fn a_member_has_the_lock_of_its_workspace() {
        let api = "../../uv.lock: ../../packages/greeting ../../packages/words";
        assert_eq!(found("services/api", ""), api);
        assert_eq!(found("services/jobs", ""), "../../uv.lock: ");
        for (app, more) in [
            ("services/api", "-- services/api/uv.lock --\n"),
            ("services/api", "-- services/uv.lock --\n"),
            ("services/old", ""),
            ("tools", ""),
            ("", ""),
        ] {
            assert_eq!(found(app, more), "none", "{app} {more}");
        }
    }
}
