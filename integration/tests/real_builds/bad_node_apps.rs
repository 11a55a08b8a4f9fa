//! Node apps that can't be built or started, and what is said of each.

use integration::{Answers, Case, Machine, NodeRegistry, free_port};
use tempfile::TempDir;

use crate::bad_apps::refused;

pub(crate) const CASES: &[Case] = &[
    Case::new("bad_node_apps::before_anything_is_fetched", unread),
    Case::new("bad_node_apps::without_their_package_manager", no_manager),
    Case::new("bad_node_apps::while_they_are_installed", installed),
    Case::new("bad_node_apps::while_they_are_built", built),
    Case::new("bad_node_apps::that_can_not_be_started", started),
];

const LOCK: &str =
    r#"{"name":"app","lockfileVersion":3,"requires":true,"packages":{"":{"name":"app"}}}"#;

/// An app of these lines in its package.json, and further files.
#[track_caller]
fn app(lines: &str, files: &[(&str, &str)]) -> TempDir {
    let own = format!("-- package.json --\n{{\n  \"name\": \"app\"{lines}\n}}\n");
    let files = files.iter();
    let files = files.map(|(path, text)| format!("-- {path} --\n{text}\n"));
    testkit::directory(&(own + &files.collect::<String>()))
}

fn unread(machine: &Machine) {
    let refused = |lines: &str, files: &[(&str, &str)], id: &str| {
        refused(machine, app(lines, files).path(), id)
    };
    let message = refused(",\n  \"type\": module", &[], "node/package-json/syntax");
    insta::assert_snapshot!(message, @r#"
    [Error: package.json is no JSON]
    Line 3, column 11: expected value

      "type": module
              ^

    JSON has no comments, and no comma behind the last entry.
    (node/package-json/syntax)
    "#);
    let engines = ",\n  \"engines\": { \"node\": \"17.x\" }";
    insta::assert_snapshot!(refused(engines, &[], "node/version/none"), @r#"
    [Error: There is no Node 17.x]
    package.json (engines.node) asks for 17.x, and no version that can be had is in that range.

    The newest ones are 26.10.0, 24.21.0, 22.23.3, 20.20.2, 18.20.8, 16.20.2, 14.21.3 and 12.22.12.

    Allow one of them, for example in package.json:
    "engines": { "node": ">=24" }
    (node/version/none)
    "#);
    let needs = ",\n  \"dependencies\": { \"shelf\": \"1\" }";
    insta::assert_snapshot!(refused(needs, &[], "node/manager/unlocked"), @"
    [Error: There are dependencies, and no lock]
    Without a lock every build would install something else. Looked for: yarn.lock,
    pnpm-lock.yaml, bun.lock, npm-shrinkwrap.json, package-lock.json.

    Make one, and commit it:
    npm install --package-lock-only

    To install whatever is the newest on the day of the build: BP_NODE_ALLOW_NO_LOCK=true
    (node/manager/unlocked)
    ");
    let manager = ",\n  \"packageManager\": \"pnpm@10.34.9\"";
    let of_npm = [("package-lock.json", LOCK)];
    insta::assert_snapshot!(refused(manager, &of_npm, "node/manager/contradiction"), @"
    [Error: The lock is of another package manager]
    package.json (packageManager) asks for pnpm, and the only lock is package-lock.json.

    Make a lock with pnpm, and remove the other one:
    pnpm install --lockfile-only
    Or name the package manager that the lock is of.
    (node/manager/contradiction)
    ");
    let scripts = ",\n  \"scripts\": { \"start\": \"node server.js | tee log\" }";
    let server = [("server.js", "")];
    insta::assert_snapshot!(refused(scripts, &server, "start-command/shell/pipe"), @"
    [Error: package.json (scripts.start) needs a shell for a pipe]
        node server.js | tee log
                       ^

    A pipe runs two programs at once. The platform collects what the app prints:
    nothing needs to be piped into tee or a logger.

    Ways out, the best first:
    - write a plain command line; variables, quotes, &&, ||, ; and cd work
    - move it into a small program in the language of the app, and start that
    - set BP_INCLUDE_SHELL=true for the build: Debian's dash is put into the
      image and runs the text
    (start-command/shell/pipe)
    ");
}

/// The registry of packages has no such version.
fn no_manager(machine: &Machine) {
    let app = app(
        ",\n  \"packageManager\": \"pnpm@10.999.0\",\n  \"dependencies\": { \"shelf\": \"1\" }",
        &[("pnpm-lock.yaml", "lockfileVersion: '9.0'")],
    );
    let message = refused(machine, app.path(), "node/fetch/not-found");
    let (said, _) = message.split_once("Details:").expect("npm says something");
    insta::assert_snapshot!(said, @"
    [Error: pnpm 10.999.0 can't be fetched]
    It installs what the app needs. The registry has no such version: check its number.
    ");

    let home = machine.home();
    let nobody = format!("npm_config_registry=http://127.0.0.1:{}/", free_port());
    let build = home.build("refused", app.path());
    let build = build.args(["--env", &nobody, "--env", "npm_config_fetch_retries=0"]);
    let message = build.run().failed_with("node/fetch/network", 3);
    let (said, _) = message.split_once("Details:").expect("npm says something");
    insta::assert_snapshot!(said, @"
    [Error: pnpm 10.999.0 can't be fetched]
    It installs what the app needs. The registry of packages couldn't be reached. Check the network, the proxy and the
    registry that .npmrc names, and build again.

    This is a problem of the network or of the server at its other end, not of
    your app: retry, and check proxy and mirror settings if it stays.
    ");
}

fn installed(machine: &Machine) {
    let registry = NodeRegistry::start(&["shelf"], Answers::All);
    let refused = |app: &TempDir, id: &str| {
        let home = machine.home();
        let build = home.build("refused", app.path());
        let variable = format!("npm_config_registry={}", registry.url());
        let message = build.args(["--env", &variable]).run().failed_with(id, 1);
        let said = message.split("Details:").next().unwrap_or_default();
        said.to_owned()
    };
    let lines = ",\n  \"dependencies\": { \"shelf\": \"1.0.0\" }";
    let outdated = app(lines, &[("package-lock.json", LOCK)]);
    insta::assert_snapshot!(refused(&outdated, "node/install/outdated"), @r#"
    [Error: The lock is out of date]
    package.json asks for something that the lock doesn't have. Bring the lock up to date, and
    commit it:
    npm install --package-lock-only

    Where it is up to date, another version of npm wrote it: name that one in package.json,
    "packageManager": "npm@..."
    "#);
    let lines = ",\n  \"dependencies\": { \"shelf\": \"2.0.0\" }";
    let lock = crate::node_registries::lock_of_npm(&registry, "shelf").replace("1.0.0", "2.0.0");
    let unknown = app(lines, &[("package-lock.json", &lock)]);
    insta::assert_snapshot!(refused(&unknown, "node/install/not-found"), @"
    [Error: What the app needs can't be installed]
    The registry has no such package, or no such version of it. Is it private? Then .npmrc must
    name its registry.
    ");
}

fn built(machine: &Machine) {
    let scripts = ",\n  \"scripts\": { \"build\": \"node build.js\" }";
    let files = [
        (
            "build.js",
            "console.error('no such theme'); process.exit(3);",
        ),
        ("server.js", ""),
    ];
    let fails = app(scripts, &files);
    let message = refused(machine, fails.path(), "node/script/failed");
    insta::assert_snapshot!(message, @"
    [Error: The script build failed]
    It is in package.json. To see it fail on your machine, with what the lock says installed:
    NODE_ENV=production npm run build

    Details:
    > build
    > node build.js

    no such theme
    (node/script/failed)
    ");

    let home = machine.home();
    let build = home.build("refused", fails.path());
    let build = build.args(["--env", "BP_NODE_RUN_SCRIPTS=bundle"]);
    insta::assert_snapshot!(build.run().failed_with("node/script/missing", 1), @"
    [Error: package.json has no script bundle]
    BP_NODE_RUN_SCRIPTS names it. It has these:
    build
    (node/script/missing)
    ");
}

fn started(machine: &Machine) {
    let scripts = ",\n  \"scripts\": { \"start\": \"node -r ./.pnp.cjs server.js\" }";
    let pnp = app(scripts, &[("server.js", "")]);
    let message = refused(machine, pnp.path(), "node/start/plug-and-play");
    insta::assert_snapshot!(message, @"
    [Error: Yarn's Plug'n'Play isn't in the image]
    package.json (scripts.start) loads ./.pnp.cjs. Packages are installed into node_modules here, whatever Yarn is
    told, and Node finds them there by itself.

    Leave that option out.
    (node/start/plug-and-play)
    ");
    let site = app(",\n  \"devDependencies\": {}", &[("index.html", "")]);
    let message = refused(machine, site.path(), "node/start/nothing");
    insta::assert_snapshot!(message, @r#"
    [Error: Nothing says how the app is started]
    package.json has no script start, and there is no Procfile. Looked for: server.js, server.cjs, server.mjs, server.ts, app.js, app.cjs, app.mjs, app.ts, main.js, main.cjs, main.mjs, main.ts, index.js, index.cjs, index.mjs, index.ts.

    Say it in package.json, for example:
    "scripts": { "start": "node lib/server.js" }
    (node/start/nothing)
    "#);

    let registry = NodeRegistry::of_program("serve-files");
    let lines = ",\n  \"devDependencies\": { \"serve-files\": \"1.0.0\" },\n  \
                 \"scripts\": { \"start\": \"serve-files public\" }";
    let lock = crate::node_registries::lock_of_npm(&registry, "serve-files");
    let lock = lock.replace("\"dependencies\"", "\"devDependencies\"");
    let only = app(lines, &[("package-lock.json", &lock)]);
    let home = machine.home();
    let build = home.build("refused", only.path());
    let build = build.args(["--env", &format!("npm_config_registry={}", registry.url())]);
    let ended = build.run().succeeded();
    let text = ended.text();
    assert!(
        text.contains("The start command needs serve-files, one of the devDependencies"),
        "{text}"
    );
}
