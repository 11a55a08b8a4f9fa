//! `project.toml`: what of the app is built and with which variables.
//!
//! Source: the CNB project descriptor specification (`extensions/project-descriptor.md`), schemas 0.1
//! to 0.3, read as `pack` reads them (its package `pkg/project`): no `schema-version` means 0.1; keys
//! that nobody knows are named in a warning where they stand in a table that is for builds, and are
//! others' elsewhere.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::unknown_keys::unknown_keys;

/// The parts of a project descriptor that a build uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectDescriptor {
    /// Which files of the app are built.
    pub selection: Selection,
    /// Variables for the buildpacks.
    pub environment: BTreeMap<String, String>,
    /// Keys that are read by nothing here, such as `builder`, with what that means for the build.
    pub ignored: Vec<String>,
}

/// Which files of the app are built; patterns have `.gitignore` syntax.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Selection {
    /// Every file.
    #[default]
    Everything,
    /// Only what matches.
    Include(Vec<String>),
    /// All but what matches.
    Exclude(Vec<String>),
}

/// A project descriptor that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ProjectDescriptorError {
    /// Not TOML, or a value of the wrong type.
    #[error("line {line} can't be understood")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What stands there.
        text: String,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// A schema that nobody has published yet, or a typing error.
    #[error("line {line} asks for schema {version}")]
    UnknownSchema {
        /// The line of `schema-version`, from 1.
        line: usize,
        /// What stands there.
        version: String,
    },
    /// Both `include` and `exclude` are given.
    #[error("both include and exclude are given")]
    IncludeAndExclude,
}

impl ProjectDescriptor {
    /// Reads the text of a `project.toml`.
    ///
    /// # Errors
    /// When it is no TOML, of an unknown schema, or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, ProjectDescriptorError> {
        let document: Document = toml::from_str(text).map_err(|source| syntax(text, source))?;
        let modern = document.io.unwrap_or_default().buildpacks;
        let version = document.meta.schema_version;
        let (build, root, other) = match version.as_ref().map(|version| version.as_ref().as_str()) {
            None | Some("0.1") => {
                let other = modern.map(|_| {
                    "[io.buildpacks] is of schema 0.2 and is ignored; to have it read, write in [_]: schema-version = \"0.2\""
                });
                (document.build, "build", other)
            }
            Some("0.2" | "0.3") => {
                let other = document.build.map(
                    |_| "[build] is of schema 0.1 and is ignored; write [io.buildpacks] instead",
                );
                (modern, "io.buildpacks", other)
            }
            Some(other) => {
                let start = version.as_ref().map_or(0, |version| version.span().start);
                return Err(ProjectDescriptorError::UnknownSchema {
                    line: line_of(text, start),
                    version: other.to_owned(),
                });
            }
        };
        let build = build.unwrap_or_default();
        let for_pack = [
            other,
            build
                .builder
                .as_ref()
                .map(|_| "`builder` is for pack; choose Coracle's builder with --builder"),
            build
                .has_buildpacks()
                .then_some("buildpacks named here are for pack; Coracle uses its own"),
        ];
        let mut ignored: Vec<String> = for_pack.into_iter().flatten().map(str::to_owned).collect();
        ignored.extend(unknown_keys(text, root).into_iter().map(|unknown| {
            let line = line_of(text, unknown.offset);
            let key = explain::quote(&unknown.key, 100);
            format!("line {line}: {key} is no key of a project descriptor and is ignored; correct or remove it")
        }));
        Ok(Self {
            environment: build.environment(),
            selection: build.selection()?,
            ignored,
        })
    }
}

#[derive(Deserialize)]
struct Document {
    #[serde(default, rename = "_")]
    meta: Meta,
    io: Option<Io>,
    build: Option<Build>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Meta {
    schema_version: Option<toml::Spanned<String>>,
}

#[derive(Default, Deserialize)]
struct Io {
    buildpacks: Option<Build>,
}

/// `[build]` of schema 0.1 and `[io.buildpacks]` of the later ones differ only in where variables and
/// buildpacks stand.
#[derive(Default, Deserialize)]
struct Build {
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    builder: Option<String>,
    /// `[[build.env]]` of 0.1; `[[io.buildpacks.env.build]]` was a mistake that pack still reads.
    env: Option<OldEnvironment>,
    #[serde(rename = "build")]
    inner: Option<Inner>,
    buildpacks: Option<Vec<toml::Table>>,
    group: Option<Vec<toml::Table>>,
    pre: Option<toml::Table>,
    post: Option<toml::Table>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "each variable must have a name and a value, both strings"
)]
enum OldEnvironment {
    Variables(Vec<Variable>),
    Build { build: Vec<Variable> },
}

#[derive(Default, Deserialize)]
struct Inner {
    #[serde(default)]
    env: Vec<Variable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Variable {
    name: String,
    value: String,
    /// Schema 0.3: the execution environments that the variable is for; none means all.
    #[serde(default)]
    exec_env: Vec<String>,
}

impl Build {
    fn environment(&self) -> BTreeMap<String, String> {
        let modern = self.inner.as_ref().map(|inner| &inner.env);
        let variables = modern.or(match &self.env {
            Some(OldEnvironment::Variables(variables)) => Some(variables),
            Some(OldEnvironment::Build { build }) => Some(build),
            None => None,
        });
        variables
            .into_iter()
            .flatten()
            .filter(|variable| {
                variable.exec_env.is_empty()
                    || variable.exec_env.iter().any(|name| name == "production")
            })
            .map(|variable| (variable.name.clone(), variable.value.clone()))
            .collect()
    }

    fn selection(self) -> Result<Selection, ProjectDescriptorError> {
        match (self.include.is_empty(), self.exclude.is_empty()) {
            (true, true) => Ok(Selection::Everything),
            (false, true) => Ok(Selection::Include(self.include)),
            (true, false) => Ok(Selection::Exclude(self.exclude)),
            (false, false) => Err(ProjectDescriptorError::IncludeAndExclude),
        }
    }

    fn has_buildpacks(&self) -> bool {
        self.buildpacks.is_some()
            || self.group.is_some()
            || self.pre.is_some()
            || self.post.is_some()
    }
}

fn syntax(text: &str, source: toml::de::Error) -> ProjectDescriptorError {
    let start = source.span().map_or(0, |span| span.start);
    let line = line_of(text, start);
    ProjectDescriptorError::Syntax {
        line,
        text: text.lines().nth(line - 1).unwrap_or_default().to_owned(),
        source: Box::new(source),
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

#[cfg(test)]
#[path = "project_descriptor_tests.rs"]
mod tests;
