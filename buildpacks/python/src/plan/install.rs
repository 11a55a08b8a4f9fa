//! The calls of uv that make the environment, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::locks::Lock;
use crate::manager::UV_LOCK;
use crate::plan::indexes::{INDEX_VARIABLES, indexes};
pub(crate) use crate::plan::uv_call::{InstallPlan, Places, Purpose, UvCall, UvSettings};
use crate::project::{Dependencies, Project, VENDOR};
use crate::pyproject;
use crate::requirements::Requirements;
use crate::settings::Settings;

/// The calls for what the app needs.
pub(crate) fn plan(
    dependencies: &Dependencies,
    project: &Project,
    settings: &Settings,
    uv: UvSettings,
    places: Places<'_>,
) -> InstallPlan {
    let planning = Planning {
        project,
        settings,
        uv,
        places,
    };
    let mut plan = match dependencies {
        Dependencies::Requirements(requirements) => planning.of_requirements(requirements),
        Dependencies::Locked(lock) => planning.of_lock(lock),
        Dependencies::Uv(_) => planning.of_uv(),
        Dependencies::Unlocked(file) => planning.of_project(file),
        Dependencies::Nothing => return InstallPlan::default(),
    };
    let python = places.environment.join("bin/python").display().to_string();
    let check = ["pip", "check", "--python", &python].map(str::to_owned);
    plan.calls.push(call(Purpose::Check, check.to_vec()));
    plan
}

struct Planning<'a> {
    project: &'a Project,
    settings: &'a Settings,
    uv: UvSettings,
    places: Places<'a>,
}

