//! What an image holds, and how it behaves when it runs.

use integration::{Case, Home, Layout, Machine, Running, TlsServer, copy_of};
use serde_json::{Value, json};

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "image::runs_read_only_as_any_user_without_capabilities",
        behaves,
    ),
    Case::new("image::trusts_the_ca_it_is_told_to", trusts),
    Case::new("image::holds_nothing_it_should_not", holds),
];

/// Names of shells, which no image but the debug one has.
pub(crate) const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "busybox"];

/// Names of package managers and build tools.
const TOOLS: &[&str] = &[
    "apt", "apt-get", "dpkg", "cc", "gcc", "go", "git", "make", "perl",
];

/// When every file of an image was changed last: 1980-01-01 00:00:01 UTC (CNB platform specification,
/// as the lifecycle has it), and the stack's own files, which the composer gives the same time.
const FILE_TIME: u64 = 315_532_801;

fn build(machine: &Machine, app: &std::path::Path) -> (Home, Layout) {
    let home = machine.home();
    let layout = home.path().join("layout");
    let _ = home
        .build("sample", app)
        .arg("--output")
        .arg(format!("oci:{}", layout.display()))
        .run()
        .succeeded();
    let layout = Layout::read(&layout);
    (home, layout)
}

/// What `samples/go-http` finds around it.
#[track_caller]
fn checks(home: &Home, arguments: &[&str]) -> Value {
    let run = home.coracle().args(["run", "sample"]);
    let running = Running::start(run.args(arguments.iter().copied()));
    let report = running.get("/checks");
    let _ = running.stop(STOPS_WITHIN);
    serde_json::from_str(&report.body).expect("the report is JSON")
}

fn behaves(machine: &Machine) {
    let (home, _) = build(machine, &testkit::sample("go-http"));
    let expected = json!({
        "uid": 1000,
        "gid": 1000,
        "time_zone": "ok",
        "user": "ok",
        "dns": "ok",
        "shell": "",
        "root_writable": false,
        "temporary_writable": true,
        "capabilities": "0000000000000000",
        "working_directory": "/workspace",
    });
    assert_eq!(checks(&home, &[]), expected);

    // What OpenShift and others do: a user that nobody knows, in the group of root.
    let mut of_anyone = expected;
    of_anyone["uid"] = json!(1_234_567);
    of_anyone["gid"] = json!(0);
    of_anyone["user"] = json!("user: unknown userid 1234567");
    assert_eq!(checks(&home, &["--user", "1234567:0"]), of_anyone);
}

fn trusts(machine: &Machine) {
    let server = TlsServer::start();
    let app = copy_of(&testkit::sample("go-http"));
    fs_err::copy(server.authority(), app.path().join("ca.pem")).expect("it can be copied");
    let (home, _) = build(machine, app.path());
    let url = format!("CHECK_TLS_URL={}", server.url());
    let told = ["--env", &url, "--env", "SSL_CERT_FILE=/workspace/ca.pem"];
    assert_eq!(checks(&home, &told)["tls"], "ok");
    let refused = checks(&home, &told[..2])["tls"].to_string();
    assert!(
        refused.contains("certificate signed by unknown authority"),
        "{refused}"
    );
}

fn holds(machine: &Machine) {
    let (_home, layout) = build(machine, &testkit::sample("go-http"));
    assert_eq!(layout.programs_called(SHELLS), Vec::<String>::new());
    assert_eq!(layout.programs_called(TOOLS), Vec::<String>::new());
    for entry in layout.entries() {
        assert_eq!(entry.mode & 0o6000, 0, "{} is setuid or setgid", entry.path);
        assert_eq!(entry.modified, FILE_TIME, "the time of {}", entry.path);
        // Sticky directories such as /tmp may be written by all; the app's directory as pack has it.
        let may = entry.kind.is_symlink() || entry.mode & 0o1000 != 0 || entry.path == "workspace";
        let for_all = entry.mode & 0o002 != 0 && !may;
        assert!(
            !for_all,
            "{} can be written by anyone: {:o}",
            entry.path, entry.mode
        );
    }
    let config = &layout.config["config"];
    assert_eq!(config["User"], "1000:1000");
    assert_eq!(config["WorkingDir"], "/workspace");
    assert_eq!(config["Entrypoint"], json!(["/cnb/process/web"]));
    let left: Vec<&str> = layout
        .entries()
        .filter(|entry| !entry.kind.is_dir())
        .filter_map(|entry| entry.path.strip_prefix("workspace/"))
        .collect();
    assert_eq!(left, ["public/index.html"]);
}
