//! pip and uv: settings that say where packages come from, from the environment or from the files of pip. The
//! buildpack makes settings of uv of them, which installs everything. Not directories of packages (`find-links`): a
//! build doesn't see them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Variable;

/// Of pip, with the key of its files.
const OF_PIP: [(&str, &str); 3] = [
    ("PIP_EXTRA_INDEX_URL", "extra-index-url"),
    ("PIP_INDEX_URL", "index-url"),
    ("PIP_TRUSTED_HOST", "trusted-host"),
];

/// Of uv.
const OF_UV: [&str; 5] = [
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_INSECURE_HOST",
];

pub(super) fn variables(host: Variable<'_>, home: Option<&Path>) -> BTreeMap<String, String> {
    let files = settings_files(host, home).into_iter();
    let texts = files.filter_map(|path| fs_err::read_to_string(path).ok());
    choose(host, &texts.collect::<Vec<_>>())
}

/// The environment wins over files, and a later file over an earlier one.
fn choose(host: Variable<'_>, files: &[String]) -> BTreeMap<String, String> {
    let set = |name: &str| host(name).filter(|value| !value.is_empty());
    let of_uv = OF_UV
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), set(name)?)));
    let of_pip = OF_PIP.iter().filter_map(|(name, key)| {
        let in_files = || files.iter().rev().find_map(|text| value(text, key));
        Some(((*name).to_owned(), set(name).or_else(in_files)?))
    });
    of_uv.chain(of_pip).collect()
}

/// Where pip's settings are: its user guide, "Configuration". `os.devnull` turns them off, and is empty.
fn settings_files(host: Variable<'_>, home: Option<&Path>) -> Vec<PathBuf> {
    let set = |name: &str| host(name).filter(|value| !value.is_empty());
    if let Some(file) = set("PIP_CONFIG_FILE") {
        return vec![file.into()];
    }
    let configuration = set("XDG_CONFIG_HOME").map(PathBuf::from);
    let configuration = configuration.or_else(|| Some(home?.join(".config")));
    let of_user = [
        home.map(|home| home.join(".pip/pip.conf")),
        configuration.map(|directory| directory.join("pip/pip.conf")),
    ];
    let of_machine = PathBuf::from("/etc/pip.conf");
    [of_machine]
        .into_iter()
        .chain(of_user.into_iter().flatten())
        .collect()
}

/// The value of a key of `[global]` or `[install]`, which counts more. Lines that begin with white space go on with the
/// value before them.
fn value(text: &str, key: &str) -> Option<String> {
    let mut of_global: Option<String> = None;
    let mut of_install: Option<String> = None;
    let mut section = String::new();
    let mut is_continued = false;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let trimmed = line.trim();
        let target = match section.as_str() {
            "global" => &mut of_global,
            "install" => &mut of_install,
            _ => &mut None,
        };
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let (true, Some(words)) = (is_continued, target) {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(trimmed);
            }
            continue;
        }
        is_continued = false;
        if let Some(name) = trimmed.strip_prefix('[') {
            name.trim_end_matches(']').trim().clone_into(&mut section);
        } else if let Some((name, value)) = trimmed.split_once(['=', ':'])
            && name.trim().replace('_', "-").eq_ignore_ascii_case(key)
        {
            *target = Some(value.trim().to_owned());
            is_continued = true;
        }
    }
    of_install.or(of_global).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_files_and_only_named_settings_count() {
        let host = |name: &str| match name {
            "PIP_INDEX_URL" => Some("https://own.example/simple".to_owned()),
            "UV_INDEX" => Some("https://more.example/simple".to_owned()),
            "PIP_TARGET" | "PIP_FIND_LINKS" => Some("/mine".to_owned()),
            _ => None,
        };
        let machine = "[global]\nindex-url = https://machine.example/simple\ntrusted-host = machine.example\n";
        let user = "# mine\n[global]\ntimeout = 3\nextra_index_url =\n    https://a.example/simple\n    # b\n    \
                    https://b.example/simple\n[install]\ntrusted-host: install.example\n[freeze]\nindex-url = no\n";
        insta::assert_debug_snapshot!(choose(&host, &[machine.to_owned(), user.to_owned()]), @r#"
        {
            "PIP_EXTRA_INDEX_URL": "https://a.example/simple https://b.example/simple",
            "PIP_INDEX_URL": "https://own.example/simple",
            "PIP_TRUSTED_HOST": "install.example",
            "UV_INDEX": "https://more.example/simple",
        }
        "#);
    }

    #[test]
    fn the_settings_files_are_where_pip_has_them() {
        let of_machine = "/etc/pip.conf";
        let old = "/home/me/.pip/pip.conf";
        for (variables, expected) in [
            (
                vec![],
                vec![of_machine, old, "/home/me/.config/pip/pip.conf"],
            ),
            (
                vec![("XDG_CONFIG_HOME", "/c")],
                vec![of_machine, old, "/c/pip/pip.conf"],
            ),
            (vec![("PIP_CONFIG_FILE", "/dev/null")], vec!["/dev/null"]),
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
