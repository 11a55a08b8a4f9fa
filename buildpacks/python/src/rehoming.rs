//! A virtual environment that was made with the interpreter of the build image, for the one of the app image.

use std::io;
use std::path::Path;

/// `pyvenv.cfg` for an interpreter in a directory: no version of a tool, and no time.
pub(crate) fn configuration(home: &Path, version: &str) -> String {
    format!(
        "home = {}\nimplementation = CPython\nversion_info = {version}\ninclude-system-site-packages = false\n",
        home.display()
    )
}

/// Points the environment to an interpreter, whether that is there or not.
pub(crate) fn rehome(environment: &Path, python: &Path, version: &str) -> Result<(), io::Error> {
    let home = python.parent().unwrap_or(Path::new("/"));
    fs_err::write(environment.join("pyvenv.cfg"), configuration(home, version))?;
    let bin = environment.join("bin");
    let link = bin.join("python");
    match fs_err::remove_file(&link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs_err::os::unix::fs::symlink(python, &link)?;
    for entry in crate::installed::entries(&bin)? {
        let name = entry
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with("python") && name != "python" && entry.is_symlink() {
            fs_err::remove_file(&entry)?;
            fs_err::os::unix::fs::symlink("python", &entry)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_is_of_the_other_interpreter() {
        let root = testkit::directory(
            "-- bin/flask 0755 --\n#!/venv/bin/python\n-- pyvenv.cfg --\nuv = 0.13.8\n",
        );
        for (link, target) in [
            ("python", "/build/bin/python3.13"),
            ("python3", "python"),
            ("python3.13", "python"),
        ] {
            fs_err::os::unix::fs::symlink(target, root.path().join("bin").join(link)).unwrap();
        }
        rehome(
            root.path(),
            Path::new("/layers/python-3.13/bin/python3.13"),
            "3.13.5",
        )
        .unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(root.path()), @"
        bin             dir  0755
        bin/flask       file 0755
        bin/python      link -> /layers/python-3.13/bin/python3.13
        bin/python3     link -> python
        bin/python3.13  link -> python
        pyvenv.cfg      file 0644
        ");
        let text = fs_err::read_to_string(root.path().join("pyvenv.cfg")).unwrap();
        insta::assert_snapshot!(text, @"
        home = /layers/python-3.13/bin
        implementation = CPython
        version_info = 3.13.5
        include-system-site-packages = false
        ");
    }
}
