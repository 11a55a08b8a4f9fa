//! Which variables this buildpack reads, for the log and for the README.

use buildpack_kit::variables::{Language, Reader};

/// Every name beside those that all buildpacks read. A test of the workspace finds what is forgotten here.
pub(crate) const READER: Reader = Reader {
    language: Language::StaticBinary,
    names: &[
        "BP_DEB_PACKAGES",
        "BP_KEEP_FILES",
        "BP_STATIC_BINARY",
        "BP_STRIP_BINARY",
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_tells_of_all_of_them() {
        let problems = READER.problems(include_str!("../README.md"));
        assert_eq!(problems, [""; 0]);
    }
}
