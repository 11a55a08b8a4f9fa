//! What frameworks build that brings along what it needs of the installed packages: the standalone server of Next, and
//! `.output` of Nitro, which Nuxt and others build with. Nothing else of `node_modules` is in the image then.

use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};

use buildpack_kit::files::remove_tree;
use start_command::{Call, without_dots};

use crate::bundles::entries;
use crate::called::Called;
use crate::node_modules::DIRECTORY;

/// Has Next make its standalone server where the app's own settings say nothing of it (`config-shared.js`, the default
/// of `output`; since 12.3).
pub(crate) const FORCE: (&str, &str) = ("NEXT_PRIVATE_STANDALONE", "true");

/// What Next builds.
const NEXT: &str = ".next";
const STANDALONE: &str = "standalone";

/// Before the server's own text, which takes `HOSTNAME` for the address to listen on: in a container that is its name.
const LISTEN: &str = "process.env.HOSTNAME = '0.0.0.0';\n";

/// What Nitro writes beside what it builds.
const NITRO: &str = ".output/nitro.json";
const NITRO_ROOT: &str = ".output/server";
const NITRO_SERVER: &str = ".output/server/index.mjs";

/// Options of `next start` that take a word. The server reads `PORT` and `HOSTNAME` in their place.
const WITH_WORD: [&str; 5] = ["-p", "--port", "-H", "--hostname", "--keepAliveTimeout"];

/// A build that needs no installed packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SelfContained {
    Next(NextServer),
    Nitro,
}

/// The standalone server of Next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NextServer {
    /// The directory of the app of Next, relative to the app.
    directory: PathBuf,
    /// How that is called from the directory that Next traced files in: `apps/web`.
    inner: PathBuf,
}

/// What is started, where it is one such build and nothing else.
pub(crate) fn find(app_dir: &Path, called: &[Called]) -> Option<SelfContained> {
    let [called] = called else {
        return None;
    };
    let file = called.file();
    if file.as_deref() == Some(Path::new(NITRO_SERVER)) {
        return app_dir
            .join(NITRO)
            .is_file()
            .then_some(SelfContained::Nitro);
    }
    let directory = if let Some(file) = file {
        let directory = of_standalone(&file)?;
        // The server is started where Next would be, and nowhere else.
        (called.directory.as_ref() == Some(&directory)).then_some(directory)?
    } else {
        options_of_next(&called.words)?;
        without_dots(called.directory.as_ref()?)
    };
    let output = app_dir.join(&directory).join(NEXT).join(STANDALONE);
    let parts: Vec<Component<'_>> = directory.components().collect();
    let inners = (0..=parts.len()).map(|count| parts[parts.len() - count..].iter().collect());
    let mut inners =
        inners.filter(|inner: &PathBuf| output.join(inner).join("server.js").is_file());
    let inner = inners.next()?;
    Some(SelfContained::Next(NextServer { directory, inner }))
}

/// The directory before `.next/standalone` in a path.
fn of_standalone(file: &Path) -> Option<PathBuf> {
    let mut above = file.ancestors();
    let standalone = above.find(|path| path.ends_with(Path::new(NEXT).join(STANDALONE)))?;
    Some(standalone.parent()?.parent()?.to_owned())
}

/// How many words are `next start` with options that the server doesn't need.
fn options_of_next(words: &[String]) -> Option<usize> {
    if words.first()? != "next" || words.get(1)? != "start" {
        return None;
    }
    let mut index = 2;
    while let Some(word) = words.get(index) {
        let name = word.split('=').next().unwrap_or_default();
        if !WITH_WORD.contains(&name) {
            return None;
        }
        index += if word.contains('=') { 1 } else { 2 };
    }
    Some(index.min(words.len()))
}

impl SelfContained {
    /// The directory with the packages that it brings along, where that isn't the app's own.
    pub(crate) fn root(&self) -> Option<PathBuf> {
        match self {
            Self::Next(_) => None,
            Self::Nitro => Some(PathBuf::from(NITRO_ROOT)),
        }
    }
}

impl fmt::Display for SelfContained {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Next(_) => "the standalone server of Next",
            Self::Nitro => "what Nitro has built",
        })
    }
}

impl NextServer {
    /// The file, in the directory of the app of Next. It isn't `server.js`, which the app may have itself.
    pub(crate) const FILE: &'static str = "next-server.js";

    /// How many words of a call start it.
    pub(crate) fn starts(&self, call: &Call<'_>) -> Option<usize> {
        let called = Called {
            words: call.words.to_vec(),
            directory: call.directory.map(Path::to_owned),
        };
        match called.file() {
            Some(file) => (of_standalone(&file)? == self.directory).then_some(2),
            None => options_of_next(call.words),
        }
    }
}

