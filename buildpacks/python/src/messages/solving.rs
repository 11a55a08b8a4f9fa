//! Packages that don't fit together, or aren't there.

use explain::{Message, quote};

use crate::uv_failure::UvFailure;

pub(super) fn unsolvable(failure: &UvFailure, output: &str) -> Message {
    match failure {
        UvFailure::NotFound { package } => {
            let title = format!("There is no package {}", quote(package, 38));
            Message::yours("python/install/not-found", title).body(format!(
                "No index that was asked has {}.\n\n\
                 See how its name is written. If it is on an index of your own, name that with\n\
                 --extra-index-url in requirements.txt, or in UV_INDEX.",
                quote(package, 100)
            ))
        }
        UvFailure::PythonMismatch => {
            let title = "The project is for another Python";
            Message::yours("python/install/python", title).body(
                "The project doesn't allow the version of Python that was chosen, as told below.\n\n\
                 Ask for another one in .python-version, or change requires-python.",
            )
        }
        _ if output.contains("has no wheels with a matching") => {
            let title = "A package has no wheel for this image";
            Message::yours("python/install/no-wheel", title).body(
                "A package that is only to be had as a wheel has none for Linux and this version\n\
                 of Python, as told below.\n\n\
                 Ask for another version of the package or of Python, in .python-version. If only\n\
                 another system needs it, say so behind it:\npywin32==306 ; sys_platform == \"win32\"",
            )
        }
        _ => {
            // uv's own hint, where another index has what is asked for.
            let has_several = output.contains("index-strategy");
            let indexes = has_several.then_some(
                "\n\nWith several indexes, uv takes a package from the first that has it. To choose\n\
                 among all of them, as pip does: UV_INDEX_STRATEGY=unsafe-best-match",
            );
            let title = "No versions fit together";
            Message::yours("python/install/no-solution", title).body(format!(
                "What the app asks for contradicts itself, or what the packages ask for, or isn't\n\
                 there, as told below.\n\n\
                 Change the versions, and try it on your machine:\n\
                 uv pip compile requirements.txt{}",
                indexes.unwrap_or_default()
            ))
        }
    }
}
