//! apt: the mirrors of Debian's archive that the machine uses, or that `CORACLE_APT_SOURCES` names, as the text that a
//! build reads in `BP_DEB_SOURCES`. A machine without Debian's archive says nothing, and then the build image's apt
//! knows one. Credentials are those of `~/.netrc`, which is apt's own format for them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Variable;

/// What builds read, `buildpack_kit::debian`.
const SOURCES: &str = "BP_DEB_SOURCES";

/// Sources for the release of the build image that the user names, with which the builder is made, too.
const GIVEN: &str = "CORACLE_APT_SOURCES";

/// The release of the build image.
const RELEASE: &str = "trixie";

/// Releases of Debian whose mirrors have [`RELEASE`], too: the list of `composer`.
const RELEASES: [&str; 10] = [
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "duke",
    "sid",
    "stable",
    "oldstable",
    "testing",
    "unstable",
];

pub(super) fn variables(host: Variable<'_>, _home: Option<&Path>) -> BTreeMap<String, String> {
    let given = host(GIVEN).filter(|path| !path.is_empty());
    let text = match given {
        Some(path) => fs_err::read_to_string(path).unwrap_or_default(),
        None => of_machine(
            &settings_files()
                .iter()
                .map(PathBuf::as_path)
                .collect::<Vec<_>>(),
        ),
    };
    let text = Some(text).filter(|text| !text.trim().is_empty());
    text.map(|text| (SOURCES.to_owned(), text))
        .into_iter()
        .collect()
}

fn settings_files() -> Vec<PathBuf> {
    let entries = fs_err::read_dir("/etc/apt/sources.list.d")
        .into_iter()
        .flatten()
        .flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.push("/etc/apt/sources.list".into());
    files.sort();
    files
}

/// Files whose names end otherwise aren't read by apt either.
fn of_machine(files: &[&Path]) -> String {
    let mut lines = BTreeSet::new();
    for path in files {
        let text = || fs_err::read_to_string(path).unwrap_or_default();
        let sources = match path.extension().and_then(|extension| extension.to_str()) {
            Some("list") => of_lines(&text()),
            Some("sources") => of_stanzas(&text()),
            _ => Vec::new(),
        };
        for (mirror, release) in sources {
            lines.extend(serving(&mirror, &release));
        }
    }
    lines.into_iter().collect()
}

/// `deb [arch=amd64 signed-by=…] URI SUITE COMPONENT …`
fn of_lines(text: &str) -> Vec<(String, String)> {
    let lines = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("deb "));
    let lines = lines.filter_map(|line| {
        let line = line.trim_start();
        let line = line
            .strip_prefix('[')
            .map_or(Some(line), |rest| Some(rest.split_once(']')?.1))?;
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    });
    lines.collect()
}

/// deb822: fields, of which one goes on in lines that begin with white space, in stanzas with empty lines between them.
fn of_stanzas(text: &str) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for stanza in lines.join("\n").split("\n\n") {
        let field = |name: &str| -> Vec<String> {
            let mut lines = stanza.lines().skip_while(|line| {
                let found = line.split_once(':');
                !found.is_some_and(|(field, _)| field.eq_ignore_ascii_case(name))
            });
            let first = lines
                .next()
                .and_then(|line| line.split_once(':'))
                .map_or("", |(_, rest)| rest);
            let more = lines.take_while(|line| line.starts_with([' ', '\t']));
            let words = std::iter::once(first)
                .chain(more)
                .flat_map(str::split_whitespace);
            words.map(str::to_owned).collect()
        };
        if field("Types").iter().any(|kind| kind == "deb") && field("Enabled") != ["no"] {
            for mirror in field("URIs") {
                sources.extend(
                    field("Suites")
                        .into_iter()
                        .map(|suite| (mirror.clone(), suite)),
                );
            }
        }
    }
    sources
}

/// The lines for the release of the build image of a mirror that has a suite.
fn serving(mirror: &str, suite: &str) -> Vec<String> {
    let mirror = mirror.trim_end_matches('/');
    let suites: &[&str] = match suite.split_once('-') {
        None if RELEASES.contains(&suite) => &["", "-updates"],
        Some((release, "updates")) if RELEASES.contains(&release) => &["-updates"],
        Some((release, "security")) if RELEASES.contains(&release) => &["-security"],
        _ => &[],
    };
    let lines = suites
        .iter()
        .map(|suite| format!("deb {mirror} {RELEASE}{suite} main\n"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirrors_of_the_machine_serve_the_release_of_the_build_image() {
        let machine = testkit::directory(
            "
-- sources.list --
# deb http://old.test/debian trixie main
deb [arch=amd64 signed-by=/keys/a.gpg] http://mirror.test/debian/ bookworm main contrib
deb-src http://mirror.test/debian bookworm main
-- other.list --
deb http://other.test/tool noble main
-- debian.sources --
# moved
Types: deb deb-src
URIs: http://two.test/debian
 http://three.test/debian
Suites: trixie-updates trixie-security trixie-backports
Components: main

Types: deb
Enabled: no
URIs: http://off.test/debian
Suites: trixie
-- notes.sources.bak --
Types: deb
URIs: http://bak.test/debian
Suites: trixie
",
        );
        let names = [
            "sources.list",
            "other.list",
            "debian.sources",
            "notes.sources.bak",
        ];
        let files = names.map(|name| machine.path().join(name));
        let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        insta::assert_snapshot!(of_machine(&files), @"
        deb http://mirror.test/debian trixie main
        deb http://mirror.test/debian trixie-updates main
        deb http://three.test/debian trixie-security main
        deb http://three.test/debian trixie-updates main
        deb http://two.test/debian trixie-security main
        deb http://two.test/debian trixie-updates main
        ");
    }

    #[test]
    fn sources_that_the_user_names_win() {
        let files = testkit::directory(
            "-- a.list --\ndeb http://mirror.test/debian trixie main\n-- empty --\n\n",
        );
        let of = |name: &str| {
            let path = files.path().join(name).display().to_string();
            let host = |variable: &str| (variable == GIVEN).then(|| path.clone());
            variables(&host, None)
        };
        let text = "deb http://mirror.test/debian trixie main\n".to_owned();
        assert_eq!(of("a.list"), BTreeMap::from([(SOURCES.to_owned(), text)]));
        assert_eq!(of("empty"), BTreeMap::new());
    }
}
