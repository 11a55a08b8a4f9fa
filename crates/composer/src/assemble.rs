//! From packages in the store to the tree of an image.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use oci::{Content, Entry, Tree, TreeError};

use crate::Architecture;
use crate::audit;
use crate::contents::PackageContents;
use crate::deb::{self, Package};
use crate::definition::Definition;
use crate::error::Problem;
use crate::fetch::Fetched;
use crate::selection::{Selection, SelectionError};
use crate::stack::Stack;
use crate::steps::{Context, Step, StepError};

/// The tree of an image; its files lie below `scratch`, which must outlive it.
pub(crate) fn assemble(
    stack: &Stack,
    image: &str,
    architecture: Architecture,
    fetched: &[Fetched],
    scratch: &Path,
) -> Result<Tree, Problem> {
    let definition = stack.definition(image, architecture)?;
    let packages = unpack_all(fetched, scratch)?;
    let contents = packages
        .iter()
        .map(|(name, package)| (name.clone(), package.contents()))
        .collect();
    let names: Vec<&str> = packages.keys().map(String::as_str).collect();
    let selection =
        select(&definition, architecture, &names, &contents).map_err(selection_problem(image))?;
    let tree_problem = |source: TreeError| Problem::Tree {
        image: image.to_owned(),
        source,
    };

    let mut tree = Tree::default();
    for (path, package) in selection.of_packages() {
        if let Some(entry) = packages[package].entries.get(path) {
            tree.insert(path, entry.clone()).map_err(tree_problem)?;
        }
    }
    for (path, mode) in &definition.directories {
        tree.insert(path, Entry::directory(mode.0))
            .map_err(tree_problem)?;
    }
    for (path, name) in &definition.files {
        let entry = Entry::file(0o644, Content::Bytes(stack.file(name)?));
        tree.insert(path, entry).map_err(tree_problem)?;
    }
    for (path, target) in &definition.links {
        tree.insert(path, Entry::symlink(target))
            .map_err(tree_problem)?;
    }
    for step in &definition.steps {
        let context = Context {
            definition: &definition,
            architecture,
            packages: &packages,
            tree: &tree,
        };
        let made = step.run(&context).map_err(step_problem(image))?;
        for (path, entry) in made {
            tree.insert(&path, entry).map_err(tree_problem)?;
        }
    }
    // Whole packages come with what they depend on, and some load plug-ins by paths of their own.
    if definition.packages.is_empty() {
        audit::libraries(&tree, architecture).map_err(|source| Problem::Library {
            image: image.to_owned(),
            source,
        })?;
    }
    Ok(tree)
}

/// Selects with the outputs of the definition's steps.
pub(crate) fn select(
    definition: &Definition,
    architecture: Architecture,
    packages: &[&str],
    contents: &BTreeMap<String, PackageContents>,
) -> Result<Selection, SelectionError> {
    let outputs = |step: &Step| {
        let step = *step;
        step.outputs(definition, architecture, packages)
            .into_iter()
            .map(move |path| (step, path))
    };
    Selection::new(
        definition,
        contents,
        definition.steps.iter().flat_map(outputs),
    )
}

pub(crate) fn selection_problem(image: &str) -> impl FnOnce(SelectionError) -> Problem {
    let image = image.to_owned();
    |source| Problem::Selection { image, source }
}

fn step_problem(image: &str) -> impl FnOnce(StepError) -> Problem {
    let image = image.to_owned();
    |source| Problem::Step { image, source }
}

/// Unpacks each package into a directory of its own below `scratch`, as many at a time as the machine
/// has processors.
pub(crate) fn unpack_all(
    fetched: &[Fetched],
    scratch: &Path,
) -> Result<BTreeMap<String, Package>, Problem> {
    let title = format!("Unpacking {} packages", fetched.len());
    let step = tracing::info_span!("step", title, total = fetched.len()).entered();
    let next = AtomicUsize::new(0);
    let unpacked = Mutex::new(Vec::new());
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(package) = fetched.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = unpack_one(package, scratch);
                    let failed = result.is_err();
                    if let Ok(mut unpacked) = unpacked.lock() {
                        unpacked.push((package.name.clone(), result));
                        step.in_scope(|| {
                            tracing::info!(target: "progress", position = unpacked.len());
                        });
                    }
                    if failed {
                        next.store(fetched.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let unpacked = unpacked
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    unpacked
        .into_iter()
        .map(|(name, package)| Ok((name, package?)))
        .collect()
}

fn unpack_one(package: &Fetched, scratch: &Path) -> Result<Package, Problem> {
    let directory = scratch.join(&package.name);
    let made: io::Result<()> = fs_err::create_dir_all(&directory);
    made.map_err(|source| Problem::Io {
        path: scratch.to_owned(),
        source,
    })?;
    Ok(deb::unpack(&package.path, &directory)?)
}
