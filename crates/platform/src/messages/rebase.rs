//! What goes wrong around a rebase; why an image may not be put onto a run image is in `not_rebasable.rs`.

use explain::{Explain, Message, quote};
use oci::LayoutError;

use crate::RebaseError;

impl Explain for RebaseError {
    fn explain(&self) -> Message {
        match self {
            Self::NoImage { image } => Message::yours("rebase/no-image", "There is no such image")
                .body(format!(
                    "{image}\nisn't in the local image store.\n\nThese images are there:\ncoracle images"
                )),
            Self::Image(source) => unreadable(
                Message::yours("rebase/unreadable", "The image to rebase can't be read"),
                "It must be an OCI layout of one image that a buildpack build made.",
                source,
            ),
            Self::RunImage(source) => unreadable(
                Message::yours("rebase/run-image/unreadable", "The run image can't be read"),
                "--run-image oci:DIRECTORY names an OCI layout of one image.",
                source,
            ),
            Self::Layout(error) => error.explain(),
            Self::Name(error) => error.explain(),
            Self::Refused(reason) => reason.explain(),
            Self::Store(error) => error.explain(),
            Self::Output(error) => error.explain(),
            Self::Delivery { image, source, .. } => {
                let message = source.explain();
                Message {
                    body: format!(
                        "In the local image store, {image} is on the new run image.\n\n{}",
                        message.body
                    ),
                    ..message
                }
            }
        }
    }
}

fn unreadable(message: Message, rule: &str, source: &LayoutError) -> Message {
    let body = match source {
        LayoutError::NoFile { path }
        | LayoutError::Damaged { path, .. }
        | LayoutError::WrongSize { path, .. } => format!(
            "{rule} In this one, the file\n{}\nis missing, or isn't what the image's manifest says: it was not \
             fetched whole, or\nchanged since. Nothing was taken from it.\n\nFetch or make the layout again.",
            quote(&path.display().to_string(), 300)
        ),
        _ => rule.to_owned(),
    };
    message.body(body).cause(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_of_a_layout_that_somebody_gave_is_for_them_to_mend() {
        let failed = RebaseError::RunImage(LayoutError::WrongSize {
            path: "run/blobs/sha256/00".into(),
            expected: 5,
            found: 2,
        });
        insta::assert_snapshot!(failed.explain().render(), @"
        [Error: The run image can't be read]
        --run-image oci:DIRECTORY names an OCI layout of one image. In this one, the file
        run/blobs/sha256/00
        is missing, or isn't what the image's manifest says: it was not fetched whole, or
        changed since. Nothing was taken from it.

        Fetch or make the layout again.

        Details: run/blobs/sha256/00 has 2 bytes instead of 5
        (rebase/run-image/unreadable)
        ");
    }

    #[test]
    fn an_image_that_only_its_registry_lacks_is_told_from_one_that_is_as_before() {
        let digest = oci::Digest::of(b"");
        let failed = RebaseError::Delivery {
            image: "registry.example/shop".parse().unwrap(),
            report: Box::new(crate::RebaseReport {
                layers: Vec::new(),
                manifest_digest: digest.clone(),
                image_id: digest,
                unchanged: false,
            }),
            source: Box::new(crate::OutputError::NoRegistry {
                image: "shop".parse().unwrap(),
            }),
        };
        insta::assert_snapshot!(failed.explain().render(), @"
        [Error: The image name has no registry]
        In the local image store, registry.example/shop:latest is on the new run image.

        --publish pushes to the registry in the image's name, and shop has none.

        Say where it goes, such as:
        registry.example/team/shop:latest
        (publish/no-registry)
        ");
    }
}