impl Planning<'_> {
    fn of_requirements(&self, requirements: &Requirements) -> InstallPlan {
        let Requirements {
            files: _,
            lines,
            constraints,
            prereleases,
            hashed,
            has_extra_index: _,
            names: _,
            copied,
            editable: _,
        } = requirements;
        let mut plan = InstallPlan {
            copied: copied.clone(),
            is_unlocked: !hashed,
            ..InstallPlan::default()
        };
        let mut arguments = self.install();
        arguments.extend(self.file(&mut plan, "-r", "requirements.txt", lines));
        if !constraints.is_empty() {
            arguments.extend(self.file(&mut plan, "-c", "constraints.txt", constraints));
        }
        if *hashed {
            arguments.push("--require-hashes".to_owned());
        }
        if *prereleases {
            arguments.extend(["--prerelease", "allow"].map(str::to_owned));
        }
        arguments.extend(self.find_links());
        plan.calls.push(call(Purpose::Install, arguments));
        plan
    }

    fn of_lock(&self, lock: &Lock) -> InstallPlan {
        let mut plan = InstallPlan {
            copied: lock.paths().into_iter().collect(),
            ..InstallPlan::default()
        };
        let mut arguments = self.install();
        arguments.extend(self.file(&mut plan, "-r", "direct.txt", &lock.direct));
        let constraints = lock.constraints(self.places.app);
        arguments.extend(self.file(&mut plan, "-c", "lock.txt", &constraints));
        let environment = indexes(&lock.indexes);
        // Every version and hash is locked, so that it doesn't matter which index has it.
        if environment.contains_key("UV_INDEX") && !self.uv.has_index_strategy {
            arguments.extend(["--index-strategy", "unsafe-best-match"].map(str::to_owned));
        }
        arguments.extend(self.find_links());
        plan.calls.push(UvCall {
            environment,
            ..call(Purpose::Install, arguments)
        });
        plan.calls.extend(self.app_itself());
        plan
    }

    /// uv checks its lock and installs it. From a mirror it does so in steps, for to uv the lock of another index is out
    /// of date.
    fn of_uv(&self) -> InstallPlan {
        let (copied, options) = self.members();
        let mut plan = InstallPlan {
            copied,
            ..InstallPlan::default()
        };
        let python = self.places.python.display().to_string();
        let mut groups = vec!["--no-default-groups".to_owned()];
        for group in self
            .settings
            .uv_groups
            .iter()
            .flat_map(|groups| &groups.value)
        {
            groups.extend(["--group".to_owned(), group.clone()]);
        }
        let sync = |mode: &[&str]| {
            let mut arguments = vec!["sync".to_owned()];
            arguments.extend(mode.iter().map(|&word| word.to_owned()));
            arguments.extend(options.iter().cloned());
            arguments.extend(groups.iter().cloned());
            arguments.extend(["--python".to_owned(), python.clone()]);
            arguments
        };
        if !self.uv.has_index {
            plan.calls.push(call(Purpose::Install, sync(&["--locked"])));
            return plan;
        }
        let check = ["lock", "--check", "--offline", "--python", &python].map(str::to_owned);
        plan.calls.push(UvCall {
            arguments: check.to_vec(),
            environment: INDEX_VARIABLES
                .iter()
                .map(|name| (*name, String::new()))
                .collect(),
            purpose: Purpose::CheckLock,
        });
        let file = self.places.scratch.join("locked.txt").display().to_string();
        let mut export = [
            "export",
            "--frozen",
            "--no-emit-local",
            "--no-header",
            "--no-annotate",
        ]
        .map(str::to_owned)
        .to_vec();
        export.extend(groups.clone());
        export.extend(["--quiet", "--python", &python, "--output-file", &file].map(str::to_owned));
        plan.calls.push(call(Purpose::ExportLock, export));
        let mut install = vec!["pip".to_owned(), "sync".to_owned()];
        install.extend(self.target());
        install.extend(["--require-hashes".to_owned(), file]);
        plan.calls.push(call(Purpose::Install, install));
        // What the index has is there by now; what is left is of the app.
        plan.calls
            .push(call(Purpose::InstallApp, sync(&["--frozen", "--inexact"])));
        plan
    }

    /// The other members of the workspace that the app needs, and the options by which they are copied: only the app's
    /// own directory will be in the image. What uv has kept of a member it compares by times, which are the same in all
    /// builds.
    fn members(&self) -> (BTreeSet<PathBuf>, Vec<String>) {
        let members = self.project.workspace.iter();
        let members = members.flat_map(|workspace| &workspace.members);
        let options = members.clone().flat_map(|(name, _)| {
            ["--no-editable-package", name, "--refresh-package", name].map(str::to_owned)
        });
        let options = options.collect();
        (members.map(|(_, place)| place.clone()).collect(), options)
    }

    fn of_project(&self, file: &str) -> InstallPlan {
        let mut plan = InstallPlan {
            is_unlocked: true,
            ..InstallPlan::default()
        };
        let mut arguments = self.install();
        let is_package = self
            .project
            .pyproject
            .as_ref()
            .is_none_or(pyproject::Pyproject::is_package);
        let app = self.places.app.display().to_string();
        if file == pyproject::FILE && !is_package {
            arguments.extend(["-r".to_owned(), format!("{app}/{file}")]);
        } else {
            arguments.extend(["-e".to_owned(), app]);
        }
        arguments.extend(self.find_links());
        plan.calls.push(call(Purpose::Install, arguments));
        plan
    }

    /// The app as a package, for its own console scripts. Of Poetry every app is one that doesn't say otherwise, so
    /// that one counts only where its package is.
    fn app_itself(&self) -> Option<UvCall> {
        let pyproject = self.project.pyproject.as_ref()?;
        if !pyproject.is_package() || !self.has_package(pyproject) {
            return None;
        }
        let mut arguments = self.install();
        let app = self.places.app.display().to_string();
        arguments.extend(["--no-deps".to_owned(), "-e".to_owned(), app]);
        Some(call(Purpose::InstallApp, arguments))
    }

    fn has_package(&self, pyproject: &pyproject::Pyproject) -> bool {
        let poetry = pyproject.poetry.as_ref();
        self.project.package.is_some() || poetry.is_some_and(|poetry| !poetry.packages.is_empty())
    }

    fn install(&self) -> Vec<String> {
        let mut arguments = vec!["pip".to_owned(), "install".to_owned()];
        arguments.extend(self.target());
        arguments
    }

    fn target(&self) -> [String; 2] {
        let python = self.places.environment.join("bin/python");
        ["--python".to_owned(), python.display().to_string()]
    }

    /// The option for a file of lines.
    fn file(
        &self,
        plan: &mut InstallPlan,
        option: &str,
        name: &str,
        lines: &[String],
    ) -> [String; 2] {
        let mut text = lines.join("\n");
        text.push('\n');
        plan.files.insert(name.to_owned(), text);
        [
            option.to_owned(),
            self.places.scratch.join(name).display().to_string(),
        ]
    }

    /// Packages of the app itself take the place of every index.
    fn find_links(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let asked = self
            .settings
            .vendored
            .as_ref()
            .map(|vendored| vendored.value.as_str());
        let found = self.project.has_vendored.then_some(VENDOR);
        let vendored = asked.or(found);
        if vendored.is_some() {
            arguments.push("--no-index".to_owned());
        }
        let links = self.settings.find_links.iter().map(String::as_str);
        for place in links.chain(vendored) {
            let place = if place.contains("://") {
                place.to_owned()
            } else {
                self.places.app.join(place).display().to_string()
            };
            arguments.extend(["--find-links".to_owned(), place]);
        }
        arguments
    }
}

fn call(purpose: Purpose, arguments: Vec<String>) -> UvCall {
    UvCall {
        arguments,
        environment: BTreeMap::new(),
        purpose,
    }
}

/// What uv reads itself, for the layer's key; relative to the app.
pub(crate) fn files_of_uv(dependencies: &Dependencies, project: &Project) -> Vec<PathBuf> {
    let own: &[&str] = match dependencies {
        Dependencies::Uv(_) => &[UV_LOCK, pyproject::FILE],
        Dependencies::Unlocked(_) => &[pyproject::FILE, "setup.py", "setup.cfg"],
        _ => &[],
    };
    let mut files: Vec<PathBuf> = own.iter().map(PathBuf::from).collect();
    if let (Dependencies::Uv(_), Some(workspace)) = (dependencies, &project.workspace) {
        files.extend([workspace.lock(), workspace.root.join(pyproject::FILE)]);
    }
    files
}

#[cfg(test)]
#[path = "install_tests.rs"]
mod tests;
