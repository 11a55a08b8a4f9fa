use std::io::Write as _;
use std::os::fd::AsRawFd as _;

use explain::Explain as _;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::*;
use crate::Delivery;

fn request(app: &Path) -> BuildRequest {
    BuildRequest::new(Delivery::to_store("app".parse().unwrap()), app)
}

/// What a build of `app` is refused with before there is a builder.
fn refused(app: &Path, root: &Path) -> String {
    let message = crate::check(&request(app)).unwrap_err().explain().render();
    message.replace(&root.display().to_string(), "ROOT")
}

#[test]
fn a_path_without_an_app_is_known_without_a_builder() {
    let root = testkit::directory("-- file --\n-- empty/ --\n");
    let names = ["missing", "file", "empty"];
    let messages = names.map(|name| refused(&root.path().join(name), root.path()));
    insta::assert_snapshot!(messages.join("\n"), @"
    [Error: There is no such directory]
    ROOT/missing
    doesn't exist.
    (app/missing)

    [Error: The app must be a directory]
    ROOT/file
    is a file.

    Give the directory that the app's files are in.
    (app/not-a-directory)

    [Error: There is nothing to build]
    ROOT/empty
    has no files.
    (app/empty)
    ");
}

#[test]
fn a_descriptor_that_cannot_be_used_is_known_without_a_builder() {
    let root = testkit::directory(
        "
-- secret --
password
-- outside/project.toml -> ../secret --
-- dangling/project.toml -> missing --
-- pattern/project.toml --
[_]
schema-version = '0.2'
[io.buildpacks]
exclude = ['[']
-- pipe/main.go --
",
    );
    let path = |name: &str| root.path().join(name);
    mknodat(
        CWD,
        path("pipe/project.toml"),
        FileType::Fifo,
        Mode::RWXU,
        0,
    )
    .unwrap();
    let names = ["outside", "dangling", "pattern", "pipe"];
    let messages = names.map(|name| refused(&path(name), root.path()));
    insta::assert_snapshot!(messages.join("\n"), @"
    [Error: project.toml points out of the app]
    ROOT/outside/project.toml
    leads to ROOT/secret

    That isn't part of the app, so it isn't read. Replace the link by the file
    that it leads to.
    (project/link-outside)

    [Error: The project descriptor can't be read]
    ROOT/dangling/project.toml
    can't be read as text.

    This must show it:
    cat ROOT/dangling/project.toml

    Details: failed to canonicalize path `ROOT/dangling/project.toml`: No such file or directory (os error 2)
    (project/unreadable)

    [Error: A pattern can't be understood]
    ROOT/pattern/project.toml has the pattern
    [

    Patterns are written as in a .gitignore file.

    Details: error parsing glob '[': unclosed character class; missing ']'
    (project/pattern)

    [Error: The project descriptor can't be read]
    ROOT/pipe/project.toml
    is a directory or a named pipe. It must be a text file.
    (project/unreadable)
    ");
}

#[test]
fn a_descriptor_may_be_a_link_within_the_app() {
    let app = testkit::directory(
        "-- project.toml -> etc/project.toml --\n-- etc/project.toml --\n[build]\nexcluded = ['a']\n",
    );
    let inputs = crate::check(&request(app.path())).unwrap();
    let expected = "line 2: build.excluded is no key of a project descriptor and is ignored; correct or remove it";
    let path = app.path().join("project.toml");
    assert_eq!(inputs.warnings, [format!("{}: {expected}", path.display())]);
}

#[test]
fn a_descriptor_elsewhere_has_an_end() {
    let app = testkit::directory("-- main.go --\n");
    let mut request = request(app.path());
    request.descriptor = Some("/dev/zero".into());
    let message = crate::check(&request).unwrap_err().explain().render();
    insta::assert_snapshot!(message, @"
    [Error: The project descriptor can't be read]
    /dev/zero
    has more than 1.00 MB, so it isn't what it was taken for. It must be a text
    file.
    (project/unreadable)
    ");
}

/// `--descriptor <(command)`: there is no second time to read it.
#[test]
fn a_descriptor_may_be_what_a_command_writes() {
    let app = testkit::directory("-- main.go --\n");
    let (reader, mut writer) = io::pipe().unwrap();
    writer
        .write_all(b"[[build.env]]\nname = 'A'\nvalue = '1'\n")
        .unwrap();
    drop(writer);
    let mut request = request(app.path());
    request.descriptor = Some(format!("/proc/self/fd/{}", reader.as_raw_fd()).into());
    let inputs = crate::check(&request).unwrap();
    let expected = [("A".to_owned(), "1".to_owned())];
    assert_eq!(inputs.environment, BTreeMap::from(expected));
}
