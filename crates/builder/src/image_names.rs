//! From the references in a builder's definition to images of `stack/`, and to the names under which
//! somebody publishes them. Pure.

use crate::definition::{Definition, RunImage};

/// The image in `stack/` that a reference names: the last segment of its repository.
/// `coracle/run-static:latest` is `run-static`.
pub(crate) fn stack_image(reference: &str) -> &str {
    let last = last_segment(reference);
    last.split([':', '@']).next().unwrap_or(last)
}

/// The image in `stack/` that a mirror names. One with a tag of its own is another image than the one
/// without: `coracle/run:debug` is `run-debug`, where `known` has that.
pub(crate) fn mirrored_stack_image(reference: &str, known: &[&str]) -> String {
    let repository = stack_image(reference);
    let tag = last_segment(reference).split_once(':').map(|(_, tag)| tag);
    let tagged = tag.map(|tag| format!("{repository}-{tag}"));
    tagged
        .filter(|name| known.contains(&name.as_str()))
        .unwrap_or_else(|| repository.to_owned())
}

/// The definition with every image under another prefix: `registry.example/team` and
/// `coracle/run:latest` give `registry.example/team/run:latest`.
pub(crate) fn under(prefix: &str, definition: Definition) -> Definition {
    let rename = |reference: &String| format!("{prefix}/{}", last_segment(reference));
    let rename_all = |references: &[String]| references.iter().map(rename).collect();
    let rename_run = |image: &RunImage| RunImage {
        image: rename(&image.image),
        mirrors: rename_all(&image.mirrors),
    };
    let mut renamed = definition;
    renamed.build.image = rename(&renamed.build.image);
    renamed.run.images.first = rename_run(&renamed.run.images.first);
    renamed.run.images.others = renamed.run.images.others.iter().map(rename_run).collect();
    renamed.stack.build_image = rename(&renamed.stack.build_image);
    renamed.stack.run_image = rename(&renamed.stack.run_image);
    renamed.stack.run_image_mirrors = rename_all(&renamed.stack.run_image_mirrors);
    renamed
}

fn last_segment(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_names_an_image_by_its_last_segment() {
        for (reference, image) in [
            ("coracle/run:latest", "run"),
            (
                "registry.example:5000/a/b/run-static@sha256:00",
                "run-static",
            ),
            ("run", "run"),
        ] {
            assert_eq!(stack_image(reference), image);
        }
    }

    #[test]
    fn a_mirror_with_a_tag_of_its_own_is_another_image() {
        let known = ["run", "run-debug"];
        for (reference, image) in [
            ("coracle/run:debug", "run-debug"),
            ("registry.example:5000/run:latest", "run"),
            ("registry.example:5000/run", "run"),
        ] {
            assert_eq!(mirrored_stack_image(reference, &known), image);
        }
    }

    #[test]
    fn a_published_builder_still_fits_together() {
        let definition: Definition = toml::from_str(include_str!("../../../builder.toml")).unwrap();
        let definition = under("registry.example:5000/team", definition);
        assert_eq!(definition.check(), Ok(()));
        assert_eq!(
            definition.build.image,
            "registry.example:5000/team/build:latest"
        );
        let run = &definition.run.images.first;
        assert_eq!(run.image, "registry.example:5000/team/run:latest");
        assert_eq!(run.mirrors, ["registry.example:5000/team/run:debug"]);
        assert_eq!(definition.stack.run_image_mirrors, run.mirrors);
    }
}
