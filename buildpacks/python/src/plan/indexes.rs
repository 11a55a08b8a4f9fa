//! Where uv looks for packages.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::locks::{Index, IndexPriority};

/// What makes uv look elsewhere than its lock says. The check of a lock is of the lock alone.
pub(crate) const INDEX_VARIABLES: [&str; 5] = [
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_INDEX",
    "UV_INDEX_URL",
];

/// Whether any of them is set.
pub(crate) fn has_index(is_set: impl Fn(&str) -> bool) -> bool {
    INDEX_VARIABLES.iter().any(|name| is_set(name))
}

/// The variables for indexes that a lock names. They are no arguments, for they may hold passwords.
pub(super) fn indexes(indexes: &[Index]) -> BTreeMap<&'static str, String> {
    let mut variables: BTreeMap<&'static str, String> = BTreeMap::new();
    for Index {
        name,
        url,
        priority,
    } in indexes
    {
        let variable = match priority {
            IndexPriority::Default => "UV_DEFAULT_INDEX",
            IndexPriority::Additional => "UV_INDEX",
        };
        let value = variables.entry(variable).or_default();
        if !value.is_empty() {
            value.push(' ');
        }
        let _ = write!(value, "{}={url}", index_name(name));
    }
    variables
}

/// As uv takes it, so that `UV_INDEX_<NAME>_PASSWORD` is for it.
fn index_name(name: &str) -> String {
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    name.replace(|character| !is_allowed(character), "-")
}
