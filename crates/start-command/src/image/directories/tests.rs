use std::os::unix::fs::symlink;
use std::path::Path;

use fs_err::os::unix::fs::OpenOptionsExt as _;
use tempfile::TempDir;

use super::{Directories, Found, Image as _, without_dots};
use crate::refusal::Missing;

/// An app with a file of each kind, and a layer with an interpreter.
fn image() -> (TempDir, Directories) {
    let directory = TempDir::new().unwrap();
    let root = directory.path();
    for name in ["app/bin", "app/sub", "layer/bin", "outside"] {
        fs_err::create_dir_all(root.join(name)).unwrap();
    }
    let file = |path: &str, mode, content: &[u8]| {
        let mut options = fs_err::OpenOptions::new();
        let mut file = options
            .write(true)
            .create(true)
            .mode(mode)
            .open(root.join(path))
            .unwrap();
        std::io::Write::write_all(&mut file, content).unwrap();
    };
    file("app/server", 0o755, b"\x7fELF");
    file("app/sub/tool", 0o755, b"\x7fELF");
    file("app/plain", 0o644, b"\x7fELF");
    file("app/bin/console", 0o755, b"#!/usr/bin/env -S node --flag\n");
    file("app/bin/shell", 0o755, b"#! /bin/bash -e\n");
    file("app/bin/env-shell", 0o755, b"#!/usr/bin/env sh\n");
    file("app/bin/perl", 0o755, b"#!/usr/bin/perl\n");
    file("app/bin/text", 0o755, b"node server.js\n");
    file("app/bin/empty", 0o755, b"");
    file("layer/bin/node", 0o755, b"\x7fELF");
    file("outside/secret", 0o755, b"\x7fELF");
    symlink("../outside/secret", root.join("app/leads-out")).unwrap();
    symlink("nothing", root.join("app/broken")).unwrap();
    symlink("server", root.join("app/link")).unwrap();
    let image = Directories {
        working_directory: root.join("app"),
        roots: vec![root.join("app"), root.join("layer")],
        path: vec![root.join("app/bin"), root.join("layer/bin")],
        ignores_sigterm: true,
        sets_modes: false,
    };
    (directory, image)
}

/// What is found, with the directory of the test left away.
fn find(command: &str, below: &str) -> Result<String, String> {
    let (directory, image) = image();
    let command = command.replace("ROOT", &directory.path().display().to_string());
    let found = image.find(&command, Path::new(below));
    let without = |text: String| text.replace(&directory.path().display().to_string(), "");
    match found {
        Ok(Found {
            words,
            ignores_sigterm,
            ..
        }) => {
            let flag = if ignores_sigterm {
                ""
            } else {
                "ends by itself: "
            };
            Ok(without(flag.to_owned() + &words.join(" ")))
        }
        Err(missing) => Err(without(format!("{missing:?}"))),
    }
}

#[test]
fn programs_are_found_by_path_and_on_the_path() {
    let table = [
        ("./server", "", "./server"),
        ("ROOT/app/server", "", "/app/server"),
        ("../server", "sub", "../server"),
        ("./tool", "sub", "./tool"),
        ("./link", "", "./link"),
        ("node", "sub", "/layer/bin/node"),
        ("console", "", "/layer/bin/node --flag /app/bin/console"),
        ("bin/console", "", "/layer/bin/node --flag bin/console"),
    ];
    for (command, below, expected) in table {
        assert_eq!(find(command, below), Ok(expected.to_owned()), "{command}");
    }
}

fn shell(path: &str, shell: Option<&str>) -> Missing {
    Missing::ShellScript {
        path: path.into(),
        shell: shell.map(str::to_owned),
    }
}

fn not_found(looked: &[&str]) -> Missing {
    let looked = looked.iter().map(|&path| path.into()).collect();
    Missing::NotFound { looked }
}

#[test]
fn what_can_not_run_is_told_apart() {
    let path = |path: &str| path.to_owned();
    let on_path = ["/app/bin", "/layer/bin"];
    let table = [
        ("./nothing", not_found(&["/app/nothing"])),
        ("nothing", not_found(&on_path)),
        ("server", not_found(&on_path)),
        ("ROOT/outside/secret", not_found(&["/outside/secret"])),
        ("../outside/secret", not_found(&["/app/../outside/secret"])),
        (
            "./sub",
            Missing::NotAFile {
                path: path("/app/sub"),
            },
        ),
        ("shell", shell("/app/bin/shell", Some("/bin/bash"))),
        ("env-shell", shell("/app/bin/env-shell", Some("sh"))),
        ("text", shell("/app/bin/text", None)),
        ("empty", shell("/app/bin/empty", None)),
    ];
    for (command, expected) in table {
        assert_eq!(find(command, ""), Err(format!("{expected:?}")), "{command}");
    }
    let path_of = |command: &str| path("/app/") + command;
    let plain = Missing::NotExecutable {
        path: path_of("plain"),
    };
    assert_eq!(find("./plain", ""), Err(format!("{plain:?}")));
    for link in ["leads-out", "broken"] {
        let expected = Missing::LinkOutOfImage {
            path: path_of(link),
        };
        assert_eq!(find(&format!("./{link}"), ""), Err(format!("{expected:?}")));
    }
    let perl = Missing::NoInterpreter {
        path: path("/app/bin/perl"),
        interpreter: path("/usr/bin/perl"),
    };
    assert_eq!(find("perl", ""), Err(format!("{perl:?}")));
}

#[test]
fn directories_are_those_of_the_image() {
    let (root, image) = image();
    symlink("sub", root.path().join("app/current")).unwrap();
    let enter = |directory: &str| match image.enter(Path::new(directory)) {
        Ok(()) => "there".to_owned(),
        Err(there) => there.join(" "),
    };
    for (directory, expected) in [
        ("sub", "there"),
        ("./sub/..", "there"),
        ("current", "there"),
        // What isn't the app's may be there.
        ("..", "there"),
        ("/data", "there"),
        ("server", "bin current sub"),
        ("nowhere/below", "bin current sub"),
        ("sub/below", ""),
    ] {
        assert_eq!(enter(directory), expected, "{directory}");
    }
    let is_sub = |path: &Path| path.ends_with("sub");
    assert_eq!(image.enter_if(Path::new("sub"), is_sub), Ok(()));
    assert_eq!(image.enter_if(Path::new(""), is_sub), Ok(()));
    let there = image.enter_if(Path::new("bin"), is_sub).unwrap_err();
    assert_eq!(there, ["sub"]);
}

#[test]
fn a_path_leads_where_its_text_says() {
    for (path, expected) in [
        ("./a/./b/", "a/b"),
        ("a/b/..", "a"),
        ("a/..", ""),
        ("../a", "../a"),
        ("a/../../b", "../b"),
        ("../../a/..", "../.."),
        ("/a/../../b", "/b"),
    ] {
        assert_eq!(without_dots(Path::new(path)), Path::new(expected), "{path}");
    }
}
