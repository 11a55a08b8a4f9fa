//! What package managers know of the packages of an app.

use std::collections::{BTreeMap, BTreeSet};

use crate::refusal::RunnerProblem;

/// What a package manager would know of a package.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scripts {
    /// The file, for messages: `package.json`.
    pub file: String,
    /// The name of the package, by which package managers choose it.
    pub name: Option<String>,
    /// `scripts` of the package.json.
    pub scripts: BTreeMap<String, String>,
    /// Commands that installed packages bring: the names in `node_modules/.bin`.
    pub commands: BTreeSet<String>,
    /// Other packages of the app, by their directory relative to this one.
    pub packages: BTreeMap<String, Self>,
}

impl Scripts {
    /// The directory of a package that is chosen by its name, with its scope or without, or by its directory.
    pub(crate) fn directory_of(&self, chosen: &str) -> Result<String, RunnerProblem> {
        let directory = chosen.trim_start_matches(['{', '.', '/']);
        let directory = directory.trim_end_matches(['}', '/']);
        let has_name =
            |package: &Self, is: &dyn Fn(&str) -> bool| package.name.as_deref().is_some_and(is);
        let by = |is: &dyn Fn(&str) -> bool| {
            let mut found = self
                .packages
                .iter()
                .filter(|(_, package)| has_name(package, is));
            let first = found.next().map(|(directory, _)| directory.clone());
            first.filter(|_| found.next().is_none())
        };
        let known = || self.packages.values().filter_map(|one| one.name.clone());
        by(&|name| name == chosen)
            .or_else(|| {
                let is_there = self.packages.contains_key(directory);
                is_there.then(|| directory.to_owned())
            })
            .or_else(|| {
                by(&|name| {
                    name.rsplit_once('/')
                        .is_some_and(|(_, name)| name == chosen)
                })
            })
            .ok_or_else(|| RunnerProblem::NoWorkspace {
                name: chosen.to_owned(),
                known: known().collect(),
            })
    }

    /// The package of a directory.
    pub(crate) fn below(&self, directory: Option<&str>) -> Result<&Self, RunnerProblem> {
        let Some(directory) = directory else {
            return Ok(self);
        };
        let directory = directory.trim_start_matches("./").trim_end_matches('/');
        if directory.is_empty() || directory == "." {
            return Ok(self);
        }
        self.packages
            .get(directory)
            .ok_or_else(|| RunnerProblem::NoPackage {
                directory: directory.to_owned(),
            })
    }
}
