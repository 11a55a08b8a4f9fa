//! Builds that are cut off: by a full disk, by kill -9. What was there stays whole, what wasn't isn't
//! half there, and the next build succeeds.

use std::collections::BTreeSet;
use std::path::Path;

use integration::{Call, Case, Home, Layout, Machine, Outcome, is_root, messages_in};
use walkdir::WalkDir;

use crate::apps;

pub(crate) const CASES: &[Case] = &[
    Case::new("faults::kill_9_at_every_line", kill_at_every_line),
    Case::new("faults::a_full_disk", full_disk),
];

fn kill_at_every_line(machine: &Machine) {
    let app = apps::word();
    kill(machine, |home| home.build("word", app.path()));
}

/// Killed after every single line of its output, and before the first.
#[track_caller]
pub(crate) fn kill(machine: &Machine, build: impl Fn(&Home) -> Call) {
    let undisturbed = machine.home();
    let text = build(&undisturbed).run().succeeded().text().to_owned();
    let expected = stored_images(&undisturbed);
    assert_eq!(expected.len(), 1);
    for phase in [
        "ANALYZING",
        "DETECTING",
        "RESTORING",
        "BUILDING",
        "EXPORTING",
    ] {
        assert!(text.contains(phase), "{phase} is no more in:\n{text}");
    }

    let home = machine.home();
    for lines in 0..text.lines().count() {
        let mut process = build(&home).spawn();
        let mut seen = 0;
        if lines > 0 {
            let _ = process.wait_for_line(|_| {
                seen += 1;
                seen == lines
            });
        }
        process.signal(rustix::process::Signal::KILL);
        let killed = process.finish();
        for image in stored_images(&home) {
            assert!(
                expected.contains(&image),
                "another image:\n{}",
                killed.text()
            );
        }
    }
    let _ = build(&home).run().succeeded();
    assert_eq!(stored_images(&home), expected);
    let left: Vec<String> = home
        .listing()
        .lines()
        .filter(|line| line.starts_with("tmp/"))
        .map(str::to_owned)
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

/// The digests of the images in the store, each of which is read and checked.
#[track_caller]
fn stored_images(home: &Home) -> BTreeSet<String> {
    let store = home.path().join("images");
    let found = WalkDir::new(store).into_iter().filter_map(Result::ok);
    found
        .filter(|entry| entry.file_name() == "index.json")
        .filter_map(|entry| entry.path().parent().map(Path::to_owned))
        .map(|layout| Layout::read(&layout).digest)
        .collect()
}

fn full_disk(machine: &Machine) {
    let app = apps::word();
    fill(machine, &["256k", "2m", "4m", "5m"], |call| {
        call.args(["build", "word", "--path"]).arg(app.path())
    });
}

/// The cache directory on a memory file system that is too small for one of the steps of a build, for
/// this call only: another mount namespace has it, and lists at the end what was left in it. Whoever
/// meets the full disk says so, the buildpack or the platform.
#[track_caller]
pub(crate) fn fill(machine: &Machine, sizes: &[&str], build: impl Fn(Call) -> Call) {
    let home = testkit::directory("");
    let links: String = ["builders", "components", "downloads"]
        .map(|name| {
            let target = machine.shared_home().join(name);
            format!(
                "ln -s '{}' '{}/' && ",
                target.display(),
                home.path().display()
            )
        })
        .concat();
    for size in sizes {
        let (namespaces, back) = mounting_namespaces();
        let script = format!(
            "mount -t tmpfs -o size={size} none '{home}' && {links} {back} \"$@\"; status=$?; \
             cd '{home}' && find . -type f | grep -v '^./locks/' | sed 's/^/left: /'; exit $status",
            home = home.path().display(),
        );
        let wrapper = namespaces
            .iter()
            .copied()
            .chain(["sh", "-c", &script, "sh"]);
        let ended = build(machine.coracle())
            .env("CORACLE_HOME", home.path())
            .wrapped_in(wrapper)
            .run();
        assert_full_disk(&ended, size);
    }
}

/// What starts a shell that may mount, and what makes its user again the one of the test.
fn mounting_namespaces() -> (&'static [&'static str], String) {
    if is_root() {
        let namespaces = &["unshare", "--mount", "--propagation", "private"];
        return (namespaces, String::new());
    }
    let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
    let back = format!(
        "unshare --user --map-user={} --map-group={}",
        user.as_raw(),
        group.as_raw()
    );
    (&["unshare", "--user", "--map-root-user", "--mount"], back)
}

/// Every message says that the disk is full, and no file is left but caches of apps.
#[track_caller]
fn assert_full_disk(ended: &Outcome, size: &str) {
    let ids: Vec<String> = messages_in(ended.text())
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let is_full_disk = |id: &String| id.ends_with("disk-full") || id == "disk/full";
    assert!(
        !ids.is_empty() && ids.iter().all(is_full_disk),
        "with {size}: {ids:?} in\n{}",
        ended.text()
    );
    assert_eq!(ended.code(), 4, "with {size}:\n{}", ended.text());
    let left: Vec<&str> = ended
        .text()
        .lines()
        .filter(|line| line.starts_with("left: ") && !line.contains("/apps/"))
        .collect();
    assert_eq!(left, Vec::<&str>::new(), "with {size}");
}
