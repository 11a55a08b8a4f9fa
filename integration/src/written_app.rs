//! Apps that are written as text, in `integration/apps`, with what must become of each.
//!
//! A file is TOML up to its first `-- path --`, and from there a tree in the form of [`testkit::directory`]:
//!
//! ```text
//! shows = "what the app is for"
//! uv = [["lock"]]                      # calls of the builder's uv that finish the tree
//! npm = [["install", "--package-lock-only"]]   # calls of its npm that do: locks of thousands of lines are not text
//! variables = ["BP_APP_DIR=api"]       # of the build
//! log = ["uvicorn main:app"]           # in the log of the build; alone, the app is only built
//! answers = { "/" = "Hello" }          # web is started, and a path has a text …
//! prints = { process = "worker", text = "ready" }          # … a process prints a text …
//! refused = { id = "python/start/nothing", text = "Procfile" }   # … or a message of this id has a text
//! ci = true                            # one of those that stand for all of them
//! -- main.py --
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rustix::process::Signal;
use serde::Deserialize;
use tempfile::TempDir;

use crate::{Call, Home, Machine, Outcome, Running, npm, uv};

/// How long an app may take to end after SIGTERM: what Kubernetes and Docker give, and not more.
const STOPS_WITHIN: Duration = Duration::from_secs(10);

/// The name of an app's image in a cache directory that it has for itself.
const IMAGE: &str = "app";

/// An app that is no directory yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenApp {
    /// The name of its file.
    pub name: String,
    facts: Facts,
    tree: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    shows: String,
    #[serde(default)]
    uv: Vec<Vec<String>>,
    #[serde(default)]
    npm: Vec<Vec<String>>,
    #[serde(default)]
    variables: Vec<String>,
    #[serde(default)]
    log: Vec<String>,
    #[serde(default)]
    answers: BTreeMap<String, String>,
    prints: Option<Prints>,
    refused: Option<Refused>,
    #[serde(default)]
    ci: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prints {
    process: String,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    id: String,
    text: String,
}

impl WrittenApp {
    /// The apps of a directory of `integration/apps`, sorted by their names.
    ///
    /// # Panics
    /// When a file isn't of the form that this module describes.
    #[track_caller]
    #[must_use]
    pub fn all(language: &str) -> Vec<Self> {
        let directory = testkit::workspace_root().join("integration/apps");
        let files = fs_err::read_dir(directory.join(language)).expect("it can be read");
        let files = files.map(|file| file.expect("it can be read").path());
        let mut apps: Vec<Self> = files.map(|file| Self::read(&file)).collect();
        apps.sort_by(|one, other| one.name.cmp(&other.name));
        apps
    }

    #[track_caller]
    fn read(file: &Path) -> Self {
        let text = fs_err::read_to_string(file).expect("it is text");
        let name = file.file_stem().and_then(|name| name.to_str());
        let name = name.expect("a name is text");
        Self::parse(name, &text).unwrap_or_else(|problem| panic!("{}: {problem}", file.display()))
    }

    fn parse(name: &str, text: &str) -> Result<Self, String> {
        let start = text.find("\n-- ").ok_or("it has no tree")? + 1;
        let (facts, tree) = text.split_at(start);
        let facts: Facts = toml::from_str(facts).map_err(|error| error.to_string())?;
        let runs = !facts.answers.is_empty() || facts.prints.is_some();
        let is_built = runs || facts.refused.is_none() && !facts.log.is_empty();
        if is_built == facts.refused.is_some() {
            return Err("it is either refused, or it is built, and answers or prints".to_owned());
        }
        Ok(Self {
            name: name.to_owned(),
            facts,
            tree: tree.to_owned(),
        })
    }

    /// What it is for.
    #[must_use]
    pub fn shows(&self) -> &str {
        &self.facts.shows
    }

    /// Whether it is one of those that stand for all of them.
    #[must_use]
    pub fn stands_for_others(&self) -> bool {
        self.facts.ci
    }

