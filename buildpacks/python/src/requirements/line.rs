//! One line of a requirement file.

use buildpack_kit::environment::Origin;

use super::RequirementsError;

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// `-r file`.
    Include(String),
    /// `-c file`.
    Constraints(String),
    /// `--pre`.
    Prereleases,
    /// `--require-hashes`.
    RequireHashes,
    /// `-f place`.
    FindLinks(String),
    /// Any other option, as uv reads it.
    Option(String),
    /// Something to install.
    Requirement {
        text: String,
        /// ` --hash=…` for each.
        hashes: String,
        editable: bool,
    },
}

/// Options that uv reads as pip does, or ignores with good reason; those with a value first.
const WITH_VALUE: [&str; 6] = [
    "--index-url",
    "--extra-index-url",
    "--no-binary",
    "--only-binary",
    "--trusted-host",
    "--use-feature",
];
const WITHOUT_VALUE: [&str; 2] = ["--no-index", "--prefer-binary"];

impl Line {
    /// Reads a line that is neither empty nor a comment.
    pub(super) fn parse(text: &str, origin: &Origin) -> Result<Self, RequirementsError> {
        if !text.starts_with('-') {
            return requirement(text, false, origin);
        }
        let end = text.find([' ', '\t', '=']).unwrap_or(text.len());
        let (written, rest) = text.split_at(end);
        let value = rest.strip_prefix('=').unwrap_or(rest).trim();
        // `-rother.txt`, as pip reads it.
        let (option, value) = match written.split_at_checked(2) {
            Some((short, glued)) if !written.starts_with("--") && !glued.is_empty() => {
                (short, text[2..].trim())
            }
            _ => (written, value),
        };
        let needs_value = || {
            if value.is_empty() {
                return Err(RequirementsError::NoValue {
                    option: option.to_owned(),
                    text: text.to_owned(),
                    origin: origin.clone(),
                });
            }
            Ok(value.to_owned())
        };
        match option {
            "-r" | "--requirement" => Ok(Self::Include(needs_value()?)),
            "-c" | "--constraint" => Ok(Self::Constraints(needs_value()?)),
            "-e" | "--editable" => requirement(&needs_value()?, true, origin),
            "-f" | "--find-links" => Ok(Self::FindLinks(needs_value()?)),
            "-i" => Ok(Self::Option(format!("--index-url {}", needs_value()?))),
            "--pre" => Ok(Self::Prereleases),
            "--require-hashes" => Ok(Self::RequireHashes),
            _ if WITH_VALUE.contains(&option) => {
                Ok(Self::Option(format!("{option} {}", needs_value()?)))
            }
            _ if WITHOUT_VALUE.contains(&option) => Ok(Self::Option(option.to_owned())),
            _ => Err(RequirementsError::Option {
                option: option.to_owned(),
                text: text.to_owned(),
                origin: origin.clone(),
            }),
        }
    }
}

fn requirement(text: &str, editable: bool, origin: &Origin) -> Result<Line, RequirementsError> {
    let mut parts = text.split(" --");
    let what = parts.next().unwrap_or_default().trim().to_owned();
    let mut hashes = String::new();
    for option in parts {
        let name_end = option.find(['=', ' ']).unwrap_or(option.len());
        let (name, value) = option.split_at(name_end);
        if name != "hash" {
            return Err(RequirementsError::Option {
                option: format!("--{name}"),
                text: text.to_owned(),
                origin: origin.clone(),
            });
        }
        hashes.push_str(" --hash=");
        hashes.push_str(value.trim_start_matches(['=', ' ']).trim());
    }
    // uv takes a repository as it is, and pip would only keep the clone beside the environment.
    let editable = editable && !what.starts_with("git+");
    Ok(Line::Requirement {
        text: what,
        hashes,
        editable,
    })
}

/// Lines with their numbers, joined where they end in a backslash, without comments and empty ones.
pub(super) fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut joined: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let is_comment = line.trim_start().starts_with('#');
        let (number, mut whole) = joined.take().unwrap_or((index + 1, String::new()));
        match line.strip_suffix('\\') {
            Some(start) if !is_comment => {
                whole.push_str(start);
                joined = Some((number, whole));
                continue;
            }
            _ if is_comment => {}
            _ => whole.push_str(line),
        }
        lines.push((number, whole));
    }
    lines.extend(joined);
    let lines = lines
        .into_iter()
        .map(|(number, line)| (number, without_comment(&line)));
    lines.filter(|(_, line)| !line.is_empty()).collect()
}

fn without_comment(line: &str) -> String {
    let mut end = line.len();
    for (index, _) in line.match_indices('#') {
        if index == 0 || line[..index].ends_with([' ', '\t']) {
            end = index;
            break;
        }
    }
    line[..end].trim().to_owned()
}

/// `${NAME}` filled in, as pip does it: capitals, digits and `_` alone. Fails with the name that isn't set.
pub(crate) fn expand(
    text: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let (before, reference) = rest.split_at(start);
        let end = reference.find('}');
        let is_name = |character: char| {
            character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_'
        };
        let name = end.map(|end| &reference[2..end]);
        let name = name.filter(|name| !name.is_empty() && name.chars().all(is_name));
        expanded.push_str(before);
        if let Some(name) = name {
            expanded.push_str(&variable(name).ok_or_else(|| name.to_owned())?);
            rest = &reference[name.len() + 3..];
        } else {
            expanded.push_str("${");
            rest = &reference[2..];
        }
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// The path of a requirement that is one, and what follows it: extras and markers.
pub(super) fn path_of(text: &str) -> Option<(&str, &str)> {
    const ARCHIVES: [&str; 5] = [".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz"];
    let end = text.find(['[', ';']).unwrap_or(text.len());
    let (path, rest) = text.split_at(end);
    let (path, rest) = (path.trim_end(), rest);
    let plain = path.strip_prefix("file:").unwrap_or(path);
    let is_path = plain.len() < path.len()
        || plain == "."
        || plain.starts_with("./")
        || plain.starts_with("../")
        || plain.starts_with('/')
        || (!plain.contains(['@', ' ']) && ARCHIVES.iter().any(|ending| plain.ends_with(ending)));
    is_path.then_some((plain, rest))
}

/// What begins with the name of what is required; nothing for a place without a name.
pub(super) fn name_of(text: &str) -> Option<&str> {
    let of_fragment = text.split_once("#egg=").map(|(_, name)| name);
    let named = text.split_once('@').map(|(name, _)| name.trim());
    let named = named.filter(|name| !name.contains("://") && !name.contains('+'));
    match (named, of_fragment) {
        (Some(name), _) | (None, Some(name)) => Some(name),
        (None, None) if text.contains("://") => None,
        (None, None) => Some(text),
    }
}
