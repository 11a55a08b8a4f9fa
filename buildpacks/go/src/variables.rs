//! Which variables this buildpack reads, for the log and for the README.

use buildpack_kit::variables::{Language, Reader};

/// Every name beside those that all buildpacks read. A test of the workspace finds what is forgotten here.
pub(crate) const READER: Reader = Reader {
    language: Language::Go,
    names: &[
        "BP_GO_BUILD_FLAGS",
        "BP_GO_BUILD_IMPORT_PATH",
        "BP_GO_BUILD_LDFLAGS",
        "BP_GO_TARGETS",
        "BP_GO_VERSION",
        "BP_GO_WORKDIR",
        "BP_GO_WORK_USE",
        "BP_KEEP_FILES",
        "GOOGLE_BUILDABLE",
        "GOOGLE_CLEAR_SOURCE",
        "GOOGLE_GOGCFLAGS",
        "GOOGLE_GOLDFLAGS",
        "GOOGLE_GO_VERSION",
        "GOOGLE_RUNTIME_VERSION",
        "RAILPACK_GO_BIN",
        "RAILPACK_GO_VERSION",
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
