//! Every word said when an image on disk can't be read, written or unpacked.

use std::path::Path;

use explain::{Explain, Message, quote};

use crate::{LayoutError, UnpackError};

impl Explain for LayoutError {
    fn explain(&self) -> Message {
        match self {
            Self::NotALayout { path } => {
                Message::yours("image/layout/none", "There is no OCI layout here").body(format!(
                    "{}\nhas no file oci-layout, so it isn't an image on disk.",
                    shown(path)
                ))
            }
            Self::NotOneImage { path, count } => Message::yours(
                "image/layout/count",
                "The OCI layout doesn't hold one image",
            )
            .body(format!(
                "{}\nlists {count} images; one is needed.",
                shown(path)
            )),
            Self::Version { path, found } => Message::yours(
                "image/layout/version",
                "The OCI layout is of an unknown version",
            )
            .body(format!(
                "{}\nis one of version {}; 1.0.0 is understood.",
                shown(path),
                quote(found, 100)
            )),
            Self::Document { path, source } => damaged(path).cause(source),
            Self::Damaged { path, .. }
            | Self::WrongSize { path, .. }
            | Self::NoFile { path }
            | Self::TooLarge { path, .. } => damaged(path).details(quote(&self.to_string(), 600)),
            Self::Io { path, source } if is_full(source) => {
                full(&format!("{} was written", shown(path))).cause(source)
            }
            Self::Io { path, source } => {
                Message::machine("image/layout/io", "An image can't be read or written")
                    .body(format!("While working in\n{}", shown(path)))
                    .cause(source)
            }
        }
    }
}

fn damaged(path: &Path) -> Message {
    Message::machine("image/layout/damaged", "An image on disk is damaged").body(format!(
        "{}\nisn't what it was when it was written.\n\n\
         Remove the image that it belongs to, and make it again.",
        shown(path)
    ))
}

fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

fn full(when: &str) -> Message {
    Message::machine("disk/full", "The disk is full").body(format!(
        "While {when}\nno space was left.\n\nFree some space, or choose another disk."
    ))
}

fn shown(path: &Path) -> String {
    quote(&path.display().to_string(), 300)
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
                    shown(through)
                ))
            }
            Self::Io { layer, source } if is_full(source) => {
                full(&format!("layer {layer} was unpacked")).cause(source)
            }
            Self::Io { layer, source } => Message::machine("image/unpack/io", title)
                .body(format!("While unpacking layer {layer}"))
                .cause(source),
        }
    }
}
