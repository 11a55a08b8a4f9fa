//! What may not stand in any file: overlong Rust files, names that say nothing, the hosts of package
//! registries, paths of a developer's machine.

use crate::workspace::Source;

/// Lines a Rust file may have (docs/architecture.md and CONTRIBUTING.md, house style).
const LONGEST_FILE: usize = 300;

/// A file that is longer says why in one of its first lines, beginning with these words.
const LONGER_BECAUSE: &str = "Longer than 300 lines because";

/// Names of modules that say nothing.
const EMPTY_NAMES: &[&str] = &[
    "common", "core", "helper", "helpers", "misc", "util", "utils",
];

/// Labels by which hosts of package registries, their mirrors and proxies are called. The ecosystem's
/// own client knows its host; a build that has another one says so in that client's configuration.
const REGISTRY_LABELS: &[&str] = &[
    "archive",
    "artifactory",
    "crates",
    "deb",
    "ftp",
    "goproxy",
    "index",
    "mirror",
    "mirrors",
    "nexus",
    "npmjs",
    "packages",
    "proxy",
    "pypi",
    "pythonhosted",
    "registry",
    "rubygems",
    "snapshot",
    "sum",
    "yarnpkg",
];

/// Last labels by which a dotted word is taken for a host and not for code.
const TOP_LEVEL: &[&str] = &[
    "app", "cloud", "cn", "com", "de", "dev", "edu", "internal", "io", "jp", "net", "org", "uk",
];

/// Hosts that may stand in a file: documentation, issue trackers, licences.
const DOCUMENTATION: &[&str] = &[
    "buildpacks.io",
    "docs.rs",
    "github.com",
    "go.dev",
    "insta.rs",
    "json.schemastore.org",
    "keepachangelog.com",
    "opensource.org",
    "raw.githubusercontent.com",
    "reproducible-builds.org",
    "semver.org",
    "spdx.org",
    "wiki.debian.org",
    "www.apache.org",
    "www.debian.org",
    "www.rust-lang.org",
    "cyclonedx.org",
];

/// The registry that an image name without a host means, by the grammar of image references.
const DEFAULT_IMAGE_REGISTRY: &str = "index.docker.io";

/// The user of the build image, and names that stand for any user in examples.
const PLACEHOLDER_USERS: &[&str] = &["", "cnb", "me", "you"];

/// Every violation of a file, one line each, with its path and line number.
#[must_use]
pub fn violations(source: &Source) -> Vec<String> {
    let mut violations = Vec::new();
    violations.extend(too_long(source));
    violations.extend(empty_name(source));
    for (number, line) in (1..).zip(source.text.lines()) {
        for host in foreign_hosts(line) {
            violations.push(format!("{}:{number}: the host {host}", source.path));
        }
        for path in developer_paths(line) {
            violations.push(format!("{}:{number}: the path {path}", source.path));
        }
    }
    violations
}

fn too_long(source: &Source) -> Option<String> {
    let lines = source.text.lines().count();
    let is_rust = source.path.rsplit('.').next() == Some("rs");
    let says_why = source
        .text
        .lines()
        .take(10)
        .any(|line| line.contains(LONGER_BECAUSE));
    (is_rust && lines > LONGEST_FILE && !says_why).then(|| {
        format!(
            "{}: {lines} lines, more than {LONGEST_FILE}: split it by subject",
            source.path
        )
    })
}

fn empty_name(source: &Source) -> Option<String> {
    let path = source.path.strip_suffix(".rs")?;
    let empty = path.split('/').find(|name| EMPTY_NAMES.contains(name))?;
    Some(format!("{}: a module called {empty}", source.path))
}

/// Hosts in URLs that are no documentation, and dotted words that look like a package registry.
fn foreign_hosts(line: &str) -> Vec<&str> {
    let mut hosts = Vec::new();
    for (start, _) in line.match_indices("://") {
        let scheme_is_web = line[..start].ends_with("http") || line[..start].ends_with("https");
        let host = word_of(&line[start + 3..]);
        if scheme_is_web && !host.is_empty() && !is_open(host) {
            hosts.push(host);
        }
    }
    for word in line.split(|character| !is_host_character(character)) {
        let word = word.trim_matches(['.', '-']);
        if looks_like_registry(word) && !is_open(word) && !hosts.contains(&word) {
            hosts.push(word);
        }
    }
    hosts
}

fn word_of(text: &str) -> &str {
    let end = text.find(|character| !is_host_character(character));
    text[..end.unwrap_or(text.len())].trim_matches(['.', '-'])
}

fn is_host_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-')
}

fn looks_like_registry(word: &str) -> bool {
    let Some((labels, last)) = word.rsplit_once('.') else {
        return false;
    };
    TOP_LEVEL.contains(&last)
        && labels
            .split('.')
            .any(|label| REGISTRY_LABELS.contains(&label))
}

