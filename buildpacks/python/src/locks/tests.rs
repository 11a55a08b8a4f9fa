//! Locks of every manager and format. The content hashes are what the managers themselves compute of these files.

use std::fmt::Write as _;
use std::path::Path;

use super::fixtures::*;
use super::*;
use crate::pyproject::{self, Pyproject};
use crate::python_version::Requested;
use buildpack_kit::environment::Sourced;

/// As in the wheel of a package that is no library of C.
const WHEEL: &str = "{ file = \"NAME-py3-none-any.whl\", hash = \"sha256:NAME\" }";

fn project(text: &str) -> Pyproject {
    pyproject::parse(Path::new(pyproject::FILE), text).unwrap()
}

/// A lock with the hash that it must have, and `FILES(name)` filled in.
fn filled(text: &str, hash: &str) -> String {
    let mut text = text.replace("HASH", hash);
    while let Some(start) = text.find("FILES(") {
        let end = start + text[start..].find(')').unwrap();
        let files = format!("[{}]", WHEEL.replace("NAME", &text[start + 6..end]));
        text.replace_range(start..=end, &files);
    }
    text
}

fn shown(lock: &Lock) -> String {
    let mut text = String::new();
    for requirement in &lock.direct {
        let _ = writeln!(text, "{requirement}");
    }
    for constraint in lock.constraints(Path::new("/workspace")) {
        let _ = writeln!(text, "-c {constraint}");
    }
    for index in &lock.indexes {
        let _ = writeln!(text, "{:?} {} {}", index.priority, index.name, index.url);
    }
    for path in lock.paths() {
        let _ = writeln!(text, "path {}", path.display());
    }
    text
}

