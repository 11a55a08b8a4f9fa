//! Apps that cases write themselves, as text.

use std::path::Path;
use std::time::Duration;

use integration::{Home, Running};
use tempfile::TempDir;

/// How long `coracle run` may take to end after SIGTERM.
pub(crate) const STOPS_WITHIN: Duration = Duration::from_secs(5);

/// A server that answers with one word, from a package of its own.
pub(crate) const WORD: &str = r#"
-- go.mod --
module example.com/word

go 1.26
-- main.go --
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/word/words"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(response, words.Answer())
	})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}
-- words/words.go --
package words

import "strings"

func Answer() string { return strings.Repeat("ab", 2) }
-- static/greeting.txt --
hello
"#;

/// The app that answers with a word.
#[track_caller]
pub(crate) fn word() -> TempDir {
    testkit::directory(WORD)
}

/// Starts an image, or builds and starts a directory, and asks it for `/`.
#[track_caller]
pub(crate) fn answer_of(home: &Home, app: impl AsRef<Path>) -> String {
    let running = Running::start(home.coracle().arg("run").arg(app.as_ref()));
    let answer = running.get("/");
    assert_eq!(answer.status, 200);
    let status = running.stop(STOPS_WITHIN);
    assert!(status.code().is_some(), "`coracle run` ended with {status}");
    answer.body
}
