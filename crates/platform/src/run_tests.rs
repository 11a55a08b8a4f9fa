use super::*;

fn config(json: &str) -> RuntimeConfig {
    serde_json::from_str(json).unwrap()
}

fn request() -> RunRequest {
    RunRequest::new("app".parse().unwrap())
}

#[test]
fn what_starts_is_the_images_word_unless_the_user_has_one() {
    let root = testkit::directory("-- cnb/process/web --\n-- cnb/process/worker --\n");
    let config = config(r#"{"Entrypoint":["/cnb/process/web"],"Cmd":["-v"]}"#);
    let words = |request: &RunRequest| program(&config, root.path(), request).unwrap();
    assert_eq!(words(&request()), ["/cnb/process/web", "-v"]);
    let mut with_arguments = request();
    with_arguments.arguments = vec!["-x".into()];
    assert_eq!(words(&with_arguments), ["/cnb/process/web", "-x"]);
    let mut worker = request();
    worker.process = Some("worker".into());
    assert_eq!(words(&worker), ["/cnb/process/worker"]);
}

#[test]
fn an_unknown_process_is_named_with_those_there_are() {
    let root = testkit::directory("-- cnb/process/web --\n-- cnb/process/admin --\n");
    for process in ["nope", "../../etc/passwd"] {
        let mut request = request();
        request.process = Some(process.into());
        let error = program(&RuntimeConfig::default(), root.path(), &request).unwrap_err();
        let RunError::NoProcess { known, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(known, ["admin", "web"]);
    }
}

#[test]
fn the_app_sees_its_image_and_the_port_and_nothing_of_the_host() {
    let config = config(r#"{"Env":["PATH=/bin","PORT=8080","A=1"],"WorkingDir":"/workspace"}"#);
    let mut request = request();
    request.environment.insert("A".into(), "2".into());
    let host = Host {
        variables: [("https_proxy".to_owned(), "http://proxy.example".to_owned())].into(),
        hosts: Some("/host/hosts".into()),
        free_memory: 4 << 30,
        netrc: Some("/host/netrc".into()),
        ..Host::default()
    };
    let sandbox = sandbox(&host, &config, Path::new("/unpacked"), &request, 3000);
    insta::assert_debug_snapshot!(sandbox, @r#"
    Sandbox {
        root: "/unpacked",
        mounts: {
            "/dev": Dev,
            "/etc/hosts": ReadOnly(
                "/host/hosts",
            ),
            "/proc": Proc,
            "/tmp": Memory(
                "1777",
                1073741824,
            ),
        },
        environment: {
            "A": "2",
            "PATH": "/bin",
            "PORT": "3000",
        },
        user: (
            1000,
            1000,
        ),
        hostname: "coracle",
        directory: "/workspace",
    }
    "#);
}

#[test]
fn a_port_that_is_taken_is_an_error_only_when_it_was_asked_for() {
    let taken = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = choose_port(Some(port)).unwrap_err();
    assert!(matches!(error, RunError::PortTaken { port: asked, .. } if asked == port));
    assert_ne!(choose_port(None).unwrap(), port);
}

#[test]
fn the_app_is_told_the_port_that_is_waited_for() {
    let told = |flag: Option<u16>, variable: &str| {
        let mut request = request();
        request.port = flag;
        request.environment.insert("PORT".into(), variable.into());
        let wanted = wanted_port(&request);
        let config = RuntimeConfig::default();
        let port = wanted.unwrap_or(DEFAULT_PORT);
        let sandbox = sandbox(&Host::default(), &config, Path::new("/"), &request, port);
        (wanted, sandbox.environment["PORT"].clone())
    };
    assert_eq!(told(None, "3000"), (Some(3000), "3000".to_owned()));
    assert_eq!(told(Some(4000), "3000"), (Some(4000), "4000".to_owned()));
    // What is no port is the app's to complain of.
    assert_eq!(told(None, "web"), (None, "web".to_owned()));
}
