//! The kinds of apps that have a buildpack, and the user's word which of them an app is.

use std::fmt;

use crate::environment::{Environment, EnvironmentError, Sourced};

/// Google's name for it, with a version behind it: `python312`.
const RUNTIME: &str = "GOOGLE_RUNTIME";
const LANGUAGE: &str = "BP_LANGUAGE";

/// A kind of app that has a buildpack of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// Go modules.
    Go,
    /// Node.js apps.
    Node,
    /// Python apps.
    Python,
    /// Programs that were compiled elsewhere.
    StaticBinary,
}

/// As in "for Go apps".
impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Go => "Go apps",
            Self::Node => "Node.js apps",
            Self::Python => "Python apps",
            Self::StaticBinary => "prebuilt programs",
        })
    }
}

impl Language {
    /// What the user says an app is, whatever its files say: `BP_LANGUAGE`, else `GOOGLE_RUNTIME`.
    ///
    /// # Errors
    /// When it is none of ours.
    pub fn wished(environment: &Environment) -> Result<Option<Sourced<Self>>, EnvironmentError> {
        let names = "go, node, python or static-binary";
        let runtimes = "a name that begins with go, nodejs or python";
        for (name, parse, expected) in [
            (LANGUAGE, Self::of_name as fn(&str) -> Option<Self>, names),
            (RUNTIME, Self::of_runtime, runtimes),
        ] {
            let Some(text) = environment.text(name)? else {
                continue;
            };
            let Some(language) = parse(&text.value) else {
                return Err(EnvironmentError::Invalid {
                    name: name.to_owned(),
                    value: text.value,
                    expected: expected.to_owned(),
                });
            };
            return Ok(Some(text.map(|_| language)));
        }
        Ok(None)
    }

    /// Whether the user says that an app is of this kind, or that it isn't.
    ///
    /// # Errors
    /// As [`Self::wished`].
    pub fn is_wished(self, environment: &Environment) -> Result<Option<bool>, EnvironmentError> {
        let wished = Self::wished(environment)?;
        Ok(wished.map(|wished| wished.value == self))
    }

    fn of_runtime(text: &str) -> Option<Self> {
        let runtimes = [
            ("python", Self::Python),
            ("nodejs", Self::Node),
            ("go", Self::Go),
        ];
        let mut runtimes = runtimes.into_iter();
        let found = runtimes.find(|(name, _)| {
            let version = text.strip_prefix(name);
            version.is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()))
        });
        found.map(|(_, language)| language)
    }

    fn of_name(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "go" | "golang" => Self::Go,
            "node" | "nodejs" | "node.js" => Self::Node,
            "python" => Self::Python,
            "static-binary" => Self::StaticBinary,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_has_the_first_word() {
        for (variables, expected) in [
            (&[][..], Ok(None)),
            (&[(RUNTIME, "python312")], Ok(Some(Language::Python))),
            (&[(RUNTIME, "go")], Ok(Some(Language::Go))),
            (&[(LANGUAGE, "Node.js")], Ok(Some(Language::Node))),
            (
                &[(LANGUAGE, "static-binary")],
                Ok(Some(Language::StaticBinary)),
            ),
            (
                &[(LANGUAGE, "node"), (RUNTIME, "go122")],
                Ok(Some(Language::Node)),
            ),
            (&[(LANGUAGE, " ")], Ok(None)),
            (&[(RUNTIME, "google")], Err("GOOGLE_RUNTIME")),
            (&[(RUNTIME, "java17")], Err("GOOGLE_RUNTIME")),
            (&[(LANGUAGE, "ruby")], Err("BP_LANGUAGE")),
        ] {
            let environment = Environment::new(variables.iter().copied(), [("", ""); 0]);
            let wished = Language::wished(&environment);
            let wished = wished.map(|wished| wished.map(|wished| wished.value));
            let wished = wished.map_err(|error| match error {
                EnvironmentError::Invalid { name, .. } => name,
                other @ EnvironmentError::NotUnicode { .. } => other.to_string(),
            });
            assert_eq!(wished, expected.map_err(str::to_owned), "{variables:?}");
        }
    }
}
