//! Python apps in a builder with stand-ins for Python and uv.

use std::os::unix::fs::PermissionsExt as _;

use testkit::{Buildpack, Lifecycle};

const BUILDPACK: Buildpack = Buildpack {
    directory: "buildpacks/python",
    program: env!("CARGO_BIN_EXE_python-buildpack"),
    additional: &[],
};

/// Where `buildpack.toml` says that a builder keeps what it bundles.
const PYTHON: &str = "/opt/coracle/python";
const UV: &str = "/opt/coracle/uv";

/// Makes an environment: packages and programs of the names in the files that it is given. `broken` fails.
const UV_SCRIPT: &str = r#"#!/bin/sh
echo "uv $*" >> "$HOME/calls"
environment() {
    mkdir -p "$1/bin" "$1/lib/python$minor/site-packages"
    ln -sf "$python" "$1/bin/python"
    ln -sf python "$1/bin/python3"
    : > "$1/bin/activate"
}
package() {
    site=$(echo "$1"/lib/python*/site-packages)
    mkdir -p "$site/$2" "$site/$2-1.0.dist-info"
    printf 'Name: %s\nVersion: 1.0\n' "$2" > "$site/$2-1.0.dist-info/METADATA"
    : > "$site/$2/__init__.py"
    printf '#!%s/bin/python\n' "$1" > "$1/bin/$2"
    chmod 755 "$1/bin/$2"
}
case "$1" in
venv)
    shift; while [ $# -gt 1 ]; do [ "$1" = --python ] && python=$2; shift; done
    minor=${python##*/python}
    environment "$1" ;;
python)
    for request in "$@"; do :; done
    [ "$request" = 3.12 ] || { echo "error: No download found for request: cpython-$request"; exit 1; }
    tree=$UV_PYTHON_INSTALL_DIR/cpython-3.12.11-linux-x86_64-gnu
    mkdir -p "$tree/bin" "$tree/lib/python3.12/test" "$UV_PYTHON_INSTALL_DIR/.temp"
    printf '#!/bin/sh\n' > "$tree/bin/python3.12"; chmod 755 "$tree/bin/python3.12"
    : > "$tree/lib/python3.12/os.py"; : > "$tree/lib/python3.12/test/x.py"
    ln -s "$tree" "$UV_PYTHON_INSTALL_DIR/cpython-3.12-linux-x86_64-gnu" ;;
sync)
    package "$UV_PROJECT_ENVIRONMENT" flask
    package "$UV_PROJECT_ENVIRONMENT" gunicorn ;;
pip)
    while [ $# -gt 0 ]; do
        case "$1" in
        --python) target=${2%/bin/python} ;;
        -r) while read -r line; do
                case "$line" in
                broken*) echo "error: Failed to build \`$line\`"; echo "x.c:1: fatal error: libpq-fe.h: No such file or directory"; exit 1 ;;
                [a-z]*) package "$target" "${line%%[!a-z_]*}" ;;
                esac
            done < "$2" ;;
        esac
        shift
    done ;;
esac
"#;

/// Compiles nothing; as `manage.py` says what it does.
const PYTHON_SCRIPT: &str = r#"#!/bin/sh
case "$1" in
manage.py)
    [ -n "$SECRET_KEY" ] || { echo "KeyError: 'SECRET_KEY'"; exit 1; }
    mkdir -p static; : > static/admin.css; echo "1 static file copied" ;;
esac
"#;

/// An app from text (see [`testkit::directory`]).
#[track_caller]
pub(crate) fn app(text: &str) -> Lifecycle {
    let lifecycle = Lifecycle::new(&BUILDPACK, text);
    for (minor, version) in [("3.11", "3.11.2"), ("3.13", "3.13.5")] {
        let bundle = lifecycle.path(&format!("python/{minor}"));
        fs_err::create_dir_all(bundle.join("build/bin")).unwrap();
        fs_err::create_dir_all(bundle.join("launch/bin")).unwrap();
        fs_err::write(bundle.join("runtime.toml"), runtime(version)).unwrap();
        for tree in ["build", "launch"] {
            program(
                &bundle.join(tree).join(format!("bin/python{minor}")),
                PYTHON_SCRIPT,
            );
        }
    }
    fs_err::create_dir_all(lifecycle.path("uv/0.13.8")).unwrap();
    program(&lifecycle.path("uv/0.13.8/uv"), UV_SCRIPT);
    let file = lifecycle.path("buildpack/buildpack.toml");
    let mut text = fs_err::read_to_string(&file).unwrap();
    for (place, here) in [(PYTHON, "python"), (UV, "uv")] {
        assert!(text.contains(place));
        text = text.replace(place, &lifecycle.path(here).display().to_string());
    }
    fs_err::write(file, text).unwrap();
    lifecycle
}

fn runtime(version: &str) -> String {
    format!(
        "version = \"{version}\"\n[[packages]]\nname = \"libssl3t64\"\nversion = \"3.5.7-1\"\n\
         architecture = \"amd64\"\nsource = \"openssl\"\nrelease = \"13\"\n"
    )
}

fn program(path: &std::path::Path, text: &str) {
    fs_err::write(path, text).unwrap();
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What uv was called with, in the last builds.
pub(crate) fn calls(lifecycle: &Lifecycle) -> String {
    let calls = fs_err::read_to_string(lifecycle.path("home/calls")).unwrap_or_default();
    let root = lifecycle.path("").display().to_string();
    let calls = calls.replace(root.trim_end_matches('/'), "ROOT");
    // The scratch directory has another name each time.
    let words = calls
        .split(' ')
        .map(|word| match word.split_once("python-buildpack-") {
            Some((_, rest)) => format!(
                "SCRATCH{}",
                rest.find('/').map_or("", |slash| &rest[slash..])
            ),
            None => word.to_owned(),
        });
    words.collect::<Vec<_>>().join(" ")
}
