use std::path::PathBuf;

use super::*;
use crate::files::{Access, Denied, FilesError};

#[test]
fn files() {
    let path = PathBuf::from("static/a");
    let pattern = globset::Glob::new("a[").unwrap_err();
    let full = std::io::Error::from(ErrorKind::StorageFull);
    let denied = std::io::Error::from(ErrorKind::PermissionDenied);
    insta::assert_snapshot!(render(&[
        &FilesError::Io { source: full },
        &FilesError::Io { source: denied },
        &FilesError::NotText { path: path.clone() },
        &FilesError::NameNotUnicode { path: path.clone() },
        &FilesError::LinkLeavesApp { path, target: "/etc".into() },
        &FilesError::Pattern { pattern: "a[".into(), source: pattern },
    ]), @"
    Machine [Error: A file of the app can't be used]
    The disk is full, or a quota is used up. Make room and build again.

    Details: no storage space
    (files/io)

    Machine [Error: A file of the app can't be used]
    The build may not read or write there. It runs without root rights:
    what it works on has to belong to its user, or give its group the right.

    Details: permission denied
    (files/io)

    Yours [Error: A text file of the app isn't UTF-8]
    The file static/a holds bytes that aren't UTF-8 text.

    Save it as UTF-8.
    (files/not-text)

    Yours [Error: A file name of the app isn't UTF-8]
    The app has a file whose name can't be read as UTF-8:
    static/a

    Image layers hold UTF-8 names only. Rename the file, remove it, or
    leave it out with a pattern under [io.buildpacks] exclude in
    project.toml.
    (files/name-not-unicode)

    Yours [Error: A symbolic link points out of the app]
    The link static/a points to /etc.

    Only what is inside the app directory is in the image, so the link
    would be broken or would show another file there. Replace it with a
    copy of the file or with a relative link inside the app, or leave it
    out with a pattern under [io.buildpacks] exclude in project.toml.
    (files/link-leaves-app)

    Yours [Error: A file pattern can't be read]
    BP_KEEP_FILES holds the pattern: a[

    Patterns are separated by colons. * stands for any characters but /,
    ** for any directories, ? for one character, [ab] for a or b:
    static/**:templates/*.html

    Details: error parsing glob 'a[': unclosed character class; missing ']'
    (files/pattern)
    ");
}

#[test]
fn files_of_others() {
    let is_denied = |access, owner| FilesError::Denied {
        denied: Denied {
            path: PathBuf::from("/workspace/static"),
            access,
            owner,
            mode: 0o750,
            user: 1000,
            group: 1001,
        },
        source: std::io::Error::from(ErrorKind::PermissionDenied),
    };
    insta::assert_snapshot!(render(&[
        &is_denied(Access::Read, 0),
        &is_denied(Access::Read, 1000),
        &is_denied(Access::Write, 0),
        &is_denied(Access::Write, 1000),
    ]), @"
    Machine [Error: A file of the app can't be read]
    The build runs as the user 1000 and may not read:
    /workspace/static

    It belongs to the user 0 and has the mode 0750. On Kubernetes
    fsGroup: 1001 in the pod's securityContext opens its volumes to the
    build. Elsewhere, run this in the app's directory before the build:
    chown -R 1000:1001 .

    Details: permission denied
    (files/not-readable)

    Machine [Error: A file of the app can't be read]
    The build runs as the user 1000 and may not read:
    /workspace/static

    It belongs to the user 1000 and has the mode 0750. Run this in the
    app's directory before the build:
    chmod -R u+rX .

    Details: permission denied
    (files/not-readable)

    Machine [Error: The app directory can't be changed]
    The build runs as the user 1000 and may not change what is in:
    /workspace/static

    It belongs to the user 0 and has the mode 0750. On Kubernetes
    fsGroup: 1001 in the pod's securityContext opens its volumes to the
    build. Elsewhere, run this in the app's directory before the build:
    chown -R 1000:1001 .

    Details: permission denied
    (files/not-writable)

    Machine [Error: The app directory can't be changed]
    The build runs as the user 1000 and may not change what is in:
    /workspace/static

    It belongs to the user 1000 and has the mode 0750. Run this in the
    app's directory before the build:
    chmod -R u+rwX .

    Details: permission denied
    (files/not-writable)
    ");
}
