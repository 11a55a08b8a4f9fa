//! Apps of interpreters as process 1 of a container, where the kernel keeps signals from whoever has no handler.

use integration::{Case, Machine, Need, Running};

use crate::apps::STOPS_WITHIN;
use crate::start_commands::in_daemon;

pub(crate) const CASES: &[Case] = &[Case::new(
    "first_process::without_a_handler_sigterm_ends_it",
    without_handler,
)
.needing(&[Need::Docker])];

const PYTHON: &str = r#"
-- main.py --
import http.server
import os

port = int(os.environ["PORT"])
server = http.server.ThreadingHTTPServer(("", port), http.server.SimpleHTTPRequestHandler)
print("listens on", port, flush=True)
server.serve_forever()
"#;

const NODE: &str = r#"
-- server.js --
const port = process.env.PORT;
require("http").createServer((_, response) => response.end("node")).listen(port, () => {
  console.log("listens on", port);
});
"#;

/// The language's own start, and a command of a Procfile.
fn without_handler(machine: &Machine) {
    for (name, tree, command) in [
        ("python-first", PYTHON, ""),
        ("python-named-first", PYTHON, "python main.py"),
        ("node-first", NODE, ""),
        ("node-named-first", NODE, "node server.js"),
    ] {
        let app = testkit::directory(tree);
        if !command.is_empty() {
            let procfile = format!("-- Procfile --\nweb: {command}\n");
            testkit::write_into(app.path(), &procfile);
        }
        let (docker, image) = in_daemon(machine, app.path(), name, &[]);
        let running = Running::in_container(docker, &image);
        assert_eq!(running.get("/").status, 200, "{name}");
        let status = running.stop(STOPS_WITHIN);
        assert_eq!(status.code(), Some(128 + 15), "{name}");
    }
}
