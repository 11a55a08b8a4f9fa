//! Facts that stand in several files and must agree: ids and versions of buildpacks, changelogs, the
//! commands of the README, what every member of the workspace inherits.

use std::collections::BTreeSet;
use std::path::Path;

use toml::{Table, Value};

/// What every buildpack has, so that one read teaches all of them.
const SKELETON: &[&str] = &[
    "buildpack.toml",
    "Cargo.toml",
    "CHANGELOG.md",
    "README.md",
    "src/detect.rs",
    "src/errors.rs",
    "src/main.rs",
    "src/messages.rs",
    "src/plan.rs",
    "src/processes.rs",
    "src/project.rs",
];

/// What a buildpack has not that starts nothing.
const WITHOUT: &[&str] = &["buildpacks/explain/src/processes.rs"];

/// The Buildpack API that our libcnb speaks.
const BUILDPACK_API: &str = "0.10";

/// A builder that must offer every buildpack; the other builders may leave some out.
const DEFAULT_BUILDER: &str = "builder.toml";

/// A file that can't be read, or parsed.
pub type Error = Box<dyn std::error::Error>;

/// A buildpack by what its own files say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buildpack {
    /// Its directory: `go`.
    pub directory: String,
    /// `buildpack.id`.
    pub id: String,
    /// `buildpack.version`.
    pub version: String,
}

/// The buildpacks of a workspace, by directory.
///
/// # Errors
/// When a `buildpack.toml` can't be read.
pub fn buildpacks(root: &Path) -> Result<Vec<Buildpack>, Error> {
    let mut buildpacks = Vec::new();
    for directory in directories(&root.join("buildpacks"))? {
        let table = table(
            &root
                .join("buildpacks")
                .join(&directory)
                .join("buildpack.toml"),
        )?;
        let text = |key: &str| {
            let value = table.get("buildpack").and_then(|table| table.get(key));
            value.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        buildpacks.push(Buildpack {
            id: text("id"),
            version: text("version"),
            directory,
        });
    }
    Ok(buildpacks)
}

/// Skeleton files that a buildpack lacks.
///
/// # Errors
/// When the directory can't be read.
pub fn missing_files(root: &Path) -> Result<Vec<String>, Error> {
    let mut violations = Vec::new();
    for directory in directories(&root.join("buildpacks"))? {
        for file in SKELETON {
            let path = format!("buildpacks/{directory}/{file}");
            if !root.join(&path).is_file() && !WITHOUT.contains(&path.as_str()) {
                violations.push(format!("{path} is missing"));
            }
        }
    }
    Ok(violations)
}

/// Ids and versions that don't agree, and buildpacks without a changelog entry for their version.
///
/// # Errors
/// When a file can't be read.
pub fn disagreements(root: &Path) -> Result<Vec<String>, Error> {
    let mut violations = Vec::new();
    let workspace = table(&root.join("Cargo.toml"))?;
    let workspace_version = lookup(&workspace, &["workspace", "package", "version"]);
    violations.extend(changelog_gap(root, "CHANGELOG.md", &workspace_version)?);
    for buildpack in buildpacks(root)? {
        let folder = format!("buildpacks/{}", buildpack.directory);
        let cargo = table(&root.join(&folder).join("Cargo.toml"))?;
        let own = lookup(&cargo, &["package", "version"]);
        let version = if own.is_empty() {
            &workspace_version
        } else {
            &own
        };
        let api = lookup(
            &table(&root.join(&folder).join("buildpack.toml"))?,
            &["api"],
        );
        let facts = [
            (
                "id",
                &buildpack.id,
                &format!("coracle/{}", buildpack.directory),
            ),
            ("version", &buildpack.version, version),
            ("api", &api, &BUILDPACK_API.to_owned()),
        ];
        for (name, found, expected) in facts {
            if found != expected {
                violations.push(format!(
                    "{folder}/buildpack.toml: {name} is {found:?}, not {expected:?}"
                ));
            }
        }
        let changelog = format!("{folder}/CHANGELOG.md");
        violations.extend(changelog_gap(root, &changelog, version)?);
    }
    Ok(violations)
}

/// What a builder's definition says otherwise than the buildpacks do.
///
/// # Errors
/// When a file can't be read.
pub fn builder_disagreements(root: &Path, builder: &str) -> Result<Vec<String>, Error> {
    let buildpacks = buildpacks(root)?;
    let definition = table(&root.join(builder))?;
    let listed = references(definition.get("buildpacks"));
    let order = definition.get("order").and_then(Value::as_array);
    let groups = order.into_iter().flatten();
    let ordered: Vec<(String, String)> = groups
        .flat_map(|entry| references(entry.get("group")))
        .collect();
    let mut violations = Vec::new();
    for (id, version) in listed.iter().chain(&ordered) {
        match buildpacks.iter().find(|buildpack| buildpack.id == *id) {
            None => violations.push(format!("{builder}: {id:?} is no buildpack of ours")),
            Some(buildpack) if !version.is_empty() && *version != buildpack.version => {
                violations.push(format!(
                    "{builder}: {id} is {version}, not {}",
                    buildpack.version
                ));
            }
            Some(_) => {}
        }
    }
    for (id, _) in &ordered {
        if !listed.iter().any(|(listed, _)| listed == id) {
            violations.push(format!("{builder}: {id} is in the order and not listed"));
        }
    }
    for buildpack in &buildpacks {
        let is_ordered = ordered.iter().any(|(id, _)| *id == buildpack.id);
        if builder == DEFAULT_BUILDER && !is_ordered {
            violations.push(format!("{builder}: {} is in no order", buildpack.id));
        }
    }
    Ok(violations)
}

/// Members that don't inherit the workspace's lints, or that state a dependency's version themselves; and
/// dependencies of the workspace that no member has.
///
/// # Errors
/// When a file can't be read.
pub fn not_inherited(root: &Path) -> Result<Vec<String>, Error> {
    let mut violations = Vec::new();
    let mut used = BTreeSet::new();
    for manifest in member_manifests(root)? {
        let table = table(&root.join(&manifest))?;
        let lints = table.get("lints").and_then(|lints| lints.get("workspace"));
        if lints.and_then(Value::as_bool) != Some(true) {
            violations.push(format!("{manifest}: [lints] workspace = true is missing"));
        }
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let dependencies = table.get(section).and_then(Value::as_table);
            for (name, dependency) in dependencies.into_iter().flatten() {
                used.insert(name.clone());
                if dependency.get("workspace").and_then(Value::as_bool) != Some(true) {
                    violations.push(format!(
                        "{manifest}: {name} states its own version; use workspace = true"
                    ));
                }
            }
        }
    }
    let workspace = table(&root.join("Cargo.toml"))?;
    let offered = workspace
        .get("workspace")
        .and_then(|table| table.get("dependencies"));
    for name in offered
        .and_then(Value::as_table)
        .into_iter()
        .flat_map(Table::keys)
    {
        if !used.contains(name) {
            violations.push(format!("Cargo.toml: no member has the dependency {name}"));
        }
    }
    Ok(violations)
}

