//! Why an image isn't put onto a run image.

use explain::{Explain, Message, quote};

use crate::NotRebasable;

impl Explain for NotRebasable {
    fn explain(&self) -> Message {
        match self {
            Self::NotAnApp => Message::yours("rebase/no-app", "This image can't be rebased").body(
                "It doesn't say which of its layers are the run image's: no buildpack build\n\
                 made it, or its labels were removed since.\n\nBuild the app again instead:\ncoracle build NAME",
            ),
            Self::TopLayerMissing { top_layer } => {
                Message::yours("rebase/layers", "This image was changed since it was built").body(
                    format!(
                        "Its labels say that the run image ends with the layer\n{}\nand it has no such \
                         layer.\n\nBuild the app again instead:\ncoracle build NAME",
                        quote(top_layer, 100)
                    ),
                )
            }
            Self::Forbidden => Message::yours("rebase/forbidden", "This image must not be rebased")
                .body(
                    "It has the label io.buildpacks.rebasable=false.\n\n\
                     To do it all the same:\n--force",
                ),
            Self::OntoApp => Message::yours("rebase/onto-app", "That is an app and no run image")
                .body(
                    "The image that --run-image names has the label io.buildpacks.lifecycle.metadata,\n\
                     as a buildpack build leaves it: a whole app would go under this one.\n\n\
                     Name a run image, one of stack/ or its OCI layout:\n\
                     --run-image NAME\n--run-image oci:DIRECTORY\nor, if that is meant:\n--force",
                ),
            Self::UnevenRunImage => {
                let title = "The run image contradicts itself";
                Message::yours("rebase/run-image-layers", title).body(
                    "Its configuration names more or fewer layers than its manifest has.\n\n\
                     Make it again, or name another:\n--run-image oci:DIRECTORY",
                )
            }
            Self::OtherTarget { app, base } => {
                Message::yours("rebase/target", "The run image is for another system").body(format!(
                    "The image was built for\n{}\nand the run image is for\n{}\n\n\
                     Build the app again for that, or, if it is known to run there:\n--force",
                    quote(app, 200),
                    quote(base, 200)
                ))
            }
            Self::OtherStack { app, base } => other_stack(app.as_deref(), base.as_deref()),
            Self::MissingMixins { missing } => missing_mixins(missing),
            Self::UnreadableMixins { text } => unreadable_mixins(text),
            Self::OtherBase { app, base } => other_base(app.as_deref(), base.as_deref()),
            Self::OtherRunImage { name, known } => {
                let known: Vec<String> = known.iter().map(|name| quote(name, 200)).collect();
                Message::yours("rebase/run-image", "The app was built for other run images").body(
                    format!(
                        "It names\n{}\nand not\n{}\n\nTake one of those, or, if the app is known to run \
                         there:\n--force",
                        known.join("\n"),
                        quote(name, 200)
                    ),
                )
            }
        }
    }
}

fn other_stack(app: Option<&str>, base: Option<&str>) -> Message {
    Message::yours("rebase/stack", "The run image is of another stack").body(format!(
        "The image was built at a Platform API that knows stacks, as kpack does, for\n{}\n\
         and the label io.buildpacks.stack.id of the run image says\n{}\n\n\
         Name a run image of that stack, one of stack/ or its OCI layout:\n\
         --run-image NAME\n--run-image oci:DIRECTORY",
        id(app),
        id(base)
    ))
}

fn missing_mixins(missing: &[String]) -> Message {
    let missing: Vec<String> = missing.iter().map(|name| quote(name, 100)).collect();
    Message::yours("rebase/mixins", "The run image has less than the app's had").body(format!(
        "The image was built at a Platform API that knows stacks, as kpack does,\n\
         on a run image with\n{}\n\
         which the label io.buildpacks.stack.mixins of the new one doesn't name.\n\n\
         Name a run image that has them, one of stack/ or its OCI layout:\n\
         --run-image NAME\n--run-image oci:DIRECTORY",
        missing.join("\n")
    ))
}

fn unreadable_mixins(text: &str) -> Message {
    Message::yours("rebase/mixins", "What an image has can't be read").body(format!(
        "The label io.buildpacks.stack.mixins of the image, or of the run image, is\n{}\n\
         and no list of names in JSON, such as [\"curl\"].\n\n\
         Build the app again instead:\ncoracle build NAME",
        quote(text, 200)
    ))
}

fn other_base(app: Option<&str>, base: Option<&str>) -> Message {
    Message::yours("rebase/base", "The run image is of another family").body(format!(
        "By their labels io.buildpacks.base.id and io.buildpacks.stack.id, the image is on\n{}\n\
         and the run image is\n{}\n\n\
         Name the run image that it was built on, one of stack/ or its OCI layout:\n\
         --run-image NAME\n--run-image oci:DIRECTORY\n\
         or, if the app is known to run there:\n--force",
        id(app),
        id(base)
    ))
}

