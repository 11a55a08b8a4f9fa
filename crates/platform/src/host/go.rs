//! Go's client: settings that say where modules come from, from the environment or from the file that
//! `go env -w` writes. Not `GOFLAGS`: with its `-tags` or `-gcflags` an image would depend on whose
//! machine it was built on; an app that needs it has it in its project.toml.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Variable;

const NAMES: [&str; 6] = [
    "GOINSECURE",
    "GONOPROXY",
    "GONOSUMDB",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
];

pub(super) fn variables(host: Variable<'_>, home: Option<&Path>) -> BTreeMap<String, String> {
    let text = settings_file(host, home).and_then(|path| fs_err::read_to_string(path).ok());
    choose(host, &parse(&text.unwrap_or_default()))
}

/// The environment wins over the file, as for `go` itself; a variable without a value counts as unset.
fn choose(host: Variable<'_>, settings: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let values = NAMES.iter().filter_map(|name| {
        let value = host(name).filter(|value| !value.is_empty());
        let value = value.or_else(|| settings.get(*name).cloned())?;
        Some(((*name).to_owned(), value))
    });
    values.collect()
}

/// Where Go's settings are: `go help environment`, `GOENV`.
fn settings_file(host: Variable<'_>, home: Option<&Path>) -> Option<PathBuf> {
    match host("GOENV") {
        Some(off) if off == "off" => None,
        Some(path) if !path.is_empty() => Some(path.into()),
        _ => host("XDG_CONFIG_HOME")
            .filter(|path| !path.is_empty())
            .map(PathBuf::from)
            .or_else(|| Some(home?.join(".config")))
            .map(|configuration| configuration.join("go/env")),
    }
}

fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_file_and_only_named_settings_count() {
        let host = |name: &str| match name {
            "GOPROXY" => Some("direct".to_owned()),
            "GOSUMDB" => Some(String::new()),
            "GOFLAGS" => Some("-tags=mine".to_owned()),
            _ => None,
        };
        let settings = parse(
            "# comment\nGOPROXY=off\nGOSUMDB=off\nGOFLAGS=-mod=mod\nGOPRIVATE=example.com/*\n",
        );
        insta::assert_debug_snapshot!(choose(&host, &settings), @r#"
        {
            "GOPRIVATE": "example.com/*",
            "GOPROXY": "direct",
            "GOSUMDB": "off",
        }
        "#);
    }

    #[test]
    fn the_settings_file_is_where_go_has_it() {
        let table = [
            (vec![], Some("/home/me/.config/go/env")),
            (vec![("GOENV", "off")], None),
            (vec![("GOENV", "/etc/goenv")], Some("/etc/goenv")),
            (vec![("XDG_CONFIG_HOME", "/c")], Some("/c/go/env")),
            (
                vec![("XDG_CONFIG_HOME", "")],
                Some("/home/me/.config/go/env"),
            ),
        ];
        for (variables, expected) in table {
            let host = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let path = settings_file(&host, Some(Path::new("/home/me")));
            assert_eq!(path.as_deref(), expected.map(Path::new), "{variables:?}");
        }
    }
}
