use super::*;

/// A root directory written as a list of paths; `a/` is a directory, `a -> b` a link.
struct Listed(&'static [&'static str]);

impl Root for Listed {
    fn entries(&self, directory: &Path) -> io::Result<Vec<RootEntry>> {
        let entry = |line: &&str| {
            let (path, target) = match line.split_once(" -> ") {
                Some((path, target)) => (path, Some(target)),
                None => (*line, None),
            };
            let path = Path::new(path);
            let name = path.file_name()?.to_owned();
            (path.parent() == Some(directory)).then(|| match target {
                Some(target) => RootEntry::Link(name, target.into()),
                None if line.ends_with('/') => RootEntry::Directory(name),
                None => RootEntry::File(name),
            })
        };
        Ok(self.0.iter().filter_map(entry).collect())
    }
}

fn sandbox(mounts: &[(&str, Mount)]) -> Sandbox {
    let mounts = mounts.iter().cloned();
    Sandbox {
        root: "/root-directory".into(),
        mounts: mounts
            .map(|(target, mount)| (target.into(), mount))
            .collect(),
        environment: [("PATH".to_owned(), "/bin".to_owned())].into(),
        user: (1000, 1000),
        hostname: "coracle",
        directory: "/layers".into(),
    }
}

/// One option a line.
fn lines(sandbox: &Sandbox, root: &dyn Root) -> String {
    let arguments = sandbox.arguments(root).unwrap();
    let words = arguments.iter().map(|word| word.to_str().unwrap());
    words.fold(String::new(), |text, word| {
        let separator = if word.starts_with("--") { "\n" } else { " " };
        text + separator + word
    })
}

#[test]
fn a_root_with_every_mount_point_is_bound_as_a_whole() {
    let mounts = [
        ("/proc", Mount::Proc),
        ("/tmp", Mount::Memory("1777", 1024)),
        ("/etc/hosts", Mount::ReadOnly("/host/hosts".into())),
        ("/tmp/inner", Mount::Writable("/host/inner".into())),
    ];
    let root = Listed(&["/proc/", "/tmp/", "/etc/", "/etc/hosts", "/bin -> usr/bin"]);
    insta::assert_snapshot!(lines(&sandbox(&mounts), &root), @"

    --unshare-user
    --uid 1000
    --gid 1000
    --unshare-pid
    --unshare-ipc
    --unshare-uts
    --hostname coracle
    --cap-drop ALL
    --die-with-parent
    --new-session
    --clearenv
    --setenv PATH /bin
    --ro-bind /root-directory/ /
    --ro-bind /host/hosts /etc/hosts
    --proc /proc
    --perms 1777
    --size 1024
    --tmpfs /tmp
    --bind /host/inner /tmp/inner
    --remount-ro /
    --chdir /layers
    ");
}

#[test]
fn directories_that_lack_a_mount_point_are_put_together() {
    let mounts = [
        ("/layers", Mount::Memory("0755", 7)),
        ("/dev", Mount::Dev),
        (
            "/etc/ssl/certs/ca.crt",
            Mount::ReadOnly("/host/ca.crt".into()),
        ),
        ("/opt/go", Mount::ReadOnly("/host/go".into())),
    ];
    let root = Listed(&[
        "/bin -> usr/bin",
        "/dev/",
        "/etc/",
        "/etc/passwd",
        "/etc/ssl/",
        "/etc/ssl/certs/",
        "/etc/ssl/certs/ca.crt -> /elsewhere",
        "/etc/ssl/certs/one.pem",
        "/usr/",
    ]);
    insta::assert_snapshot!(lines(&sandbox(&mounts), &root), @"
    --unshare-user
    --uid 1000
    --gid 1000
    --unshare-pid
    --unshare-ipc
    --unshare-uts
    --hostname coracle
    --cap-drop ALL
    --die-with-parent
    --new-session
    --clearenv
    --setenv PATH /bin
    --symlink usr/bin /bin
    --dir /etc
    --ro-bind /root-directory/etc/passwd /etc/passwd
    --dir /etc/ssl
    --dir /etc/ssl/certs
    --ro-bind /root-directory/etc/ssl/certs/one.pem /etc/ssl/certs/one.pem
    --ro-bind /root-directory/usr /usr
    --dev /dev
    --perms 1777
    --size 67108864
    --tmpfs /dev/shm
    --remount-ro /dev
    --ro-bind /host/ca.crt /etc/ssl/certs/ca.crt
    --perms 0755
    --size 7
    --tmpfs /layers
    --ro-bind /host/go /opt/go
    --remount-ro /
    --chdir /layers
    ");
}

/// A root that notes which directories are read.
struct Noting<'root>(&'root dyn Root, RefCell<Vec<PathBuf>>);

impl Root for Noting<'_> {
    fn entries(&self, directory: &Path) -> io::Result<Vec<RootEntry>> {
        self.1.borrow_mut().push(directory.to_owned());
        self.0.entries(directory)
    }
}

#[test]
fn a_directory_of_the_root_is_read_once_however_many_mount_points_it_has() {
    let mounts = ["/cnb/order.toml", "/cnb/run.toml", "/opt/coracle/start"];
    let sandbox = sandbox(&mounts.map(|target| (target, Mount::ReadOnly("/host".into()))));
    let listed = Listed(&["/cnb/", "/cnb/lifecycle/", "/opt/", "/usr/"]);
    let root = Noting(&listed, RefCell::default());
    assert_eq!(lines(&sandbox, &root), lines(&sandbox, &listed));
    let mut read = root.1.into_inner();
    read.sort();
    assert_eq!(read, ["/", "/cnb", "/opt"].map(PathBuf::from));
}
