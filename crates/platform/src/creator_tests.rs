use super::*;
use crate::{Bubblewrap, ReadOnlyMount};
use std::os::unix::process::ExitStatusExt as _;

fn builder(base: &Path) -> BuilderFilesystem {
    BuilderFilesystem {
        name: "default".into(),
        base: base.to_owned(),
        mounts: vec![ReadOnlyMount {
            source: "/components/lifecycle".into(),
            target: "/cnb/lifecycle".into(),
        }],
        run_image: "/components/run".into(),
        runtime_seed: None,
        run_image_reference: "registry.example/run:1".into(),
        bubblewrap: Bubblewrap {
            program: "bwrap".into(),
            arguments: Vec::new(),
        },
        crane: "crane".into(),
        environment: [("LANG".to_owned(), "C.UTF-8".to_owned())].into(),
    }
}

fn places(scratch: Scratch) -> Places {
    Places {
        app: "/scratch/app".into(),
        layout: "/scratch/layout".into(),
        platform: "/scratch/platform".into(),
        bindings: Some("/host/bindings".into()),
        metadata: "/scratch/metadata".into(),
        cache: "/store/cache".into(),
        kept: "/store/kept".into(),
        scratch,
    }
}

#[test]
fn the_sandbox_has_the_builder_the_app_and_what_the_host_lends() {
    let base = testkit::directory(
        "-- etc/passwd --\nroot:x:0:0::/root:/bin/sh\ncnb:x:1000:1000::/home/me:/bin/sh\n",
    );
    let host = Host {
        certificates: Some("/host/bundle.crt".into()),
        resolver: Some("/host/resolv.conf".into()),
        netrc: Some("/host/netrc".into()),
        ..Host::default()
    };
    let sandbox = sandbox(&builder(base.path()), &host, &places(Scratch::Memory(7)));
    let mounts = sandbox.mounts.iter();
    let mounts = mounts.map(|(target, mount)| format!("{}: {mount:?}\n", target.display()));
    let environment = sandbox.environment.iter();
    let environment = environment.map(|(name, value)| format!("{name}={value}\n"));
    insta::assert_snapshot!(mounts.chain(environment).collect::<String>(), @r#"
    /cache: Writable("/store/cache")
    /cnb/lifecycle: ReadOnly("/components/lifecycle")
    /dev: Dev
    /etc/resolv.conf: ReadOnly("/host/resolv.conf")
    /etc/ssl/certs/ca-certificates.crt: ReadOnly("/host/bundle.crt")
    /home/me: Memory("0755", 7)
    /home/me/.netrc: ReadOnly("/host/netrc")
    /layers: Memory("0755", 7)
    /layers/.caches: Writable("/store/kept")
    /layers/config: Writable("/scratch/metadata")
    /layout: Writable("/scratch/layout")
    /platform: ReadOnly("/scratch/platform")
    /platform/bindings: ReadOnly("/host/bindings")
    /proc: Proc
    /tmp: Memory("1777", 7)
    /workspace: Writable("/scratch/app")
    CNB_EXPERIMENTAL_MODE=quiet
    CNB_GROUP_ID=1000
    CNB_PLATFORM_API=0.15
    CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AMAZON=true
    CNB_REGISTRY_AUTH_KEYCHAIN_SKIP_AZURE=true
    CNB_USER_ID=1000
    LANG=C.UTF-8
    PATH=/usr/local/bin:/usr/bin:/bin
    "#);
}

#[test]
fn without_memory_everything_lies_on_disk() {
    let base = testkit::directory("-- etc/passwd --\nroot:x:0:0::/root:/bin/sh\n");
    let scratch = Scratch::Disk("/scratch".into());
    let sandbox = sandbox(&builder(base.path()), &Host::default(), &places(scratch));
    let on_disk = ["/home/cnb", "/layers", "/tmp"].map(|path| &sandbox.mounts[Path::new(path)]);
    let written = |path: &str| Mount::Writable(path.into());
    let expected = ["/scratch/home", "/scratch/layers", "/scratch/tmp"].map(written);
    assert_eq!(on_disk, expected.each_ref());
}

#[test]
fn the_command_line_says_only_what_is_known() {
    let words = |order: Order| {
        let words = order.command();
        words
            .join(OsString::from(" ").as_os_str())
            .into_string()
            .unwrap()
    };
    let order = Order {
        run_image: "registry.example/run:1",
        previous: None,
        image: "localhost/app:latest",
        default_process: None,
        color: true,
    };
    insta::assert_snapshot!(words(order), @"/cnb/lifecycle/creator -layout -layout-dir /layout -cache-dir /cache -run-image registry.example/run:1 localhost/app:latest");
    let order = Order {
        run_image: "registry.example/run:1",
        previous: Some("previous"),
        image: "localhost/app:latest",
        default_process: Some("worker"),
        color: false,
    };
    insta::assert_snapshot!(words(order), @"/cnb/lifecycle/creator -layout -layout-dir /layout -cache-dir /cache -run-image registry.example/run:1 -previous-image /layout/previous -process-type worker -no-color localhost/app:latest");
}

#[test]
fn lines_about_the_sandbox_are_left_out() {
    for line in [
        "Image with name \"/layout/localhost/app/latest\" not found",
        "*** Images (/layout/localhost/app/latest@sha256:00):",
        "      /layout/localhost/app/latest",
        "Restoring metadata for \"a/python:python-3.13\" from app image\n",
    ] {
        assert!(is_of_no_use(line), "{line}");
    }
    for line in [
        "Saving files",
        "ERROR: /layout/x is gone",
        "      /layouts",
        "Restoring metadata for \"a/go:modules\" from cache\n",
    ] {
        assert!(!is_of_no_use(line), "{line}");
    }
}

/// Ends as bubblewrap does when it is signalled in its first moments: its child, which heeds no SIGTERM
/// and has the log open, is left behind.
const LEAVES_A_CHILD: &str = "(trap '' TERM; sleep 20; echo late) & kill -TERM $$";

#[test]
fn a_sandbox_that_is_ended_while_it_starts_ends_whole() {
    let base = testkit::directory("");
    let cache = testkit::directory("");
    let mut builder = builder(base.path());
    builder.bubblewrap = Bubblewrap {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), LEAVES_A_CHILD.into()],
    };
    let order = Order {
        run_image: "registry.example/run:1",
        previous: None,
        image: "app",
        default_process: None,
        color: false,
    };
    let store = Store::open(cache.path()).unwrap();
    let places = places(Scratch::Memory(7));
    let sandbox = sandbox(&builder, &Host::default(), &places);
    let mut log = Vec::new();
    let (status, _) = run(&store, &builder, &sandbox, &order, &mut log).unwrap();
    assert_eq!(
        (status.signal(), log.as_slice()),
        (Some(15), b"".as_slice())
    );
}