/// Documentation, the loopback, and the names that RFC 2606 and RFC 6761 reserve for examples.
fn is_open(host: &str) -> bool {
    let reserved = ["example", "invalid", "localhost", "test"];
    let last = host.rsplit('.').next().unwrap_or(host);
    let is_example = ["example.com", "example.org", "example.net"]
        .iter()
        .any(|name| host.strip_suffix(name).is_some_and(ends_a_label));
    reserved.contains(&last)
        || is_example
        || host == "127.0.0.1"
        || host == DEFAULT_IMAGE_REGISTRY
        || DOCUMENTATION.contains(&host)
}

fn ends_a_label(front: &str) -> bool {
    front.is_empty() || front.ends_with('.')
}

/// Absolute paths below the places where developers and build machines keep their checkouts.
fn developer_paths(line: &str) -> Vec<&str> {
    let mut paths = Vec::new();
    for (start, _) in line.match_indices('/') {
        let before = line[..start].chars().next_back();
        let goes_on = |character: char| {
            character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '}' | ')' | '>')
        };
        if before.is_some_and(|character| goes_on(character) || character == '/') {
            continue;
        }
        let rest = &line[start + 1..];
        let end = rest.find(|character: char| {
            !(character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '/'))
        });
        let path = &rest[..end.unwrap_or(rest.len())];
        let after = rest[path.len()..].chars().next();
        let mut names = path.split('/');
        let first = names.next().unwrap_or_default();
        // The home of a user as a field of /etc/passwd, or of a definition that becomes one.
        let is_passwd_field = (before == Some(':') && after == Some(':'))
            || line[..start].trim_end_matches('"') == "home = ";
        let is_foreign = match first {
            "work" | "root" => !is_passwd_field,
            "home" => names
                .next()
                .is_some_and(|name| !PLACEHOLDER_USERS.contains(&name)),
            _ => false,
        };
        if is_foreign {
            paths.push(&line[start..=start + path.len()]);
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: impl Into<String>) -> Source {
        Source {
            path: path.to_owned(),
            text: text.into(),
        }
    }

    #[test]
    fn a_long_file_says_why_or_is_a_violation() {
        let long = "//\n".repeat(301);
        assert_eq!(
            violations(&source("src/a.rs", long.as_str())),
            ["src/a.rs: 301 lines, more than 300: split it by subject"]
        );
        let excused = format!("//! {LONGER_BECAUSE} it is one table.\n{long}");
        assert!(violations(&source("src/a.rs", excused)).is_empty());
        assert!(violations(&source("src/a.lock", long)).is_empty());
        assert!(violations(&source("src/a.rs", "//\n".repeat(300))).is_empty());
    }

    #[test]
    fn a_name_that_says_nothing_is_a_violation() {
        for path in ["src/utils.rs", "crates/common/src/lib.rs"] {
            assert_eq!(violations(&source(path, "")).len(), 1, "{path}");
        }
        assert!(violations(&source("src/go_mod.rs", "")).is_empty());
    }

    #[test]
    fn registries_and_their_mirrors_are_violations() {
        // Joined here, because this file is looked at too.
        for host in [
            ["registry", "somewhere", "org"].join("."),
            ["pypi", "org"].join("."),
            ["deb", "somewhere", "org"].join("."),
            ["eu", "mirrors", "somewhere", "cloud"].join("."),
        ] {
            for line in [
                host.clone(),
                format!("(https://{host}/a)"),
                format!("'{host}':"),
            ] {
                let expected = format!("a.md:2: the host {host}");
                assert_eq!(violations(&source("a.md", format!("\n{line}"))), [expected]);
            }
        }
        let unknown = ["downloads", "somewhere", "net"].join(".");
        assert_eq!(foreign_hosts(&format!("http://{unknown}:80/")), [unknown]);
    }

    #[test]
    fn documentation_examples_and_code_are_no_hosts() {
        for line in [
            "see https://github.com/buildpacks/spec and <https://semver.org>",
            "registry.example.com/team/app, registry.test, http://127.0.0.1:5000",
            "registry.insert(index.len()); self.proxy.clone().io",
            "index.docker.io/library/app",
            "golang.org/x/sync v0.1.0 h1:abc=",
        ] {
            assert_eq!(foreign_hosts(line), Vec::<&str>::new(), "{line}");
        }
    }

    #[test]
    fn paths_of_a_developers_machine_are_violations() {
        for path in ["root/.cache", "work/main", "home/ann/app", "root", "work"] {
            for line in [
                format!("\"/{path}\""),
                format!("cd /{path}"),
                format!("A=/{path}"),
            ] {
                assert_eq!(developer_paths(&line), [format!("/{path}")], "{line}");
            }
        }
    }

    #[test]
    fn paths_inside_images_are_not() {
        for line in [
            "/workspace/bin/web /home/cnb /home/ tmp/work-1 stack/root {cache}/root /roots",
            &format!("root:x:0:0:root:/{}:/usr/sbin/nologin", "root"),
            &format!("home = \"/{}\"", "root"),
        ] {
            assert_eq!(developer_paths(line), Vec::<&str>::new(), "{line}");
        }
    }
}
