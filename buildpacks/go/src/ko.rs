//! `.ko.yaml`, the configuration of ko: what to build, and with which flags. Read where nothing else says what to
//! build; a person who leaves ko should not have to write that down again.
//!
//! The format is that of ko's `docs/configuration.md`: keys of any case, a string where a list is expected.

mod template;

use std::path::{Path, PathBuf};

use buildpack_kit::environment::{Origin, Sourced};
use serde_json::{Map, Value};

pub(crate) use self::template::{TemplateError, expand};
use crate::module_root::normal;

/// The name of the file.
pub(crate) const FILE: &str = ".ko.yaml";

/// Keys that say what the image is, which is not decided here; and tests, which are not run.
const NOT_APPLIED: [&str; 8] = [
    "baseimageoverrides",
    "defaultappdirectory",
    "defaultbaseimage",
    "defaultlinuxcapabilities",
    "defaultplatforms",
    "linux_capabilities",
    "testflags",
    "testldflags",
];

/// What the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ko {
    /// Relative to the app.
    pub(crate) file: PathBuf,
    /// What to build; empty where the file says nothing of it.
    pub(crate) builds: Vec<KoBuild>,
    /// For what `builds` doesn't list.
    pub(crate) default: KoFlags,
    /// Keys of the file that are not applied, as they stand there.
    pub(crate) not_applied: Vec<String>,
}

/// One of `builds`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KoBuild {
    /// `dir` and `main`, joined: `./cmd/web`, relative to the file.
    pub(crate) target: String,
    pub(crate) flags: KoFlags,
}

/// Flags as they stand in the file, templates and all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KoFlags {
    /// Arguments of `go build`.
    pub(crate) build: Vec<String>,
    /// Parts of `-ldflags`.
    pub(crate) linker: Vec<String>,
    /// `NAME=VALUE`.
    pub(crate) environment: Vec<String>,
}

/// A file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KoError {
    /// It is no YAML.
    #[error("{} can't be parsed", .file.display())]
    Syntax { file: PathBuf, problem: String },
    /// A key holds what it can't.
    #[error("{key} of {} is not {expected}", .file.display())]
    Type {
        file: PathBuf,
        key: String,
        expected: &'static str,
    },
    /// `dir` and `main` lead out of the app.
    #[error("{target} in {} is outside of the app", .file.display())]
    Outside { file: PathBuf, target: String },
}

impl Ko {
    /// What to build, unless the file leaves that open.
    pub(crate) fn targets(&self) -> Option<Sourced<Vec<String>>> {
        let targets: Vec<String> = self
            .builds
            .iter()
            .map(|build| build.target.clone())
            .collect();
        let origin = Origin::file(&self.file);
        (!targets.is_empty()).then(|| Sourced::new(targets, origin))
    }
}

/// Reads the text of a file at a path relative to the app.
pub(crate) fn parse(file: &Path, text: &str) -> Result<Ko, KoError> {
    let value: Value = serde_saphyr::from_str(text).map_err(|error| KoError::Syntax {
        file: file.to_owned(),
        problem: error.to_string(),
    })?;
    let reader = Reader { file };
    let mut not_applied = Vec::new();
    let root = reader.map("the file", value, &mut not_applied)?;
    let default = KoFlags {
        build: reader.words("defaultFlags", root.get("defaultflags"))?,
        linker: reader.texts("defaultLdflags", root.get("defaultldflags"))?,
        environment: reader.texts("defaultEnv", root.get("defaultenv"))?,
    };
    let builds = match root.get("builds") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(builds)) => builds.clone(),
        Some(_) => return Err(reader.wrong("builds", "a list")),
    };
    let builds = builds.into_iter().map(|build| {
        let build = reader.map("builds", build, &mut not_applied)?;
        reader.build(&build, &default)
    });
    let builds = builds.collect::<Result<_, KoError>>()?;
    not_applied.dedup();
    Ok(Ko {
        file: file.to_owned(),
        builds,
        default,
        not_applied,
    })
}

struct Reader<'a> {
    file: &'a Path,
}

