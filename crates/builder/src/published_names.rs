//! The names under which a builder's images are published. Pure.

use crate::BuilderKind;
use crate::definition::Definition;
use crate::runtime::SEEDED;

/// The prefix of the names in the builders' definitions.
pub const OWN_PREFIX: &str = "coracle";

/// The references of a builder's images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublishedNames {
    /// The run images, each followed by its mirrors.
    pub(crate) run: Vec<String>,
    pub(crate) build: String,
    pub(crate) lifecycle: String,
    /// The runtime seed, where a buildpack has one.
    pub(crate) runtimes: Option<String>,
    pub(crate) builder: String,
}

impl PublishedNames {
    /// `definition` has its images under `prefix` already.
    pub(crate) fn new(
        definition: &Definition,
        prefix: &str,
        kind: BuilderKind,
        lifecycle_version: &str,
    ) -> Self {
        let run = definition.run.images.references();
        let mut buildpacks = definition.buildpacks.iter();
        let has_runtimes = buildpacks.any(|buildpack| SEEDED.contains(&buildpack.id.as_str()));
        Self {
            run: run.map(str::to_owned).collect(),
            build: definition.build.image.clone(),
            lifecycle: format!("{prefix}/lifecycle:{lifecycle_version}"),
            runtimes: has_runtimes.then(|| format!("{prefix}/runtimes:latest")),
            builder: format!("{prefix}/{}:latest", kind.image_name()),
        }
    }

    /// Everything that is in a registry, in the order of a publication.
    pub(crate) fn in_registry(self) -> Vec<String> {
        let mut names = Vec::from_iter(self.runtimes.clone());
        names.extend(self.in_order());
        names
    }

    /// The builder and what it refers to, which is there before it.
    pub(crate) fn in_order(self) -> Vec<String> {
        let mut names = self.run;
        names.extend([self.build, self.lifecycle, self.builder]);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image_names::under;

    #[test]
    fn the_definitions_have_our_own_prefix() {
        let texts = [
            include_str!("../../../builder.toml"),
            include_str!("../../../builder-static.toml"),
        ];
        for text in texts {
            let definition: Definition = toml::from_str(text).unwrap();
            assert_eq!(under(OWN_PREFIX, definition.clone()), definition);
        }
    }

    #[test]
    fn the_builder_comes_last() {
        let prefix = "registry.example/team";
        let names = |text: &str, kind| {
            let definition = under(prefix, toml::from_str(text).unwrap());
            let names = PublishedNames::new(&definition, prefix, kind, "1.2.3");
            names.in_registry().join("\n")
        };
        let default = include_str!("../../../builder.toml");
        insta::assert_snapshot!(names(default, BuilderKind::Default), @"
        registry.example/team/runtimes:latest
        registry.example/team/run:latest
        registry.example/team/run:debug
        registry.example/team/build:latest
        registry.example/team/lifecycle:1.2.3
        registry.example/team/builder:latest
        ");
        let fixed = include_str!("../../../builder-static.toml");
        insta::assert_snapshot!(names(fixed, BuilderKind::Static), @"
        registry.example/team/run-static:latest
        registry.example/team/build:latest
        registry.example/team/lifecycle:1.2.3
        registry.example/team/builder-static:latest
        ");
    }
}
