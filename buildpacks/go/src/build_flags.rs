//! The user's flags for `go build`, merged with ours.
//!
//! Flags of the command line win over those of `GOFLAGS`, so ours would hide the user's `-ldflags`; both
//! are taken apart here and put together again.

use buildpack_kit::environment::{Origin, Sourced};

use crate::catalogue::Build;

/// What the user set, each with the variable it stood in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UserFlags {
    /// `GOFLAGS` and `BP_GO_BUILD_FLAGS`: flags of `go build`.
    pub(crate) build: Vec<Sourced<String>>,
    /// `BP_GO_BUILD_LDFLAGS` and `GOOGLE_GOLDFLAGS`: flags of the linker.
    pub(crate) linker: Vec<Sourced<String>>,
    /// `GOOGLE_GOGCFLAGS`: flags of the compiler.
    pub(crate) compiler: Vec<Sourced<String>>,
    /// Build tags beside those of the user.
    pub(crate) tags: Vec<String>,
}

/// Flags as the commands of a build get them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BuildFlags {
    /// `GOFLAGS` of every `go` command: `-tags` and `-mod` decide what `go list` sees, too.
    pub(crate) goflags: String,
    /// Arguments of `go build`.
    pub(crate) arguments: Vec<String>,
    /// Flags of the linker that all programs have.
    pub(crate) linker: String,
    /// Flags that make the shipped build cache useless, as the user wrote them.
    pub(crate) cache_misses: Vec<String>,
}

/// A flag that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FlagError {
    /// A quote is never closed, or there is a word that is no flag.
    #[error("{text:?} from {origin} is no list of flags")]
    NotFlags { text: String, origin: Origin },
    /// A flag that belongs to us.
    #[error("{flag} from {origin} can't be set")]
    Reserved { flag: String, origin: Origin },
}

/// Flags of `go build` that take no value unless `=` follows.
const SWITCHES: [&str; 15] = [
    "a",
    "asan",
    "buildvcs",
    "cover",
    "i",
    "json",
    "linkshared",
    "modcacherw",
    "msan",
    "n",
    "race",
    "trimpath",
    "v",
    "work",
    "x",
];

/// Flags that say where results go or where sources are: the buildpack decides both.
const RESERVED: [&str; 4] = ["C", "n", "o", "pkgdir"];

/// Merges the user's flags with those of the catalogue; for a kind of flag that is given several times
/// the user's comes last, which is the one that counts.
pub(crate) fn merge(user: &UserFlags, build: &Build) -> Result<BuildFlags, FlagError> {
    let mut linker = build.linker_flags.clone();
    let mut linker_patterns = Vec::new();
    let mut arguments = build.arguments.clone();
    let mut merged = BuildFlags::default();
    let mut goflags = vec!["-modcacherw".to_owned()];
    let mut tags = String::new();
    for flags in &user.build {
        for (name, value) in parse(flags)? {
            match (name.as_str(), value) {
                ("ldflags", Some(value)) => add_linker(&mut linker, &mut linker_patterns, value),
                ("gcflags", Some(value)) => add_compiler(&mut arguments, &mut merged, &value),
                ("tags", Some(value)) => tags = value,
                (_, value) => {
                    let flag = value.map_or(format!("-{name}"), |value| format!("-{name}={value}"));
                    add(&mut goflags, &mut merged, &flag);
                }
            }
        }
    }
    for value in &user.compiler {
        add_compiler(&mut arguments, &mut merged, &value.value);
    }
    for value in &user.linker {
        add_linker(&mut linker, &mut linker_patterns, value.value.clone());
    }
    // Of old, tags were separated by spaces.
    let tags = tags.split([',', ' ']).filter(|tag| !tag.is_empty());
    let tags: Vec<&str> = tags.chain(user.tags.iter().map(String::as_str)).collect();
    if !tags.is_empty() {
        add(
            &mut goflags,
            &mut merged,
            &format!("-tags={}", tags.join(",")),
        );
    }
    merged.linker = linker.join(" ");
    arguments.push(format!("-ldflags={}", merged.linker));
    let common = &merged.linker;
    let patterns = linker_patterns.iter();
    arguments
        .extend(patterns.map(|(pattern, flags)| format!("-ldflags={pattern}={common} {flags}")));
    merged.goflags = goflags.join(" ");
    merged.arguments = arguments;
    Ok(merged)
}

