//! Python apps: what is in their images, and what a second build reuses.

use std::collections::BTreeSet;
use std::path::Path;

use integration::{Case, Home, Layout, Machine, Running, WrittenApp, copy_of, file_of, uv};
use serde_json::{Value, json};

use crate::apps::{STOPS_WITHIN, answer_of};
use crate::image::SHELLS;

pub(crate) const CASES: &[Case] = &[
    Case::new("python_apps::flask_from_requirements", flask),
    Case::new("python_apps::fastapi_of_a_lock_of_uv", fastapi),
    Case::new("python_apps::django_of_a_lock_of_poetry", django),
    Case::new("python_apps::a_rebuild_makes_what_changed", rebuilt),
    Case::new("python_apps::a_member_of_a_workspace", workspace),
];

/// Bytes of the images of `samples/python-*`, compressed.
const FLASK: u64 = 19_500_000;
const FASTAPI: u64 = 23_500_000;
const DJANGO: u64 = 25_800_000;

/// What installs packages, and has no place in an image.
const INSTALLERS: &[&str] = &[
    "pip",
    "pip3",
    "uv",
    "poetry",
    "pipenv",
    "easy_install",
    "activate",
];

/// Builds an app and reads the image, and the packages of Python in its bill of materials.
#[track_caller]
pub(crate) fn build(home: &Home, app: &Path) -> (Layout, BTreeSet<String>) {
    let root = home.path().join("layout");
    let build = home.build("app", app).arg("--output");
    let build = build.arg(format!("oci:{}", root.display()));
    let _ = build.run().succeeded();
    let document = file_of(&root, "layers/sbom/launch/coracle_python/sbom.cdx.json");
    let document: Value = serde_json::from_slice(&document).expect("it is JSON");
    let components = document["components"].as_array().expect("an array");
    let purls = components.iter().filter_map(|one| one["purl"].as_str());
    let packages = purls.filter_map(|purl| Some(purl.strip_prefix("pkg:pypi/")?.to_owned()));
    (Layout::read(&root), packages.collect())
}

fn flask(machine: &Machine) {
    let sample = testkit::sample("python-flask");
    let home = machine.home();
    let (layout, packages) = build(&home, &sample);
    let requirements =
        fs_err::read_to_string(sample.join("requirements.txt")).expect("it is there");
    let lines = requirements
        .lines()
        .filter_map(|line| line.strip_suffix(" \\"));
    let pinned = lines.filter(|line| line.contains("=="));
    let pinned: BTreeSet<String> = pinned.map(|line| line.trim().replace("==", "@")).collect();
    assert_eq!(packages, pinned);
    assert_eq!(layout.programs_called(SHELLS), [""; 0]);
    assert_eq!(layout.programs_called(INSTALLERS), [""; 0]);
    assert!(layout.size() <= FLASK, "{} bytes", layout.size());

    let running = Running::start(home.coracle().args(["run", "app"]));
    let page = running.get("/");
    assert!(page.body.contains("Hello from Flask"), "{}", page.body);
    let checks: Value = serde_json::from_str(&running.get("/checks").body).expect("it is JSON");
    let _ = running.stop(STOPS_WITHIN);
    let expected = json!({
        "uid": 1000,
        "gid": 1000,
        "python": "3.13",
        "user": "ok",
        "time_zone": "ok",
        "dns": "ok",
        "encoding": "utf-8",
        "sqlite": "ok",
        "ctypes": "ok",
        "trusts_authorities": true,
        "compiled": true,
        "compiled_app": true,
        "shell": null,
        "pip": false,
        "root_writable": false,
        "temporary_writable": true,
        "working_directory": "/workspace",
    });
    assert_eq!(checks, expected);
}

fn fastapi(machine: &Machine) {
    let app = copy_of(&testkit::sample("python-fastapi"));
    let _ = uv(machine, &["lock"], app.path());
    let export = [
        "export",
        "--frozen",
        "--no-dev",
        "--no-emit-project",
        "--no-hashes",
    ];
    let locked = uv(machine, &export, app.path());
    let locked = locked.lines().filter(|line| !line.contains("win32"));
    let locked = locked.filter_map(|line| Some(line.split(' ').next()?.replace("==", "@")));
    let locked: BTreeSet<String> = locked.filter(|line| line.contains('@')).collect();
    let home = machine.home();
    let (layout, packages) = build(&home, app.path());
    assert_eq!(packages, locked);
    assert!(layout.size() <= FASTAPI, "{} bytes", layout.size());
    let running = Running::start(home.coracle().args(["run", "app"]));
    let books = running.get("/?first=1880");
    let title = "Sailing Alone Around the World";
    assert_eq!(books.status, 200);
    assert!(books.body.contains(title), "{}", books.body);
    assert_eq!(running.get("/books/7").status, 404);
    let _ = running.stop(STOPS_WITHIN);
}

