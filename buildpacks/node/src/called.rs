//! The programs that start commands end up calling, found out while everything that was installed is still there: they
//! decide what of that the image needs.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use start_command::{Call, Found, Image, Made, Missing, without_dots};

use crate::app_image::AppImage;
use crate::node_arguments::{self, LOADING};
use crate::node_modules::{self, Package};
use crate::programs;

/// A program that is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Called {
    /// The leading words, as far as they are known.
    pub(crate) words: Vec<String>,
    /// Where, relative to the app, where that is known.
    pub(crate) directory: Option<PathBuf>,
}

impl Called {
    /// The file that Node is told to run, relative to the app.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        if !is_node(self.words.first()?) {
            return None;
        }
        let (_, file) = node_arguments::main_file(&self.words)?;
        Some(without_dots(&self.directory.as_ref()?.join(file)))
    }

    /// The package that the program is of, and those that Node loads before the app, by their directories.
    pub(crate) fn packages(&self, app_dir: &Path) -> Vec<PathBuf> {
        let Some(directory) = &self.directory else {
            return Vec::new();
        };
        let from = without_dots(&app_dir.join(directory));
        let name = self.words.first().map(String::as_str).unwrap_or_default();
        if !is_node(name) {
            let file = programs::find(name, &from, app_dir);
            let above = file.iter().flat_map(|file| file.ancestors());
            let mut above = above.filter(|path| node_modules::manifest_of(path).is_some());
            return above.next().map(Path::to_owned).into_iter().collect();
        }
        let end = node_arguments::main_file(&self.words).map_or(self.words.len(), |(at, _)| at);
        let mut words = self.words[..end].iter();
        let mut packages = Vec::new();
        while let Some(word) = words.next() {
            let (option, value) = word.split_once('=').unwrap_or((word, ""));
            if !LOADING.contains(&option) {
                continue;
            }
            let value = if value.is_empty() {
                words.next().map(String::as_str).unwrap_or_default()
            } else {
                value
            };
            packages.extend(node_modules::look_up(package_of(value), &from, app_dir));
        }
        packages
    }
}

fn is_node(word: &str) -> bool {
    word == "node" || word == "nodejs"
}

/// `@scope/name` and `name` of what is loaded: `dotenv/config`.
fn package_of(module: &str) -> &str {
    let count = if module.starts_with('@') { 2 } else { 1 };
    let end = module.match_indices('/').nth(count - 1);
    end.map_or(module, |(at, _)| &module[..at])
}

/// An image that writes down what is called.
pub(crate) struct Listening<'a> {
    image: AppImage<'a>,
    called: RefCell<Vec<Called>>,
}

impl<'a> Listening<'a> {
    pub(crate) fn new(image: AppImage<'a>) -> Self {
        Self {
            image,
            called: RefCell::default(),
        }
    }

    /// What was called.
    pub(crate) fn called(self) -> Vec<Called> {
        self.called.into_inner()
    }
}

impl Image for Listening<'_> {
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
        self.image.find(command, directory)
    }

    fn made(&self, call: &Call<'_>) -> Option<Result<Made, (usize, Missing)>> {
        self.called.borrow_mut().push(Called {
            words: call.words.to_vec(),
            directory: call.directory.map(Path::to_owned),
        });
        self.image.made(call)
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        self.image.enter(directory)
    }
}

/// The packages of the app that what is called can be in: those with one of the programs, or all of them where one is in
/// none.
pub(crate) fn members_of(called: &[Called], members: &[PathBuf]) -> Vec<PathBuf> {
    let member_of = |called: &Called| {
        let place = called.file().or_else(|| called.directory.clone())?;
        let above = members.iter().filter(|member| place.starts_with(member));
        above.max_by_key(|member| member.as_os_str().len()).cloned()
    };
    let chosen: Option<Vec<PathBuf>> = called.iter().map(member_of).collect();
    match chosen {
        Some(mut chosen) if !chosen.is_empty() => {
            chosen.sort();
            chosen.dedup();
            chosen
        }
        _ => members.to_vec(),
    }
}

/// A program or a module that is called and only installed for development, by its package.
pub(crate) fn for_development(
    called: &[Called],
    app_dir: &Path,
    reached: &[Package],
) -> Option<String> {
    let packages = called.iter().flat_map(|called| called.packages(app_dir));
    let real = packages.filter_map(|package| fs_err::canonicalize(package).ok());
    let mut missing =
        real.filter(|package| !reached.iter().any(|reached| reached.directory == *package));
    let package = missing.next()?;
    let name = node_modules::manifest_of(&package).and_then(|manifest| manifest.name);
    name.or_else(|| Some(package.file_name()?.to_string_lossy().into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(text: &str, directory: &str) -> Called {
        Called {
            words: text.split(' ').map(str::to_owned).collect(),
            directory: Some(directory.into()),
        }
    }

    #[test]
    fn only_the_packages_that_something_is_started_in_count() {
        let members: Vec<PathBuf> = ["apps/api", "apps/web"].map(PathBuf::from).to_vec();
        let of = |calls: &[Called]| {
            let members = members_of(calls, &members).into_iter();
            members
                .map(|member| member.display().to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let rows = [
            of(&[called("node server.js", "apps/api")]),
            of(&[called("node apps/web/dist/main.js", "")]),
            of(&[called("next start", "apps/web")]),
            of(&[called("node server.js", "")]),
            of(&[
                called("node server.js", "apps/api"),
                called("node x.js", ""),
            ]),
            of(&[]),
        ];
        insta::assert_snapshot!(rows.join("\n"), @"
        apps/api
        apps/web
        apps/web
        apps/api apps/web
        apps/api apps/web
        apps/api apps/web
        ");
    }

    #[test]
    fn what_only_development_has_is_named() {
        let app = testkit::directory(
            "
-- package.json --
{\"dependencies\":{\"serve\":\"1\"},\"devDependencies\":{\"tsx\":\"1\",\"dotenv\":\"1\"}}
-- node_modules/serve/package.json --
{\"name\":\"serve\",\"bin\":\"cli.js\"}
-- node_modules/serve/cli.js --
-- node_modules/tsx/package.json --
{\"name\":\"tsx\",\"bin\":\"dist/cli.js\"}
-- node_modules/tsx/dist/cli.js --
-- node_modules/dotenv/package.json --
{\"name\":\"dotenv\"}
-- node_modules/@s/hook/package.json --
{\"name\":\"@s/hook\"}
",
        );
        let root = fs_err::canonicalize(app.path()).unwrap();
        let reached = node_modules::reachable(&root, &[], false).unwrap();
        let needs = |text: &str| for_development(&[called(text, "")], &root, &reached);
        let rows = [
            "serve dist",
            "tsx src/x.ts",
            "node -r dotenv/config x.js",
            "node --require=@s/hook/register x.js",
            "node --import ./own.js x.js",
            "node x.js -r dotenv/config",
        ];
        let lines = rows.map(|row| format!("{row}: {:?}", needs(row)));
        insta::assert_snapshot!(lines.join("\n"), @r#"
        serve dist: None
        tsx src/x.ts: Some("tsx")
        node -r dotenv/config x.js: Some("dotenv")
        node --require=@s/hook/register x.js: Some("@s/hook")
        node --import ./own.js x.js: None
        node x.js -r dotenv/config: None
        "#);
    }
}
