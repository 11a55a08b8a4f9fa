//! What `go version -m PROGRAM` says: the modules that a Go program was linked from.
//!
//! The format is that of `runtime/debug.BuildInfo`, one record a line, tab-separated, below a line
//! `PROGRAM: go1.26.8`:
//!
//! ```text
//! server: go1.26.8
//!         path    example.com/server/cmd/server
//!         mod     example.com/server      (devel)
//!         dep     github.com/x/y  v1.2.3  h1:…=
//!         =>      github.com/z/y  v1.2.4  h1:…=
//!         build   CGO_ENABLED=0
//! ```

use crate::{Component, Kind, Purl};

/// A line that is not of that format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GoBuildInfoError {
    /// The first line does not name the Go version.
    #[error("the first line doesn't name a Go version: {line:?}")]
    NoGoVersion {
        /// The first line.
        line: String,
    },
    /// A record has too few fields, or a replacement stands before everything it could replace.
    #[error("line {number} of the build information can't be read: {line:?}")]
    Malformed {
        /// Counted from 1.
        number: usize,
        /// The line.
        line: String,
    },
}

/// The build information of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoBuildInfo {
    /// The version of Go without its `go` prefix: `1.26.8`.
    pub go_version: String,
    /// The import path of the main package.
    pub package: Option<String>,
    /// The main module; absent for programs that were built outside of one.
    pub main: Option<Module>,
    /// The modules that were linked in, replacements already applied.
    pub dependencies: Vec<Module>,
    /// The build settings, in their order: `("CGO_ENABLED", "0")`.
    pub settings: Vec<(String, String)>,
}

/// A module of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The module path.
    pub path: String,
    /// The version; absent when it was a directory, for which Go says `(devel)` or nothing.
    pub version: Option<String>,
}

/// Reads the output of `go version -m` for one program.
///
/// # Errors
/// When it is not of the format.
pub fn parse(text: &str) -> Result<GoBuildInfo, GoBuildInfoError> {
    let mut lines = text.lines().enumerate();
    let first = lines.next().map_or("", |(_, line)| line);
    let mut info = GoBuildInfo {
        go_version: go_version(first)?,
        package: None,
        main: None,
        dependencies: Vec::new(),
        settings: Vec::new(),
    };
    for (index, line) in lines {
        if line.trim().is_empty() {
            continue;
        }
        info.read_record(line)
            .ok_or_else(|| GoBuildInfoError::Malformed {
                number: index + 1,
                line: line.to_owned(),
            })?;
    }
    Ok(info)
}

/// `PROGRAM: go1.26.8`, or only the version. Development versions, `devel go1.27-abc…`, are kept as
/// they are; experiments, `go1.26.8 X:jsonv2`, are left out.
fn go_version(line: &str) -> Result<String, GoBuildInfoError> {
    let version = line.rsplit_once(": ").map_or(line, |(_, version)| version);
    let version = version.trim();
    let words: Vec<&str> = version.split_whitespace().collect();
    match words.as_slice() {
        ["devel", rest, ..] => Ok(format!("devel {rest}")),
        [word, ..] if word.starts_with("go") => Ok(word["go".len()..].to_owned()),
        _ => Err(GoBuildInfoError::NoGoVersion {
            line: line.to_owned(),
        }),
    }
}

impl GoBuildInfo {
    fn read_record(&mut self, line: &str) -> Option<()> {
        let mut fields = line.trim_start().split('\t').map(str::trim);
        let kind = fields.next()?;
        match kind {
            "path" => self.package = Some(fields.next()?.to_owned()),
            "mod" => self.main = Some(module(&mut fields)?),
            "dep" => self.dependencies.push(module(&mut fields)?),
            "=>" => {
                let replaced = self.dependencies.last_mut().or(self.main.as_mut())?;
                *replaced = module(&mut fields)?;
            }
            "build" => {
                let (name, value) = fields.next()?.split_once('=')?;
                let value = value.trim_matches('"');
                self.settings.push((name.to_owned(), value.to_owned()));
            }
            // Go may add kinds of records; they say nothing about modules.
            _ => {}
        }
        Some(())
    }

    /// The main module, its dependencies and the standard library, each with its package URL.
    ///
    /// The standard library is `pkg:golang/stdlib@1.26.8`, the name under which the vulnerability
    /// databases list it.
    #[must_use]
    pub fn components(&self) -> Vec<Component> {
        let main = self.main.iter().map(|module| (Kind::Application, module));
        let dependencies = self.dependencies.iter();
        let dependencies = dependencies.map(|module| (Kind::Library, module));
        let modules = main.chain(dependencies).map(|(kind, module)| {
            let purl = Purl::golang(&module.path, module.version.as_deref());
            let mut component = Component::new(kind, &module.path).purl(purl);
            component.version.clone_from(&module.version);
            component
        });
        let standard_library = Component::new(Kind::Library, "stdlib")
            .version(&self.go_version)
            .purl(Purl::golang("stdlib", Some(&self.go_version)))
            .license("BSD-3-Clause");
        modules.chain([standard_library]).collect()
    }
}

fn module<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Option<Module> {
    let path = fields.next()?.to_owned();
    let version = fields.next().unwrap_or_default();
    let version = (!version.is_empty() && version != "(devel)").then(|| version.to_owned());
    Some(Module { path, version })
}
