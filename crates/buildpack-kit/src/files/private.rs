//! What is in many source trees and belongs in no image, whatever the language.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use explain::quote;

/// Last words of the names of files that document variables and hold none: `.env.example`.
const PLACEHOLDERS: [&str; 4] = ["dist", "example", "sample", "template"];

/// How many files a warning names.
const NAMED: usize = 3;

/// What keeps all of them.
const KEEP_ALL: &str = "**/.env*";

/// Whether a path is, or is below, something that no image should hold unless the user asks for it: git's
/// history (`.git`; a file in a work tree) or variables in a file (`.env`, `.env.*`, direnv's `.envrc`), which
/// are secrets.
#[must_use]
pub fn is_private(path: &Path) -> bool {
    is_history(path) || secret_of(path).is_some()
}

fn is_history(path: &Path) -> bool {
    path.iter().any(|part| part == ".git")
}

/// The file of variables that a path is, or the directory of that name that it is below.
pub(super) fn secret_of(path: &Path) -> Option<&Path> {
    if is_history(path) {
        return None;
    }
    let named = path.ancestors().filter(|path| {
        let name = path.file_name().and_then(OsStr::to_str);
        name.is_some_and(is_secret)
    });
    named.last()
}

fn is_secret(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(".env") else {
        return false;
    };
    let rest = rest.strip_prefix("rc").unwrap_or(rest);
    let last = rest.rsplit('.').next().unwrap_or_default();
    rest.is_empty() || (rest.starts_with('.') && !PLACEHOLDERS.contains(&last))
}

/// What to tell the user of secrets that were removed.
pub(super) fn warning(removed: &BTreeSet<PathBuf>) -> Option<String> {
    if removed.is_empty() {
        return None;
    }
    let mut names: Vec<String> = removed
        .iter()
        .take(NAMED)
        .map(|path| quote(&path.to_string_lossy(), 100))
        .collect();
    let more = removed.len() - names.len();
    // A colon separates patterns, and *, ?, [ and { mean something in them.
    let is_plain = names.iter().all(|name| {
        name.chars()
            .all(|character| character.is_alphanumeric() || "/._-".contains(character))
    });
    let pattern = if more == 0 && is_plain {
        names.join(":")
    } else {
        KEEP_ALL.to_owned()
    };
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    Some(format!(
        "Not in the image, because such files hold secrets: {}\n\
         Secrets belong in the environment of the container. An app that reads such a file\n\
         when it runs needs the variables there instead.\n\
         To have them in the image all the same, name them among all that stays:\n\
         BP_KEEP_FILES={pattern}",
        names.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_history_are_private_and_what_documents_them_is_not() {
        for (path, private, secret) in [
            (".env", true, Some(".env")),
            (".env.local", true, Some(".env.local")),
            (".env.example.local", true, Some(".env.example.local")),
            (
                "deploy/.env.production",
                true,
                Some("deploy/.env.production"),
            ),
            (".env/bin/python", true, Some(".env")),
            ("a/.env/b/.env.c", true, Some("a/.env")),
            (".git", true, None),
            (".git/refs/heads/.env", true, None),
            ("lib/.git", true, None),
            (".env.example", false, None),
            (".env.sample", false, None),
            (".env.template", false, None),
            (".env.production.dist", false, None),
            (".envrc", true, Some(".envrc")),
            ("deploy/.envrc.local", true, Some("deploy/.envrc.local")),
            (".envrc.example", false, None),
            (".envrcs", false, None),
            (".environment/x", false, None),
            ("prod.env", false, None),
            (".gitignore", false, None),
        ] {
            let path = Path::new(path);
            let found = (is_private(path), secret_of(path));
            assert_eq!(
                found,
                (private, secret.map(Path::new)),
                "{}",
                path.display()
            );
        }
    }

    #[test]
    fn the_warning_ends_with_what_keeps_the_files() {
        let of = |paths: &[&str]| warning(&paths.iter().map(PathBuf::from).collect());
        assert_eq!(of(&[]), None);
        let last = |paths: &[&str]| {
            let text = of(paths).unwrap();
            let (first, last) = (text.lines().next().unwrap(), text.lines().last().unwrap());
            let first = first.split_once(": ").unwrap().1;
            format!("{first} | {}", last.strip_prefix("BP_KEEP_FILES=").unwrap())
        };
        for (paths, expected) in [
            (&[".env"][..], ".env | .env"),
            (
                &[".env", "a/.env.local"],
                ".env, a/.env.local | .env:a/.env.local",
            ),
            (&["a:b/.env"], "a:b/.env | **/.env*"),
            (&["[id]/.env"], "[id]/.env | **/.env*"),
            (
                &["a/.env", "b/.env", "c/.env", "d/.env", "e/.env"],
                "a/.env, b/.env, c/.env, and 2 more | **/.env*",
            ),
        ] {
            assert_eq!(last(paths), expected);
        }
        insta::assert_snapshot!(of(&[".env"]).unwrap(), @"
        Not in the image, because such files hold secrets: .env
        Secrets belong in the environment of the container. An app that reads such a file
        when it runs needs the variables there instead.
        To have them in the image all the same, name them among all that stays:
        BP_KEEP_FILES=.env
        ");
    }

    #[test]
    fn the_patterns_that_the_warning_gives_keep_what_it_names() {
        let patterns = KEEP_ALL.split(':').map(str::to_owned);
        let patterns = crate::files::KeepPatterns::new(patterns).unwrap();
        for path in [
            ".env",
            "a:b/.env",
            "a/.env.local",
            ".env/bin/python",
            "a/.envrc",
        ] {
            assert!(patterns.matches(Path::new(path)), "{path}");
        }
    }
}