fn add(goflags: &mut Vec<String>, merged: &mut BuildFlags, flag: &str) {
    if misses_cache(flag) {
        merged.cache_misses.push(flag.to_owned());
    }
    goflags.push(quoted(flag));
}

/// `-X main.version=1` joins our flags; `all=-X …` is for the packages that it names, and go takes for a package what is
/// given last for it, so that our flags are repeated there.
fn add_linker(linker: &mut Vec<String>, patterns: &mut Vec<(String, String)>, value: String) {
    if value.is_empty() {
        return;
    }
    match value.split_once('=') {
        Some((pattern, flags)) if !value.starts_with('-') => {
            patterns.push((pattern.to_owned(), flags.to_owned()));
        }
        _ => linker.push(value),
    }
}

fn add_compiler(arguments: &mut Vec<String>, merged: &mut BuildFlags, value: &str) {
    if value.is_empty() {
        return;
    }
    let argument = format!("-gcflags={value}");
    if value.starts_with("all=") || value.starts_with("std=") {
        merged.cache_misses.push(argument.clone());
    }
    arguments.push(argument);
}

/// Measured: with these the standard library is compiled again.
fn misses_cache(flag: &str) -> bool {
    let name = flag.split('=').next().unwrap_or_default();
    let has_value = |wanted: &str| {
        let values = flag.split_once('=').map_or("", |(_, values)| values);
        values.split(',').any(|value| value == wanted)
    };
    match name {
        "-race" | "-msan" | "-asan" | "-pgo" | "-asmflags" => !has_value("off"),
        "-buildmode" => !has_value("exe") && !has_value("default"),
        "-tags" => has_value("timetzdata"),
        _ => false,
    }
}

/// Whether a flag of `go build`, without its dashes, is followed by its value.
pub(crate) fn takes_value(name: &str) -> bool {
    !SWITCHES.contains(&name)
}

/// Name and value of each flag, without the dashes.
fn parse(flags: &Sourced<String>) -> Result<Vec<(String, Option<String>)>, FlagError> {
    let not_flags = || FlagError::NotFlags {
        text: flags.value.clone(),
        origin: flags.origin.clone(),
    };
    let mut words = split(&flags.value).ok_or_else(not_flags)?.into_iter();
    let mut parsed = Vec::new();
    while let Some(word) = words.next() {
        let flag = word.strip_prefix('-').ok_or_else(not_flags)?;
        let flag = flag.strip_prefix('-').unwrap_or(flag);
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None if !takes_value(flag) => (flag, None),
            None => (flag, Some(words.next().ok_or_else(not_flags)?)),
        };
        if name.is_empty() {
            return Err(not_flags());
        }
        if RESERVED.contains(&name) {
            return Err(FlagError::Reserved {
                flag: format!("-{name}"),
                origin: flags.origin.clone(),
            });
        }
        parsed.push((name.to_owned(), value));
    }
    Ok(parsed)
}

/// Words as Go's `cmd/internal/quoted` splits them, and quotes after `-flag=` as a shell would have
/// removed them, because people write `BP_GO_BUILD_FLAGS` as they type a command.
fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in text.chars() {
        match quote {
            Some(open) if character == open => quote = None,
            None if character.is_whitespace() => words.extend(word.take()),
            None if matches!(character, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// A word as Go's `GOFLAGS` takes it. It knows no escape, but a flag never holds both quotes.
pub(crate) fn quoted(word: &str) -> String {
    if !word.contains(char::is_whitespace) {
        word.to_owned()
    } else if word.contains('\'') {
        format!("\"{word}\"")
    } else {
        format!("'{word}'")
    }
}

#[cfg(test)]
#[path = "build_flags_tests.rs"]
mod tests;
