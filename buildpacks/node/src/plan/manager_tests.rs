use buildpack_kit::environment::Environment;
use buildpack_kit::files::KeepPatterns;

use super::*;
use crate::plan::tool::{Hash, Package};

fn chosen(tree: &str, variables: &[(&str, &str)], node: &str) -> Result<Chosen, ManagerError> {
    let app = testkit::directory(tree);
    let keep = KeepPatterns::new([]).unwrap();
    let project = Project::read(app.path(), app.path(), &keep).unwrap();
    let environment = Environment::new(variables.iter().copied(), [("PATH", "")]);
    let settings = Settings::read(&environment).unwrap();
    let releases = Releases::embedded().unwrap();
    let node = Version::parse(node).unwrap();
    let is_bundled = node == crate::releases::default_version();
    choose(&settings, &project, (&node, is_bundled), &releases, "amd64")
}

fn shown(tree: &str, variables: &[(&str, &str)], node: &str) -> String {
    match chosen(tree, variables, node) {
        Ok(Chosen {
            manager,
            tool,
            origin,
            lock,
            ignored,
        }) => {
            let tool = match tool {
                Tool::OfNode => "that of Node".to_owned(),
                Tool::OfApp { file, is_first } => format!("{file} {is_first}"),
                Tool::Fetched(Package {
                    name,
                    version,
                    hash,
                    program,
                    is_native,
                }) => {
                    let hash = match hash {
                        Some(Hash::Named { algorithm, digits }) => {
                            format!(", {algorithm} {digits}")
                        }
                        Some(Hash::Integrity(_)) => String::new(),
                        None => ", unchecked".to_owned(),
                    };
                    let native = if is_native { ", native" } else { "" };
                    format!("{name}@{version} {program}{native}{hash}")
                }
            };
            let lock = lock.map_or("no lock", |lock| lock.file);
            format!(
                "{} from {origin}, {lock}: {tool}; ignored {ignored:?}",
                manager.command()
            )
        }
        Err(error) => format!("error: {error}"),
    }
}

const WITH_DEPENDENCIES: &str = "-- package.json --\n{\"dependencies\":{\"x\":\"1\"}}\n";

