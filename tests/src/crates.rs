//! Which package may depend on which: docs/architecture.md, "Who may know whom".

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata};

/// What each kind of package of ours may name among its normal and build dependencies. `explain` is
/// open to all that are not under [`KNOW_NOTHING`].
const MAY_KNOW: &[(&str, &[&str])] = &[
    (
        "coracle",
        &["builder", "composer", "oci", "platform", "store"],
    ),
    ("platform", &["oci", "store"]),
    ("builder", &["composer", "linkage", "oci", "sbom", "store"]),
    ("composer", &["linkage", "oci", "store"]),
    ("oci", &[]),
    ("store", &[]),
    ("buildpack-kit", &["linkage", "sbom", "start-command"]),
    ("start-command", &["linkage", "start-runtime"]),
    (
        BUILDPACK,
        &["buildpack-kit", "linkage", "sbom", "start-command"],
    ),
    (TESTS, &["oci", "testkit"]),
];

/// Leaves: no package of ours below them at all.
const KNOW_NOTHING: &[&str] = &["explain", "linkage", "sbom", "start-runtime", "testkit"];

/// Only these may speak to the buildpack API.
const MAY_USE_LIBCNB: &[&str] = &["buildpack-kit", BUILDPACK];

const BUILDPACK: &str = "any package below buildpacks/";
const TESTS: &str = "any package of tests";

/// A package of the workspace as far as the rules look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its directory, relative to the workspace root: `crates/oci`.
    pub directory: String,
    /// Names of normal and build dependencies.
    pub dependencies: BTreeSet<String>,
    /// Names of dev-dependencies.
    pub dev_dependencies: BTreeSet<String>,
}

/// The members of a workspace.
#[must_use]
pub fn packages(metadata: &Metadata) -> Vec<Package> {
    let names = |package: &cargo_metadata::Package, development: bool| {
        let wanted = package
            .dependencies
            .iter()
            .filter(|dependency| (dependency.kind == DependencyKind::Development) == development);
        wanted.map(|dependency| dependency.name.clone()).collect()
    };
    let members = metadata.workspace_packages().into_iter();
    members
        .map(|package| {
            let directory = package.manifest_path.parent().map(|path| {
                let relative = path.strip_prefix(&metadata.workspace_root);
                relative.unwrap_or(path).to_string()
            });
            Package {
                name: package.name.to_string(),
                directory: directory.unwrap_or_default(),
                dependencies: names(package, false),
                dev_dependencies: names(package, true),
            }
        })
        .collect()
}

/// Every dependency that the rules don't allow, one line each.
#[must_use]
pub fn violations(packages: &[Package]) -> Vec<String> {
    let ours: BTreeSet<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    let table: BTreeMap<&str, &[&str]> = MAY_KNOW.iter().copied().collect();
    let mut violations = Vec::new();
    for package in packages {
        let kind = kind_of(package);
        let allowed = table.get(kind).copied();
        if allowed.is_none() && !KNOW_NOTHING.contains(&kind) {
            violations.push(format!("{} is in no rule: add it", package.name));
            continue;
        }
        for dependency in &package.dependencies {
            let dependency = dependency.as_str();
            let known = match allowed {
                Some(allowed) => dependency == "explain" || allowed.contains(&dependency),
                None => false,
            };
            if ours.contains(dependency) && !known {
                violations.push(format!("{} may not know {dependency}", package.name));
            }
            if dependency == "libcnb" && !MAY_USE_LIBCNB.contains(&kind) {
                violations.push(format!("{} may not use libcnb", package.name));
            }
        }
        let in_tests = package.dev_dependencies.iter().map(String::as_str);
        for dependency in in_tests.filter(|name| ours.contains(name)) {
            let known = allowed.is_some_and(|allowed| allowed.contains(&dependency));
            if kind == BUILDPACK && dependency != "testkit" && !known {
                violations.push(format!(
                    "{} may not know {dependency}, not even in its tests",
                    package.name
                ));
            }
        }
    }
    violations
}

fn kind_of(package: &Package) -> &str {
    if package.directory.starts_with("buildpacks/") {
        BUILDPACK
    } else if ["tests", "integration"].contains(&package.directory.as_str()) {
        TESTS
    } else {
        &package.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(directory: &str, dependencies: &[&str], dev_dependencies: &[&str]) -> Package {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let name = directory.rsplit('/').next().unwrap_or(directory);
        Package {
            name: name.to_owned(),
            directory: directory.to_owned(),
            dependencies: owned(dependencies),
            dev_dependencies: owned(dev_dependencies),
        }
    }

    #[test]
    fn what_the_architecture_allows_passes() {
        let packages = [
            package("crates/explain", &[], &[]),
            package("crates/oci", &["explain", "serde"], &["testkit"]),
            package("crates/testkit", &["tempfile"], &[]),
            package("crates/buildpack-kit", &["explain", "libcnb"], &["testkit"]),
            package(
                "buildpacks/go",
                &["buildpack-kit", "explain", "libcnb"],
                &["testkit"],
            ),
            package("tests", &["testkit"], &["oci"]),
        ];
        assert_eq!(violations(&packages), Vec::<String>::new());
    }

    #[test]
    fn each_forbidden_edge_is_named() {
        let packages = [
            package("crates/explain", &[], &[]),
            package("crates/oci", &["composer", "libcnb"], &[]),
            package("crates/composer", &["testkit"], &[]),
            package("crates/testkit", &["explain"], &[]),
            package("crates/buildpack-kit", &["oci"], &[]),
            package("buildpacks/go", &["python"], &["composer"]),
            package("buildpacks/python", &[], &[]),
            package("crates/newcomer", &["oci"], &[]),
        ];
        insta::assert_snapshot!(violations(&packages).join("\n"), @r"
        oci may not know composer
        oci may not use libcnb
        composer may not know testkit
        testkit may not know explain
        buildpack-kit may not know oci
        go may not know python
        go may not know composer, not even in its tests
        newcomer is in no rule: add it
        ");
    }
}
