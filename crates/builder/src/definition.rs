//! `builder.toml`, in the format of `pack builder create`: what a builder consists of.
//!
//! Source of the format: pack's `builder/config_reader.go`, which treats unknown keys as errors, as
//! this does. Keys that the embedded platform can't honour are left out here, so that they are errors
//! and not ignored.

use serde::Deserialize;

/// A builder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// One line about it.
    pub description: String,
    /// The buildpacks that it carries.
    pub buildpacks: Vec<BuildpackReference>,
    /// The groups of buildpacks, tried in this order.
    pub order: Vec<Group>,
    /// The same images once more, for platforms that still know stacks.
    pub stack: Stack,
    /// Where apps are built.
    pub build: Build,
    /// On what they run.
    pub run: Run,
    /// Where `pack` finds the lifecycle.
    pub lifecycle: LifecycleReference,
}

/// A buildpack of a builder.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuildpackReference {
    /// `coracle/go`.
    pub id: String,
    /// Where `pack` finds it packaged, relative to the file.
    pub uri: String,
}

/// Buildpacks that build an app together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The buildpacks, in order.
    pub group: Vec<GroupMember>,
}

/// A buildpack of a group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupMember {
    /// `coracle/go`.
    pub id: String,
    /// Whether the group passes without it.
    #[serde(default)]
    pub optional: bool,
}

/// The `[stack]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stack {
    /// The stack id, which is a label of both images.
    pub id: String,
    /// The same as `build.image`.
    pub build_image: String,
    /// The same as the first of `run.images`.
    pub run_image: String,
    /// The same as the mirrors of that.
    #[serde(default)]
    pub run_image_mirrors: Vec<String>,
}

/// The `[build]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The build image.
    pub image: String,
    /// Variables that buildpacks see unless the user sets them.
    #[serde(default)]
    pub env: Vec<BuildVariable>,
}

/// A variable of the `[build]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuildVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The `[run]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The run images.
    pub images: RunImages,
}

/// One run image or more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<RunImage>")]
pub struct RunImages {
    /// The one that is used where nothing else is asked for.
    pub first: RunImage,
    /// The others.
    pub others: Vec<RunImage>,
}

impl RunImages {
    /// All of them, the first one first.
    pub fn iter(&self) -> impl Iterator<Item = &RunImage> {
        [&self.first].into_iter().chain(&self.others)
    }

    /// The references of all of them, each followed by its mirrors.
    pub(crate) fn references(&self) -> impl Iterator<Item = &str> {
        self.iter()
            .flat_map(|image| [&image.image].into_iter().chain(&image.mirrors))
            .map(String::as_str)
    }
}

impl TryFrom<Vec<RunImage>> for RunImages {
    type Error = &'static str;

    fn try_from(images: Vec<RunImage>) -> Result<Self, &'static str> {
        let mut images = images.into_iter();
        let first = images
            .next()
            .ok_or("a builder has at least one run image")?;
        Ok(Self {
            first,
            others: images.collect(),
        })
    }
}

/// A run image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunImage {
    /// Its reference.
    pub image: String,
    /// References under which the same image, or one to rebase onto, is to be had too.
    #[serde(default)]
    pub mirrors: Vec<String>,
}

/// The `[lifecycle]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LifecycleReference {
    /// Where `pack` finds it, relative to the file.
    pub uri: String,
}

/// What is wrong in a definition that is otherwise of the format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// The order names a buildpack that the builder does not carry.
    #[error("the order names {0}, which [[buildpacks]] doesn't list")]
    NotCarried(String),
    /// The order is empty, or a group is.
    #[error("the order, or a group in it, is empty")]
    EmptyOrder,
    /// `[stack]` says another image than `[build]` or `[run]`.
    #[error("[stack] says {stack} where {table} says {other}")]
    StackDiffers {
        /// What `[stack]` says.
        stack: String,
        /// `[build]` or `[[run.images]]`.
        table: &'static str,
        /// What that says.
        other: String,
    },
    /// The variables of the builder don't name the list of its run image's libraries.
    #[error("[[build.env]] says {said:?} where the run image needs {path}")]
    RunLibraries {
        /// The variable that names it.
        variable: &'static str,
        /// What it says, if it is there.
        said: Option<String>,
        /// What it should say.
        path: String,
    },
    /// The reference of an image names none of the images that `stack/` can compose.
    #[error("{reference} names none of the images in stack/")]
    UnknownImage {
        /// The reference.
        reference: String,
        /// The images that there are.
        known: Vec<String>,
    },
}

impl Definition {
    /// Checks what the format alone does not.
    pub(crate) fn check(&self) -> Result<(), DefinitionError> {
        if self.order.is_empty() || self.order.iter().any(|group| group.group.is_empty()) {
            return Err(DefinitionError::EmptyOrder);
        }
        let carried = |id: &str| self.buildpacks.iter().any(|buildpack| buildpack.id == id);
        let members = self.order.iter().flat_map(|group| &group.group);
        if let Some(member) = members.into_iter().find(|member| !carried(&member.id)) {
            return Err(DefinitionError::NotCarried(member.id.clone()));
        }
        let differs = |stack: &str, table, other: &str| DefinitionError::StackDiffers {
            stack: stack.to_owned(),
            table,
            other: other.to_owned(),
        };
        let run = &self.run.images.first;
        if self.stack.run_image != run.image {
            return Err(differs(&self.stack.run_image, "[[run.images]]", &run.image));
        }
        if self.stack.build_image != self.build.image {
            return Err(differs(
                &self.stack.build_image,
                "[build]",
                &self.build.image,
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: &str = include_str!("../../../builder.toml");
    const STATIC: &str = include_str!("../../../builder-static.toml");

    fn parse(text: &str) -> Definition {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_builders_of_this_tree_are_consistent() {
        for text in [DEFAULT, STATIC] {
            assert_eq!(parse(text).check(), Ok(()));
        }
    }

    #[test]
    fn what_does_not_fit_together_is_an_error() {
        let mut definition = parse(DEFAULT);
        definition.stack.run_image = "other/run:latest".to_owned();
        assert!(matches!(
            definition.check(),
            Err(DefinitionError::StackDiffers { .. })
        ));
        let mut definition = parse(DEFAULT);
        definition
            .buildpacks
            .retain(|buildpack| buildpack.id != "coracle/go");
        assert_eq!(
            definition.check(),
            Err(DefinitionError::NotCarried("coracle/go".to_owned()))
        );
        let mut definition = parse(DEFAULT);
        definition.order.clear();
        assert_eq!(definition.check(), Err(DefinitionError::EmptyOrder));
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let text = format!("extensions = []\n{DEFAULT}");
        assert!(toml::from_str::<Definition>(&text).is_err());
    }
}