#[test]
fn poetry_1_1() {
    let lock = filled(POETRY_LOCK_1_1, POETRY_1_HASH);
    let lock = poetry::read(&lock, &project(POETRY_1), None).unwrap();
    insta::assert_snapshot!(shown(&lock), @"
    Flask
    patched
    psycopg ; python_full_version < '3.12'
    psycopg ; (python_version >= '3.12')
    pywin32 ; sys_platform == 'win32'
    tools
    uvicorn[standard]
    -c flask==3.0.3 --hash=sha256:flask
    -c inner==2.0
    -c patched @ git+ssh://git@example.com/team/patched.git@0123abc#subdirectory=python
    -c psycopg>=3.1.20,<=3.2.1
    -c tools @ file:///workspace/libs/tools
    Additional internal https://packages.example.com/simple
    path libs/tools
    ");
    assert_eq!(
        lock.undecided().keys().copied().collect::<Vec<_>>(),
        ["psycopg"]
    );
}

#[test]
fn poetry_2_1() {
    let lock = filled(POETRY_LOCK_2_1, POETRY_2_HASH);
    let lock = poetry::read(&lock, &project(POETRY_2), None).unwrap();
    insta::assert_snapshot!(shown(&lock), @"
    flask
    uvicorn[standard] ; python_version < '4'
    fork @ git+https://example.com/fork@main
    -c flask==3.0.3 --hash=sha256:flask
    -c fork @ git+https://example.com/fork@4567def
    -c numpy==1.26.4 ; python_version < '3.12' --hash=sha256:numpy-1
    -c numpy==2.1.0 ; python_version >= '3.12' --hash=sha256:numpy-2
    -c uvloop==0.19.0 ; sys_platform != 'win32' --hash=sha256:uvloop
    ");
}

#[test]
fn groups_of_poetry_are_chosen() {
    let groups = |names: &[&str]| {
        names
            .iter()
            .map(|&name| name.to_owned())
            .collect::<Vec<_>>()
    };
    let direct = |hash: &str, text: &str, names: &[&str]| {
        let lock = filled(POETRY_LOCK_2_1, hash);
        poetry::read(&lock, &project(text), Some(&groups(names))).map(|lock| lock.direct)
    };
    assert_eq!(
        direct(POETRY_1_HASH, POETRY_1, &["prod"]).unwrap(),
        ["sentry-sdk"]
    );
    assert_eq!(
        direct(POETRY_2_HASH, POETRY_2, &["PROD"]).unwrap(),
        ["sentry-sdk"]
    );
    assert_eq!(
        direct(POETRY_1_HASH, POETRY_1, &["main", "dev"])
            .unwrap()
            .len(),
        8
    );
    assert_eq!(
        direct(POETRY_1_HASH, POETRY_1, &["docs"]),
        Err(LockError::NoGroup {
            group: "docs".to_owned(),
            variable: "BP_POETRY_INSTALL_ONLY",
            known: ["Prod", "dev", "main"].map(str::to_owned).to_vec(),
        })
    );
}

#[test]
fn pdm_with_groups_of_files() {
    let text = r#"
[metadata]
groups = ["default", "dev-tools"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:HASH"

[[package]]
name = "flask"
version = "3.0.3"
groups = ["default"]
files = FILES(flask)

[[package]]
name = "uvicorn"
version = "0.30.0"
files = [{ url = "https://files.example.com/uvicorn-0.30.0-py3-none-any.whl#sha256=1", hash = "sha256:uvicorn" }]

[[package]]
name = "uvicorn"
version = "0.30.0"
extras = ["standard"]
files = [{ url = "https://files.example.com/uvicorn-0.30.0-py3-none-any.whl#sha256=1", hash = "sha256:uvicorn" }]

[[package]]
name = "colorama"
version = "0.4.6"
marker = "sys_platform == \"win32\""
files = FILES(colorama)

[[package]]
name = "local"
version = "0.1.0"
path = "./libs/local"

[[package]]
name = "archive"
version = "0.1.0"
url = "https://example.com/archive.zip"
"#;
    let lock = pdm::read(&filled(text, PDM_HASH), &project(PDM)).unwrap();
    insta::assert_snapshot!(shown(&lock), @r#"
    flask
    uvicorn[standard]
    -c archive @ https://example.com/archive.zip
    -c colorama==0.4.6 ; sys_platform == "win32" --hash=sha256:colorama
    -c flask==3.0.3 --hash=sha256:flask
    -c local @ file:///workspace/libs/local
    -c uvicorn==0.30.0 --hash=sha256:uvicorn
    Additional internal https://${USER}@packages.example.com/simple
    path libs/local
    "#);
    assert!(
        lock.packages[1]
            .files
            .contains("uvicorn-0.30.0-py3-none-any.whl")
    );
}

#[test]
fn pdm_before_4_1() {
    let text = r#"
[[package]]
name = "flask"
version = "3.0.3"

[metadata]
lock_version = "4.0"
content_hash = "sha256:HASH"

[metadata.files]
"flask 3.0.3" = FILES(flask)
"#;
    let lock = pdm::read(&filled(text, PDM_HASH), &project(PDM)).unwrap();
    assert_eq!(
        lock.constraints(Path::new("/workspace")),
        ["flask==3.0.3 --hash=sha256:flask"]
    );
}

#[test]
fn pipenv() {
    let pipfile = pipfile::parse(PIPFILE).unwrap();
    let lock = pipfile::read(&filled(PIPFILE_LOCK, PIPFILE_HASH), Some(&pipfile)).unwrap();
    insta::assert_snapshot!(shown(&lock), @"
    archive
    flask ; python_version >= '3.8'
    fork
    local
    uvicorn[standard]
    -c archive @ https://example.com/archive.zip
    -c flask==3.0.3 ; python_version >= '3.8' --hash=sha256:a --hash=sha256:b
    -c fork @ git+https://example.com/fork@0123abc
    -c local @ file:///workspace/libs/local
    -c uvicorn==0.30.0 --hash=sha256:c
    Default internal https://${USER}@packages.example.com/simple
    path libs/local
    ");
    let version = |version: Option<Sourced<Requested>>| {
        let version = version.unwrap();
        format!("{} from {}", version.value, version.origin)
    };
    assert_eq!(version(lock.version), "3.11.2 from Pipfile.lock line 5");
    assert_eq!(version(pipfile.version), "3.11 from Pipfile line 18");
}

#[test]
fn a_pipfile_without_sources_has_those_of_its_lock() {
    let start = PIPFILE.find("[packages]").unwrap();
    let pipfile = pipfile::parse(&PIPFILE[start..]).unwrap();
    let lock = filled(
        PIPFILE_LOCK,
        "70eb3d1d4906801ba273d1fd180ad6bc52db5708492f7f1f182db3d3bf1aa558",
    );
    let usual = lock
        .replace("internal", "pypi")
        .replace("${USER}@packages.example", "usual.example");
    assert!(pipfile::read(&usual, Some(&pipfile)).is_ok());
    assert!(pipfile::read(&lock, Some(&pipfile)).is_err());
    assert!(pipfile::read(&lock, None).is_ok());
}

#[test]
fn locks_that_can_not_be_used() {
    let of_poetry = |lock: &str| poetry::read(lock, &project(POETRY_2), None).unwrap_err();
    let of_pdm = |lock: &str| pdm::read(lock, &project(PDM)).unwrap_err();
    let of_pipenv = |lock: &str| {
        let pipfile = pipfile::parse(PIPFILE).unwrap();
        pipfile::read(lock, Some(&pipfile)).unwrap_err()
    };
    let future = |text: &str| text.replace("2.1\"", "9.0\"");
    let errors = [
        of_poetry(&filled(POETRY_LOCK_2_1, "0000")),
        of_poetry(&filled(&future(POETRY_LOCK_2_1), POETRY_2_HASH)),
        of_poetry("[[package]]\nname = \"a\"\n"),
        of_poetry("<<<<<<< HEAD\n"),
        of_pdm("[metadata]\nlock_version = \"4.5.0\"\ncontent_hash = \"sha256:0\"\n"),
        of_pdm("[metadata]\nlock_version = \"5\"\ncontent_hash = \"sha256:0\"\n"),
        of_pdm("[metadata]\nlock_version = 4\n"),
        of_pipenv(&filled(PIPFILE_LOCK, "0000")),
        of_pipenv("{\n  \"_meta\": {},\n}"),
        of_pipenv("{\"_meta\": {}}"),
    ];
    let lines = errors.map(|error| match &error {
        LockError::Syntax(place) => {
            format!("{error}: {}:{} {}", place.line, place.column, place.problem)
        }
        _ => error.to_string(),
    });
    insta::assert_snapshot!(lines.join("\n"), @"
    poetry.lock is out of date
    poetry.lock is of format 9.0
    poetry.lock can't be parsed: 1:1 missing field `version`
    poetry.lock can't be parsed: 1:9 key with no value, expected `=`
    pdm.lock is out of date
    pdm.lock is of format 5
    pdm.lock can't be parsed: 2:16 invalid type: integer `4`, expected a string
    Pipfile.lock is out of date
    Pipfile.lock can't be parsed: 3:1 trailing comma
    Pipfile.lock can't be parsed: 1:12 missing field `hash`
    ");
}
