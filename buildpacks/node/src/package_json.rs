//! `package.json`: that of the app, strictly enough to say where it is wrong, and those of installed packages.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

/// The file.
pub(crate) const FILE: &str = "package.json";

/// What of it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PackageJson {
    pub(crate) name: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) license: Option<String>,
    pub(crate) main: Option<String>,
    /// Programs, by their names.
    pub(crate) bin: BTreeMap<String, String>,
    pub(crate) scripts: BTreeMap<String, String>,
    /// Names of packages, with the versions that are wanted.
    pub(crate) dependencies: BTreeMap<String, String>,
    pub(crate) development: BTreeMap<String, String>,
    /// Packages that may be missing.
    pub(crate) optional: BTreeSet<String>,
    pub(crate) peers: BTreeSet<String>,
    /// Of the peers, those that may be missing.
    pub(crate) optional_peers: BTreeSet<String>,
    /// Versions of Node and of package managers that it works with.
    pub(crate) engines: BTreeMap<String, String>,
    /// `devEngines.runtime`, where that is Node.
    pub(crate) development_node: Option<String>,
    /// `volta.node`.
    pub(crate) volta_node: Option<String>,
    pub(crate) package_manager: Option<String>,
    /// It is for another C library than the image's.
    pub(crate) is_for_musl: bool,
    /// Patterns of directories of other packages of the app.
    pub(crate) workspaces: Vec<String>,
}

/// A file that isn't one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackageJsonError {
    #[error("it is no JSON")]
    Syntax(#[from] serde_json::Error),
    #[error("it is no object")]
    NoObject,
    /// A value that is of another kind.
    #[error("{key} is no {expected}")]
    Kind {
        key: &'static str,
        expected: &'static str,
    },
}

#[derive(Deserialize)]
struct Engine {
    name: String,
    version: Option<String>,
}

/// Reads that of the app.
pub(crate) fn parse(text: &str) -> Result<PackageJson, PackageJsonError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Value = serde_json::from_str(text)?;
    if !value.is_object() {
        return Err(PackageJsonError::NoObject);
    }
    for key in ["scripts", "dependencies", "devDependencies", "engines"] {
        if value
            .get(key)
            .is_some_and(|value| !value.is_object() && !value.is_null())
        {
            return Err(PackageJsonError::Kind {
                key,
                expected: "object",
            });
        }
    }
    if value
        .get("packageManager")
        .is_some_and(|value| !value.is_string())
    {
        return Err(PackageJsonError::Kind {
            key: "packageManager",
            expected: "text",
        });
    }
    Ok(read(&value))
}

/// Reads that of an installed package, of which anything may be wrong.
pub(crate) fn parse_installed(text: &str) -> Option<PackageJson> {
    serde_json::from_str(text).ok().as_ref().map(read)
}

fn read(value: &Value) -> PackageJson {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let names = |key: &str| texts(value.get(key)).into_keys();
    let name = text("name");
    let meta = value.get("peerDependenciesMeta").and_then(Value::as_object);
    let optional_peers = meta
        .into_iter()
        .flatten()
        .filter(|(_, meta)| meta.get("optional").and_then(Value::as_bool) == Some(true));
    let engine = value
        .get("devEngines")
        .and_then(|engines| engines.get("runtime"));
    let optional: BTreeSet<String> = names("optionalDependencies").collect();
    let mut dependencies = texts(value.get("dependencies"));
    dependencies.retain(|name, _| !optional.contains(name));
    PackageJson {
        version: text("version"),
        license: license(value),
        main: text("main"),
        bin: bin(value, name.as_deref()),
        scripts: texts(value.get("scripts")),
        dependencies,
        development: texts(value.get("devDependencies")),
        optional,
        peers: names("peerDependencies").collect(),
        optional_peers: optional_peers.map(|(name, _)| name.clone()).collect(),
        engines: texts(value.get("engines")),
        development_node: engine.and_then(development_node),
        volta_node: value
            .get("volta")
            .and_then(|volta| volta.get("node")?.as_str().map(str::to_owned)),
        package_manager: text("packageManager"),
        is_for_musl: value.get("libc") == Some(&serde_json::json!(["musl"])),
        workspaces: workspaces(value),
        name,
    }
}

