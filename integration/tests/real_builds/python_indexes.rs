//! Python packages of an index that not everybody may read, and of indexes that fail.

use std::path::Path;

use integration::{
    Answers, Call, Case, GitServer, Home, Machine, Need, PackageIndex, free_port, output_of,
};

pub(crate) const CASES: &[Case] = &[
    Case::new("python_indexes::a_password_is_nowhere", passwords),
    Case::new("python_indexes::failures_leave_nothing", failures),
    Case::new("python_indexes::git_credentials", git_credentials).needing(&[Need::Program("git")]),
    Case::new("python_indexes::a_library_that_the_image_lacks", lacking),
];

const PACKAGES: &[(&str, &str)] = &[("shelf", "1.0"), ("shelf", "1.1")];

/// Two versions to choose from, and a hash where `requirements` has one.
#[track_caller]
fn app(requirements: &str) -> tempfile::TempDir {
    testkit::directory(&format!(
        "-- requirements.txt --\n{requirements}\n-- main.py --\nimport shelf\n\nprint(shelf.VERSION)\n"
    ))
}

fn build(home: &Home, app: &Path, variables: &[(&str, &str)]) -> Call {
    let mut build = home.build("app", app);
    for (name, value) in variables {
        build = build.args(["--env", &format!("{name}={value}")]);
    }
    build.args(["--env", "BP_LOG_LEVEL=DEBUG"])
}

/// In a variable, in a variable of the requirements, in a netrc, in a pip.conf; on the way by uv itself and by its lock.
fn passwords(machine: &Machine) {
    let index = PackageIndex::start(PACKAGES, Answers::WithLogin);
    let (user, password) = index.login();
    let netrc = testkit::directory(&format!(
        "-- mine/type --\nnetrc\n-- mine/.netrc --\nmachine 127.0.0.1 login {user} password {password}\n"
    ));
    let pip = testkit::directory(&format!(
        "-- mine/type --\npip-conf\n-- mine/pip.conf --\n[global]\nindex-url = {}\n",
        index.url_with_login()
    ));
    let home = machine.home();
    let plain = app("shelf");
    let in_file = index
        .url()
        .replace("://", "://${INDEX_USER}:${INDEX_PASSWORD}@");
    let in_file = app(&format!("--index-url {in_file}\nshelf"));
    let of_uv = [("UV_DEFAULT_INDEX", &*index.url_with_login())];
    let named = [("INDEX_USER", user), ("INDEX_PASSWORD", password)];
    let url = index.url();
    let builds = [
        build(&home, plain.path(), &of_uv),
        build(&home, in_file.path(), &named),
        build(&home, plain.path(), &[("PIP_INDEX_URL", &url)])
            .arg("--bindings")
            .arg(netrc.path()),
        build(&home, plain.path(), &[])
            .arg("--bindings")
            .arg(pip.path()),
        // What the machine's own clients are told.
        home.build("app", plain.path())
            .env("PIP_INDEX_URL", index.url_with_login()),
    ];
    // So that each has to fetch.
    let forget = || {
        for made in ["apps", "images"] {
            let _ = fs_err::remove_dir_all(home.path().join(made));
        }
    };
    for (number, build) in builds.into_iter().enumerate() {
        forget();
        let built = build.run().succeeded();
        let text = built.text();
        assert!(text.contains(" + shelf==1.1"), "{number}: {text}");
        assert!(!text.contains(password), "{number}: {text}");
        assert_eq!(home.files_with(password), [""; 0], "{number}");
        assert_ne!(home.files_with("VERSION = \"1.1\""), [""; 0], "{number}");
    }
    forget();
    let refused = build(&home, plain.path(), &[("PIP_INDEX_URL", &url)]).run();
    let _ = refused.failed_with("python/install/unauthorized", 1);
}

/// A package that needs nobody to be built.
const LIBRARY: &str = r#"
-- backend.py --
import os
import zipfile

