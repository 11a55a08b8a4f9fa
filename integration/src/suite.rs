//! Cases as libtest sees them: ignored unless asked for, and named with the reason where this machine
//! can't run them.
#![expect(
    clippy::disallowed_methods,
    reason = "the environment says whether skipping is forbidden"
)]

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::machine::{self, Machine};
use crate::{Docker, Home};

/// When set to `1`, a case that this machine can't run fails instead of being ignored.
const FORBID_SKIP: &str = "CORACLE_TESTS_FORBID_SKIP";

/// A real build, or a few, and what must be true of it.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    name: &'static str,
    run: fn(&Machine),
    needs: &'static [Need],
}

/// Something that not every machine has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A program on the PATH.
    Program(&'static str),
    /// User namespaces for this user.
    UserNamespaces,
    /// A static C library for the C compiler.
    StaticLibc,
    /// A Docker daemon, or the rights to start one.
    Docker,
}

/// What every case needs: to compile the command line, to make a builder, to build in a sandbox.
const ALL_NEED: &[Need] = &[
    Need::Program("cargo"),
    Need::Program("go"),
    Need::Program("apt-get"),
    Need::Program("dpkg-deb"),
    Need::Program("cc"),
    Need::Program("unshare"),
    Need::UserNamespaces,
];

impl Case {
    /// A case, named `subject::behaviour`.
    #[must_use]
    pub const fn new(name: &'static str, run: fn(&Machine)) -> Self {
        let needs = &[];
        Self { name, run, needs }
    }

    /// The case with what it needs beside what all need.
    #[must_use]
    pub const fn needing(mut self, needs: &'static [Need]) -> Self {
        self.needs = needs;
        self
    }

    fn into_trial(self) -> Trial {
        let run = move || {
            let mut needs = ALL_NEED.iter().chain(self.needs);
            if let Some(reason) = needs.find_map(|need| need.missing()) {
                return if std::env::var_os(FORBID_SKIP).is_some_and(|value| value == "1") {
                    let failure = format!("{reason}, and {FORBID_SKIP}=1 forbids to skip");
                    Err(Failed::from(failure))
                } else {
                    Ok(Completion::ignored_with(reason))
                };
            }
            let machine = machine::set_up().map_err(Failed::from)?;
            (self.run)(machine);
            Ok(Completion::Completed)
        };
        Trial::ignorable_test(self.name, run).with_ignored_flag(true)
    }
}

impl Need {
    /// Why the machine doesn't meet this need, if it doesn't.
    fn missing(self) -> Option<String> {
        match self {
            Self::Program(name) => (!is_on_path(name)).then(|| format!("{name} isn't installed")),
            Self::UserNamespaces => (!machine::succeeds("unshare", &["--user", "true"]))
                .then(|| "this user may not make user namespaces".to_owned()),
            Self::StaticLibc => (!machine::succeeds(
                "sh",
                &[
                    "-c",
                    "echo 'int main(void){return 0;}' | cc -static -x c -o /dev/null -",
                ],
            ))
            .then(|| "cc can't link statically (libc6-dev has the library)".to_owned()),
            Self::Docker => Docker::missing(),
        }
    }
}

fn is_on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| Path::new(&directory).join(name).is_file())
}

/// Runs the cases that the command line asks for, as `cargo test` runs any test.
#[must_use]
pub fn main(cases: impl IntoIterator<Item = Case>) -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = cases.into_iter().map(Case::into_trial).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    Docker::stop();
    Home::clean_up();
    conclusion.exit_code()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_that_is_not_met_says_what_is_missing() {
        let need = Need::Program("no-such-program");
        assert_eq!(need.missing().unwrap(), "no-such-program isn't installed");
        assert_eq!(Need::Program("sh").missing(), None);
    }
}
