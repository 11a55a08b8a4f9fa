//! What of `project.toml` concerns a program: its name and its path.

use serde::Deserialize;

/// The parts of `project.toml` that are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ProjectToml {
    /// `name` in `[_]`, or in `[project]` as older files have it.
    pub(crate) name: Option<String>,
    /// `path` in `[binary]`.
    pub(crate) binary: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "_")]
    current: Option<Named>,
    project: Option<Named>,
    binary: Option<Binary>,
}

#[derive(Deserialize)]
struct Named {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Binary {
    path: String,
}

/// Parses a `project.toml`; what it holds beside these parts is the platform's business.
///
/// # Errors
/// When it is no TOML, or a part has another form.
pub(crate) fn parse(text: &str) -> Result<ProjectToml, toml::de::Error> {
    let document: Document = toml::from_str(text)?;
    let mut named = [document.current, document.project].into_iter().flatten();
    Ok(ProjectToml {
        name: named.find_map(|named| named.name),
        binary: document.binary.map(|binary| binary.path),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_schemas_are_read() {
        let current =
            parse("[_]\nschema-version = \"0.2\"\nname = \"shop\"\n[binary]\npath = \"a\"");
        let expected = ProjectToml {
            name: Some("shop".into()),
            binary: Some("a".into()),
        };
        assert_eq!(current, Ok(expected));
        let older = parse("[project]\nid = \"x\"\nname = \"shop\"");
        assert_eq!(older.unwrap().name.as_deref(), Some("shop"));
        assert_eq!(parse("[build]\nexclude = []"), Ok(ProjectToml::default()));
        assert!(parse("[binary]\nfile = \"a\"").is_err());
    }
}
