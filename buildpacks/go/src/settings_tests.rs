//! What the variables say.

use super::*;

fn environment(user: &[(&str, &str)]) -> Environment {
    let process = [
        ("PATH", "/usr/bin"),
        ("GOROOT", "/host"),
        ("HTTPS_PROXY", "http://localhost:1"),
        ("CNB_STACK_ID", "x"),
    ];
    Environment::new(user.iter().copied(), process)
}

fn read(user: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::read(&environment(user), "amd64")
}

#[test]
fn the_version_comes_from_the_first_variable_that_is_set() {
    let chosen = |user: &[(&str, &str)]| {
        let versions = read(user).unwrap().versions;
        let told =
            |version: &Sourced<Requested>| format!("{} from {}", version.value, version.origin);
        versions.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(chosen(&[]), [""; 0]);
    let all = [
        ("RAILPACK_GO_VERSION", "1.22"),
        ("GOOGLE_GO_VERSION", "1.25"),
        ("BP_GO_VERSION", "1.26.8"),
    ];
    assert_eq!(
        chosen(&all),
        [
            "1.26.8 from BP_GO_VERSION",
            "1.25 from GOOGLE_GO_VERSION",
            "1.22 from RAILPACK_GO_VERSION"
        ]
    );
    let google = ("GOOGLE_RUNTIME_VERSION", "1.25");
    assert_eq!(chosen(&[google]), ["1.25 from GOOGLE_RUNTIME_VERSION"]);
    assert_eq!(chosen(&[google, ("GOOGLE_RUNTIME", "go122")]).len(), 1);
    assert_eq!(chosen(&[google, ("GOOGLE_RUNTIME", "nodejs")]), [""; 0]);
    assert!(matches!(
        read(&[("BP_GO_VERSION", "newest")]),
        Err(SettingsError::Version(_))
    ));
}

#[test]
fn targets_are_a_list_or_one() {
    let targets = |user: &[(&str, &str)]| {
        let targets = read(user).unwrap().targets.into_iter();
        targets
            .map(|list| format!("{}: {}", list.origin, list.value.join(" ")))
            .collect::<Vec<_>>()
    };
    assert_eq!(targets(&[]), [""; 0]);
    assert_eq!(
        targets(&[
            ("RAILPACK_GO_BIN", "api"),
            ("GOOGLE_BUILDABLE", "x"),
            ("BP_GO_TARGETS", "./cmd/web:./cmd/worker")
        ]),
        [
            "BP_GO_TARGETS: ./cmd/web ./cmd/worker",
            "GOOGLE_BUILDABLE: x",
            "RAILPACK_GO_BIN: ./cmd/api"
        ]
    );
}

#[test]
fn directories_are_read() {
    let settings = read(&[("BP_GO_WORK_USE", "./a:./b")]).unwrap();
    assert_eq!(settings.work_use.unwrap().value, ["./a", "./b"]);
}

#[test]
fn files_to_keep_are_a_list() {
    let keep = |user: &[(&str, &str)]| read(user).unwrap().keep;
    assert_eq!(keep(&[]), [""; 0]);
    assert_eq!(keep(&[("BP_KEEP_FILES", ".env: *.go")]), [".env", "*.go"]);
}

#[test]
fn variables_that_would_break_the_build_are_all_named() {
    let user = [
        ("GOROOT", "/usr/local/go"),
        ("GOPRIVATE", "example.com"),
        ("GOBIN", "/bin"),
        ("GO111MODULE", "on"),
    ];
    assert_eq!(
        read(&user),
        Err(SettingsError::Denied(vec!["GOBIN", "GOROOT"]))
    );
    assert!(read(&[("CGO_ENABLED", "0"), ("GOTOOLCHAIN", "local")]).is_ok());
    assert!(read(&[("GOOS", "linux"), ("GOARCH", "amd64")]).is_ok());
    let foreign = read(&[("GOOS", "windows"), ("GOARCH", "arm64")]);
    assert_eq!(foreign, Err(SettingsError::Denied(vec!["GOARCH", "GOOS"])));
    assert!(DENIED.is_sorted());
    assert!(FROM_PROCESS.is_sorted());
}

#[test]
fn go_inherits_the_users_variables_and_few_of_the_machines() {
    let inherited = inherited(&environment(&[("GOPRIVATE", "example.com"), ("GOOS", "")]));
    let names: Vec<&str> = inherited
        .keys()
        .map(|name| name.to_str().unwrap())
        .collect();
    assert_eq!(names, ["GOPRIVATE", "HTTPS_PROXY", "PATH"]);
}

#[test]
fn cgo_is_on_or_off() {
    let cgo = |value| read(&[("CGO_ENABLED", value)]).map(|settings| settings.cgo);
    assert_eq!(cgo(""), Ok(None));
    assert_eq!(cgo("0"), Ok(Some(false)));
    assert_eq!(cgo("1"), Ok(Some(true)));
    assert!(matches!(cgo("yes"), Err(SettingsError::Environment(_))));
}
