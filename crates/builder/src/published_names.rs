//! The names under which a builder's images are published. Pure.

use crate::BuilderKind;
use crate::definition::Definition;

/// The prefix of the names in the builders' definitions.
pub const OWN_PREFIX: &str = "coracle";

/// The references of a builder's images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublishedNames {
    /// The run images, each followed by its mirrors.
    pub(crate) run: Vec<String>,
    pub(crate) build: String,
    pub(crate) lifecycle: String,
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
        Self {
            run: run.map(str::to_owned).collect(),
            build: definition.build.image.clone(),
            lifecycle: format!("{prefix}/lifecycle:{lifecycle_version}"),
            builder: format!("{prefix}/{}:latest", kind.image_name()),
        }
    }

    /// The builder last: what it refers to is there before it.
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
        let definition = toml::from_str(include_str!("../../../builder.toml")).unwrap();
        let definition = under(prefix, definition);
        let names = PublishedNames::new(&definition, prefix, BuilderKind::Default, "1.2.3");
        insta::assert_snapshot!(names.in_order().join("\n"), @"
        registry.example/team/run:latest
        registry.example/team/run:debug
        registry.example/team/build:latest
        registry.example/team/lifecycle:1.2.3
        registry.example/team/builder:latest
        ");
    }
}
