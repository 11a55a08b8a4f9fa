//! What a program needs of the system that starts it, where the run image doesn't have it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use explain::quote;
use linkage::{Missing, RequiredVersion};

use super::compiling::link_statically;
use crate::plan::{Lacking, Needs, version_numbers};

/// For a run image that has no library at all.
pub(super) fn dynamic(target: &str, needs: &Needs) -> String {
    let mut list = String::new();
    if let Some(interpreter) = &needs.interpreter {
        list = format!("- the loader {}\n", quote(interpreter, 100));
    }
    for library in &needs.libraries {
        let of_library = needs.versions.iter();
        let of_library = of_library.filter(|version| version.library == *library);
        let newest = of_library.max_by_key(|version| version_numbers(&version.version));
        let newest = newest.map(|newest| format!(" ({})", quote(&newest.version, 40)));
        let library = quote(library, 100);
        let newest = newest.unwrap_or_default();
        let _ = writeln!(list, "- the library {library}{newest}");
    }
    format!(
        "To start, it needs:\n{list}\n\
         The run image of this builder has neither loaders nor libraries. Link it\n\
         statically, or build it with the default builder, whose run image has\n\
         the C library:\n\n{}",
        link_statically(target)
    )
}

/// For a run image that has libraries, but not those.
pub(super) fn lacking(target: &str, lacking: &Lacking) -> String {
    let mut list = String::new();
    let mut versions: BTreeMap<&str, &RequiredVersion> = BTreeMap::new();
    for missing in &lacking.missing {
        let _ = match missing {
            Missing::NoLoader => writeln!(list, "- a loader, of which the program names none"),
            Missing::Loader(path) => writeln!(list, "- the loader {}", quote(path, 100)),
            Missing::Library(name) => writeln!(list, "- the library {}", quote(name, 100)),
            Missing::Version(version) => {
                // Of several versions of a library, the newest says all.
                let newest = versions.entry(&version.library).or_insert(version);
                if version_numbers(&version.version) > version_numbers(&newest.version) {
                    *newest = version;
                }
                Ok(())
            }
        };
    }
    for (library, version) in versions {
        let has = lacking.newest.get(library);
        let has = has.map(|newest| format!(", it has {}", quote(newest, 40)));
        let _ = writeln!(
            list,
            "- {} of the library {}{}",
            quote(&version.version, 40),
            quote(library, 60),
            has.unwrap_or_default()
        );
    }
    format!(
        "The run image lacks:\n{list}\n{}\n\n{}",
        reason(&lacking.missing),
        link_statically(target)
    )
}

fn reason(missing: &[Missing]) -> &'static str {
    let is_musl =
        |missing: &Missing| matches!(missing, Missing::Loader(path) if path.contains("/ld-musl-"));
    let is_version = |missing: &Missing| matches!(missing, Missing::Version(_));
    if missing.iter().any(is_musl) {
        "It is linked to musl, the C library of Alpine, and the image has glibc.\n\
         Link it statically:"
    } else if missing.iter().all(is_version) {
        "It was linked on a newer system. Link it on one that isn't newer than\n\
         the image, or statically:"
    } else {
        "Link what is missing statically into the program, or all of it:"
    }
}
