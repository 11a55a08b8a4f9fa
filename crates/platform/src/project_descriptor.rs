//! `project.toml`: what of the app is built and with which variables.
//!
//! Source: the CNB project descriptor specification (`extensions/project-descriptor.md`), schemas 0.1
//! to 0.3, read as `pack` reads them: no `schema-version` means 0.1, keys that a schema doesn't know
//! are named in a warning.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The parts of a project descriptor that a build uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectDescriptor {
    /// Which files of the app are built.
    pub selection: Selection,
    /// Variables for the buildpacks.
    pub environment: BTreeMap<String, String>,
    /// Keys that are read by nothing here, such as `builder`, with what that means for the build.
    pub ignored: Vec<&'static str>,
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
        /// What is wrong.
        source: toml::de::Error,
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
        let old = document.build;
        let version = document.meta.schema_version;
        let (build, mut ignored) = match version.as_ref().map(|version| version.as_ref().as_str()) {
            None | Some("0.1") => {
                let mut ignored = Vec::new();
                if modern.is_some() {
                    ignored.push("[io.buildpacks] is of schema 0.2, but no schema-version says so");
                }
                (old.unwrap_or_default(), ignored)
            }
            Some("0.2" | "0.3") => (modern.unwrap_or_default(), Vec::new()),
            Some(other) => {
                let start = version.as_ref().map_or(0, |version| version.span().start);
                return Err(ProjectDescriptorError::UnknownSchema {
                    line: line_of(text, start),
                    version: other.to_owned(),
                });
            }
        };
        if build.builder.is_some() {
            ignored.push("`builder` is for pack; choose Coracle's builder with --builder");
        }
        if build.has_buildpacks() {
            ignored.push("buildpacks named here are for pack; Coracle uses its own");
        }
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
#[serde(untagged)]
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
    ProjectDescriptorError::Syntax {
        line: line_of(text, start),
        source,
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cases: &[(&str, &str)]) -> String {
        let line = |(name, text): &(&str, &str)| match ProjectDescriptor::parse(text) {
            Ok(descriptor) => format!("{name}: {descriptor:?}\n"),
            Err(error) => format!("{name}: error: {error}\n"),
        };
        cases.iter().map(line).collect()
    }

    #[test]
    fn the_schemas_are_read_as_pack_reads_them() {
        let cases = [
            ("empty", ""),
            (
                "0.1",
                "[build]\nexclude = ['*.md']\n[[build.env]]\nname = 'A'\nvalue = '1'",
            ),
            (
                "0.2",
                "[_]\nschema-version = '0.2'\n[io.buildpacks]\ninclude = ['src/']\nexclude = []\n\
                 [[io.buildpacks.build.env]]\nname = 'A'\nvalue = '1'",
            ),
            (
                "0.2 with the old key",
                "[_]\nschema-version = '0.2'\n[[io.buildpacks.env.build]]\nname = 'A'\nvalue = '1'",
            ),
            (
                "0.3",
                "[_]\nschema-version = '0.3'\n\
                 [[io.buildpacks.build.env]]\nname = 'T'\nvalue = '1'\nexec-env = ['test']\n\
                 [[io.buildpacks.build.env]]\nname = 'P'\nvalue = '1'\nexec-env = ['production']",
            ),
            ("no schema", "[io.buildpacks]\nexclude = ['a']"),
            (
                "for pack",
                "[_]\nschema-version = '0.2'\n[io.buildpacks]\nbuilder = 'x'\n[[io.buildpacks.group]]\nid = 'y'",
            ),
            ("foreign tables", "[project]\nid = 'x'\n[tool.other]\na = 1"),
        ];
        insta::assert_snapshot!(table(&cases), @r#"
        empty: ProjectDescriptor { selection: Everything, environment: {}, ignored: [] }
        0.1: ProjectDescriptor { selection: Exclude(["*.md"]), environment: {"A": "1"}, ignored: [] }
        0.2: ProjectDescriptor { selection: Include(["src/"]), environment: {"A": "1"}, ignored: [] }
        0.2 with the old key: ProjectDescriptor { selection: Everything, environment: {"A": "1"}, ignored: [] }
        0.3: ProjectDescriptor { selection: Everything, environment: {"P": "1"}, ignored: [] }
        no schema: ProjectDescriptor { selection: Everything, environment: {}, ignored: ["[io.buildpacks] is of schema 0.2, but no schema-version says so"] }
        for pack: ProjectDescriptor { selection: Everything, environment: {}, ignored: ["`builder` is for pack; choose Coracle's builder with --builder", "buildpacks named here are for pack; Coracle uses its own"] }
        foreign tables: ProjectDescriptor { selection: Everything, environment: {}, ignored: [] }
        "#);
    }

    #[test]
    fn what_cannot_be_used_is_an_error_with_its_line() {
        let cases = [
            ("no TOML", "[build]\nexclude = [\n"),
            ("wrong type", "[build]\n\nexclude = 'a'"),
            ("unknown schema", "[_]\nname = 'x'\nschema-version = '0.9'"),
            ("schema as a number", "[_]\nschema-version = 0.2"),
            ("both", "[build]\ninclude = ['a']\nexclude = ['b']"),
            ("no value", "[[build.env]]\nname = 'A'"),
        ];
        insta::assert_snapshot!(table(&cases), @"
        no TOML: error: line 2 can't be understood
        wrong type: error: line 3 can't be understood
        unknown schema: error: line 3 asks for schema 0.9
        schema as a number: error: line 2 can't be understood
        both: error: both include and exclude are given
        no value: error: line 1 can't be understood
        ");
    }
}
