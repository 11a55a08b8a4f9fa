//! Apps in Node: the samples as their READMEs say, what an edit pushes again, and tokens.

use std::time::Duration;

use integration::{Case, Home, Layout, Machine, Running, copy_of};

pub(crate) const CASES: &[Case] = &[
    Case::new("node_samples::express_of_npm", |machine| {
        let expected = [("/", "Hello"), ("/entries", "[]")];
        let (_, layout) = answers(machine, "node-express", &expected);
        assert!(layout.size() <= EXPRESS, "{} bytes", layout.size());
    }),
    Case::new("node_samples::fastify_of_a_workspace_of_pnpm", |machine| {
        let path = "/convert?from=km&to=m&value=2";
        answers(machine, "node-fastify", &[("/", "Hello"), (path, "2000")]);
    }),
    Case::new("node_samples::typescript_of_yarn", |machine| {
        answers(
            machine,
            "node-typescript",
            &[("/", "Hello"), ("/hours", "[]")],
        );
    }),
    Case::new("node_samples::next_with_its_own_server", next),
    Case::new("node_samples::addon_that_is_compiled", native),
    Case::new(
        "node_samples::an_edit_leaves_the_packages_as_they_are",
        edit,
    ),
    Case::new("node_samples::a_token_is_nowhere", token),
];

/// Node without a handler for SIGTERM ignores it as process 1.
const STOPS_WITHIN: Duration = Duration::from_secs(1);

/// Bytes of an image, compressed (issue 7: 46 MB with the layer of Node from the runtime seed).
const EXPRESS: u64 = 46_000_000;

/// The same for Next, of whose packages the server has a tenth.
const NEXT: u64 = 72_000_000;

#[track_caller]
fn answers(machine: &Machine, sample: &str, expected: &[(&str, &str)]) -> (Home, Layout) {
    let (home, layout) = crate::samples::build(machine, &testkit::sample(sample), "default");
    let shells = ["sh", "bash", "npm", "pnpm", "yarn", "corepack"];
    assert_eq!(layout.programs_called(&shells), [""; 0]);
    let running = Running::start(home.coracle().args(["run", "sample"]));
    for (path, text) in expected {
        let answer = running.get(path);
        assert!(answer.body.contains(text), "{path}: {answer:?}");
    }
    let _ = running.stop(STOPS_WITHIN);
    (home, layout)
}

/// Without the packages that Next builds with, and with what it keeps for the next build.
fn next(machine: &Machine) {
    let tides = "/api/tides?first=180&range=4";
    let expected = [
        ("/", "Hello from node-next"),
        (tides, "{\"minute\":180,\"height\":2}"),
        ("/robots.txt", "Allow: /"),
    ];
    let (home, layout) = answers(machine, "node-next", &expected);
    assert!(layout.size() <= NEXT, "{} bytes", layout.size());
    let again = home.build("sample", &testkit::sample("node-next")).run();
    let again = again.succeeded();
    let text = again.text();
    assert!(text.contains("framework-cache: reused"), "{text}");
}

/// Of the source and of the compiler's work only the addon is left.
fn native(machine: &Machine) {
    let sample = testkit::sample("node-native");
    let (home, layout) = crate::samples::build(machine, &sample, "default");
    let paths = layout.entries().map(|entry| entry.path.as_str());
    let files = paths.filter_map(|path| path.strip_prefix("workspace/node_modules/bcrypt/"));
    let files: Vec<&str> = files.filter(|path| path.contains('.')).collect();
    insta::assert_snapshot!(files.join("\n"), @"
    .dockerignore
    .editorconfig
    .github
    .github/workflows
    .github/workflows/build-pack-publish.yml
    .github/workflows/ci.yaml
    bcrypt.js
    binding.gyp
    build-all.sh
    build/Release/bcrypt_lib.node
    examples/async_compare.js
    examples/forever_gen_salt.js
    package.json
    prebuilds/linux-x64/bcrypt.glibc.node
    promises.js
    test/async.test.js
    test/implementation.test.js
    test/promise.test.js
    test/repetitions.test.js
    test/sync.test.js
    ");
    let running = Running::start(home.coracle().args(["run", "sample"]));
    let answer = running.get("/");
    assert!(answer.body.contains("Hello"), "{answer:?}");
    let _ = running.stop(STOPS_WITHIN);
}

fn edit(machine: &Machine) {
    let home = machine.home();
    let app = copy_of(&testkit::sample("node-express"));
    let build = |name: &str| {
        let layout = home.path().join(name);
        let built = home.build("sample", app.path()).arg("--output");
        let built = built
            .arg(format!("oci:{}", layout.display()))
            .run()
            .succeeded();
        let text = built.text().to_owned();
        let layers: Vec<String> = Layout::read(&layout)
            .layers
            .iter()
            .map(|layer| layer.digest.clone())
            .collect();
        (text, layers)
    };
    let (_, first) = build("first");
    let (again, second) = build("second");
    assert_eq!(first, second);
    assert!(again.contains("node-24: reused"), "{again}");
    let server = app.path().join("server.js");
    let text = fs_err::read_to_string(&server).expect("it is text");
    fs_err::write(&server, text + "// an edit\n").expect("it is writable");
    let (_, third) = build("third");
    let changed = first.iter().zip(&third).filter(|(one, other)| one != other);
    assert_eq!(first.len(), third.len());
    assert_eq!(changed.count(), 1, "{first:?} {third:?}");
}

/// In `.npmrc` of the app, in a variable that it names, and in a binding.
fn token(machine: &Machine) {
    const TOKENS: [&str; 3] = [
        "canary-of-the-file",
        "canary-of-the-variable",
        "canary-of-the-binding",
    ];
    let home = machine.home();
    let app = copy_of(&testkit::sample("node-express"));
    let host = "packages.example.com";
    let settings = format!(
        "@a:registry=https://{host}/\n//{host}/:_authToken={}\n//{host}/b/:_authToken=${{TOKEN}}\n",
        TOKENS[0]
    );
    fs_err::write(app.path().join(".npmrc"), settings).expect("it is writable");
    let bindings = testkit::directory(&format!(
        "-- mine/type --\nnpmrc\n-- mine/.npmrc --\n//{host}/c/:_authToken={}\n",
        TOKENS[2]
    ));
    let variable = format!("TOKEN={}", TOKENS[1]);
    let built = home
        .build("sample", app.path())
        .args([
            "--env",
            &variable,
            "--env",
            "BP_LOG_LEVEL=DEBUG",
            "--bindings",
        ])
        .arg(bindings.path())
        .run()
        .succeeded();
    assert!(
        built.text().contains("Fetching with the settings of mine"),
        "{}",
        built.text()
    );
    for token in TOKENS {
        assert!(!built.text().contains(token), "{}", built.text());
        assert_eq!(home.files_with(token), [""; 0], "{token}");
    }
    assert_ne!(home.files_with("Hello from node-express"), [""; 0]);
}
