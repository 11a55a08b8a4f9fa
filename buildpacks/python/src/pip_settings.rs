//! Settings of pip as settings of uv, which reads none of them: variables, and `pip.conf`.

use std::collections::BTreeMap;

/// Variables of pip, without their prefix, and what uv has for them.
const NAMES: [(&str, Meaning); 10] = [
    ("CERT", Meaning::Variable("SSL_CERT_FILE")),
    ("CONSTRAINT", Meaning::Variable("UV_CONSTRAINT")),
    ("EXTRA_INDEX_URL", Meaning::Variable("UV_EXTRA_INDEX_URL")),
    ("FIND_LINKS", Meaning::Variable("UV_FIND_LINKS")),
    ("INDEX_URL", Meaning::Variable("UV_DEFAULT_INDEX")),
    (
        "NO_BINARY",
        Meaning::Packages("UV_NO_BINARY", "UV_NO_BINARY_PACKAGE"),
    ),
    ("NO_INDEX", Meaning::Switch("UV_NO_INDEX", "1")),
    (
        "ONLY_BINARY",
        Meaning::Packages("UV_NO_BUILD", "UV_NO_BUILD_PACKAGE"),
    ),
    ("PRE", Meaning::Switch("UV_PRERELEASE", "allow")),
    ("TRUSTED_HOST", Meaning::Variable("UV_INSECURE_HOST")),
];

/// The sections of `pip.conf` that count when packages are installed, the one that counts more last.
const SECTIONS: [&str; 2] = ["global", "install"];

enum Meaning {
    /// The same value.
    Variable(&'static str),
    /// This value, where pip's is on.
    Switch(&'static str, &'static str),
    /// The first for `:all:`, else the second with the names.
    Packages(&'static str, &'static str),
}

/// What uv is told for variables of pip. `value` looks one up; what uv has a variable of its own for stays as it is.
pub(crate) fn of_variables(
    value: impl Fn(&str) -> Option<String>,
) -> BTreeMap<&'static str, String> {
    let mut settings = BTreeMap::new();
    for (name, meaning) in &NAMES {
        if let Some(text) = value(&format!("PIP_{name}")).filter(|text| !text.trim().is_empty()) {
            settings.extend(translated(meaning, text.trim()));
        }
    }
    // UV_INDEX_URL is the old name of UV_DEFAULT_INDEX.
    let has_index = value("UV_INDEX_URL").is_some();
    settings.retain(|name, _| value(name).is_none() && !(has_index && *name == "UV_DEFAULT_INDEX"));
    settings
}

/// What uv is told for the text of a `pip.conf`.
pub(crate) fn of_file(text: &str) -> BTreeMap<&'static str, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for section in SECTIONS {
        found.extend(entries(text, section));
    }
    let mut settings = BTreeMap::new();
    for (name, meaning) in &NAMES {
        let key = name.to_ascii_lowercase().replace('_', "-");
        if let Some(value) = found.get(&key).filter(|value| !value.is_empty()) {
            settings.extend(translated(meaning, value));
        }
    }
    settings
}

fn translated(meaning: &Meaning, value: &str) -> Option<(&'static str, String)> {
    let words = value
        .split([' ', ',', '\n'])
        .filter(|word| !word.is_empty());
    let words = || words.clone().collect::<Vec<_>>().join(" ");
    match meaning {
        Meaning::Variable(name) => Some((name, words())),
        Meaning::Switch(name, on) => {
            let is_on = matches!(
                value.to_ascii_lowercase().as_str(),
                "1" | "true" | "yes" | "on"
            );
            is_on.then(|| (*name, (*on).to_owned()))
        }
        Meaning::Packages(all, _) if value == ":all:" => Some((all, "1".to_owned())),
        Meaning::Packages(..) if value == ":none:" => None,
        Meaning::Packages(_, some) => Some((some, words())),
    }
}

/// `key = value` lines of a section; lines with white space before them go on with the value before.
fn entries(text: &str, section: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut is_in_section = false;
    let mut last: Option<String> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        let is_header = trimmed.starts_with('[');
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) || !(is_in_section || is_header) {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            is_in_section = name.trim() == section;
            last = None;
        } else if let (true, Some(key)) = (line.starts_with([' ', '\t']), &last) {
            let value = found.entry(key.clone()).or_default();
            value.push('\n');
            value.push_str(trimmed);
        } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
            let key = key.trim().to_ascii_lowercase().replace('_', "-");
            found.insert(key.clone(), value.trim().to_owned());
            last = Some(key);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_pip_reach_uv() {
        let of = |variables: &[(&str, &str)]| {
            let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
            let settings = of_variables(|name| variables.get(name).map(|&value| value.to_owned()));
            let lines = settings
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            lines.collect::<Vec<_>>()
        };
        assert_eq!(
            of(&[
                ("PIP_INDEX_URL", "https://a.example/simple"),
                (
                    "PIP_EXTRA_INDEX_URL",
                    "https://b.example/simple\nhttps://c.example/simple"
                ),
                ("PIP_FIND_LINKS", "wheels more"),
                ("PIP_TRUSTED_HOST", "a.example"),
                ("PIP_PRE", "1"),
                ("PIP_NO_BINARY", ":all:"),
                ("PIP_ONLY_BINARY", "numpy,pandas"),
                ("PIP_CONSTRAINT", "constraints.txt"),
                ("PIP_NO_CACHE_DIR", "1"),
            ]),
            [
                "UV_CONSTRAINT=constraints.txt",
                "UV_DEFAULT_INDEX=https://a.example/simple",
                "UV_EXTRA_INDEX_URL=https://b.example/simple https://c.example/simple",
                "UV_FIND_LINKS=wheels more",
                "UV_INSECURE_HOST=a.example",
                "UV_NO_BINARY=1",
                "UV_NO_BUILD_PACKAGE=numpy pandas",
                "UV_PRERELEASE=allow",
            ]
        );
        assert_eq!(
            of(&[
                ("PIP_PRE", "0"),
                ("PIP_NO_BINARY", ":none:"),
                ("PIP_CERT", " ")
            ]),
            [""; 0]
        );
        assert_eq!(
            of(&[("PIP_INDEX_URL", "a"), ("UV_DEFAULT_INDEX", "b")]),
            [""; 0]
        );
        assert_eq!(
            of(&[("PIP_INDEX_URL", "a"), ("UV_INDEX_URL", "b")]),
            [""; 0]
        );
    }

    #[test]
    fn a_file_of_pip_reaches_uv() {
        let text = "\
# of the company
[global]
index-url = https://a.example/simple
extra_index_url =
    https://b.example/simple
    https://c.example/simple
timeout = 60
[install]
no-index: true
[freeze]
find-links = nowhere
";
        let settings = of_file(text);
        let lines: Vec<String> = settings
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(
            lines,
            [
                "UV_DEFAULT_INDEX=https://a.example/simple",
                "UV_EXTRA_INDEX_URL=https://b.example/simple https://c.example/simple",
                "UV_NO_INDEX=1",
            ]
        );
    }
}
