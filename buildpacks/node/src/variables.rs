//! Which variables this buildpack reads, for the log and for the README.

use buildpack_kit::variables::{Language, Reader};

/// Every name beside those that all buildpacks read. A test of the workspace finds what is forgotten here.
pub(crate) const READER: Reader = Reader {
    language: Language::Node,
    names: &[
        "BP_DEB_PACKAGES",
        "BP_KEEP_FILES",
        "BP_LAUNCHPOINT",
        "BP_NODE_ALLOW_NO_LOCK",
        "BP_NODE_PROJECT_PATH",
        "BP_NODE_RUN_SCRIPTS",
        "BP_NODE_TRIM",
        "BP_NODE_VERSION",
        "BP_NPM_START_SCRIPT",
        "BP_NPM_VERSION",
        "GOOGLE_NODEJS_VERSION",
        "GOOGLE_NODE_RUN_SCRIPTS",
        "GOOGLE_PACKAGE_MANAGER",
        "GOOGLE_RUNTIME_VERSION",
        "RAILPACK_NODE_VERSION",
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
