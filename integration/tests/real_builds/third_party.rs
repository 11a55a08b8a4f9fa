//! A program that others wrote, fetched as any Go module is.

use integration::{Case, Machine, Running, copy_of, free_port, output_of};
use serde_json::Value;

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[Case::new("third_party::pushgateway_answers", pushgateway)];

/// A main package at the root, thirty modules, embedded assets, a `toolchain` line.
const MODULE: &str = "github.com/prometheus/pushgateway@v1.11.1";

fn pushgateway(machine: &Machine) {
    let home = machine.home();
    let downloaded = output_of("go", &["mod", "download", "-json", MODULE], home.path());
    let downloaded: Value = serde_json::from_str(&downloaded).expect("go prints JSON");
    let directory = downloaded["Dir"].as_str().expect("go names the directory");
    let app = copy_of(directory.as_ref());
    // Its own `toolchain` line asks for an older Go, which would be fetched.
    let version = format!("BP_GO_VERSION={}", bundled_version());
    let _ = home
        .build("pushgateway", app.path())
        .args(["--env", &version])
        .run()
        .succeeded();
    let port = free_port();
    let address = format!("--web.listen-address=127.0.0.1:{port}");
    let run = home.coracle().args(["run", "pushgateway"]);
    let run = run
        .arg("--port")
        .arg(port.to_string())
        .args(["--", &address]);
    let running = Running::start_on(port, run);
    assert_eq!(running.get("/-/ready").body, "OK");
    assert!(running.get("/").body.contains("Pushgateway"));
    let _ = running.stop(STOPS_WITHIN);
}

/// The version of Go that needs no download, from stack/runtimes/go.toml.
fn bundled_version() -> String {
    let path = testkit::workspace_root().join("stack/runtimes/go.toml");
    let text = fs_err::read_to_string(path).expect("the file is there");
    let table: toml::Table = text.parse().expect("the file is TOML");
    let version = table["default"].as_str().expect("a text");
    version.to_owned()
}
