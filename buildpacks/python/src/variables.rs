//! Which variables this buildpack reads, for the log and for the README.

use buildpack_kit::variables::{Language, Reader};

/// Every name beside those that all buildpacks read. A test of the workspace finds what is forgotten here.
pub(crate) const READER: Reader = Reader {
    language: Language::Python,
    names: &[
        "BP_CPYTHON_VERSION",
        "BP_DEB_PACKAGES",
        "BP_KEEP_FILES",
        "BP_PIP_DEST_PATH",
        "BP_PIP_FIND_LINKS",
        "BP_PIP_REQUIREMENT",
        "BP_POETRY_INSTALL_ONLY",
        "BP_POETRY_RUN_TARGET",
        "BP_UV_FIND_LINKS",
        "BP_UV_INSTALL_GROUPS",
        "GOOGLE_PYTHON_PACKAGE_MANAGER",
        "GOOGLE_PYTHON_VERSION",
        "GOOGLE_RUNTIME_VERSION",
        "GOOGLE_VENDOR_PIP_DEPENDENCIES",
        "RAILPACK_PYTHON_VERSION",
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