/// The lines of the README's `sh` blocks, which CI must run as they stand.
#[must_use]
pub fn readme_commands(readme: &str) -> Vec<&str> {
    let mut commands = Vec::new();
    let mut in_block = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            in_block = line == "```sh";
        } else if in_block && !line.trim().is_empty() {
            commands.push(line.trim());
        }
    }
    commands
}

fn member_manifests(root: &Path) -> Result<Vec<String>, Error> {
    let mut manifests = vec!["tests/Cargo.toml".into(), "integration/Cargo.toml".into()];
    for group in ["crates", "buildpacks"] {
        for directory in directories(&root.join(group))? {
            manifests.push(format!("{group}/{directory}/Cargo.toml"));
        }
    }
    manifests.retain(|manifest: &String| root.join(manifest).is_file());
    Ok(manifests)
}

/// Keep a Changelog: what is not released yet stands under `Unreleased`, what is under its version.
fn changelog_gap(root: &Path, changelog: &str, version: &str) -> Result<Option<String>, Error> {
    let text = match fs_err::read_to_string(root.join(changelog)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Some(format!("{changelog} is missing")));
        }
        Err(error) => return Err(error.into()),
    };
    let released = format!("## [{version}]");
    let has_section = text
        .lines()
        .any(|line| line.starts_with("## [Unreleased]") || line.starts_with(&released));
    Ok((!has_section).then(|| format!("{changelog}: neither [Unreleased] nor [{version}]")))
}

/// `id` and `version` of every table of an array.
fn references(array: Option<&Value>) -> Vec<(String, String)> {
    let tables = array.and_then(Value::as_array).into_iter().flatten();
    let text = |table: &Value, key: &str| {
        let value = table.get(key).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    tables
        .map(|table| (text(table, "id"), text(table, "version")))
        .collect()
}

fn lookup(table: &Table, path: &[&str]) -> String {
    let (first, rest) = path.split_first().unwrap_or((&"", &[]));
    let value = rest.iter().fold(table.get(*first), |value, key| {
        value.and_then(|value| value.get(key))
    });
    let text = value.and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn table(path: &Path) -> Result<Table, Error> {
    let text = fs_err::read_to_string(path)?;
    let table = text.parse::<Table>();
    Ok(table.map_err(|error| format!("{}: {error}", path.display()))?)
}

fn directories(path: &Path) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    for entry in fs_err::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
#[path = "packaging_tests.rs"]
mod tests;
