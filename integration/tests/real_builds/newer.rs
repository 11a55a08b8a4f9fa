//! A checkout as it is after `coracle stack lock` found a newer package: its run images have another layer.

use std::path::Path;

use integration::Call;
use tempfile::TempDir;

/// A copy of this checkout, with a file more in every run image.
pub(crate) struct NewerCheckout {
    directory: TempDir,
}

/// The file.
pub(crate) const FILE: &str = "etc/newer";

impl NewerCheckout {
    #[track_caller]
    pub(crate) fn new() -> Self {
        let directory = testkit::directory("");
        for entry in fs_err::read_dir(testkit::workspace_root()).expect("it can be read") {
            let entry = entry.expect("it can be read");
            let name = entry.file_name();
            let copy = directory.path().join(&name);
            if name == "target" || name == ".git" {
            } else if entry.path().is_dir() {
                fs_err::create_dir(&copy).expect("it is new");
                integration::copy(&entry.path(), &copy);
            } else {
                fs_err::copy(entry.path(), &copy).expect("it can be copied");
            }
        }
        let stack = directory.path().join("stack");
        fs_err::write(stack.join("files/newer"), "newer\n").expect("it can be written");
        edit(
            &stack.join("run-static.toml"),
            "[files]\n",
            &format!("[files]\n\"{FILE}\" = \"newer\"\n"),
        );
        Self { directory }
    }

    /// A call of `coracle` that makes what it makes from this checkout.
    pub(crate) fn of(&self, call: Call) -> Call {
        call.env("CORACLE_SOURCE", self.directory.path())
    }
}

#[track_caller]
fn edit(path: &Path, old: &str, new: &str) {
    let text = fs_err::read_to_string(path).expect("it can be read");
    assert_eq!(text.matches(old).count(), 1, "{}", path.display());
    fs_err::write(path, text.replace(old, new)).expect("it can be written");
}