#[test]
fn the_lock_says_who_installs() {
    let rows = [
        "-- package-lock.json --\n{}\n",
        "-- npm-shrinkwrap.json --\n{}\n",
        "-- pnpm-lock.yaml --\nlockfileVersion: '9.0'\n",
        "-- pnpm-lock.yaml --\nlockfileVersion: '6.0'\n",
        "-- pnpm-lock.yaml --\nlockfileVersion: 5.4\n",
        "-- pnpm-lock.yaml --\nlockfileVersion: '99.0'\n",
        "-- yarn.lock --\n# yarn lockfile v1\n-- package-lock.json --\n{}\n",
        "-- yarn.lock --\n__metadata:\n  version: 8\n",
        "-- yarn.lock --\n__metadata:\n  version: 6\n",
        "-- yarn.lock --\n__metadata:\n  version: 8\n-- .yarnrc.yml --\nyarnPath: .yarn/releases/yarn-4.1.0.cjs\n",
        "-- bun.lock --\n{}\n",
        "",
    ];
    let of_old = [
        "",
        "-- package-lock.json --\n{}\n",
        "-- pnpm-lock.yaml --\nlockfileVersion: '9.0'\n",
    ];
    let lines = rows.map(|locks| shown(&format!("{WITH_DEPENDENCIES}{locks}"), &[], "24.19.0"));
    let older = of_old.map(|locks| shown(&format!("{WITH_DEPENDENCIES}{locks}"), &[], "18.20.8"));
    let without = shown("-- index.js --\n", &[], "24.19.0");
    insta::assert_snapshot!(format!("{}\n\n{}\n\n{without}", lines.join("\n"), older.join("\n")), @r#"
    npm from package-lock.json, package-lock.json: that of Node; ignored []
    npm from npm-shrinkwrap.json, npm-shrinkwrap.json: that of Node; ignored []
    pnpm from pnpm-lock.yaml, pnpm-lock.yaml: pnpm@10.34.9 bin/pnpm.cjs; ignored []
    pnpm from pnpm-lock.yaml, pnpm-lock.yaml: pnpm@8.15.9 bin/pnpm.cjs; ignored []
    pnpm from pnpm-lock.yaml, pnpm-lock.yaml: pnpm@7.33.7 bin/pnpm.cjs; ignored []
    error: no pnpm for pnpm-lock.yaml
    yarn from yarn.lock, yarn.lock: yarn@1.22.22 bin/yarn.js; ignored ["package-lock.json"]
    yarn from yarn.lock, yarn.lock: @yarnpkg/cli-dist@4.18.1 bin/yarn.js; ignored []
    yarn from yarn.lock, yarn.lock: @yarnpkg/cli-dist@3.8.7 bin/yarn.js; ignored []
    yarn from .yarnrc.yml (yarnPath), yarn.lock: .yarn/releases/yarn-4.1.0.cjs false; ignored []
    bun from bun.lock, bun.lock: @oven/bun-linux-x64@1.4.5 bin/bun, native; ignored []
    error: there is no lock

    error: there is no lock
    npm from package-lock.json, package-lock.json: npm@10.9.9 bin/npm-cli.js; ignored []
    pnpm from pnpm-lock.yaml, pnpm-lock.yaml: pnpm@10.34.9 bin/pnpm.cjs; ignored []

    npm from the default, no lock: that of Node; ignored []
    "#);
}

#[test]
fn the_app_may_name_a_version() {
    let with = |manager: &str, locks: &str| {
        let text = format!(
            "-- package.json --\n{{\"packageManager\":\"{manager}\",\"dependencies\":{{\"x\":\"1\"}}}}\n{locks}"
        );
        shown(&text, &[], "24.19.0")
    };
    let pnpm = "-- pnpm-lock.yaml --\nlockfileVersion: '9.0'\n";
    let yarn = "-- yarn.lock --\n__metadata:\n  version: 8\n";
    let lines = [
        with("pnpm@9.1.0", pnpm),
        with("pnpm@9.1.0+sha512.0aF", pnpm),
        with("pnpm@12.21.0", pnpm),
        with("pnpm@9", pnpm),
        with("pnpm", pnpm),
        with("pnpm@9.1.0+md5.00", pnpm),
        with("yarn@4.3.1", yarn),
        with("yarn@2.4.2", yarn),
        with("yarn@4.3.1", pnpm),
        with("npm@10.8.0", "-- package-lock.json --\n{}\n"),
        with("bun@1.2.3", "-- bun.lockb --\n"),
        with("deno@2.0.0", pnpm),
        with("yarn@4.3.1", ""),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    pnpm from package.json (packageManager), pnpm-lock.yaml: pnpm@9.1.0 bin/pnpm.cjs, unchecked; ignored []
    pnpm from package.json (packageManager), pnpm-lock.yaml: pnpm@9.1.0 bin/pnpm.cjs, sha512 0af; ignored []
    pnpm from package.json (packageManager), pnpm-lock.yaml: @pnpm/exe.linux-x64@12.21.0 pnpm, native, unchecked; ignored []
    error: pnpm@9 of package.json (packageManager) names no version of a package manager
    error: pnpm of package.json (packageManager) names no version of a package manager
    error: pnpm@9.1.0+md5.00 of package.json (packageManager) has a hash that can't be checked
    yarn from package.json (packageManager), yarn.lock: @yarnpkg/cli-dist@4.3.1 bin/yarn.js, unchecked; ignored []
    error: Yarn 2.4.2 can't be used
    error: package.json (packageManager) asks for yarn, and there is only pnpm-lock.yaml
    npm from package.json (packageManager), package-lock.json: npm@10.8.0 bin/npm-cli.js, unchecked; ignored []
    bun from package.json (packageManager), bun.lockb: @oven/bun-linux-x64@1.2.3 bin/bun, native, unchecked; ignored []
    error: deno@2.0.0 of package.json (packageManager) names no version of a package manager
    error: there is no lock
    ");
}

#[test]
fn variables_and_engines_help_where_there_is_no_lock() {
    let lines = [
        shown(
            WITH_DEPENDENCIES,
            &[
                ("GOOGLE_PACKAGE_MANAGER", "yarn"),
                ("BP_NODE_ALLOW_NO_LOCK", "true"),
            ],
            "24.19.0",
        ),
        shown(
            &format!("{WITH_DEPENDENCIES}-- package-lock.json --\n{{}}\n"),
            &[("BP_NPM_VERSION", "10.8.2")],
            "24.19.0",
        ),
        shown(
            "-- package.json --\n{\"engines\":{\"pnpm\":\"^9\"}}\n",
            &[],
            "24.19.0",
        ),
    ];
    insta::assert_snapshot!(lines.join("\n"), @"
    yarn from GOOGLE_PACKAGE_MANAGER, no lock: yarn@1.22.22 bin/yarn.js; ignored []
    npm from package-lock.json, package-lock.json: npm@10.8.2 bin/npm-cli.js, unchecked; ignored []
    pnpm from package.json (engines.pnpm), no lock: pnpm@9.15.9 bin/pnpm.cjs; ignored []
    ");
}
