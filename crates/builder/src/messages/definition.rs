//! What is wrong in the definition of a builder, and how to mend it.

use std::path::Path;

use explain::Message;

use crate::definition::DefinitionError;

pub(super) fn explain(path: &Path, error: &DefinitionError) -> Message {
    let body = match error {
        DefinitionError::NotCarried(id) => format!(
            "The order names {id}, and no [[buildpacks]] has that id.\n\nAdd it:\n[[buildpacks]]\nid = \"{id}\""
        ),
        DefinitionError::EmptyOrder => {
            "The order, or a group in it, is empty. A group has at least one buildpack:\n\
             [[order]]\n[[order.group]]\nid = \"coracle/go\""
                .to_owned()
        }
        DefinitionError::StackDiffers {
            stack,
            table,
            other,
        } => format!(
            "[stack] says {stack}\nand {table} says {other}\n\nThey are the same images: make them agree."
        ),
        DefinitionError::RunLibraries {
            variable,
            said,
            path,
        } => format!(
            "Buildpacks read what its run image has for dynamically linked programs where {variable}\n\
             says. It says: {}\n\nMake it say:\n[[build.env]]\nname = \"{variable}\"\nvalue = \"{path}\"",
            said.as_deref()
                .unwrap_or("nothing, which means those of run")
        ),
        DefinitionError::UnknownImage { reference, known } => format!(
            "{reference}\nnames no image that stack/ can compose. The last part of the name and the tag are those\nof a file in stack/: coracle/run:latest is stack/run.toml, coracle/run:debug is\nstack/run-debug.toml. There are:\n{}",
            known.join("\n")
        ),
    };
    Message::yours("builder/definition", "A builder's definition is wrong")
        .body(format!("{}\n{body}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_explained_with_the_fix() {
        let explain = |error| super::explain(Path::new("/coracle/builder.toml"), &error).render();
        insta::assert_snapshot!(explain(DefinitionError::NotCarried("coracle/perl".to_owned())), @r#"
        [Error: A builder's definition is wrong]
        /coracle/builder.toml
        The order names coracle/perl, and no [[buildpacks]] has that id.

        Add it:
        [[buildpacks]]
        id = "coracle/perl"
        (builder/definition)
        "#);
        insta::assert_snapshot!(explain(DefinitionError::StackDiffers {
            stack: "a/run".to_owned(),
            table: "[build]",
            other: "b/run".to_owned(),
        }), @"
        [Error: A builder's definition is wrong]
        /coracle/builder.toml
        [stack] says a/run
        and [build] says b/run

        They are the same images: make them agree.
        (builder/definition)
        ");
        insta::assert_snapshot!(explain(DefinitionError::RunLibraries {
            variable: "CORACLE_RUN_LIBRARIES",
            said: None,
            path: "/opt/coracle/run-images/run-static.toml".to_owned(),
        }), @r#"
        [Error: A builder's definition is wrong]
        /coracle/builder.toml
        Buildpacks read what its run image has for dynamically linked programs where CORACLE_RUN_LIBRARIES
        says. It says: nothing, which means those of run

        Make it say:
        [[build.env]]
        name = "CORACLE_RUN_LIBRARIES"
        value = "/opt/coracle/run-images/run-static.toml"
        (builder/definition)
        "#);
        insta::assert_snapshot!(explain(DefinitionError::UnknownImage {
            reference: "a/b:c".to_owned(),
            known: vec!["build".to_owned(), "run".to_owned()],
        }), @"
        [Error: A builder's definition is wrong]
        /coracle/builder.toml
        a/b:c
        names no image that stack/ can compose. The last part of the name and the tag are those
        of a file in stack/: coracle/run:latest is stack/run.toml, coracle/run:debug is
        stack/run-debug.toml. There are:
        build
        run
        (builder/definition)
        ");
    }
}
