//! Every word said when Python, or what installs its packages, can't be made.

use std::fmt::Write as _;
use std::path::Path;

use composer::Architecture;
use explain::Message;
use linkage::Missing;

use super::download;
use crate::command::CommandError;
use crate::errors::BuilderError;

/// Of the variants that are named here.
pub(super) fn explain(error: &BuilderError) -> Message {
    match error {
        BuilderError::UvDownload { version, source } => download(
            [
                "uv/download",
                "uv/altered",
                "uv/lock",
                "uv/forbidden",
                "uv/unknown-version",
            ],
            &format!("uv {version}"),
            "stack/runtimes/uv.toml",
            source,
        ),
        BuilderError::NodeDownload { version, source } => download(
            [
                "node/download",
                "node/altered",
                "node/lock",
                "node/forbidden",
                "node/unknown-version",
            ],
            &format!("Node {version}"),
            "stack/runtimes/node.toml",
            source,
        ),
        BuilderError::UvDigest { path, architecture } => no_digest("uv", path, *architecture),
        BuilderError::NodeDigest { path, architecture } => no_digest("Node", path, *architecture),
        BuilderError::PythonLinkage { python, missing } => linkage(python, missing),
        BuilderError::Python { version, source } => does_not_work(version, source),
        error => Message::ours("builder/work", "A part of the builder can't be made").cause(error),
    }
}

fn does_not_work(version: &str, source: &CommandError) -> Message {
    Message::ours("python/work", format!("Python {version} doesn't work"))
        .body(
            "It was put together of Debian's packages, and started with the libraries of the run\n\
             image, to compile its standard library.",
        )
        .cause(source)
}

fn linkage(python: &str, missing: &[(String, Missing)]) -> Message {
    let mut lines = String::new();
    for (file, missing) in missing {
        let _ = match missing {
            Missing::NoLoader => writeln!(lines, "{file} names no loader"),
            Missing::Loader(loader) => writeln!(lines, "{file} needs the loader {loader}"),
            Missing::Library(library) => writeln!(lines, "{file} needs {library}"),
            Missing::Version(required) => writeln!(
                lines,
                "{file} needs {} of {}",
                required.version, required.library
            ),
        };
    }
    Message::yours("python/linkage", "Python doesn't fit the run image").body(format!(
        "Neither the run image nor stack/python-libraries.toml has what these files of\n\
         {python} need:\n{lines}\n\
         Add the package with the library to stack/python-libraries.toml. Where only a version\n\
         is missing, and an earlier one does the same, say so under [[retarget]] in\n\
         stack/runtimes/python.toml. Then run:\ncoracle stack lock"
    ))
}

fn no_digest(what: &str, path: &Path, architecture: Architecture) -> Message {
    let id = match what {
        "uv" => "uv/digest",
        _ => "node/digest",
    };
    Message::yours(id, format!("{what} has no digest for this processor")).body(format!(
        "{}\nhas none for {architecture}, and nothing is taken unchecked. Add the SHA-256 of the wheel:\n\
         [wheels]\n{architecture} = \"...\"",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use linkage::RequiredVersion;

    use super::*;

    #[test]
    fn what_a_python_lacks_is_explained() {
        let missing = [
            Missing::Library("libgone.so.1".to_owned()),
            Missing::Version(RequiredVersion {
                library: "libc.so.6".to_owned(),
                version: "GLIBC_2.42".to_owned(),
            }),
            Missing::Loader("/lib/ld-musl.so.1".to_owned()),
            Missing::NoLoader,
        ];
        let missing = missing.map(|missing| ("lib-dynload/x.so".to_owned(), missing));
        insta::assert_snapshot!(linkage("python3.14", &missing).render(), @"
        [Error: Python doesn't fit the run image]
        Neither the run image nor stack/python-libraries.toml has what these files of
        python3.14 need:
        lib-dynload/x.so needs libgone.so.1
        lib-dynload/x.so needs GLIBC_2.42 of libc.so.6
        lib-dynload/x.so needs the loader /lib/ld-musl.so.1
        lib-dynload/x.so names no loader

        Add the package with the library to stack/python-libraries.toml. Where only a version
        is missing, and an earlier one does the same, say so under [[retarget]] in
        stack/runtimes/python.toml. Then run:
        coracle stack lock
        (python/linkage)
        ");
    }

    #[test]
    fn an_unknown_processor_is_explained() {
        let path = Path::new("/coracle/stack/runtimes/uv.toml");
        let message = no_digest("uv", path, Architecture::Arm64);
        insta::assert_snapshot!(message.render(), @r#"
        [Error: uv has no digest for this processor]
        /coracle/stack/runtimes/uv.toml
        has none for arm64, and nothing is taken unchecked. Add the SHA-256 of the wheel:
        [wheels]
        arm64 = "..."
        (uv/digest)
        "#);
    }

    #[test]
    fn a_python_that_does_not_start_is_ours() {
        let source = CommandError::Output {
            program: "python3.13".to_owned(),
            source: std::io::Error::from(std::io::ErrorKind::BrokenPipe),
        };
        insta::assert_snapshot!(does_not_work("3.13", &source).render(), @"
        [Error: Python 3.13 doesn't work]
        It was put together of Debian's packages, and started with the libraries of the run
        image, to compile its standard library.

        This is a defect of Coracle, not of your app. To report it, open an issue
        with the output above and the id below.

        Details: the output of python3.13 can't be read: broken pipe
        (python/work)
        ");
    }
}
