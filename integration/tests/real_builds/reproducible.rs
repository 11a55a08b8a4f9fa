//! The same tree gives the same image: in another directory, at other times, for another user.

use std::path::Path;

use integration::{Case, Layout, Machine, Need, WrittenApp, is_root, touch_all};
use tempfile::TempDir;

use crate::samples::made_static_c;

pub(crate) const CASES: &[Case] = &[
    Case::new("reproducible::front_ends", |machine| {
        for app in ["django-vite-tailwind", "flask-webpack"] {
            let mut apps = WrittenApp::all("front-ends").into_iter();
            let app = apps.find(|known| known.name == app).expect("it is there");
            same_twice(machine, app.directory(machine).path());
        }
    }),
    Case::new("reproducible::go_http", |machine| {
        sample(machine, "go-http");
    }),
    Case::new("reproducible::go_multi", |machine| {
        sample(machine, "go-multi");
    }),
    Case::new("reproducible::go_with_cgo", |machine| {
        let app = crate::go_apps::with_cgo();
        let setting = "-- project.toml --\n[_]\nschema-version = \"0.2\"\n[[io.buildpacks.build.env]]\nname = \"CGO_ENABLED\"\nvalue = \"1\"\n";
        testkit::write_into(app.path(), setting);
        same_twice(machine, app.path());
    }),
    Case::new("reproducible::node_express", |machine| {
        sample(machine, "node-express");
    }),
    Case::new("reproducible::node_fastify", |machine| {
        sample(machine, "node-fastify");
    }),
    Case::new("reproducible::node_native", |machine| {
        sample(machine, "node-native");
    }),
    Case::new("reproducible::node_typescript", |machine| {
        sample(machine, "node-typescript");
    }),
    Case::new("reproducible::python_flask", |machine| {
        sample(machine, "python-flask");
    }),
    Case::new("reproducible::python_django", |machine| {
        sample(machine, "python-django");
    }),
    Case::new("reproducible::static_c", |machine| {
        same_twice(machine, made_static_c().path());
    })
    .needing(&[Need::Program("make"), Need::StaticLibc]),
];

/// A user that owns nothing.
const OTHER_USER: &str = "12345";

fn sample(machine: &Machine, name: &str) {
    same_twice(machine, &testkit::sample(name));
}

#[track_caller]
fn same_twice(machine: &Machine, app: &Path) {
    let as_us = build(machine, app, false);
    let moved = testkit::directory("-- far/away/ --\n");
    let moved_app = moved.path().join("far/away");
    integration::copy(app, &moved_app);
    touch_all(&moved_app, 1234);
    let as_other = build(machine, &moved_app, true);
    let layers = |layout: &Layout| -> Vec<String> {
        let digests = layout.layers.iter().map(|layer| layer.digest.clone());
        digests.collect()
    };
    assert_eq!(layers(&as_us), layers(&as_other));
    assert_eq!(as_us.config, as_other.config);
    assert_eq!(as_us.digest, as_other.digest);
}

#[track_caller]
fn build(machine: &Machine, app: &Path, as_another_user: bool) -> Layout {
    let home = machine.home();
    let Another {
        directory,
        script,
        executable,
    } = Another::new(machine);
    let out = directory.path().join("home/layout");
    let build = home.build("sample", app).arg("--output");
    let build = build.arg(format!("oci:{}", out.display()));
    if as_another_user {
        let home = directory.path().join("home");
        let source = directory.path().join("source");
        let _ = build
            .executable(&executable)
            .env("CORACLE_HOME", &home)
            .env("CORACLE_SOURCE", source)
            .env("CARGO", directory.path().join("rust/bin/cargo"))
            .env("HOME", &home)
            .in_directory(directory.path())
            .wrapped_in(script.iter().map(String::as_str))
            .run()
            .succeeded();
    } else {
        fs_err::create_dir_all(out.parent().expect("it has one")).expect("it is writable");
        let _ = build.run().succeeded();
    }
    Layout::read(&out)
}

/// Another user's home: the builder, the sources and the Rust toolchain that the builder was made with
/// are mounted into it, so that it doesn't matter where they lie; they belong to us all the same. Root becomes that user (`setpriv`); who isn't root is that
/// user in a user namespace.
struct Another {
    directory: TempDir,
    script: Vec<String>,
    executable: std::path::PathBuf,
}

impl Another {
    #[track_caller]
    fn new(machine: &Machine) -> Self {
        let directory =
            testkit::directory("-- shared/ --\n-- source/ --\n-- rust/ --\n-- home/ --\n");
        let root = directory.path();
        for name in ["builders", "components", "downloads"] {
            let target = root.join("shared").join(name);
            std::os::unix::fs::symlink(target, root.join("home").join(name)).expect("writable");
        }
        let executable = root.join("coracle");
        fs_err::copy(machine.executable(), &executable).expect("it can be copied");
        if is_root() {
            let owner = OTHER_USER.parse().ok();
            std::os::unix::fs::chown(root.join("home"), owner, owner).expect("root may");
        }
        let (namespaces, become_other) = if is_root() {
            (
                "unshare --mount --propagation private",
                format!("setpriv --reuid={OTHER_USER} --regid={OTHER_USER} --clear-groups"),
            )
        } else {
            (
                "unshare --user --map-root-user --mount",
                format!("unshare --user --map-user={OTHER_USER} --map-group={OTHER_USER}"),
            )
        };
        let workspace = testkit::workspace_root();
        let mounts: String = [
            (machine.shared_home(), "shared"),
            (&workspace, "source"),
            (machine.rust(), "rust"),
        ]
        .map(|(from, to)| {
            let (from, to) = (from.display(), root.join(to));
            format!("mount --rbind '{from}' '{}' && ", to.display())
        })
        .concat();
        let mounts = format!("umask 077; {mounts} exec {become_other} \"$@\"");
        let words = namespaces.split(' ').map(str::to_owned);
        let script = words
            .chain(["sh".into(), "-c".into(), mounts, "sh".into()])
            .collect();
        Self {
            directory,
            script,
            executable,
        }
    }
}
