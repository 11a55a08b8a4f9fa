//! Go apps of the shapes that people bring: files of other builders, workspaces, vendored modules, data, cgo.

use std::path::Path;

use integration::{Case, Home, Machine, Running};
use tempfile::TempDir;

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[
    Case::new("go_apps::ko_configuration", ko_configuration),
    Case::new("go_apps::heroku_comments", heroku_comments),
    Case::new("go_apps::module_in_a_directory", module_in_a_directory),
    Case::new("go_apps::workspace_with_vendored_module", workspace),
    Case::new("go_apps::kodata_is_found", kodata),
    Case::new("go_apps::cgo_that_is_needed_is_named", cgo_needed),
    Case::new(
        "go_apps::cgo_that_comes_with_an_edit_is_named",
        cgo_by_an_edit,
    ),
    Case::new("go_apps::cgo_runs_where_the_image_has_libc", cgo),
];

/// A server that answers with what `answer()` gives, as `main.go` and the file that has it.
fn server(directory: &str, answer: &str) -> String {
    format!(
        r#"
-- {directory}main.go --
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {{
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {{
		fmt.Fprint(response, answer())
	}})
	log.Fatal(http.ListenAndServe(":"+os.Getenv("PORT"), nil))
}}
-- {directory}answer.go --
package main

{answer}
"#
    )
}

fn go_mod(directory: &str, rest: &str) -> String {
    format!("-- {directory}go.mod --\nmodule example.com/app\n\ngo 1.26\n{rest}")
}

#[track_caller]
fn app(texts: &[String]) -> TempDir {
    testkit::directory(&texts.concat())
}

/// Builds an app with variables, and asks it; gives its answer and the log of the build.
#[track_caller]
fn answer(home: &Home, app: &Path, variables: &[&str]) -> (String, String) {
    let variables = variables.iter().flat_map(|variable| ["--env", variable]);
    let built = home.build("app", app).args(variables).run().succeeded();
    let running = Running::start(home.coracle().args(["run", "app"]));
    let answer = running.get("/").body;
    let _ = running.stop(STOPS_WITHIN);
    (answer, built.text().to_owned())
}

fn ko_configuration(machine: &Machine) {
    let version = "var version string\n\nfunc answer() string { return version }\n";
    let app = app(&[
        go_mod("", ""),
        server("services/a/", version),
        server("services/b/", version),
        "-- .ko.yaml --\ndefaultBaseImage: example.com/base\nbuilds:\n- main: ./services/b\n  \
         ldflags: ['-X main.version={{.Env.RELEASE}}']\n"
            .to_owned(),
    ]);
    let (answer, log) = answer(&machine.home(), app.path(), &["RELEASE=7"]);
    assert_eq!(answer, "7");
    assert!(
        log.contains("not applied of .ko.yaml: defaultBaseImage"),
        "{log}"
    );
}

fn heroku_comments(machine: &Machine) {
    let tagged =
        "//go:build heroku\n\npackage main\n\nfunc answer() string { return \"heroku\" }\n";
    let app = app(&[
        go_mod(
            "",
            "\n// +heroku goVersion go1.26\n// +heroku install ./services/b\n",
        ),
        server("services/a/", "func answer() string { return \"a\" }"),
        server("services/b/", ""),
        format!("-- services/b/tagged.go --\n{tagged}"),
    ]);
    let (answer, log) = answer(&machine.home(), app.path(), &[]);
    assert_eq!(answer, "heroku");
    assert!(log.contains("go.mod line 5 asks for 1.26"), "{log}");
}

fn module_in_a_directory(machine: &Machine) {
    let app = app(&[
        "-- doc.go --\npackage doc\n-- web/go.mod --\nmodule example.com/web\n\ngo 1.26\n"
            .to_owned(),
        go_mod("api/", ""),
        server("api/", "func answer() string { return \"api\" }"),
    ]);
    let message = crate::bad_apps::refused(machine, app.path(), "go/no-module");
    assert!(message.contains("BP_GO_WORKDIR=./api"), "{message}");
    let (answer, _) = answer(&machine.home(), app.path(), &["GOOGLE_BUILDABLE=./api"]);
    assert_eq!(answer, "api");
}