/// Without the group of developers, and what only Windows needs.
fn django(machine: &Machine) {
    let sample = testkit::sample("python-django");
    let home = machine.home();
    let (layout, packages) = build(&home, &sample);
    let lock = fs_err::read_to_string(sample.join("poetry.lock")).expect("it is there");
    let lock: toml::Table = toml::from_str(&lock).expect("it is TOML");
    let locked = lock["package"].as_array().expect("an array").iter();
    let locked = locked.map(|one| (one["name"].as_str(), one["version"].as_str()));
    let locked = locked.filter_map(|(name, version)| Some(format!("{}@{}", name?, version?)));
    let is_needed = |name: &String| !name.starts_with("ruff@") && !name.starts_with("tzdata@");
    assert_eq!(packages, locked.filter(is_needed).collect());
    assert!(layout.size() <= DJANGO, "{} bytes", layout.size());
    let running = Running::start(home.coracle().args(["run", "app"]));
    let page = running.get("/2026-03-20/").body;
    assert!(page.contains("The moon from 20 March 2026"), "{page}");
    let style = page.split('"').find(|text| text.starts_with("/static/"));
    let style = style.expect("the page has a style sheet");
    assert_ne!(
        style, "/static/moon/style.css",
        "collected under another name"
    );
    assert_eq!(running.get(style).status, 200, "{style}");
    let _ = running.stop(STOPS_WITHIN);

    // manage.py needs what is installed, and so the layer is kept where it isn't made.
    let edited = copy_of(&sample);
    testkit::write_into(edited.path(), "-- moon/static/moon/more.css --\np {}\n");
    let (_, made, text) = rebuild(&home, edited.path());
    assert_eq!(made, ["app"], "{text}");
    assert!(text.contains("2 static files copied"), "{text}");
}

const APP: &str = r#"
-- requirements.txt --
flask==3.1.2
gunicorn==23.0.0
-- app.py --
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return "one"
"#;

fn rebuilt(machine: &Machine) {
    let home = machine.home();
    let app = testkit::directory(APP);
    let (digest, _, _) = rebuild(&home, app.path());
    let (again, made, text) = rebuild(&home, app.path());
    assert_eq!((again, made), (digest.clone(), vec![]), "{text}");

    // As on another machine: the image is there, the cache isn't.
    fs_err::remove_dir_all(home.path().join("apps")).expect("it is there");
    let (again, made, text) = rebuild(&home, app.path());
    assert_eq!((again, made), (digest, vec![]), "{text}");
    assert!(text.contains("Resolved "), "nothing was installed:\n{text}");

    let source = app.path().join("app.py");
    let edited = fs_err::read_to_string(&source)
        .expect("it is there")
        .replace("one", "two");
    fs_err::write(&source, edited).expect("it is writable");
    let (_, made, text) = rebuild(&home, app.path());
    assert_eq!(made, ["app"], "{text}");
    assert!(!text.contains("Resolved "), "uv was asked again:\n{text}");
    assert_eq!(answer_of(&home, "app"), "two");

    testkit::write_into(
        app.path(),
        "-- requirements.txt --\nflask==3.1.3\ngunicorn==23.0.0\n",
    );
    let (_, made, text) = rebuild(&home, app.path());
    let expected = ["coracle/python: venv", "bills of materials", "app"];
    assert_eq!(made, expected, "{text}");
    assert!(
        text.contains("Prepared 1 package in "),
        "not from the cache:\n{text}"
    );
    assert_eq!(answer_of(&home, "app"), "two");
}

/// Builds, and says the digest, which layers were made, and what was written.
#[track_caller]
fn rebuild(home: &Home, app: &Path) -> (String, Vec<String>, String) {
    let report = home.path().join("report.json");
    let build = home.build("app", app).arg("--report").arg(&report);
    let text = build.run().succeeded().text().to_owned();
    let report: Value =
        serde_json::from_slice(&fs_err::read(report).expect("it is written")).expect("it is JSON");
    let layers = report["layers"].as_array().expect("an array").iter();
    let made = layers.filter(|layer| layer["reused"] != true);
    let made = made.map(|layer| layer["what"].as_str().unwrap_or_default().to_owned());
    let digest = report["digest"].as_str().unwrap_or_default().to_owned();
    (digest, made.collect(), text)
}

/// Of a member that is copied into the environment, an edit reaches the app; what the lock says stays.
fn workspace(machine: &Machine) {
    let mut apps = WrittenApp::all("python").into_iter();
    let app = apps.find(|app| app.name == "uv-workspace");
    let app = app.expect("it is there");
    let home = machine.home();
    let directory = app.directory(machine);
    app.check(&home, app.build(&home, directory.path()).run());
    let again = app.build(&home, directory.path()).run();
    assert!(again.text().contains("venv: reused"), "{}", again.text());
    let source = directory
        .path()
        .join("packages/greeting/src/greeting/__init__.py");
    fs_err::write(source, "TEXT = \"an edited greeting\"\n").expect("it is writable");
    let edited = app.build(&home, directory.path()).run().succeeded();
    assert!(
        edited.text().contains("venv: made anew"),
        "{}",
        edited.text()
    );
    let running = Running::start(home.coracle().args(["run", "app"]));
    assert_eq!(running.get("/").body, "an edited greeting");
    let _ = running.stop(STOPS_WITHIN);
}
