//! The files that a builder has below `/cnb`: order, run images and build environment for the lifecycle.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use store::Store;

use crate::component::ComponentId;
use crate::definition::{Definition, RunImage};
use crate::errors::BuilderError;
use crate::key::KeyBuilder;
use crate::tree;

/// Raised whenever this module would make something else of the same inputs.
const RECIPE: u32 = 3;

/// The configuration component: file names as below `/cnb`, and their texts.
pub(crate) struct Config {
    files: BTreeMap<String, String>,
    pub(crate) component: ComponentId,
}

impl Config {
    pub(crate) fn new(
        definition: &Definition,
        versions: &BTreeMap<&str, &str>,
    ) -> Result<Self, BuilderError> {
        let files = files(definition, versions)?;
        let mut key = KeyBuilder::new("builder-config", RECIPE);
        for (name, text) in &files {
            key.text(name, text);
        }
        Ok(Self {
            files,
            component: ComponentId::new("builder-config", key.finish()),
        })
    }

    /// Writes it where it does not exist.
    pub(crate) fn ensure(&self, store: &Store) -> Result<PathBuf, BuilderError> {
        self.component
            .ensure(store, "Writing the builder's configuration", |_, out| {
                store.io(|| {
                    fs_err::create_dir_all(out.join("build-config/env"))?;
                    for (name, text) in &self.files {
                        fs_err::write(out.join(name), text)?;
                    }
                    tree::normalise(out, |_| false)
                })?;
                Ok(())
            })
    }
}

fn files(
    definition: &Definition,
    versions: &BTreeMap<&str, &str>,
) -> Result<BTreeMap<String, String>, BuilderError> {
    let run_images = &definition.run.images;
    let groups = definition.order.iter().map(|group| OrderGroup {
        group: group
            .group
            .iter()
            .map(|member| OrderMember {
                id: &member.id,
                version: versions
                    .get(member.id.as_str())
                    .copied()
                    .unwrap_or_default(),
                optional: member.optional,
            })
            .collect(),
    });
    let order = Order {
        order: groups.collect(),
    };
    let run = RunToml {
        images: [&run_images.first]
            .into_iter()
            .chain(&run_images.others)
            .map(Image::of)
            .collect(),
    };
    let stack = StackToml {
        run_image: Image::of(&run_images.first),
    };
    let mut files = BTreeMap::from([
        ("order.toml".to_owned(), toml::to_string(&order)?),
        ("run.toml".to_owned(), toml::to_string(&run)?),
        ("stack.toml".to_owned(), toml::to_string(&stack)?),
    ]);
    for variable in &definition.build.env {
        files.insert(
            format!("build-config/env/{}", variable.name),
            variable.value.clone(),
        );
    }
    Ok(files)
}

#[derive(Serialize)]
struct Order<'a> {
    order: Vec<OrderGroup<'a>>,
}

#[derive(Serialize)]
struct OrderGroup<'a> {
    group: Vec<OrderMember<'a>>,
}

#[derive(Serialize)]
struct OrderMember<'a> {
    id: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    optional: bool,
}

#[derive(Serialize)]
struct RunToml<'a> {
    images: Vec<Image<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct StackToml<'a> {
    run_image: Image<'a>,
}

#[derive(Serialize)]
struct Image<'a> {
    image: &'a str,
    mirrors: &'a [String],
}

impl<'a> Image<'a> {
    fn of(image: &'a RunImage) -> Self {
        Self {
            image: &image.image,
            mirrors: &image.mirrors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_static_builder() {
        let definition = toml::from_str(include_str!("../../../builder-static.toml")).unwrap();
        let versions =
            BTreeMap::from([("coracle/go", "1.0.0"), ("coracle/static-binary", "2.0.0")]);
        let files = files(&definition, &versions).unwrap();
        let texts: Vec<String> = files
            .iter()
            .map(|(name, text)| format!("── {name}\n{}", text.trim_end()))
            .collect();
        insta::assert_snapshot!(texts.join("\n"), @r#"
        ── build-config/env/CORACLE_RUN_LIBRARIES
        /opt/coracle/run-images/run-static.toml
        ── order.toml
        [[order]]

        [[order.group]]
        id = "coracle/go"
        version = "1.0.0"

        [[order]]

        [[order.group]]
        id = "coracle/static-binary"
        version = "2.0.0"

        [[order]]

        [[order.group]]
        id = "coracle/explain"
        version = ""
        ── run.toml
        [[images]]
        image = "coracle/run-static:latest"
        mirrors = []
        ── stack.toml
        [run-image]
        image = "coracle/run-static:latest"
        mirrors = []
        "#);
    }
}
