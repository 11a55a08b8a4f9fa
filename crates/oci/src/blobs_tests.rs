use super::*;

const GO_ON: GoOn<'static> = &|| Ok(());

struct Two {
    _directory: tempfile::TempDir,
    from: Layout,
    to: Layout,
    blob: Descriptor,
}

/// Two layouts; the first has the blob.
fn two() -> Two {
    let directory = tempfile::tempdir().unwrap();
    let layout = |name: &str| Layout::create(directory.path().join(name)).unwrap();
    let (from, to) = (layout("from"), layout("to"));
    let blob = Descriptor {
        media_type: crate::media_type::OCI_LAYER.to_owned(),
        size: 5,
        digest: from.write_blob(b"layer").unwrap(),
        platform: None,
        other: serde_json::Map::new(),
    };
    Two {
        _directory: directory,
        from,
        to,
        blob,
    }
}

fn put(two: &Two, what: &str) {
    let path = two.from.blob_path(&two.blob.digest);
    fs_err::remove_file(&path).unwrap();
    match what {
        "other bytes" => fs_err::write(&path, "LAYER").unwrap(),
        "more bytes" => fs_err::write(&path, "layers").unwrap(),
        "directory" => fs_err::create_dir(&path).unwrap(),
        "pipe" => {
            use rustix::fs::{CWD, FileType, Mode, mknodat};
            mknodat(CWD, &path, FileType::Fifo, Mode::RUSR, 0).unwrap();
        }
        "link" => {
            let real = two.from.path().join("real");
            fs_err::write(&real, "layer").unwrap();
            fs_err::os::unix::fs::symlink(real, &path).unwrap();
        }
        "link to something else" => {
            let real = two.from.path().join("real");
            fs_err::write(&real, "LAYER").unwrap();
            fs_err::os::unix::fs::symlink(real, &path).unwrap();
        }
        _ => {}
    }
}

#[test]
fn a_foreign_blob_is_what_its_digest_says_or_refused() {
    let table = [
        "other bytes",
        "more bytes",
        "directory",
        "pipe",
        "link",
        "link to something else",
        "nothing",
    ]
    .map(|what| {
        let two = two();
        put(&two, what);
        let copied = two.to.copy_foreign_blob(&two.from, &two.blob, GO_ON);
        let said = match copied {
            Ok(()) => "copied".to_owned(),
            Err(error) => {
                let text = format!("{error:?}");
                text.split(' ').next().unwrap_or_default().to_owned()
            }
        };
        format!("{what}: {said}")
    });
    insta::assert_snapshot!(table.join("\n"), @"
    other bytes: Damaged
    more bytes: WrongSize
    directory: NoFile
    pipe: NoFile
    link: copied
    link to something else: Damaged
    nothing: NoFile
    ");
}

#[test]
fn a_foreign_blob_is_no_link_to_it() {
    use std::os::unix::fs::MetadataExt as _;
    let two = two();
    let (from, to, blob) = (&two.from, &two.to, &two.blob);
    to.copy_foreign_blob(from, blob, GO_ON).unwrap();
    let inode = |layout: &Layout| {
        fs_err::metadata(layout.blob_path(&blob.digest))
            .unwrap()
            .ino()
    };
    assert_ne!(inode(from), inode(to));
}

#[test]
fn copying_ends_when_it_is_to_end() {
    let two = two();
    let stop: GoOn<'_> = &|| Err(io::Error::other("stop"));
    let copied = two.to.copy_foreign_blob(&two.from, &two.blob, stop);
    assert!(matches!(copied, Err(LayoutError::Io { .. })), "{copied:?}");
}

#[test]
fn a_document_that_is_no_file_or_too_large_is_refused() {
    let two = two();
    put(&two, "pipe");
    let read = two.from.read_blob(&two.blob.digest);
    assert!(matches!(read, Err(LayoutError::NoFile { .. })), "{read:?}");

    let digest = two.blob.digest;
    let file = fs_err::File::create(two.to.blob_path(&digest)).unwrap();
    file.set_len(LARGEST_DOCUMENT + 1).unwrap();
    let read = two.to.read_blob(&digest).map(|bytes| bytes.len());
    assert!(
        matches!(read, Err(LayoutError::TooLarge { .. })),
        "{read:?}"
    );
}
