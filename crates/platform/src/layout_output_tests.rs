use super::*;
use crate::output::tests::{delivery, layout};
use crate::output::{Output, check};

const LAYOUT: &str = "--output oci:";

#[test]
fn a_layout_replaces_only_a_layout() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("home")).unwrap();
    let layout = layout(&directory.path().join("store"));
    let target = directory.path().join("deep/out");
    for _ in 0..2 {
        copy_layout(&layout, &target, LAYOUT, &store).unwrap();
        let copied = Layout::open(&target).unwrap().image().unwrap();
        assert_eq!(copied, layout.image().unwrap());
        fs_err::write(target.join("NOTES.md"), "mine").unwrap();
    }
    assert!(target.join("NOTES.md").exists());
    let beside = fs_err::read_dir(directory.path().join("deep")).unwrap();
    assert_eq!(beside.count(), 1);

    let mine = directory.path().join("mine");
    fs_err::create_dir(&mine).unwrap();
    fs_err::write(mine.join("file"), "").unwrap();
    let error = copy_layout(&layout, &mine, LAYOUT, &store).unwrap_err();
    assert!(matches!(error, OutputError::Occupied { .. }), "{error}");
    assert!(mine.join("file").exists());
    let error = check(&delivery(Output::OciLayout(mine))).unwrap_err();
    assert!(matches!(error, OutputError::Occupied { .. }), "{error}");
    check(&delivery(Output::OciLayout(target))).unwrap();
}

#[test]
fn what_a_killed_process_left_of_a_layout_is_in_nobodys_way() {
    let directory = testkit::directory("");
    let store = Store::open(directory.path().join("home")).unwrap();
    let layout = layout(&directory.path().join("store"));
    let output = |path: &Path| check(&delivery(Output::OciLayout(path.to_owned())));
    // Half a marker, half an index, half a blob.
    let unfinished = testkit::directory(
        "-- oci-layout --\n{\n-- .coracle-a --\n-- blobs/sha256/.coracle-b --\n",
    );
    output(unfinished.path()).unwrap();
    copy_layout(&layout, unfinished.path(), LAYOUT, &store).unwrap();
    let copied = Layout::open(unfinished.path()).unwrap();
    assert_eq!(copied.whole_image().unwrap(), layout.image().unwrap());
    assert!(!unfinished.path().join(".coracle-a").exists());

    let mine = testkit::directory("-- blobs/sha256/.coracle-a --\n");
    assert!(output(mine.path()).is_err());
}

#[test]
fn no_image_of_several_is_lost() {
    let directory = testkit::directory("");
    let layout = layout(&directory.path().join("store"));
    let index = layout.path().join("index.json");
    let mut document: serde_json::Value =
        serde_json::from_slice(&fs_err::read(&index).unwrap()).unwrap();
    let manifests = document["manifests"].as_array_mut().unwrap();
    manifests.push(manifests[0].clone());
    fs_err::write(&index, document.to_string()).unwrap();
    let error = check_free(layout.path()).unwrap_err();
    assert!(
        matches!(error, OutputError::Several { count: 2, .. }),
        "{error}"
    );
}
