//! apt's private root: its configuration, index and downloads in a directory of ours.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use oci::Digest;

use super::complaint::failure;
use super::{AptError, AptSettings, Available, Finished, command, finish, host, index};
use crate::{Architecture, Suite};

/// apt for one architecture and one suite, with an index of today.
#[derive(Debug)]
pub(crate) struct Root {
    directory: PathBuf,
    suite: Suite,
}

impl Root {
    /// Makes the root in an existing, empty directory and downloads the index.
    pub(crate) fn open(
        directory: &Path,
        architecture: Architecture,
        suite: Suite,
        settings: &AptSettings,
    ) -> Result<Self, AptError> {
        let root = Self {
            directory: directory.to_owned(),
            suite,
        };
        root.write(architecture, settings)?;
        let update = root.run("apt-get", &["update", "-o", "APT::Update::Error-Mode=any"])?;
        if update.success {
            Ok(root)
        } else {
            Err(failure(update.stderr))
        }
    }

    fn write(&self, architecture: Architecture, settings: &AptSettings) -> Result<(), AptError> {
        for directory in [
            "lists/partial",
            "cache/archives/partial",
            "log",
            "scratch",
            "debs",
        ] {
            fs_err::create_dir_all(self.directory.join(directory)).map_err(AptError::Io)?;
        }
        let write = |name: &str, text: &str| {
            fs_err::write(self.directory.join(name), text).map_err(AptError::Io)
        };
        let (name, sources) = match &settings.sources {
            None => (
                "sources.list",
                host::sources(&self.directory.join("scratch"), self.suite)?,
            ),
            Some(path) => {
                let text = fs_err::read_to_string(path).map_err(|source| AptError::Sources {
                    path: path.clone(),
                    source,
                })?;
                let deb822 = path
                    .extension()
                    .is_some_and(|extension| extension == "sources");
                (
                    if deb822 {
                        "given.sources"
                    } else {
                        "sources.list"
                    },
                    host::given_sources(&text, self.suite),
                )
            }
        };
        write("status", "")?;
        write(name, &sources)?;
        let acquire = host::acquire_settings()?;
        write(
            "apt.conf",
            &self.configuration(&acquire, name, architecture),
        )
    }

    /// `Dir::Etc` itself stays the host's: credentials (`auth.conf`) and keys are found there.
    fn configuration(&self, acquire: &str, sources: &str, architecture: Architecture) -> String {
        let directory = self.directory.display();
        format!(
            r#"{acquire}Acquire::Languages "none";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
APT::Get::AllowUnauthenticated "false";
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Sandbox::User "";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "{directory}/{sources}";
Dir::Etc::sourceparts "/dev/null";
Dir::State "{directory}";
Dir::State::lists "{directory}/lists";
Dir::State::status "{directory}/status";
Dir::State::extended_states "{directory}/extended_states";
Dir::Cache "{directory}/cache";
Dir::Log "{directory}/log";
"#
        )
    }

    /// The suite that the index is of.
    pub(crate) fn suite(&self) -> Suite {
        self.suite
    }

    /// Every version that the archive has of the named packages, newest first. Names that it does not
    /// know are not in the answer.
    pub(crate) fn show<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<BTreeMap<String, Vec<Available>>, AptError> {
        let mut arguments = vec!["show"];
        arguments.extend(names);
        let shown = self.run("apt-cache", &arguments)?;
        // To know none of the names is a failure to apt, to know only some isn't.
        if shown.success || shown.stderr.contains("E: No packages found") {
            Ok(index::parse(&shown.stdout))
        } else {
            Err(AptError::Broken {
                command: "apt-cache show",
                stderr: shown.stderr,
            })
        }
    }

    /// The newest version of each named package.
    pub(crate) fn newest(&self, names: &[&str]) -> Result<Vec<Available>, AptError> {
        let mut known = self.show(names.iter().copied())?;
        let unknown: Vec<String> = names
            .iter()
            .filter(|name| !known.contains_key(**name))
            .map(|name| (*name).to_owned())
            .collect();
        if !unknown.is_empty() {
            return Err(AptError::UnknownPackages {
                suite: self.suite,
                names: unknown,
            });
        }
        let newest = |name: &&str| known.remove(*name).map(|versions| versions[0].clone());
        Ok(names.iter().filter_map(newest).collect())
    }