/// One object, or several, of which the first that is Node counts.
fn development_node(engine: &Value) -> Option<String> {
    let engines = match engine {
        Value::Array(engines) => engines.clone(),
        engine => vec![engine.clone()],
    };
    let mut engines = engines
        .into_iter()
        .filter_map(|engine| serde_json::from_value::<Engine>(engine).ok());
    engines.find(|engine| engine.name == "node")?.version
}

fn texts(value: Option<&Value>) -> BTreeMap<String, String> {
    let entries = value.and_then(Value::as_object).into_iter().flatten();
    let texts =
        entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    texts.collect()
}

/// `"bin": "cli.js"` is a program that is called as the package is, without its scope.
fn bin(value: &Value, name: Option<&str>) -> BTreeMap<String, String> {
    match (value.get("bin"), name) {
        (Some(Value::String(file)), Some(name)) => {
            let name = name.rsplit('/').next().unwrap_or(name);
            BTreeMap::from([(name.to_owned(), file.clone())])
        }
        (bin, _) => texts(bin),
    }
}

/// Old packages have an object, or several.
fn license(value: &Value) -> Option<String> {
    let license = value
        .get("license")
        .or_else(|| value.get("licenses")?.get(0))?;
    let license = license.as_str().or_else(|| license.get("type")?.as_str())?;
    Some(license.to_owned())
}

/// A list, or an object with one.
fn workspaces(value: &Value) -> Vec<String> {
    let workspaces = value.get("workspaces");
    let workspaces = workspaces.and_then(|value| value.get("packages").or(Some(value)));
    let patterns = workspaces.and_then(Value::as_array).into_iter().flatten();
    patterns
        .filter_map(|pattern| pattern.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_read() {
        let text = r#"{
            "name": "@team/shop", "version": "1.0.0", "licenses": [{"type": "MIT"}], "bin": "cli.js",
            "scripts": {"start": "node ."}, "dependencies": {"express": "5", "fsevents": "2"},
            "optionalDependencies": {"fsevents": "2"}, "peerDependencies": {"react": "*", "typescript": "*"},
            "peerDependenciesMeta": {"typescript": {"optional": true}},
            "engines": {"node": ">=20"}, "devEngines": {"runtime": [{"name": "bun"}, {"name": "node", "version": "22"}]},
            "volta": {"node": "20.1.0"}, "workspaces": {"packages": ["apps/*"]}, "packageManager": "pnpm@9.0.0"
        }"#;
        insta::assert_debug_snapshot!(parse(text).unwrap(), @r#"
        PackageJson {
            name: Some(
                "@team/shop",
            ),
            version: Some(
                "1.0.0",
            ),
            license: Some(
                "MIT",
            ),
            main: None,
            bin: {
                "shop": "cli.js",
            },
            scripts: {
                "start": "node .",
            },
            dependencies: {
                "express": "5",
            },
            development: {},
            optional: {
                "fsevents",
            },
            peers: {
                "react",
                "typescript",
            },
            optional_peers: {
                "typescript",
            },
            engines: {
                "node": ">=20",
            },
            development_node: Some(
                "22",
            ),
            volta_node: Some(
                "20.1.0",
            ),
            package_manager: Some(
                "pnpm@9.0.0",
            ),
            is_for_musl: false,
            workspaces: [
                "apps/*",
            ],
        }
        "#);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let rows = [
            "{\n  \"name\": \"x\",\n}",
            "[]",
            "{\"scripts\": []}",
            "{\"packageManager\": 1}",
        ];
        let lines = rows.map(|text| {
            let error = parse(text).unwrap_err();
            explain::chain(&error)
        });
        insta::assert_snapshot!(lines.join("\n"), @"
        it is no JSON: trailing comma at line 3 column 1
        it is no object
        scripts is no object
        packageManager is no text
        ");
    }
}