INFO = "library-1.0.dist-info"
FILES = {
    "library.py": "TEXT = 'from a repository'\n",
    f"{INFO}/METADATA": "Metadata-Version: 2.1\nName: library\nVersion: 1.0\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = "library-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
        record = "".join(f"{path},,\n" for path in [*FILES, f"{INFO}/RECORD"])
        wheel.writestr(f"{INFO}/RECORD", record)
    return name
-- pyproject.toml --
[project]
name = "library"
version = "1.0"

[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"#;

/// A package of a private repository: without credentials, with those of a netrc, with those of git.
fn git_credentials(machine: &Machine) {
    let server = GitServer::start(&[("team/library", LIBRARY)]);
    let (user, password) = server.login();
    let app = testkit::directory(
        "-- requirements.txt --\nlibrary @ git+https://git.example/team/library@v1.0.0\n\
         -- main.py --\nimport library\n\nprint(library.TEXT)\n",
    );
    let netrc = format!(
        "-- ci/type --\nnetrc\n-- ci/.netrc --\nmachine git.example login {user} password {password}\n"
    );
    let git = format!(
        "-- ci/type --\ngit-credentials\n-- ci/context --\nhttps://git.example\n\
         -- ci/credentials --\nusername={user}\npassword={password}\n"
    );
    for credentials in ["", &netrc, &git] {
        let bindings =
            testkit::directory(&format!("-- ca/type --\nca-certificates\n{credentials}"));
        let authority = bindings.path().join("ca/ca.pem");
        fs_err::copy(server.authority(), authority).expect("it can be copied");
        let home = machine.home();
        let call = build(&home, app.path(), &[])
            .arg("--bindings")
            .arg(bindings.path());
        let built = server.reached_by(call).run();
        assert!(!built.text().contains(password), "{}", built.text());
        assert_eq!(home.files_with(password), [""; 0], "{credentials}");
        if credentials.is_empty() {
            let message = built.failed_with("python/install/git", 1);
            assert!(message.contains("git-credentials"), "{message}");
            continue;
        }
        let _ = built.succeeded();
        let ran = home.coracle().args(["run", "app"]).run().succeeded();
        assert!(ran.text().contains("from a repository"), "{}", ran.text());
    }
}

/// After each, the same app builds.
fn failures(machine: &Machine) {
    let index = PackageIndex::start(PACKAGES, Answers::All);
    let half = PackageIndex::start(PACKAGES, Answers::Half).url();
    let nobody = format!("http://127.0.0.1:{}/simple/", free_port());
    let hashed = index.hashed("shelf", "1.0");
    let (digest, rest) = hashed.split_at(hashed.len() - 1);
    let other = format!("{digest}{}", if rest == "0" { "1" } else { "0" });
    let good = app(&hashed);
    for (name, requirement, url, id, code) in [
        ("truncated", &hashed, &half, "python/install/network", 3),
        ("nobody", &hashed, &nobody, "python/install/network", 3),
        ("hash", &other, &index.url(), "python/install/hash", 1),
        (
            "unknown",
            &"shelf==2".to_owned(),
            &index.url(),
            "python/install/no-solution",
            1,
        ),
    ] {
        let home = machine.home();
        let bad = app(requirement);
        let variables = |url| [("PIP_INDEX_URL", url), ("UV_HTTP_RETRIES", "0")];
        let refused = build(&home, bad.path(), &variables(url)).run();
        let message = refused.failed_with(id, code);
        assert!(!message.contains("defect"), "{name}: {message}");
        assert!(!home.path().join("images").join("local").exists(), "{name}");
        let built = build(&home, good.path(), &variables(&index.url()))
            .run()
            .succeeded();
        assert!(
            built.text().contains(" + shelf==1.0"),
            "{name}: {}",
            built.text()
        );
    }
}

/// What would fail when the app imports it is told when it is built.
fn lacking(machine: &Machine) {
    let work = testkit::directory(
        "-- a.c --\nint a(void) { return 1; }\n-- b.c --\nint a(void); int b(void) { return a(); }\n",
    );
    let compile = |arguments: &[&str]| {
        let shared = ["-shared", "-fPIC", "-o"];
        let _ = output_of("cc", &[&shared, arguments].concat(), work.path());
    };
    compile(&["liblacking.so.7", "a.c", "-Wl,-soname,liblacking.so.7"]);
    compile(&["native.so", "b.c", "-L.", "-l:liblacking.so.7"]);
    let library = fs_err::read(work.path().join("native.so")).expect("it is compiled");
    let index = PackageIndex::of_library(library);
    let home = machine.home();
    let app = app("native");
    let refused = build(&home, app.path(), &[("PIP_INDEX_URL", &index.url())]).run();
    insta::assert_snapshot!(refused.failed_with("python/install/linkage", 1), @"
    [Error: A package needs a library that the image hasn't]
    native/_native.so needs liblacking.so.7

    The image has the libraries of C and C++, zlib and those of Python itself.

    Ask for a wheel that brings its libraries, as most do (psycopg2-binary in place
    of psycopg2, opencv-python-headless in place of opencv-python), or put the Debian
    package of the library into the image. That of libpq.so.5, for example, is:
    BP_DEB_PACKAGES=libpq5
    (python/install/linkage)
    ");
}