impl Reader<'_> {
    fn wrong(&self, key: &str, expected: &'static str) -> KoError {
        KoError::Type {
            file: self.file.to_owned(),
            key: key.to_owned(),
            expected,
        }
    }

    /// A mapping with its keys in small letters; those that are not applied are noted.
    fn map(
        &self,
        key: &str,
        value: Value,
        not_applied: &mut Vec<String>,
    ) -> Result<Map<String, Value>, KoError> {
        let map = match value {
            Value::Object(map) => map,
            Value::Null => Map::new(),
            _ => return Err(self.wrong(key, "a mapping")),
        };
        let mut small = Map::new();
        for (key, value) in map {
            let name = key.to_ascii_lowercase();
            if NOT_APPLIED.contains(&name.as_str()) && !not_applied.contains(&key) {
                not_applied.push(key);
            }
            small.insert(name, value);
        }
        Ok(small)
    }

    fn build(&self, build: &Map<String, Value>, default: &KoFlags) -> Result<KoBuild, KoError> {
        let path = |key: &str| match build.get(key) {
            None | Some(Value::Null) => Ok(""),
            Some(Value::String(path)) => Ok(path.as_str()),
            Some(_) => Err(self.wrong(&format!("builds.{key}"), "a path")),
        };
        let joined = Path::new(path("dir")?).join(path("main")?);
        let target = normal(&joined).ok_or_else(|| KoError::Outside {
            file: self.file.to_owned(),
            target: joined.display().to_string(),
        })?;
        let or_default = |own: Vec<String>, default: &Vec<String>| {
            if own.is_empty() { default.clone() } else { own }
        };
        let list = |key: &str| self.texts(&format!("builds.{key}"), build.get(key));
        let flags = self.words("builds.flags", build.get("flags"))?;
        let target = match target.display().to_string() {
            root if root.is_empty() => ".".to_owned(),
            path => format!("./{path}"),
        };
        Ok(KoBuild {
            target,
            flags: KoFlags {
                build: or_default(flags, &default.build),
                linker: or_default(list("ldflags")?, &default.linker),
                environment: or_default(list("env")?, &default.environment),
            },
        })
    }

    /// A list of texts; one text stands for a list of one.
    fn texts(&self, key: &str, value: Option<&Value>) -> Result<Vec<String>, KoError> {
        let text = |value: &Value| match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(self.wrong(key, "a list of texts")),
        };
        match value {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(values)) => values.iter().map(text).collect(),
            Some(value) => Ok(vec![text(value)?]),
        }
    }

    /// The same, but one text is several words.
    fn words(&self, key: &str, value: Option<&Value>) -> Result<Vec<String>, KoError> {
        match value {
            Some(Value::String(text)) => Ok(text.split_whitespace().map(str::to_owned).collect()),
            _ => self.texts(key, value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Ko, KoError> {
        parse(Path::new(FILE), text)
    }

    #[test]
    fn builds_say_what_to_build_and_defaults_fill_in() {
        let text = "
defaultBaseImage: example.com/base
defaultLdflags: [-s, -w]
builds:
- id: web
  main: ./cmd/web
  flags: -tags netgo
  ldflags:
  - -X main.version={{.Env.VERSION}}
  env: [CGO_ENABLED=0]
- dir: ./bar
  main: main.go
  linux_capabilities: net_bind_service
- id: root
";
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let build = |target: &str, build: &[&str], linker: &[&str], environment: &[&str]| KoBuild {
            target: target.into(),
            flags: KoFlags {
                build: texts(build),
                linker: texts(linker),
                environment: texts(environment),
            },
        };
        let ko = read(text).unwrap();
        assert_eq!(
            ko.builds,
            [
                build(
                    "./cmd/web",
                    &["-tags", "netgo"],
                    &["-X main.version={{.Env.VERSION}}"],
                    &["CGO_ENABLED=0"]
                ),
                build("./bar/main.go", &[], &["-s", "-w"], &[]),
                build(".", &[], &["-s", "-w"], &[]),
            ]
        );
        assert_eq!(ko.not_applied, ["defaultBaseImage", "linux_capabilities"]);
        let targets = ko.targets().unwrap();
        assert_eq!(targets.value, ["./cmd/web", "./bar/main.go", "."]);
        assert_eq!(targets.origin, Origin::file(FILE));
    }

    #[test]
    fn a_file_without_builds_leaves_open_what_to_build() {
        for text in ["", "defaultFlags: -v", "builds: []", "builds:"] {
            assert_eq!(read(text).unwrap().targets(), None, "{text}");
        }
    }

    #[test]
    fn what_is_of_another_form_is_an_error() {
        let message = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(message("builds: 1"), "builds of .ko.yaml is not a list");
        assert_eq!(message("- a"), "the file of .ko.yaml is not a mapping");
        assert_eq!(
            message("builds: [a]"),
            "builds of .ko.yaml is not a mapping"
        );
        assert_eq!(
            message("builds: [{main: [a]}]"),
            "builds.main of .ko.yaml is not a path"
        );
        assert_eq!(
            message("defaultEnv: {A: b}"),
            "defaultEnv of .ko.yaml is not a list of texts"
        );
        assert_eq!(
            message("builds: [{dir: .., main: x}]"),
            "../x in .ko.yaml is outside of the app"
        );
        assert_eq!(message("builds: [\n"), ".ko.yaml can't be parsed");
    }
}
