//! From the references in a builder's definition to images of `stack/`, and to the names under which
//! somebody publishes them. Pure.

use crate::definition::{Definition, RunImage};

/// The image among `known`, those of `stack/`, that a reference names by the last segment of its repository and
/// by its tag: `coracle/run:latest` and `coracle/run` are `run`, `coracle/run:debug` is `run-debug`. Any other
/// tag, or a digest, names an image that `stack/` doesn't say how to compose.
pub(crate) fn stack_image(reference: &str, known: &[&str]) -> Option<String> {
    let name = match last_segment(reference).split_once(':') {
        None => last_segment(reference).to_owned(),
        Some((repository, "latest")) => repository.to_owned(),
        Some((repository, tag)) => format!("{repository}-{tag}"),
    };
    known.contains(&name.as_str()).then_some(name)
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
    fn a_reference_names_an_image_by_its_last_segment_and_tag() {
        let known = ["run", "run-debug", "run-static"];
        let table = [
            "coracle/run:latest",
            "run",
            "coracle/run:debug",
            "registry.example:5000/a/b/run-static",
            "registry.example:5000/run:2026-10",
            "coracle/run-static:debug",
            "coracle/runn",
            "coracle/run-debug:latest",
            "registry.example/run@sha256:00",
            "registry.example/run:debug@sha256:00",
            "",
        ]
        .map(|reference| format!("{reference}: {:?}", stack_image(reference, &known)));
        insta::assert_snapshot!(table.join("\n"), @r#"
        coracle/run:latest: Some("run")
        run: Some("run")
        coracle/run:debug: Some("run-debug")
        registry.example:5000/a/b/run-static: Some("run-static")
        registry.example:5000/run:2026-10: None
        coracle/run-static:debug: None
        coracle/runn: None
        coracle/run-debug:latest: Some("run-debug")
        registry.example/run@sha256:00: None
        registry.example/run:debug@sha256:00: None
        : None
        "#);
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
