//! Labels that the user puts on the image: `BP_OCI_*` and `BP_IMAGE_LABELS`, as Paketo's buildpack for image
//! labels reads them, and `GOOGLE_LABEL_*`, as Google's does.

mod list;

use std::collections::BTreeMap;

use libcnb::data::launch::Label;

use crate::environment::{Environment, EnvironmentError};

pub use list::{ListProblem, MalformedList};

/// Keys that OCI defines (image specification, "Pre-Defined Annotation Keys"), and who sets them.
const OCI: [(&str, &str); 12] = [
    ("BP_OCI_AUTHORS", "org.opencontainers.image.authors"),
    ("BP_OCI_CREATED", "org.opencontainers.image.created"),
    ("BP_OCI_DESCRIPTION", "org.opencontainers.image.description"),
    (
        "BP_OCI_DOCUMENTATION",
        "org.opencontainers.image.documentation",
    ),
    ("BP_OCI_LICENSES", "org.opencontainers.image.licenses"),
    ("BP_OCI_REF_NAME", "org.opencontainers.image.ref.name"),
    ("BP_OCI_REVISION", "org.opencontainers.image.revision"),
    ("BP_OCI_SOURCE", "org.opencontainers.image.source"),
    ("BP_OCI_TITLE", "org.opencontainers.image.title"),
    ("BP_OCI_URL", "org.opencontainers.image.url"),
    ("BP_OCI_VENDOR", "org.opencontainers.image.vendor"),
    ("BP_OCI_VERSION", "org.opencontainers.image.version"),
];

/// `GOOGLE_LABEL_FOO_BAR` sets `google.foo-bar`.
pub(crate) const GOOGLE_PREFIX: &str = "GOOGLE_LABEL_";

/// A list of any labels.
const LIST: &str = "BP_IMAGE_LABELS";

/// Keys that the lifecycle keeps its own records under.
const RESERVED: &str = "io.buildpacks.";

/// The labels of an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    labels: BTreeMap<String, (String, String)>,
    /// Labels that two variables set differently, and which one counts.
    pub warnings: Vec<String>,
}

/// Labels that can't be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// A value is no text.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// `BP_IMAGE_LABELS` is no list of labels.
    #[error("{LIST} is no list of labels")]
    List(#[from] MalformedList),
    /// What follows `GOOGLE_LABEL_` makes no key.
    #[error("{} name no label", .names.join(", "))]
    GoogleNames {
        /// All such variables, sorted.
        names: Vec<String>,
    },
    /// A key belongs to the lifecycle.
    #[error("the label {key} can't be set")]
    Reserved {
        /// The key.
        key: String,
    },
}

impl Labels {
    /// Reads them: first `BP_OCI_*`, then `GOOGLE_LABEL_*`, then `BP_IMAGE_LABELS`. The last one that sets a
    /// key wins, as the last one in the list does.
    ///
    /// # Errors
    /// When a value, a list or a key can't be used.
    pub fn read(environment: &Environment) -> Result<Self, LabelError> {
        let mut labels = Self::default();
        for (variable, key) in OCI {
            if let Some(value) = environment.text(variable)? {
                labels.insert(key.to_owned(), value.value, variable);
            }
        }
        let mut invalid = Vec::new();
        for variable in environment.names_with(GOOGLE_PREFIX) {
            let Some(value) = environment.text(&variable)? else {
                continue;
            };
            match google_key(&variable) {
                Some(key) => labels.insert(key, value.value, &variable),
                None => invalid.push(variable),
            }
        }
        if !invalid.is_empty() {
            return Err(LabelError::GoogleNames { names: invalid });
        }
        if let Some(text) = environment.text(LIST)? {
            for (key, value) in list::parse(&text.value)? {
                if key.starts_with(RESERVED) {
                    return Err(LabelError::Reserved { key });
                }
                labels.insert(key, value, LIST);
            }
        }
        Ok(labels)
    }

