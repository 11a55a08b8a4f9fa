//! `pyproject.toml`: what of it decides on a build.

use std::collections::BTreeMap;
use std::path::Path;

use buildpack_kit::environment::{Origin, Sourced};
use serde::Deserialize;
use toml::Spanned;

use crate::python_version::Constraint;
use crate::syntax::{SyntaxError, line_at};

/// The file's name.
pub(crate) const FILE: &str = "pyproject.toml";

/// The file, as far as it is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Pyproject {
    /// `[project]`.
    pub(crate) project: Option<ProjectTable>,
    /// `[dependency-groups]`.
    pub(crate) groups: BTreeMap<String, Vec<GroupItem>>,
    /// `[tool.poetry]`.
    pub(crate) poetry: Option<PoetryTable>,
    /// Whether there is a `[build-system]`.
    pub(crate) has_build_system: bool,
    /// Whether there is a `[tool.pdm]`.
    pub(crate) has_pdm: bool,
    /// Whether there is a `[tool.uv]`.
    pub(crate) has_uv: bool,
    /// `tool.uv.package`, where it is said.
    pub(crate) uv_package: Option<bool>,
    /// Which versions of Python are allowed, in their order.
    pub(crate) constraints: Vec<Sourced<Constraint>>,
    /// Everything, for hashes.
    pub(crate) table: toml::Table,
}

/// `[project]`, PEP 621.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", default, expecting = "a table")]
pub(crate) struct ProjectTable {
    pub(crate) name: Option<String>,
    pub(crate) dependencies: Vec<String>,
    pub(crate) optional_dependencies: BTreeMap<String, Vec<String>>,
    pub(crate) scripts: BTreeMap<String, String>,
    pub(crate) dynamic: Vec<String>,
    requires_python: Option<Spanned<String>>,
}

/// An entry of a dependency group, PEP 735.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a requirement or { include-group = \"name\" }"
)]
pub(crate) enum GroupItem {
    Requirement(String),
    Include {
        #[serde(rename = "include-group")]
        group: String,
    },
}

/// `[tool.poetry]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default, expecting = "a table")]
pub(crate) struct PoetryTable {
    pub(crate) name: Option<String>,
    pub(crate) dependencies: BTreeMap<String, Spanned<PoetryDependencies>>,
    pub(crate) group: BTreeMap<String, PoetryGroup>,
    pub(crate) extras: BTreeMap<String, Vec<String>>,
    pub(crate) scripts: BTreeMap<String, toml::Value>,
    pub(crate) packages: Vec<toml::Value>,
    pub(crate) package_mode: Option<bool>,
}

/// `[tool.poetry.group.<name>]`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, expecting = "a table")]
pub(crate) struct PoetryGroup {
    pub(crate) optional: bool,
    pub(crate) dependencies: BTreeMap<String, Spanned<PoetryDependencies>>,
}

/// What stands beside the name of a dependency.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a version, a table or an array of tables"
)]
pub(crate) enum PoetryDependencies {
    Version(String),
    One(PoetryDependency),
    /// One for each platform or version of Python.
    Several(Vec<PoetryDependency>),
}

/// A dependency that is a table.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, expecting = "a table")]
pub(crate) struct PoetryDependency {
    pub(crate) version: Option<String>,
    pub(crate) extras: Vec<String>,
    pub(crate) markers: Option<String>,
    pub(crate) python: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) optional: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default, expecting = "a table")]
struct Document {
    project: Option<ProjectTable>,
    dependency_groups: BTreeMap<String, Vec<GroupItem>>,
    build_system: Option<toml::Table>,
    tool: Tool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a table")]
struct Tool {
    poetry: Option<PoetryTable>,
    pdm: Option<toml::Table>,
    uv: Option<UvTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "a table")]
struct UvTable {
    package: Option<bool>,
}

/// Reads the text of the file.
pub(crate) fn parse(file: &Path, text: &str) -> Result<Pyproject, SyntaxError> {
    let failure = |error: toml::de::Error| SyntaxError::of_toml(file, text, &error);
    // The whole file first: what is no TOML at all has the better message then.
    let table: toml::Table = toml::from_str(text).map_err(failure)?;
    let document: Document = toml::from_str(text).map_err(failure)?;
    let constraints = constraints(file, text, &document)?;
    let Document {
        project,
        dependency_groups: groups,
        build_system,
        tool,
    } = document;
    Ok(Pyproject {
        project,
        groups,
        poetry: tool.poetry,
        has_build_system: build_system.is_some(),
        has_pdm: tool.pdm.is_some(),
        has_uv: tool.uv.is_some(),
        uv_package: tool.uv.and_then(|uv| uv.package),
        constraints,
        table,
    })
}

