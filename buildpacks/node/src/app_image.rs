//! The image that start commands are looked up in: Node, the programs of installed packages, and the files of the app.

use std::path::{Path, PathBuf};

use buildpack_kit::debian::DebianPackages;
use start_command::{Call, Directories, Found, Image, Made, Missing, without_dots};

use crate::node_arguments;
use crate::node_modules::{DIRECTORY, manifest_of};
use crate::programs;
use crate::self_contained::NextServer;

/// What Node adds to a name to find a file (`Module._extensions`).
const ENDINGS: [&str; 3] = ["js", "json", "node"];

/// An image before its layer of Node is there.
pub(crate) struct AppImage<'a> {
    debian: &'a DebianPackages,
    app: Directories,
    /// Node when the app starts.
    node: PathBuf,
    /// The app of Next that has its own server in the image.
    next: Option<NextServer>,
}

impl<'a> AppImage<'a> {
    /// Of an app, and of Debian packages that lie beside it.
    pub(crate) fn new(app_dir: &Path, node: &Path, debian: &'a DebianPackages) -> Self {
        Self {
            debian,
            app: Directories {
                working_directory: app_dir.to_owned(),
                roots: vec![app_dir.to_owned()],
                path: Vec::new(),
                ignores_sigterm: true,
                ..Directories::default()
            },
            node: node.to_owned(),
            next: None,
        }
    }

    /// The same with the server of Next in the place of what starts it.
    pub(crate) fn with_next(mut self, next: Option<NextServer>) -> Self {
        self.next = next;
        self
    }

    fn by_node(&self, file: Option<String>) -> Found {
        let node = self.node.display().to_string();
        Found {
            words: std::iter::once(node).chain(file).collect(),
            file: None,
            ignores_sigterm: true,
        }
    }

    /// The program of an installed package, as it would be found from a directory of the app.
    fn program(&self, command: &str, directory: &Path) -> Option<PathBuf> {
        let app_dir = &self.app.working_directory;
        programs::find(command, &without_dots(&app_dir.join(directory)), app_dir)
    }
}

impl Image for AppImage<'_> {
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
        if command == "node" || command == "nodejs" {
            return Ok(self.by_node(None));
        }
        let (file, shown) = if command.contains('/') && !programs::is_link(command) {
            (None, command.to_owned())
        } else {
            let Some(file) = self.program(command, directory) else {
                let looked = vec![format!("{DIRECTORY} ({command})")];
                let of_debian = self.debian.program(command).map(|(program, file)| Found {
                    words: vec![program.display().to_string()],
                    ignores_sigterm: true,
                    file: Some(file),
                });
                return of_debian.ok_or(Missing::NotFound { looked });
            };
            let shown = file.display().to_string();
            (Some(file), shown)
        };
        let target = file.unwrap_or_else(|| PathBuf::from(command));
        match self.app.find(&target.display().to_string(), directory) {
            Err(Missing::NoInterpreter { interpreter, .. }) if names_node(&interpreter) => {
                Ok(self.by_node(Some(shown)))
            }
            // npm makes them executable, and others don't; without a first line they are JavaScript, too.
            Err(Missing::NotExecutable { .. } | Missing::ShellScript { shell: None, .. })
                if is_script(&target) =>
            {
                Ok(self.by_node(Some(shown)))
            }
            found => found,
        }
    }

    /// What Node is told to run must be there.
    fn made(&self, call: &Call<'_>) -> Option<Result<Made, (usize, Missing)>> {
        if let Some(dropped) = self.next.as_ref().and_then(|next| next.starts(call)) {
            let found = self.by_node(Some(NextServer::FILE.to_owned()));
            return Some(Ok(Made {
                dropped,
                named: 0,
                found,
            }));
        }
        let Call {
            words, directory, ..
        } = *call;
        let name = words.first().map(String::as_str)?;
        if name != "node" && name != "nodejs" {
            return None;
        }
        let app_dir = &self.app.working_directory;
        let directory = app_dir.join(directory?);
        node_arguments::files(words).find_map(|(index, file)| {
            let path = without_dots(&directory.join(file));
            let inside = path.strip_prefix(app_dir).ok()?;
            let looked = vec![inside.display().to_string()];
            (!resolves(&path)).then_some(Err((index, Missing::NotFound { looked })))
        })
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        self.app.enter(directory)
    }
}

/// Whether Node finds a file by this path (`require`, "All together", `LOAD_AS_FILE` and `LOAD_AS_DIRECTORY`).
fn resolves(path: &Path) -> bool {
    let with = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(ending);
        PathBuf::from(name).is_file()
    };
    let as_file = |path: &Path| path.is_file() || ENDINGS.iter().any(|ending| with(path, ending));
    let main = || manifest_of(path).and_then(|manifest| manifest.main);
    as_file(path)
        || as_file(&path.join("index"))
        || main().is_some_and(|main| {
            as_file(&path.join(&main)) || as_file(&path.join(main).join("index"))
        })
}