/// Puts the build where it is started, without what it doesn't need; `roots` are the directories of packages that have
/// installed ones, relative to the app.
pub(crate) fn install(
    build: &SelfContained,
    app_dir: &Path,
    roots: &[PathBuf],
) -> Result<(), io::Error> {
    let others = roots
        .iter()
        .filter(|root| build.root().as_ref() != Some(*root));
    let packages = others.map(|root| app_dir.join(root).join(DIRECTORY));
    let SelfContained::Next(NextServer { directory, inner }) = build else {
        return packages
            .filter(|path| path.is_dir())
            .try_for_each(|path| remove_tree(&path));
    };
    let output = app_dir.join(directory).join(NEXT);
    let standalone = app_dir.join(".next-standalone");
    fs_err::rename(output.join(STANDALONE), &standalone)?;
    let of_server = standalone.join(inner);
    let assets = of_server.join(NEXT).join("static");
    if !assets.exists() && output.join("static").is_dir() {
        fs_err::rename(output.join("static"), &assets)?;
    }
    let server = fs_err::read_to_string(of_server.join("server.js"))?;
    fs_err::write(
        of_server.join(NextServer::FILE),
        format!("{LISTEN}{server}"),
    )?;
    fs_err::remove_file(of_server.join("server.js"))?;
    for path in packages.chain([output]).filter(|path| path.is_dir()) {
        remove_tree(&path)?;
    }
    let mut base = app_dir.join(directory);
    for _ in inner.components() {
        base.pop();
    }
    merge(&standalone, &base)
}

/// Moves what a directory has into another one.
fn merge(from: &Path, to: &Path) -> Result<(), io::Error> {
    for path in entries(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        let is_directory = |path: &Path| path.is_dir() && !path.is_symlink();
        if is_directory(&path) && is_directory(&target) {
            merge(&path, &target)?;
        } else {
            if is_directory(&target) {
                remove_tree(&target)?;
            }
            fs_err::rename(&path, &target)?;
        }
    }
    fs_err::remove_dir(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "
-- package.json --
{}
-- node_modules/next/package.json --
{}
-- apps/web/package.json --
{}
-- apps/web/server.js --
the app's own
-- apps/web/content/a.md --
-- apps/web/node_modules/sharp/package.json --
{}
-- apps/web/.next/cache/x --
-- apps/web/.next/static/chunk.js --
-- apps/web/.next/server/page.js --
-- apps/web/.next/standalone/package.json --
{}
-- apps/web/.next/standalone/node_modules/next/index.js --
-- apps/web/.next/standalone/apps/web/server.js --
the server
-- apps/web/.next/standalone/apps/web/.next/server/page.js --
";

    fn called(text: &str, directory: &str) -> Called {
        Called {
            words: text.split(' ').map(str::to_owned).collect(),
            directory: Some(directory.into()),
        }
    }

    #[test]
    fn a_build_is_found_where_it_alone_is_started() {
        let app = testkit::directory(&format!(
            "{TREE}-- .output/server/index.mjs --\n-- .output/nitro.json --\n"
        ));
        let found = |text: &str, directory: &str| {
            let found = find(app.path(), &[called(text, directory)]);
            format!("{text} in {directory:?}: {found:?}")
        };
        let rows = [
            found("next start", "apps/web"),
            found("next start -p 3000 --hostname=x -p", "apps/web"),
            found("next start apps/web", ""),
            found("next start", ""),
            found("next dev", "apps/web"),
            found("node .next/standalone/apps/web/server.js", "apps/web"),
            found("node apps/web/.next/standalone/apps/web/server.js", ""),
            found("node server.js", "apps/web"),
            found("node .output/server/index.mjs", ""),
        ];
        insta::assert_snapshot!(rows.join("\n"), @r#"
        next start in "apps/web": Some(Next(NextServer { directory: "apps/web", inner: "apps/web" }))
        next start -p 3000 --hostname=x -p in "apps/web": Some(Next(NextServer { directory: "apps/web", inner: "apps/web" }))
        next start apps/web in "": None
        next start in "": None
        next dev in "apps/web": None
        node .next/standalone/apps/web/server.js in "apps/web": Some(Next(NextServer { directory: "apps/web", inner: "apps/web" }))
        node apps/web/.next/standalone/apps/web/server.js in "": None
        node server.js in "apps/web": None
        node .output/server/index.mjs in "": Some(Nitro)
        "#);
        let two = [called("node x.js", ""), called("next start", "apps/web")];
        assert_eq!(find(app.path(), &two), None);
    }

    #[test]
    fn the_server_of_next_takes_the_place_of_the_packages() {
        let app = testkit::directory(TREE);
        let build = find(app.path(), &[called("next start", "apps/web")]).unwrap();
        install(&build, app.path(), &["".into(), "apps/web".into()]).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
        apps                            dir  0755
        apps/web                        dir  0755
        apps/web/.next                  dir  0755
        apps/web/.next/server           dir  0755
        apps/web/.next/server/page.js   file 0644
        apps/web/.next/static           dir  0755
        apps/web/.next/static/chunk.js  file 0644
        apps/web/content                dir  0755
        apps/web/content/a.md           file 0644
        apps/web/next-server.js         file 0644
        apps/web/package.json           file 0644
        apps/web/server.js              file 0644
        node_modules                    dir  0755
        node_modules/next               dir  0755
        node_modules/next/index.js      file 0644
        package.json                    file 0644
        ");
        let server = fs_err::read_to_string(app.path().join("apps/web/next-server.js")).unwrap();
        assert_eq!(server, "process.env.HOSTNAME = '0.0.0.0';\nthe server\n");
    }
}