    /// Whether it can't be built, and must say why.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.facts.refused.is_some()
    }

    /// What must become of it, in words.
    #[must_use]
    pub fn expected(&self) -> String {
        let Facts {
            variables, refused, ..
        } = &self.facts;
        match refused {
            Some(Refused { id, .. }) => format!("refused: {id}"),
            None if self.facts.answers.is_empty() && self.facts.prints.is_none() => {
                "built".to_owned()
            }
            None if variables.is_empty() => "runs".to_owned(),
            None => format!("runs with {}", variables.join(" ")),
        }
    }

    /// Makes the directory.
    ///
    /// # Panics
    /// When a call of uv or npm fails.
    #[track_caller]
    #[must_use]
    pub fn directory(&self, machine: &Machine) -> TempDir {
        let directory = testkit::directory(&self.tree);
        for arguments in &self.facts.uv {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let _ = uv(machine, &arguments, directory.path());
        }
        for arguments in &self.facts.npm {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            npm(machine, &arguments, directory.path());
        }
        directory
    }

    /// The build of its directory.
    #[must_use]
    pub fn build(&self, home: &Home, directory: &Path) -> Call {
        let variables = self.facts.variables.iter();
        let variables = variables.flat_map(|variable| ["--env", variable]);
        home.build(IMAGE, directory).args(variables)
    }

    /// Whether everything is as expected after the build: the log, the image that runs, or the message.
    ///
    /// # Panics
    /// When it isn't.
    #[track_caller]
    pub fn check(&self, home: &Home, built: Outcome) {
        let Facts {
            log,
            answers,
            prints,
            refused,
            ..
        } = &self.facts;
        let built = match refused {
            Some(Refused { id, text }) => {
                let message = built.failed_with(id, 1);
                assert!(message.contains(text), "no {text:?} in:\n{message}");
                built
            }
            None => built.succeeded(),
        };
        for text in log {
            assert!(
                built.text().contains(text),
                "no {text:?} in:\n{}",
                built.text()
            );
        }
        if !answers.is_empty() {
            let running = Running::start(home.coracle().args(["run", IMAGE]));
            for (path, text) in answers {
                let answer = running.get(path);
                assert!(
                    answer.body.contains(text),
                    "no {text:?} at {path}: {answer:?}"
                );
            }
            let _ = running.stop(STOPS_WITHIN);
        }
        if let Some(Prints { process, text }) = prints {
            let run = home.coracle().args(["run", IMAGE, "--process", process]);
            let mut running = run.spawn();
            let line = running.wait_for_line(|line| line.contains(text));
            assert!(line.is_some(), "no {text:?} in:\n{}", running.text());
            running.signal(Signal::TERM);
            let _ = running.wait(STOPS_WITHIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_an_app() {
        for language in ["node", "python"] {
            let apps = WrittenApp::all(language);
            assert!(apps.len() > 25, "only {}", apps.len());
            let representative = apps.iter().filter(|app| app.stands_for_others());
            assert!(representative.count() > 5);
        }
    }

    #[test]
    fn an_app_is_facts_and_a_tree() {
        let app = WrittenApp::parse(
            "one",
            "shows = \"much\"\nanswers = { \"/\" = \"x\" }\nvariables = [\"A=b\"]\n-- a.py --\n1\n",
        );
        let app = app.unwrap();
        assert_eq!(app.expected(), "runs with A=b");
        assert_eq!(app.tree, "-- a.py --\n1\n");
    }

    #[test]
    fn what_says_nothing_or_too_much_is_refused() {
        for (facts, problem) in [
            ("shows = \"x\"\n", "either"),
            (
                "shows = \"x\"\nanswers = { \"/\" = \"\" }\nrefused = { id = \"a/b\", text = \"\" }\n",
                "either",
            ),
            ("shows = \"x\"\nanwsers = {}\n", "unknown field"),
        ] {
            let parsed = WrittenApp::parse("one", &format!("{facts}-- a.py --\n"));
            let found = parsed.unwrap_err();
            assert!(found.contains(problem), "{found}");
        }
        assert_eq!(WrittenApp::parse("one", "").unwrap_err(), "it has no tree");
    }
}
