//! Every word said when an image on disk can't be read, written or unpacked.

use explain::{Explain, Message};

use crate::{LayoutError, UnpackError};

impl Explain for LayoutError {
    fn explain(&self) -> Message {
        match self {
            Self::NotALayout { path } => {
                Message::yours("image/layout/none", "There is no OCI layout here").body(format!(
                    "{}\nhas no file oci-layout, so it isn't an image on disk.",
                    path.display()
                ))
            }
            Self::NotOneImage { path, count } => Message::yours(
                "image/layout/count",
                "The OCI layout doesn't hold one image",
            )
            .body(format!(
                "{}\nlists {count} images; one is needed.",
                path.display()
            )),
            Self::Document { path, source } => damaged(path).cause(source),
            Self::Damaged { path, .. } | Self::WrongSize { path, .. } => {
                damaged(path).details(self.to_string())
            }
            Self::Io { path, source } if is_full(source) => full(path).cause(source),
            Self::Io { path, source } => {
                Message::machine("image/layout/io", "An image can't be read or written")
                    .body(format!("While working in\n{}", path.display()))
                    .cause(source)
            }
        }
    }
}

fn damaged(path: &std::path::Path) -> Message {
    Message::machine("image/layout/damaged", "An image on disk is damaged").body(format!(
        "{}\nisn't what it was when it was written.\n\n\
         Remove the image that it belongs to, and make it again.",
        path.display()
    ))
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

fn full(path: &std::path::Path) -> Message {
    Message::machine("disk/full", "The disk is full").body(format!(
        "While writing\n{}\nno space was left.\n\nFree some space, or choose another disk.",
        path.display()
    ))
}

impl Explain for UnpackError {
    fn explain(&self) -> Message {
        let title = "The image can't be unpacked";
        match self {
            Self::Layout(error) => error.explain(),
            Self::Outside { layer, entry } => Message::yours("image/unpack/outside", title).body(
                format!("The entry {entry}\nof layer {layer}\nlies outside the image. Such an image is broken, or an attack."),
            ),
            Self::Through { layer, entry, through } => {
                Message::yours("image/unpack/through", title).body(format!(
                    "The entry {entry}\nof layer {layer}\nwould be written through {}, which is not a directory.",
                    through.display()
                ))
            }
            Self::Io { layer, source } if is_full(source) => {
                full(std::path::Path::new(layer)).cause(source)
            }
            Self::Io { layer, source } => Message::machine("image/unpack/io", title)
                .body(format!("While unpacking layer {layer}"))
                .cause(source),
        }
    }
}
