//! Keys of a project descriptor that nobody reads, in the tables that are meant for a build. Most are
//! typing errors, and a misspelt `exclude` would put into an image what shouldn't be there.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys of `[build]` (schema 0.1) and `[io.buildpacks]` (later ones) and of the tables in them. A
/// table that isn't listed is for others, whatever it holds.
const KNOWN: [(&str, &[&str]); 5] = [
    (
        "",
        &[
            "include",
            "exclude",
            "builder",
            "env",
            "build",
            "buildpacks",
            "group",
            "pre",
            "post",
        ],
    ),
    ("build", &["env"]),
    ("build.env", VARIABLE),
    ("env", &["name", "value", "exec-env", "build"]),
    ("env.build", VARIABLE),
];

const VARIABLE: &[&str] = &["name", "value", "exec-env"];

/// A key that is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownKey {
    /// With the tables that it is in: `io.buildpacks.exlude`.
    pub(crate) key: String,
    /// Where it stands in the text, in bytes.
    pub(crate) offset: usize,
}

/// The unknown keys below the table `root`, such as `io.buildpacks`, in the order of the text.
pub(crate) fn unknown_keys(text: &str, root: &str) -> Vec<UnknownKey> {
    let mut found = Vec::new();
    // What is no TOML is an error elsewhere.
    if let Ok(document) = DeTable::parse(text) {
        let mut table = Some(document.get_ref());
        for name in root.split('.') {
            let value = table
                .and_then(|table| table.get(name))
                .map(Spanned::get_ref);
            table = value.and_then(DeValue::as_table);
        }
        if let Some(table) = table {
            look(table, root, "", &mut found);
        }
    }
    found.sort_by_key(|unknown| unknown.offset);
    found
}

fn look(table: &DeTable, root: &str, path: &str, found: &mut Vec<UnknownKey>) {
    let Some((_, known)) = KNOWN.iter().find(|(of, _)| *of == path) else {
        return;
    };
    for (name, value) in table {
        let within = match path {
            "" => name.get_ref().to_string(),
            _ => format!("{path}.{}", name.get_ref()),
        };
        if !known.contains(&name.get_ref().as_ref()) {
            found.push(UnknownKey {
                key: format!("{root}.{within}"),
                offset: name.span().start,
            });
            continue;
        }
        match value.get_ref() {
            DeValue::Table(table) => look(table, root, &within, found),
            DeValue::Array(values) => {
                let tables = values.iter().filter_map(|value| value.get_ref().as_table());
                tables.for_each(|table| look(table, root, &within, found));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str, root: &str) -> Vec<String> {
        let unknown = unknown_keys(text, root).into_iter();
        unknown
            .map(|unknown| format!("{} at {:?}", unknown.key, &text[unknown.offset..][..3]))
            .collect()
    }

    #[test]
    fn typing_errors_are_found_in_our_tables_and_not_in_those_of_others() {
        let text = "[_]\nnmae = 'x'\n[tool]\na = 1\n[io.buildpacks]\nexlude = ['a']\n\
                    [[io.buildpacks.build.env]]\nname = 'A'\nvalu = '1'\n\
                    [[io.buildpacks.group]]\nscript.api = '0.10'\n[io.buildpacks.buildd]\nx = 1\n";
        assert_eq!(
            keys(text, "io.buildpacks"),
            [
                "io.buildpacks.exlude at \"exl\"",
                "io.buildpacks.build.env.valu at \"val\"",
                "io.buildpacks.buildd at \"bui\""
            ]
        );
        assert_eq!(keys(text, "build"), [""; 0]);
        let old = "[build]\ninclud = []\n[[build.env]]\nname = 'A'\nvalue = '1'\n";
        assert_eq!(keys(old, "build"), ["build.includ at \"inc\""]);
    }
}