    /// The named packages and all that they depend on, as apt would install them on an empty system.
    pub(crate) fn resolve(&self, names: &[&str]) -> Result<Vec<Available>, AptError> {
        self.newest(names)?;
        let mut arguments = vec!["--simulate", "install"];
        arguments.extend(names);
        let simulated = self.run("apt-get", &arguments)?;
        if !simulated.success {
            return Err(AptError::Unresolvable {
                stderr: simulated.stderr,
            });
        }
        // `Inst libc6 (2.41-12 Debian:13/stable [amd64])`
        let chosen: Vec<(&str, &str)> = simulated
            .stdout
            .lines()
            .filter_map(|line| line.strip_prefix("Inst ")?.split_once(" ("))
            .filter_map(|(name, rest)| Some((name, rest.split_once(' ')?.0)))
            .collect();
        let known = self.show(chosen.iter().map(|(name, _)| *name))?;
        let find = |(name, version): &(&str, &str)| {
            let mut versions = known.get(*name)?.iter();
            versions.find(|found| found.version == *version).cloned()
        };
        chosen
            .iter()
            .map(|chosen| {
                find(chosen).ok_or_else(|| AptError::UnknownPackages {
                    suite: self.suite,
                    names: vec![format!("{} {}", chosen.0, chosen.1)],
                })
            })
            .collect()
    }

    /// Downloads packages; apt checks each against the signed index, and the digest is checked against
    /// `packages` again. The files lie in the root under any name.
    pub(crate) fn download(
        &self,
        packages: &[Available],
        mut started: impl FnMut(usize),
    ) -> Result<BTreeMap<Digest, PathBuf>, AptError> {
        let directory = self.directory.join("debs");
        let mut apt_get = self.command("apt-get");
        apt_get.current_dir(&directory).arg("download");
        apt_get.args(
            packages
                .iter()
                .map(|package| format!("{}={}", package.name, package.version)),
        );
        let mut child = apt_get
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|source| AptError::Start {
                program: "apt-get",
                source,
            })?;
        let stderr = child.stderr.take().map(|mut stderr| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                let _ = stderr.read_to_end(&mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        if let Some(stdout) = child.stdout.take() {
            let gets = BufReader::new(stdout).split(b'\n').map_while(Result::ok);
            for (count, _) in gets.filter(|line| line.starts_with(b"Get:")).enumerate() {
                started(count + 1);
            }
        }
        let status = child.wait().map_err(AptError::Io)?;
        let stderr = stderr
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default();
        if !status.success() {
            return Err(failure(stderr));
        }
        check_downloads(&directory, packages)
    }

    fn run(&self, program: &'static str, arguments: &[&str]) -> Result<Finished, AptError> {
        let mut command = self.command(program);
        command.args(arguments);
        finish(program, command)
    }

    fn command(&self, program: &'static str) -> Command {
        let mut command = command(program);
        command.env("APT_CONFIG", self.directory.join("apt.conf"));
        command
    }
}

fn check_downloads(
    directory: &Path,
    packages: &[Available],
) -> Result<BTreeMap<Digest, PathBuf>, AptError> {
    let mut found = BTreeMap::new();
    for entry in fs_err::read_dir(directory).map_err(AptError::Io)? {
        let path = entry.map_err(AptError::Io)?.path();
        let file = fs_err::File::open(&path).map_err(AptError::Io)?;
        found.insert(Digest::of_reader(file).map_err(AptError::Io)?, path);
    }
    for package in packages {
        if !found.contains_key(&package.digest) {
            return Err(AptError::Altered {
                package: format!("{} {}", package.name, package.version),
                expected: package.digest.to_string(),
                found: "a file with another digest".to_owned(),
            });
        }
    }
    Ok(found)
}