fn workspace(machine: &Machine) {
    let app = app(&[
        "-- go.work --\ngo 1.26\n\nuse (\n\t./lib\n\t./web\n)\n".to_owned(),
        "-- lib/go.mod --\nmodule example.com/lib\n\ngo 1.26\n-- lib/lib.go --\npackage lib\n\nconst Text = \"lib\"\n"
            .to_owned(),
        go_mod("web/", "\nrequire example.com/far v1.0.0\n"),
        server(
            "web/",
            "import (\n\t\"example.com/far\"\n\t\"example.com/lib\"\n)\n\nfunc answer() string { return lib.Text + far.Text }",
        ),
        "-- vendor/modules.txt --\n## workspace\n# example.com/far v1.0.0\n## explicit; go 1.26\nexample.com/far\n\
         -- vendor/example.com/far/far.go --\npackage far\n\nconst Text = \" and vendored\"\n"
            .to_owned(),
    ]);
    let (answer, _) = answer(&machine.home(), app.path(), &[]);
    assert_eq!(answer, "lib and vendored");
}

fn kodata(machine: &Machine) {
    let read = "import \"os\"\n\nfunc answer() string {\n\ttext, _ := os.ReadFile(os.Getenv(\"KO_DATA_PATH\") + \"/text\")\n\treturn string(text)\n}\n";
    let app = app(&[
        go_mod("", ""),
        server("cmd/web/", read),
        "-- cmd/web/kodata/text -> ../../../NOTES.go --\n-- NOTES.go --\npackage notes\n"
            .to_owned(),
    ]);
    let (answer, _) = answer(&machine.home(), app.path(), &[]);
    assert_eq!(answer, "package notes\n");
}

const CGO: &str = "/*\nstatic int seven() { return 7; }\n*/\nimport \"C\"\nimport \"strconv\"\n\n\
                   func answer() string { return strconv.Itoa(int(C.seven())) }\n";

/// An app that needs cgo.
#[track_caller]
pub(crate) fn with_cgo() -> TempDir {
    app(&[go_mod("", ""), server("", CGO)])
}

fn cgo_needed(machine: &Machine) {
    let app = with_cgo();
    let message = crate::bad_apps::refused(machine, app.path(), "go/cgo");
    assert!(message.contains("CGO_ENABLED=1"), "{message}");
}

/// What a previous build compiled is compiled while cgo is looked for.
fn cgo_by_an_edit(machine: &Machine) {
    let app = app(&[
        go_mod("", ""),
        server("", "func answer() string { return \"pure\" }"),
    ]);
    let home = machine.home();
    let _ = home.build("app", app.path()).run().succeeded();
    let with_cgo = format!("package main\n\n{CGO}");
    fs_err::write(app.path().join("answer.go"), with_cgo).expect("it is writable");
    let edited = home.build("app", app.path()).run();
    let message = edited.failed_with("go/cgo", 1);
    assert!(message.contains("answer.go line 6"), "{message}");
    let text = edited.text();
    assert!(text.contains("build-cache: reused"), "{text}");
}

fn cgo(machine: &Machine) {
    let app = with_cgo();
    let home = machine.home();
    let (answer, log) = answer(&home, app.path(), &["CGO_ENABLED=1"]);
    assert_eq!(answer, "7");
    assert!(log.contains("needs of the run image"), "{log}");
    let on_static = home.build("other", app.path());
    let on_static = on_static
        .args(["--builder", "static", "--env", "CGO_ENABLED=1"])
        .run();
    let message = on_static.failed_with("go/linkage", 1);
    assert!(message.contains("libc.so.6"), "{message}");
}
