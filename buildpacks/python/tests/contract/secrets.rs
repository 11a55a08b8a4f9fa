//! What nobody may find in an image, a cache or a log.

use crate::apps;

/// The address of an index with a password.
fn index(host: &str) -> String {
    format!("https://{}@{host}/simple", "canary")
}

#[test]
fn no_secret_is_written_anywhere() {
    let tree = "
-- requirements.txt --
--index-url https://${TOKEN}@packages.example.com/simple
flask
gunicorn
-- app.py --
from flask import Flask
app = Flask(__name__)
-- .env --
TOKEN=canary
";
    let lifecycle = apps::app(tree)
        .with_variable("TOKEN", "canary")
        .with_variable("PIP_EXTRA_INDEX_URL", &index("other.example.com"))
        .with_variable("BP_LOG_LEVEL", "DEBUG");
    let bindings = lifecycle.path("platform/bindings");
    let text = format!(
        "-- bindings/a/type --\nnetrc\n-- bindings/a/.netrc --\nmachine a.example login me password canary\n\
         -- bindings/b/type --\npip-conf\n-- bindings/b/pip.conf --\n[global]\nindex-url = {}\n",
        index("x.example")
    );
    testkit::write_into(lifecycle.path("platform").as_path(), &text);
    assert!(bindings.exists());
    let log = lifecycle.succeeds();
    assert!(
        log.contains("- Fetching with the settings of a, b\n"),
        "{log}"
    );
    assert!(!log.contains("canary"), "{log}");
    fs_err::remove_dir_all(bindings).unwrap();
    assert_eq!(lifecycle.files_with("canary"), [""; 0]);
}