fn constraints(
    file: &Path,
    text: &str,
    document: &Document,
) -> Result<Vec<Sourced<Constraint>>, SyntaxError> {
    let project = document.project.as_ref();
    let of_project = project.and_then(|project| project.requires_python.as_ref());
    let of_project = of_project.map(|written| (written.span().start, written.get_ref().as_str()));
    let poetry = document.tool.poetry.as_ref();
    let python = poetry.and_then(|poetry| poetry.dependencies.get("python"));
    let of_poetry = python.and_then(|python| {
        let version = match python.get_ref() {
            PoetryDependencies::Version(version) => version.as_str(),
            PoetryDependencies::One(dependency) => dependency.version.as_deref()?,
            PoetryDependencies::Several(_) => return None,
        };
        Some((python.span().start, version))
    });
    let mut constraints = Vec::new();
    for (offset, written) in of_project.into_iter().chain(of_poetry) {
        let constraint: Constraint = written.parse().map_err(|_| {
            let problem = "not a range of versions of Python".to_owned();
            SyntaxError::at(file, text, offset, problem)
        })?;
        let origin = Origin::line(file, line_at(text, offset));
        constraints.push(Sourced::new(constraint, origin));
    }
    Ok(constraints)
}

impl Pyproject {
    /// The name of what the file describes.
    pub(crate) fn name(&self) -> Option<&str> {
        let of_project = self
            .project
            .as_ref()
            .and_then(|project| project.name.as_deref());
        of_project.or(self
            .poetry
            .as_ref()
            .and_then(|poetry| poetry.name.as_deref()))
    }

    /// The console scripts by name, those of PEP 621 first where both name one.
    pub(crate) fn scripts(&self) -> BTreeMap<String, String> {
        let mut scripts = BTreeMap::new();
        for (name, value) in self.poetry.iter().flat_map(|poetry| &poetry.scripts) {
            // A table says more than the function, as `{ reference = "a.sh", type = "file" }`.
            let of_table = value.get("callable").or(value.get("reference"));
            if let Some(target) = value.as_str().or(of_table.and_then(toml::Value::as_str)) {
                scripts.insert(name.clone(), target.to_owned());
            }
        }
        let of_project = self.project.iter().flat_map(|project| &project.scripts);
        scripts.extend(of_project.map(|(name, target)| (name.clone(), target.clone())));
        scripts
    }

    /// Whether the app itself is a package that is installed beside what it needs.
    pub(crate) fn is_package(&self) -> bool {
        match self.poetry.as_ref() {
            Some(poetry) if !self.has_uv => poetry.package_mode.unwrap_or(true),
            _ => self.uv_package.unwrap_or(self.has_build_system),
        }
    }

    /// The requirements of a dependency group with those that it includes, or nothing where there is none.
    pub(crate) fn group(&self, name: &str) -> Option<Vec<&str>> {
        let mut seen = Vec::new();
        let mut found = Vec::new();
        self.collect_group(name, &mut seen, &mut found)
            .then_some(found)
    }

    fn collect_group<'a>(
        &'a self,
        name: &str,
        seen: &mut Vec<String>,
        found: &mut Vec<&'a str>,
    ) -> bool {
        let normal = normalised(name);
        let mut groups = self.groups.iter();
        let Some((_, items)) = groups.find(|(group, _)| normalised(group) == normal) else {
            return false;
        };
        if seen.contains(&normal) {
            return true;
        }
        seen.push(normal);
        for item in items {
            match item {
                GroupItem::Requirement(requirement) => found.push(requirement),
                GroupItem::Include { group } => {
                    self.collect_group(group, seen, found);
                }
            }
        }
        true
    }
}

/// The name of a package, an extra or a group as indexes compare it (PEP 503): `Ruamel.YAML` is `ruamel-yaml`.
pub(crate) fn normalised(name: &str) -> String {
    let mut normal = String::new();
    for character in name.chars() {
        if !matches!(character, '-' | '_' | '.') {
            normal.push(character.to_ascii_lowercase());
        } else if !normal.ends_with('-') {
            normal.push('-');
        }
    }
    normal
}

#[cfg(test)]
#[path = "pyproject_tests.rs"]
mod tests;
