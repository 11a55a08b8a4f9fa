//! What uv 0.13 wrote, and what it means.

use super::*;

#[test]
fn what_uv_wrote() {
    let texts = [
        "error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided.\n\nhint: To update the lockfile, run `uv lock`.",
        "error: Failed to download `werkzeug==3.0.3`\n  cause: Hash mismatch for `werkzeug==3.0.3`\n\n         Expected:\n           sha256:0000",
        "  × No solution found when resolving dependencies:\n  ╰─▶ Because nosuchpackage was not found in the package registry and you require nosuchpackage, we can conclude that your requirements are unsatisfiable.",
        "  × No solution found when resolving dependencies:\n  ╰─▶ Because flask==3.0.3 depends on werkzeug>=3.0.0 and you require werkzeug<2, we can conclude",
        "error: In `--require-hashes` mode, all requirements must have their versions pinned with `==`, but found: flask",
        "error: In `--require-hashes` mode, all requirements must have a hash, but none were provided for: gunicorn==27.0.1",
        "error: Failed to build `psycopg2==2.9.9`\n  cause: The build backend returned an error\n\n      Error: pg_config executable not found.\n",
        "error: Failed to build `pyfoo==1.0`\n  cause: x\n foo.c:1:10: fatal error: libpq-fe.h: No such file or directory",
        "error: Failed to build `pybar==1.0`\n /usr/bin/ld: cannot find -lxml2: No such file or directory\ncollect2: error",
        "error: Failed to build `pybaz==1.0`\n ModuleNotFoundError: No module named 'pkg_resources'\n",
        "error: Failed to build `pyqux==1.0`\n  error: command '/usr/bin/gcc' failed with exit code 1",
        "error: Failed to fetch: `https://packages.example.com/simple/flask/`\n  cause: error sending request for url\n  cause: dns error",
        "error: Failed to fetch: https://packages.example.com/simple/flask/\n  cause: error sending request\n  cause: client error (Connect)\n  cause: invalid peer certificate: UnknownIssuer",
        "error: Failed to fetch: `https://packages.example.com/simple/flask/`\n  cause: HTTP status client error (401 Unauthorized)",
        "error: Failed to download `flask==3.0.3`\n  cause: Failed to write to the distribution cache\n  cause: error decoding response body",
        "error: Failed to fetch: `https://packages.example.com/simple/flask/`\n  cause: HTTP status server error (500 Internal Server Error)",
        "error: Git operation failed\n  cause: failed to clone into: x",
        "error: Failed to download and build `a @ git+https://git.example/a@v1`\n  cause: Git operation failed\n  cause: failed to clone into: x",
        "error: The requested interpreter resolved to Python 3.13.5, which is incompatible with the project's Python requirement: `>=3.14`",
        "error: Couldn't parse requirement in `requirements.txt` at position 0",
        "error: Group `prod` is not defined in the project's `dependency-groups` table",
        "Checked 2 packages in 0.48ms\nFound 1 incompatibility\nThe package `flask` requires `werkzeug>=3.0.0`, but `2.0.0` is installed",
        "\u{1b}[31merror\u{1b}[39m: failed to write to file: No space left on device (os error 28)",
        "error: No download found for request: cpython-3.12.99-linux-x86_64-gnu",
        "error: something else",
    ];
    let lines = texts.map(|text| format!("{:?}", classify(text)));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    LockOutOfDate
    HashMismatch { package: "werkzeug==3.0.3" }
    NotFound { package: "nosuchpackage" }
    NoSolution
    HashMissing
    HashMissing
    BuildFailed { package: "psycopg2==2.9.9", lacks: Some(Program("pg_config")) }
    BuildFailed { package: "pyfoo==1.0", lacks: Some(Header("libpq-fe.h")) }
    BuildFailed { package: "pybar==1.0", lacks: Some(Library("xml2")) }
    BuildFailed { package: "pybaz==1.0", lacks: Some(Module("pkg_resources")) }
    BuildFailed { package: "pyqux==1.0", lacks: None }
    Network
    Certificate
    Unauthorized
    Network
    Network
    Git
    Git
    PythonMismatch
    Syntax
    NoGroup { group: "prod" }
    Incompatible
    DiskFull
    NoDownload
    Other
    "#);
}
