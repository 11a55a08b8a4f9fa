//! The variables that the user gave to the build, typed, each with where it came from.
//!
//! ```
//! use buildpack_kit::environment::Environment;
//!
//! let environment = Environment::new([("BP_GO_VERSION", "1.26")], [("PATH", "/usr/bin")]);
//! let version = environment.text("BP_GO_VERSION")?.unwrap();
//! assert_eq!(version.value, "1.26");
//! assert_eq!(version.origin.to_string(), "BP_GO_VERSION");
//! # Ok::<(), buildpack_kit::environment::EnvironmentError>(())
//! ```

mod origin;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::str::FromStr;

use libcnb::Env;

pub use origin::{Origin, Sourced};

/// How the names begin that the platform has for buildpacks only.
const OF_PLATFORM: &str = "CORACLE_";

/// A variable whose value can't be used. An invalid value is never "unset".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// The value is not UTF-8.
    #[error("the value of {name} is not UTF-8")]
    NotUnicode {
        /// The variable.
        name: String,
    },
    /// The value is not of the form that the variable takes.
    #[error("{name} is {value:?}, expected {expected}")]
    Invalid {
        /// The variable.
        name: String,
        /// What it holds.
        value: String,
        /// What it may hold, in words: `true or false`.
        expected: String,
    },
}

/// The variables of a build: the user's own (`<platform>/env`) and those of the process.
///
/// The lifecycle resolves the two, and what the builder's author set in `<build-config>/env`, into
/// the process environment; that is why a name is looked up there first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    user: BTreeMap<OsString, OsString>,
    process: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// From given variables; for tests, and for [`Environment::of`].
    pub fn new<N: Into<OsString>, V: Into<OsString>, M: Into<OsString>, W: Into<OsString>>(
        user: impl IntoIterator<Item = (N, V)>,
        process: impl IntoIterator<Item = (M, W)>,
    ) -> Self {
        Self {
            user: collect(user),
            process: collect(process),
        }
    }

    /// The environment of this build: `context.platform.env()` and that of the running process.
    #[must_use]
    pub fn of(platform: &Env) -> Self {
        Self::new(platform, &Env::from_current())
    }

    /// The same without some names.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let mut environment = self.clone();
        for name in names {
            environment.user.remove(OsStr::new(name));
            environment.process.remove(OsStr::new(name));
        }
        environment
    }

    /// Everything that the user gave, sorted by name: what is handed on to build tools.
    #[must_use]
    pub fn user(&self) -> &BTreeMap<OsString, OsString> {
        &self.user
    }

    /// The environment of the process, sorted by name: `PATH`, `HOME`, proxies and, unless the
    /// buildpack asked for a clear environment, the user's own.
    #[must_use]
    pub fn process(&self) -> &BTreeMap<OsString, OsString> {
        &self.process
    }

    /// What the commands of a build inherit: everything that the user gave, but for the names that `is_decided` says
    /// the buildpack sets itself, and of the process the names `of_machine`. Where both have a name the user wins.
    ///
    /// What begins with `CORACLE_` the platform has for buildpacks, credentials of the machine among it. Every buildpack
    /// finds it; no command does.
    #[must_use]
    pub fn inherited(
        &self,
        of_machine: &[&str],
        is_decided: impl Fn(&str) -> bool,
    ) -> BTreeMap<OsString, OsString> {
        let of_machine = of_machine
            .iter()
            .filter_map(|name| self.process.get_key_value(OsStr::new(name)));
        let is_free = |name: &OsString| {
            let name = name.to_str();
            !name.is_some_and(|name| name.starts_with(OF_PLATFORM) || is_decided(name))
        };
        let of_user = self.user.iter().filter(|(name, _)| is_free(name));
        let all = of_machine.chain(of_user);
        all.map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The value as it is, if the name is set.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&OsStr> {
        let name = OsStr::new(name);
        let value = self.process.get(name).or_else(|| self.user.get(name));
        value.map(OsString::as_os_str)
    }

    /// The names that begin with a prefix, sorted; those that aren't UTF-8 left out.
    #[must_use]
    pub fn names_with(&self, prefix: &str) -> Vec<String> {
        let names = self.user.keys().chain(self.process.keys());
        let names = names.filter_map(|name| name.to_str());
        let found: BTreeSet<&str> = names.filter(|name| name.starts_with(prefix)).collect();
        found.into_iter().map(str::to_owned).collect()
    }

    /// The value without surrounding white space. Empty counts as unset, because many CI systems
    /// can blank a variable but not remove it.
    ///
    /// # Errors
    /// When the value is not UTF-8.
    pub fn text(&self, name: &str) -> Result<Option<Sourced<String>>, EnvironmentError> {
        let Some(value) = self.raw(name) else {
            return Ok(None);
        };
        let text = value.to_str().ok_or_else(|| EnvironmentError::NotUnicode {
            name: name.to_owned(),
        })?;
        let origin = Origin::Variable(name.to_owned());
        let text = Some(text.trim()).filter(|text| !text.is_empty());
        Ok(text.map(|text| Sourced::new(text.to_owned(), origin)))
    }

    /// The first of several names that is set and not empty.
    ///
    /// # Errors
    /// When its value is not UTF-8.
    pub fn first_text(&self, names: &[&str]) -> Result<Option<Sourced<String>>, EnvironmentError> {
        for name in names {
            if let Some(text) = self.text(name)? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// The value parsed; `expected` says in words what would have been accepted.
    ///
    /// # Errors
    /// When it can't be parsed or is not UTF-8.
    pub fn parsed<T: FromStr>(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<Option<Sourced<T>>, EnvironmentError> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let parsed = text.try_map(|text| {
            text.parse().map_err(|_| EnvironmentError::Invalid {
                name: name.to_owned(),
                value: text,
                expected: expected.to_owned(),
            })
        })?;
        Ok(Some(parsed))
    }

    /// Whether a switch is on; unset is off. Written as Go's `strconv.ParseBool` reads it, as Google's and
    /// Paketo's switches are.
    ///
    /// # Errors
    /// When the value is neither on nor off.
    pub fn is_on(&self, name: &str) -> Result<bool, EnvironmentError> {
        let Some(text) = self.text(name)? else {
            return Ok(false);
        };
        match text.value.as_str() {
            "1" | "t" | "T" | "true" | "True" | "TRUE" => Ok(true),
            "0" | "f" | "F" | "false" | "False" | "FALSE" => Ok(false),
            _ => Err(EnvironmentError::Invalid {
                name: name.to_owned(),
                value: text.value,
                expected: "true or false".to_owned(),
            }),
        }
    }

    /// Values separated by `separator`, each trimmed, empty ones left out.
    ///
    /// # Errors
    /// When the value is not UTF-8.
    pub fn list(
        &self,
        name: &str,
        separator: char,
    ) -> Result<Option<Sourced<Vec<String>>>, EnvironmentError> {
        let text = self.text(name)?;
        Ok(text.map(|text| {
            text.map(|text| {
                let items = text.split(separator).map(str::trim);
                items
                    .filter(|item| !item.is_empty())
                    .map(str::to_owned)
                    .collect()
            })
        }))
    }
}

fn collect<N: Into<OsString>, V: Into<OsString>>(
    variables: impl IntoIterator<Item = (N, V)>,
) -> BTreeMap<OsString, OsString> {
    let variables = variables.into_iter();
    variables
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

#[cfg(test)]
mod tests;
