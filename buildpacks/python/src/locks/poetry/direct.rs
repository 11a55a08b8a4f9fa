//! What a project of Poetry asks for itself, of `[project]` and of `[tool.poetry]`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::MAIN;
use crate::locks::{LockError, requirement_name, without_version};
use crate::pyproject::{PoetryDependencies, PoetryDependency, PoetryTable, Pyproject, normalised};
use crate::python_version::Constraint;

/// The direct requirements of these groups, else of the main one.
pub(super) fn direct(
    project: &Pyproject,
    groups: Option<&[String]>,
) -> Result<Vec<String>, LockError> {
    let main = [MAIN.to_owned()];
    let mut direct = Vec::new();
    let none = PoetryTable::default();
    let poetry = project.poetry.as_ref().unwrap_or(&none);
    for group in groups.unwrap_or(&main) {
        if group == MAIN {
            direct.extend(of_main(project, poetry));
            continue;
        }
        let normal = normalised(group);
        let of_poetry = poetry
            .group
            .iter()
            .find(|(name, _)| normalised(name) == normal);
        let of_pep_735 = project.group(group);
        if of_poetry.is_none() && of_pep_735.is_none() {
            let known = poetry.group.keys().chain(project.groups.keys());
            let known: BTreeSet<&str> = known.map(String::as_str).chain([MAIN]).collect();
            return Err(LockError::NoGroup {
                group: group.clone(),
                variable: "BP_POETRY_INSTALL_ONLY",
                known: known.into_iter().map(str::to_owned).collect(),
            });
        }
        direct.extend(of_pep_735.into_iter().flatten().map(without_version));
        for (name, dependencies) in of_poetry.iter().flat_map(|(_, group)| &group.dependencies) {
            direct.extend(requirements(name, dependencies.get_ref()));
        }
    }
    Ok(direct)
}

fn of_main(project: &Pyproject, poetry: &PoetryTable) -> Vec<String> {
    let of_project = project
        .project
        .iter()
        .flat_map(|project| &project.dependencies);
    let mut direct: Vec<String> = of_project.map(|text| without_version(text)).collect();
    let named: BTreeSet<String> = direct.iter().map(|text| requirement_name(text)).collect();
    for (name, dependencies) in &poetry.dependencies {
        // Beside [project] it only says where a package comes from.
        if name != "python" && !named.contains(&normalised(name)) {
            direct.extend(requirements(name, dependencies.get_ref()));
        }
    }
    direct
}

fn requirements(name: &str, dependencies: &PoetryDependencies) -> Vec<String> {
    match dependencies {
        PoetryDependencies::Version(_) => vec![name.to_owned()],
        PoetryDependencies::One(dependency) => requirement(name, dependency).into_iter().collect(),
        PoetryDependencies::Several(dependencies) => dependencies
            .iter()
            .filter_map(|one| requirement(name, one))
            .collect(),
    }
}

/// Nothing for one that only an extra asks for.
fn requirement(name: &str, dependency: &PoetryDependency) -> Option<String> {
    let PoetryDependency {
        version: _,
        extras,
        markers,
        python,
        platform,
        optional,
    } = dependency;
    if *optional {
        return None;
    }
    let mut conditions: Vec<String> = markers.iter().map(|marker| format!("({marker})")).collect();
    conditions.extend(python.as_deref().and_then(python_marker));
    conditions.extend(
        platform
            .iter()
            .map(|platform| format!("sys_platform == '{platform}'")),
    );
    let mut requirement = name.to_owned();
    if !extras.is_empty() {
        let _ = write!(requirement, "[{}]", extras.join(","));
    }
    if !conditions.is_empty() {
        requirement.push_str(" ; ");
        requirement.push_str(&conditions.join(" and "));
    }
    Some(requirement)
}

/// `python = "<3.12"` as a marker.
fn python_marker(text: &str) -> Option<String> {
    let constraint: Constraint = text.parse().ok()?;
    let specifiers = constraint.as_specifiers()?;
    let clauses = specifiers.split(',').filter(|clause| !clause.is_empty());
    let clauses: Vec<String> = clauses
        .map(|clause| {
            let end = clause
                .find(|first: char| first.is_ascii_digit())
                .unwrap_or(0);
            let (operator, version) = clause.split_at(end);
            format!("python_full_version {operator} '{version}'")
        })
        .collect();
    (!clauses.is_empty()).then(|| clauses.join(" and "))
}