fn is_script(file: &Path) -> bool {
    file.extension()
        .is_some_and(|ending| ["js", "cjs", "mjs"].iter().any(|known| ending == *known))
        || fs_err::read(file).is_ok_and(|text| {
            let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
            names_node(&String::from_utf8_lossy(line))
        })
}

/// `/usr/bin/env node`, `#!/usr/bin/env -S node --x`.
fn names_node(interpreter: &str) -> bool {
    let mut words = interpreter.split_whitespace();
    words.any(|word| word == "node" || word.ends_with("/node"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "-- server.js --\n-- lib/index.js --\n-- run.sh 0755 --\n#!/bin/sh\n-- cli 0755 --\n#!/usr/bin/env node\n\
             -- node_modules/a/package.json --\n{\"name\":\"a\",\"bin\":\"./cli.js\"}\n-- node_modules/a/cli.js --\n#!/usr/bin/env node\n\
             -- node_modules/@s/b/package.json --\n{\"name\":\"@s/b\",\"bin\":{\"b\":\"b\",\"gone\":\"gone.js\"}}\n\
             -- node_modules/@s/b/b 0755 --\n#!/usr/bin/env node\n-- apps/x/package.json --\n{}\n\
             -- apps/x/node_modules/c/package.json --\n{\"name\":\"c\",\"bin\":\"c.mjs\"}\n-- apps/x/node_modules/c/c.mjs --\n";

    #[test]
    fn commands_are_programs_of_packages_run_by_node() {
        let app = testkit::directory(TREE);
        let debian = &DebianPackages::default();
        let image = AppImage::new(app.path(), "/layers/node/bin/node".as_ref(), debian);
        let found = [
            ("node", ""),
            ("a", ""),
            ("b", ""),
            ("gone", ""),
            ("c", ""),
            ("c", "apps/x"),
            ("a", "apps/x"),
            ("./cli", ""),
            ("./run.sh", ""),
            ("./node_modules/.bin/b", ""),
            ("../../node_modules/.bin/a", "apps/x"),
        ]
        .map(
            |(command, directory)| match image.find(command, Path::new(directory)) {
                Ok(found) => format!("{command}: {}", found.words.join(" ")),
                Err(missing) => format!("{command}: {missing:?}"),
            },
        );
        insta::assert_snapshot!(found.join("\n").replace(&app.path().display().to_string(), "APP"), @r#"
        node: /layers/node/bin/node
        a: /layers/node/bin/node APP/node_modules/a/cli.js
        b: /layers/node/bin/node APP/node_modules/@s/b/b
        gone: NotFound { looked: ["node_modules (gone)"] }
        c: NotFound { looked: ["node_modules (c)"] }
        c: /layers/node/bin/node APP/apps/x/node_modules/c/c.mjs
        a: /layers/node/bin/node APP/node_modules/a/cli.js
        ./cli: /layers/node/bin/node ./cli
        ./run.sh: ShellScript { path: "APP/run.sh", shell: Some("/bin/sh") }
        ./node_modules/.bin/b: /layers/node/bin/node APP/node_modules/@s/b/b
        ../../node_modules/.bin/a: /layers/node/bin/node APP/node_modules/a/cli.js
        "#);
    }

    #[test]
    fn what_node_is_told_to_run_must_be_there() {
        let app = testkit::directory(TREE);
        let debian = &DebianPackages::default();
        let image = AppImage::new(app.path(), Path::new("/layers/node/bin/node"), debian);
        let made = [
            "node server.js",
            "node server",
            "node lib",
            "node ./lib/",
            "node .",
            "node dist/main.js",
            "node -r dotenv/config gone.js",
            "node --require=./.pnp.cjs server.js",
        ]
        .map(|text| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            let call = Call {
                words: &words,
                variables: &[],
                directory: Some("".as_ref()),
            };
            format!("{text}: {:?}", image.made(&call))
        });
        insta::assert_snapshot!(made.join("\n"), @r#"
        node server.js: None
        node server: None
        node lib: None
        node ./lib/: None
        node .: Some(Err((1, NotFound { looked: [""] })))
        node dist/main.js: Some(Err((1, NotFound { looked: ["dist/main.js"] })))
        node -r dotenv/config gone.js: Some(Err((3, NotFound { looked: ["gone.js"] })))
        node --require=./.pnp.cjs server.js: Some(Err((1, NotFound { looked: [".pnp.cjs"] })))
        "#);
    }
}