    fn insert(&mut self, key: String, value: String, variable: &str) {
        let new = (value, variable.to_owned());
        let (new_value, _) = &new;
        if let Some((value, before)) = self.labels.get(&key)
            && value != new_value
        {
            let warning = if before == variable {
                format!("{variable} sets the label {key} twice, and the last one counts.")
            } else {
                format!("Both {before} and {variable} set the label {key}, and the latter counts.")
            };
            self.warnings.push(format!("{warning} Remove one of them."));
        }
        self.labels.insert(key, new);
    }

    /// The keys, sorted.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        self.labels.keys().map(String::as_str).collect()
    }

    /// For `launch.toml`, sorted by key.
    pub fn for_launch(&self) -> impl Iterator<Item = Label> {
        let labels = self.labels.iter();
        labels.map(|(key, (value, _))| Label {
            key: key.clone(),
            value: value.clone(),
        })
    }
}

/// Google's rule: a letter, then letters, digits, `-` and single `_`, which become `-`; all in lower case.
fn google_key(variable: &str) -> Option<String> {
    let name = variable.strip_prefix(GOOGLE_PREFIX)?;
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let is_key = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(is_allowed)
        && !name.contains("__")
        && !name.ends_with('_');
    is_key.then(|| format!("google.{}", name.to_ascii_lowercase().replace('_', "-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Labels, LabelError> {
        Labels::read(&Environment::new(variables.iter().copied(), [("PATH", "")]))
    }

    #[track_caller]
    fn shown(variables: &[(&str, &str)]) -> String {
        let labels = read(variables).unwrap();
        let lines = labels
            .for_launch()
            .map(|label| format!("{}={}", label.key, label.value));
        lines
            .chain(labels.warnings.clone())
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn each_variable_has_its_label() {
        assert!(OCI.is_sorted());
        insta::assert_snapshot!(shown(&[
            ("BP_OCI_TITLE", "A shop"),
            ("BP_OCI_REF_NAME", "v1"),
            ("BP_OCI_VENDOR", " "),
            ("GOOGLE_LABEL_FOO_BAR", "a b"),
            ("GOOGLE_LABEL_x-y", "z"),
            ("BP_IMAGE_LABELS", "team=shop 'cost centre'=\"12 3\""),
        ]), @"
        cost centre=12 3
        google.foo-bar=a b
        google.x-y=z
        org.opencontainers.image.ref.name=v1
        org.opencontainers.image.title=A shop
        team=shop
        ");
        assert_eq!(shown(&[]), "");
    }

    #[test]
    fn the_last_one_that_sets_a_label_wins() {
        insta::assert_snapshot!(shown(&[
            ("BP_OCI_TITLE", "one"),
            ("GOOGLE_LABEL_A", "one"),
            ("GOOGLE_LABEL_a", "two"),
            ("BP_OCI_URL", "same"),
            ("BP_IMAGE_LABELS", "org.opencontainers.image.title=two b=1 b=2 org.opencontainers.image.url=same"),
        ]), @"
        b=2
        google.a=two
        org.opencontainers.image.title=two
        org.opencontainers.image.url=same
        Both GOOGLE_LABEL_A and GOOGLE_LABEL_a set the label google.a, and the latter counts. Remove one of them.
        Both BP_OCI_TITLE and BP_IMAGE_LABELS set the label org.opencontainers.image.title, and the latter counts. Remove one of them.
        BP_IMAGE_LABELS sets the label b twice, and the last one counts. Remove one of them.
        ");
    }

    #[test]
    fn keys_that_there_cannot_be_are_errors() {
        let names = [
            "GOOGLE_LABEL_",
            "GOOGLE_LABEL_1",
            "GOOGLE_LABEL_A_",
            "GOOGLE_LABEL_A__B",
        ];
        let variables = names.map(|name| (name, "x"));
        let names = names.map(str::to_owned).to_vec();
        assert_eq!(read(&variables), Err(LabelError::GoogleNames { names }));
        let key = "io.buildpacks.build.metadata".to_owned();
        let list = format!("{key}=x");
        assert_eq!(
            read(&[("BP_IMAGE_LABELS", &list)]),
            Err(LabelError::Reserved { key })
        );
    }
}
