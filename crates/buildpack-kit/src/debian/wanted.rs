//! Which packages an app asks for: `BP_DEB_PACKAGES` and the lines of an `Aptfile`.

use std::path::Path;

use crate::environment::{Environment, EnvironmentError, Origin, Sourced};
use crate::files::{self, FilesError};

/// The file: a name a line.
pub const APTFILE: &str = "Aptfile";

/// The packages that an app asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    packages: Vec<Sourced<Package>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Package {
    name: String,
    version: Option<String>,
}

/// A list of packages that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum WantedError {
    /// The variable is no text.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The file can't be read.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// A word of either names no package.
    #[error("{origin} has {text:?}, which names no package")]
    Invalid {
        /// Where it stands.
        origin: Origin,
        /// What stands there.
        text: String,
        /// Why it is none.
        problem: WantedProblem,
    },
}

/// Why a text names no package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedProblem {
    /// It is the address of a file, which nobody has signed.
    Address,
    /// It is a further archive, `:repo:` of Heroku's buildpack for apt.
    Archive,
    /// It asks for a package of another architecture or release, `name:arch` and `name/release` of apt.
    Elsewhere,
    /// It isn't of the form of a name (Debian policy §5.6.1), or of a version (§5.6.12).
    Malformed,
}

impl Wanted {
    /// Reads the variable, `BP_DEB_PACKAGES`, which has names with spaces or commas between them, and the file. What
    /// they name together is wanted.
    ///
    /// # Errors
    /// When one of them can't be read, or names something else.
    pub fn read(
        app_dir: &Path,
        environment: &Environment,
        variable: &str,
    ) -> Result<Self, WantedError> {
        let mut packages = Vec::new();
        if let Some(text) = environment.text(variable)? {
            for word in words(&text.value) {
                packages.push(package(word, text.origin.clone())?);
            }
        }
        if let Some(text) = files::read_text(app_dir, APTFILE)? {
            for (index, line) in text.lines().enumerate() {
                let line = line.split('#').next().unwrap_or_default().trim();
                if !line.is_empty() {
                    packages.push(package(line, Origin::line(APTFILE, index + 1))?);
                }
            }
        }
        Ok(Self { packages })
    }

    /// Whether none is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packages.is_empty()
    }

    /// The names, as they are asked for.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.packages
            .iter()
            .map(|package| package.value.name.as_str())
    }

    /// As apt takes them.
    pub(super) fn arguments(&self) -> Vec<String> {
        let arguments = self.packages.iter().map(|package| {
            let Package { name, version } = &package.value;
            match version {
                Some(version) => format!("{name}={version}"),
                None => name.clone(),
            }
        });
        arguments.collect()
    }

    /// Where they stand, once each.
    pub(super) fn origins(&self) -> String {
        let origins = self.packages.iter().map(|package| match &package.origin {
            Origin::Variable(name) => name.as_str(),
            _ => APTFILE,
        });
        let mut origins: Vec<&str> = origins.collect();
        origins.dedup();
        origins.join(" and ")
    }

    /// Where a package stands.
    pub(super) fn origin_of(&self, name: &str) -> String {
        let found = self
            .packages
            .iter()
            .find(|package| package.value.name == name);
        found.map_or_else(|| self.origins(), |package| package.origin.to_string())
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|character: char| character.is_whitespace() || character == ',');
    words.filter(|word| !word.is_empty())
}

fn package(text: &str, origin: Origin) -> Result<Sourced<Package>, WantedError> {
    match parse(text) {
        Ok(package) => Ok(Sourced::new(package, origin)),
        Err(problem) => Err(WantedError::Invalid {
            origin,
            text: text.to_owned(),
            problem,
        }),
    }
}

fn parse(text: &str) -> Result<Package, WantedProblem> {
    if text.starts_with(":repo:") || text.starts_with("deb ") {
        return Err(WantedProblem::Archive);
    }
    if text.contains("://") || text.rsplit('.').next() == Some("deb") {
        return Err(WantedProblem::Address);
    }
    let (name, version) = match text.split_once('=') {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    };
    let is_name = |text: &str| {
        text.len() > 1
            && text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
            && text
                .chars()
                .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || "+-.".contains(one))
    };
    if let Some((before, _)) = name.split_once([':', '/'])
        && is_name(before)
    {
        return Err(WantedProblem::Elsewhere);
    }
    let is_version = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_digit())
            && text
                .chars()
                .all(|one| one.is_ascii_alphanumeric() || ".+-:~".contains(one))
    };
    if !is_name(name) || !version.is_none_or(is_version) {
        return Err(WantedProblem::Malformed);
    }
    Ok(Package {
        name: name.to_owned(),
        version: version.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_are_told_from_what_apt_would_take_too() {
        let lines = [
            "libpq5",
            "libstdc++6=14.2.0-19",
            "g++",
            "tzdata=1:2026a~rc1-0+deb13u1",
            "https://example.com/a.deb",
            "./a.deb",
            ":repo:deb https://example.com/ ./",
            "libpq5:arm64",
            "libpq5/trixie",
            "libpq5 libmagic1",
            "--purge",
            "LibPQ",
            "x",
            "libpq5=",
        ];
        let parsed = lines.map(|line| match parse(line) {
            Ok(Package { name, version }) => {
                format!("{line}: {name} {}", version.unwrap_or_default())
            }
            Err(problem) => format!("{line}: {problem:?}"),
        });
        insta::assert_snapshot!(parsed.join("\n"), @"
        libpq5: libpq5 
        libstdc++6=14.2.0-19: libstdc++6 14.2.0-19
        g++: g++ 
        tzdata=1:2026a~rc1-0+deb13u1: tzdata 1:2026a~rc1-0+deb13u1
        https://example.com/a.deb: Address
        ./a.deb: Address
        :repo:deb https://example.com/ ./: Archive
        libpq5:arm64: Elsewhere
        libpq5/trixie: Elsewhere
        libpq5 libmagic1: Malformed
        --purge: Malformed
        LibPQ: Malformed
        x: Malformed
        libpq5=: Malformed
        ");
    }

    #[test]
    fn the_variable_and_the_file_are_both_read() {
        let app = testkit::directory(
            "-- Aptfile --\n# for the index\nlibmagic1t64 # of file\n\nlibpq5=17.12-0\n",
        );
        let none: [(&str, &str); 0] = [];
        let environment = Environment::new([("BP_DEB_PACKAGES", "ffmpeg, libvips42t64\n")], none);
        let wanted = Wanted::read(app.path(), &environment, "BP_DEB_PACKAGES").unwrap();
        let expected = ["ffmpeg", "libvips42t64", "libmagic1t64", "libpq5=17.12-0"];
        assert_eq!(wanted.arguments(), expected);
        assert_eq!(wanted.origins(), "BP_DEB_PACKAGES and Aptfile");
        assert_eq!(wanted.origin_of("libpq5"), "Aptfile line 4");
    }
}
