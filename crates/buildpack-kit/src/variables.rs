//! Variables of the user that have no effect: a name that is not applied is told, and so is one that nobody
//! knows. Somebody who comes from another builder, or who misspells a name, finds out from the log and not
//! from the image.

mod known;
mod language;

use std::ffi::OsStr;

use crate::environment::Environment;
use crate::front_end;
use crate::launch_environment;
use crate::output::Output;

use self::known::{About, about};

pub use self::language::Language;

/// What every variable of builders begins with, of ours and of those that people come from.
const FAMILIES: [&str; 5] = ["BP_", "BPL_", "GOOGLE_", "NIXPACKS_", "RAILPACK_"];

/// The family that programs have variables of, too: `GOOGLE_API_KEY`.
const OPEN_FAMILY: &str = "GOOGLE_";

/// Prefixes of names that every buildpack reads, whatever follows.
const SHARED_PREFIXES: [&str; 2] = [launch_environment::PREFIX, crate::labels::GOOGLE_PREFIX];

/// The names that every buildpack reads; docs/variables.md tells what they mean.
pub const SHARED: [&str; 23] = [
    "BP_APP_DIR",
    // Of the platform, which sets it for every build.
    "BP_DEB_SOURCES",
    "BP_DIRECT_PROCESS",
    "BP_IMAGE_LABELS",
    "BP_INCLUDE_SHELL",
    "BP_LANGUAGE",
    "BP_LOG_LEVEL",
    "BP_OCI_AUTHORS",
    "BP_OCI_CREATED",
    "BP_OCI_DESCRIPTION",
    "BP_OCI_DOCUMENTATION",
    "BP_OCI_LICENSES",
    "BP_OCI_REF_NAME",
    "BP_OCI_REVISION",
    "BP_OCI_SOURCE",
    "BP_OCI_TITLE",
    "BP_OCI_URL",
    "BP_OCI_VENDOR",
    "BP_OCI_VERSION",
    "BP_PROCFILE_DEFAULT_PROCESS",
    "GOOGLE_ENTRYPOINT",
    "GOOGLE_RUNTIME",
    "RAILPACK_START_CMD",
];

/// A buildpack by the variables that it reads: its `variables.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The kind of app that it builds.
    pub language: Language,
    /// Every name of [the families](self) that it reads beside [`SHARED`], sorted.
    pub names: &'static [&'static str],
}

/// A line on variables.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Notice {
    /// The user should change something.
    Warning(String),
    /// There is nothing to do about it.
    Detail(String),
}

impl Reader {
    /// Says which of the user's variables have no effect. Names only: what a variable holds may be secret.
    pub fn say(&self, environment: &Environment, output: &Output) {
        let notices = self.notices(environment);
        let mut details = notices.iter().filter_map(|notice| match notice {
            Notice::Detail(text) => Some(text),
            Notice::Warning(_) => None,
        });
        if let Some(first) = details.next() {
            output.step("Variables that have no effect on this app:");
            std::iter::once(first)
                .chain(details)
                .for_each(|text| output.detail(text));
        }
        for notice in &notices {
            if let Notice::Warning(text) = notice {
                output.warning(text);
            }
        }
    }

    /// What is wrong with this declaration, given the text of the buildpack's README: names out of order,
    /// shared ones, names that the README doesn't tell of, and names that others are told to be not applied.
    #[must_use]
    pub fn problems(&self, readme: &str) -> Vec<String> {
        let mut problems = Vec::new();
        if !self.names.is_sorted() {
            problems.push("the names are not sorted".to_owned());
        }
        for name in self.names {
            if SHARED.contains(name) {
                problems.push(format!("{name} is read by every buildpack"));
            }
            if !readme.contains(&format!("`{name}`")) && !readme.contains(&format!("`{name}=")) {
                problems.push(format!("{name} is not in the README"));
            }
            match about(name) {
                Some(About::For(languages)) if languages.contains(&self.language) => {}
                Some(_) => problems.push(format!("{name} is in the list of what is not applied")),
                None => {}
            }
        }
        problems
    }

    fn notices(&self, environment: &Environment) -> Vec<Notice> {
        let set = environment
            .user()
            .iter()
            .filter(|(_, value)| !value.is_empty());
        let names = set.filter_map(|(name, _)| OsStr::to_str(name));
        // The front end was built before, with variables of its own.
        let has_front_end = environment.raw(front_end::VARIABLE).is_some();
        let is_of_front_end = |name: &str| match about(name) {
            Some(About::For(languages)) => has_front_end && languages.contains(&Language::Node),
            _ => false,
        };
        names
            .filter(|name| !is_of_front_end(name))
            .filter_map(|name| self.notice(name))
            .collect()
    }

    fn notice(&self, name: &str) -> Option<Notice> {
        let is_shared = SHARED.contains(&name)
            || SHARED_PREFIXES
                .iter()
                .any(|prefix| name.starts_with(prefix));
        if is_shared || self.names.contains(&name) {
            return None;
        }
        let language = self.language;
        match about(name) {
            Some(About::For(languages)) if !languages.contains(&language) => {
                let languages = languages.iter().map(Language::to_string);
                let languages = languages.collect::<Vec<_>>().join(" and ");
                Some(Notice::Detail(format!("{name} is for {languages}")))
            }
            Some(About::For(_)) => Some(Notice::Detail(format!("{name} is not applied yet"))),
            Some(About::Without(why)) => Some(Notice::Detail(format!("{name}: {why}"))),
            Some(About::Instead(what)) => Some(Notice::Warning(format!(
                "{name} is not applied. Instead, {what}."
            ))),
            None => self.unknown(name),
        }
    }

    fn unknown(&self, name: &str) -> Option<Notice> {
        if !FAMILIES.iter().any(|family| name.starts_with(family)) {
            return None;
        }
        let candidates = SHARED.iter().chain(self.names);
        let nearest = candidates
            .map(|candidate| (strsim::osa_distance(name, candidate), *candidate))
            .min()
            .filter(|(distance, candidate)| *distance <= candidate.len() / 4);
        match nearest {
            Some((_, nearest)) => Some(Notice::Warning(format!(
                "{name} isn't known. Did you mean {nearest}?"
            ))),
            None if name.starts_with(OPEN_FAMILY) => None,
            None => Some(Notice::Warning(format!(
                "{name} isn't known, and nothing reads it. Check its spelling."
            ))),
        }
    }
}

#[cfg(test)]
mod tests;
