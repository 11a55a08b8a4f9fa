//! Packages in pure Go that do what packages with cgo do.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::cgo::CgoPackage;

const SOURCE: &str = include_str!("cgo_replacements.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    replacements: BTreeMap<String, String>,
}

/// What to import instead of a package, and instead of which: the package itself, or the one that imports it.
pub(crate) fn of(package: &CgoPackage) -> Option<(String, String)> {
    // Compiled in, and read by a test.
    let File { replacements } = toml::from_str(SOURCE).ok()?;
    let find = |path: &str| {
        let fits = |name: &&String| {
            let rest = path.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let name = replacements
            .keys()
            .filter(fits)
            .max_by_key(|name| name.len())?;
        Some((name.clone(), replacements[name].clone()))
    };
    let importer = package.imported_by.as_deref().and_then(find);
    importer.or_else(|| find(&package.import_path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_importer_is_replaced_where_that_is_known() {
        let found = |path: &str, importer: Option<&str>| {
            let package = CgoPackage {
                import_path: path.into(),
                imported_by: importer.map(str::to_owned),
                proof: ("c.go".into(), 1, "import \"C\"".into()),
                is_certain: true,
            };
            of(&package).map(|(old, new)| format!("{old} -> {new}"))
        };
        let sqlite = "github.com/mattn/go-sqlite3";
        assert_eq!(
            found(sqlite, Some("example.com/app")).unwrap(),
            "github.com/mattn/go-sqlite3 -> modernc.org/sqlite"
        );
        assert_eq!(
            found(sqlite, Some("gorm.io/driver/sqlite")).unwrap(),
            "gorm.io/driver/sqlite -> github.com/glebarez/sqlite"
        );
        assert_eq!(
            found("github.com/confluentinc/confluent-kafka-go/v2/kafka", None).unwrap(),
            "github.com/confluentinc/confluent-kafka-go -> github.com/twmb/franz-go/pkg/kgo"
        );
        assert_eq!(found("github.com/mattn/go-sqlite3x", None), None);
    }
}