fn id(id: Option<&str>) -> String {
    id.map_or_else(|| "nothing".to_owned(), |id| quote(id, 200))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_names_a_way_on() {
        let refusals = [
            NotRebasable::NotAnApp,
            NotRebasable::TopLayerMissing {
                top_layer: "sha256:00".to_owned(),
            },
            NotRebasable::Forbidden,
            NotRebasable::OtherTarget {
                app: "linux/amd64 debian 13".to_owned(),
                base: "linux/arm64 debian 13".to_owned(),
            },
            NotRebasable::OtherRunImage {
                name: "other/run:latest".to_owned(),
                known: vec![
                    "coracle/run:latest".to_owned(),
                    "coracle/run:debug".to_owned(),
                ],
            },
        ];
        let texts = refusals.map(|refusal| refusal.explain().render());
        insta::assert_snapshot!(texts.join("\n"), @"
        [Error: This image can't be rebased]
        It doesn't say which of its layers are the run image's: no buildpack build
        made it, or its labels were removed since.

        Build the app again instead:
        coracle build NAME
        (rebase/no-app)

        [Error: This image was changed since it was built]
        Its labels say that the run image ends with the layer
        sha256:00
        and it has no such layer.

        Build the app again instead:
        coracle build NAME
        (rebase/layers)

        [Error: This image must not be rebased]
        It has the label io.buildpacks.rebasable=false.

        To do it all the same:
        --force
        (rebase/forbidden)

        [Error: The run image is for another system]
        The image was built for
        linux/amd64 debian 13
        and the run image is for
        linux/arm64 debian 13

        Build the app again for that, or, if it is known to run there:
        --force
        (rebase/target)

        [Error: The app was built for other run images]
        It names
        coracle/run:latest
        coracle/run:debug
        and not
        other/run:latest

        Take one of those, or, if the app is known to run there:
        --force
        (rebase/run-image)
        ");
    }

    #[test]
    fn what_is_no_run_image_is_told() {
        let errors = [NotRebasable::UnevenRunImage, NotRebasable::OntoApp];
        let messages = errors.map(|error| error.explain().render());
        insta::assert_snapshot!(messages.join("\n"), @"
        [Error: The run image contradicts itself]
        Its configuration names more or fewer layers than its manifest has.

        Make it again, or name another:
        --run-image oci:DIRECTORY
        (rebase/run-image-layers)

        [Error: That is an app and no run image]
        The image that --run-image names has the label io.buildpacks.lifecycle.metadata,
        as a buildpack build leaves it: a whole app would go under this one.

        Name a run image, one of stack/ or its OCI layout:
        --run-image NAME
        --run-image oci:DIRECTORY
        or, if that is meant:
        --force
        (rebase/onto-app)
        ");
    }

    #[test]
    fn another_family_of_run_images_is_told_with_both_ids() {
        let refusals = [
            NotRebasable::OtherStack {
                app: Some("io.example.stack".to_owned()),
                base: None,
            },
            NotRebasable::OtherBase {
                app: Some("io.example.run".to_owned()),
                base: Some("io.coracle.stacks.trixie.run".to_owned()),
            },
            NotRebasable::MissingMixins {
                missing: vec!["curl".to_owned(), "libssl".to_owned()],
            },
            NotRebasable::UnreadableMixins {
                text: "curl".to_owned(),
            },
        ];
        let texts = refusals.map(|refusal| refusal.explain().render());
        insta::assert_snapshot!(texts.join("\n"), @r#"
        [Error: The run image is of another stack]
        The image was built at a Platform API that knows stacks, as kpack does, for
        io.example.stack
        and the label io.buildpacks.stack.id of the run image says
        nothing

        Name a run image of that stack, one of stack/ or its OCI layout:
        --run-image NAME
        --run-image oci:DIRECTORY
        (rebase/stack)

        [Error: The run image is of another family]
        By their labels io.buildpacks.base.id and io.buildpacks.stack.id, the image is on
        io.example.run
        and the run image is
        io.coracle.stacks.trixie.run

        Name the run image that it was built on, one of stack/ or its OCI layout:
        --run-image NAME
        --run-image oci:DIRECTORY
        or, if the app is known to run there:
        --force
        (rebase/base)

        [Error: The run image has less than the app's had]
        The image was built at a Platform API that knows stacks, as kpack does,
        on a run image with
        curl
        libssl
        which the label io.buildpacks.stack.mixins of the new one doesn't name.

        Name a run image that has them, one of stack/ or its OCI layout:
        --run-image NAME
        --run-image oci:DIRECTORY
        (rebase/mixins)

        [Error: What an image has can't be read]
        The label io.buildpacks.stack.mixins of the image, or of the run image, is
        curl
        and no list of names in JSON, such as ["curl"].

        Build the app again instead:
        coracle build NAME
        (rebase/mixins)
        "#);
    }
}
