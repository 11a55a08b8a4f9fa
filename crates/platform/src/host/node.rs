//! npm: which registries packages come from, from the environment or from the files of npm, and the credentials for
//! them. Not what else npm may be told: it would change what an image holds.
//!
//! Names of such settings hold slashes, and so can't be those of variables of a build. They are one variable, which is
//! a file of settings; the buildpack puts it where all package managers look.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Variable;

/// The key of the registry of packages without a scope.
const REGISTRY: &str = "registry";

/// How the key of the registry of a scope ends: `@team:registry`.
const OF_SCOPE: &str = ":registry";

/// The text of an `.npmrc`.
const VARIABLE: &str = "CORACLE_NPMRC";

pub(super) fn variables(host: Variable<'_>, home: Option<&Path>) -> BTreeMap<String, String> {
    let files = settings_files(host, home).into_iter();
    let texts = files.filter_map(|path| fs_err::read_to_string(path).ok());
    let text = choose(host, &texts.collect::<Vec<_>>());
    let text = Some(text).filter(|text| !text.is_empty());
    text.into_iter()
        .map(|text| (VARIABLE.to_owned(), text))
        .collect()
}

/// The environment wins over files, and a later file over an earlier one.
fn choose(host: Variable<'_>, files: &[String]) -> String {
    let mut settings = BTreeMap::new();
    for (name, value) in files.iter().flat_map(|text| text.lines()).filter_map(entry) {
        if name == REGISTRY || name.ends_with(OF_SCOPE) || is_credential(name) {
            settings.insert(name, expand(value, host));
        }
    }
    for name in ["NPM_CONFIG_REGISTRY", "npm_config_registry"] {
        if let Some(value) = host(name).filter(|value| !value.is_empty()) {
            settings.insert(REGISTRY, value);
        }
    }
    let lines = settings
        .into_iter()
        .map(|(name, value)| format!("{name}={value}\n"));
    lines.collect()
}

/// `key = value`; comments begin with `#` or `;`.
fn entry(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.starts_with(['#', ';']) {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let value = value.trim();
    let bare = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    Some((name.trim(), bare.unwrap_or(value)))
}

/// `//registry.example/:_authToken`: of a registry, by its address.
fn is_credential(name: &str) -> bool {
    let ending = name.rsplit(':').next().unwrap_or_default();
    name.starts_with("//") && ["_authToken", "_auth", "username", "_password"].contains(&ending)
}

/// `${NAME}` in a value is a variable.
fn expand(value: &str, host: Variable<'_>) -> String {
    let mut expanded = String::new();
    let mut rest = value;
    while let Some((before, name, after)) = rest.split_once("${").and_then(|(before, rest)| {
        rest.split_once('}')
            .map(|(name, after)| (before, name, after))
    }) {
        expanded.push_str(before);
        expanded.push_str(&host(name).unwrap_or_default());
        rest = after;
    }
    expanded + rest
}

/// Where npm's settings are: `npm help npmrc`. The one of the machine is beside npm itself; distributions have it in
/// `/etc`.
fn settings_files(host: Variable<'_>, home: Option<&Path>) -> Vec<PathBuf> {
    let set = |names: [&str; 2]| {
        let values = names.into_iter().filter_map(host);
        values.filter(|value| !value.is_empty()).last()
    };
    let of_machine = set(["NPM_CONFIG_GLOBALCONFIG", "npm_config_globalconfig"]);
    let of_user = set(["NPM_CONFIG_USERCONFIG", "npm_config_userconfig"]).map(PathBuf::from);
    let of_user = of_user.or_else(|| Some(home?.join(".npmrc")));
    [
        Some(of_machine.map_or_else(|| "/etc/npmrc".into(), PathBuf::from)),
        of_user,
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_files_and_only_registries_count() {
        let host = |name: &str| match name {
            "NPM_CONFIG_REGISTRY" => Some("https://own.example/".to_owned()),
            "TOKEN" => Some("word".to_owned()),
            "npm_config_omit" => Some("dev".to_owned()),
            _ => None,
        };
        let machine = "registry=https://machine.example/\n@team:registry=https://old.example/\n";
        let user = "; mine\n# too\n@team:registry = \"https://team.example/\"\n\
                    //team.example/:_authToken=${TOKEN}-${NONE}1\nomit=dev\nstrict-ssl=false\n";
        insta::assert_snapshot!(choose(&host, &[machine.to_owned(), user.to_owned()]), @"
        //team.example/:_authToken=word-1
        @team:registry=https://team.example/
        registry=https://own.example/
        ");
    }

    #[test]
    fn the_settings_files_are_where_npm_has_them() {
        for (variables, expected) in [
            (vec![], vec!["/etc/npmrc", "/home/me/.npmrc"]),
            (
                vec![
                    ("NPM_CONFIG_USERCONFIG", "/a"),
                    ("npm_config_userconfig", "/b"),
                ],
                vec!["/etc/npmrc", "/b"],
            ),
            (
                vec![("npm_config_globalconfig", "/c")],
                vec!["/c", "/home/me/.npmrc"],
            ),
        ] {
            let host = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let files = settings_files(&host, Some(Path::new("/home/me")));
            let expected: Vec<PathBuf> = expected.into_iter().map(PathBuf::from).collect();
            assert_eq!(files, expected, "{variables:?}");
        }
    }
}
