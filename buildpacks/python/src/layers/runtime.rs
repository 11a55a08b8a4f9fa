//! The interpreter in the image: a copy of what the builder has, as it is.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use buildpack_kit::command::CommandError;
use buildpack_kit::layer::{self, Change, LayerError, LayerKey, LayerName, LayerTypes, Outcome};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use crate::bundles::Bundle;
use crate::bytecode;

/// Why there is no such layer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RuntimeError {
    #[error("Python can't be copied")]
    Io(#[from] std::io::Error),
    /// One that was fetched.
    #[error("the standard library can't be compiled")]
    Compile(#[source] CommandError),
    #[error("the layer of Python {version} has no valid name")]
    Name { version: String },
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    version: String,
    /// Of what the builder says of it.
    description: String,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self {
            version,
            description,
        } = self;
        let version = Change::between("the version", &previous.version, version);
        let description =
            Change::of_content("the builder's copy", &previous.description, description);
        version.into_iter().chain(description).collect()
    }
}

/// The name of the layer. That of a bundled one is by its minor version, for what was compiled when the builder was made
/// names its path; it is the builder's in every image, and so one that was fetched is called otherwise.
pub(crate) fn name(bundle: &Bundle) -> Result<LayerName, RuntimeError> {
    let version = if bundle.is_fetched {
        bundle.version.to_string()
    } else {
        bundle.version.to_minor().to_string()
    };
    let name = format!("python-{version}").parse();
    name.map_err(|_| RuntimeError::Name { version })
}

/// Where the interpreter lies when the app starts.
pub(crate) fn python(layers_dir: &Path, bundle: &Bundle) -> Result<PathBuf, RuntimeError> {
    let program = format!("bin/python{}", bundle.version.to_minor());
    Ok(layers_dir.join(name(bundle)?.as_str()).join(program))
}

/// Puts it into the launch layer; the variables are those of commands.
pub(crate) fn install(
    layers_dir: &Path,
    bundle: &Bundle,
    environment: &BTreeMap<OsString, OsString>,
) -> Result<Outcome, LayerError<RuntimeError>> {
    let types = LayerTypes {
        launch: true,
        ..LayerTypes::default()
    };
    let key = Key {
        version: bundle.version.to_string(),
        description: hex::encode(Sha256::digest(&bundle.description)),
    };
    let name = name(bundle).map_err(LayerError::Create)?;
    layer::keyed(layers_dir, &name, types, &key, |layer| {
        if !bundle.is_fetched {
            return Ok(copy(&bundle.launch, layer, |_| true)?);
        }
        copy(&bundle.launch, layer, |path| !is_for_building(path))?;
        bytecode::compile(&bundle.python(), &layer.join("lib"), environment)
            .map(drop)
            .map_err(RuntimeError::Compile)
    })
}

/// What of an interpreter that was fetched no app needs when it runs: what it is compiled against, its tests, desktops,
/// and pip. Relative to the tree; as `trim` in `stack/runtimes/python.toml` has it for those that are bundled.
fn is_for_building(path: &Path) -> bool {
    let parts: Vec<&str> = path.iter().filter_map(|part| part.to_str()).collect();
    match parts.as_slice() {
        ["include" | "share", ..] => true,
        ["bin", name] => !name.starts_with("python") || name.contains("config"),
        ["lib", name] => {
            let of_desktops = ["tcl", "tk", "itcl", "thread", "Tix", "pkgconfig"];
            of_desktops.iter().any(|start| name.starts_with(start))
        }
        ["lib", _, name] => {
            name.starts_with("config-")
                || [
                    "test",
                    "idlelib",
                    "tkinter",
                    "turtledemo",
                    "ensurepip",
                    "lib2to3",
                    "pydoc_data",
                    "site-packages",
                    "venv",
                    "EXTERNALLY-MANAGED",
                ]
                .contains(name)
        }
        _ => parts.last() == Some(&"__pycache__"),
    }
}

/// Copies what is wanted of a tree, with its links.
fn copy(from: &Path, to: &Path, wanted: impl Fn(&Path) -> bool) -> Result<(), std::io::Error> {
    let is_wanted = |entry: &walkdir::DirEntry| {
        let path = entry.path().strip_prefix(from).unwrap_or(entry.path());
        path.as_os_str().is_empty() || wanted(path)
    };
    let walk = WalkDir::new(from).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(is_wanted) {
        let entry = entry?;
        if entry.depth() == 0 {
            continue;
        }
        let target = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        let kind = entry.file_type();
        if kind.is_dir() {
            fs_err::create_dir_all(&target)?;
        } else if kind.is_symlink() {
            let link = fs_err::read_link(entry.path())?;
            fs_err::os::unix::fs::symlink(link, &target)?;
        } else {
            fs_err::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layer_is_the_builders_tree() {
        let root = testkit::directory(
            "-- launch/bin/python3.13 0755 --\nx\n-- launch/lib/python3.13/os.py --\n-- layers/ --\n",
        );
        let launch = root.path().join("launch");
        fs_err::os::unix::fs::symlink("python3.13", launch.join("bin/python3")).unwrap();
        let layers = root.path().join("layers");
        let none = BTreeMap::new();
        let bundle = Bundle {
            version: "3.13.5".parse().unwrap(),
            build: root.path().join("build"),
            launch,
            packages: Vec::new(),
            description: "version = \"3.13.5\"".to_owned(),
            is_fetched: false,
        };
        assert!(matches!(
            install(&layers, &bundle, &none).unwrap(),
            Outcome::Created { .. }
        ));
        insta::assert_snapshot!(testkit::tree_without_digests(&layers), @"
        python-3.13                       dir  0755
        python-3.13/bin                   dir  0755
        python-3.13/bin/python3           link -> python3.13
        python-3.13/bin/python3.13        file 0755
        python-3.13/lib                   dir  0755
        python-3.13/lib/python3.13        dir  0755
        python-3.13/lib/python3.13/os.py  file 0644
        python-3.13.toml                  file 0644
        ");
        // What the lifecycle restores of a launch layer.
        fs_err::remove_dir_all(layers.join("python-3.13")).unwrap();
        assert_eq!(
            install(&layers, &bundle, &none).unwrap(),
            Outcome::ReusedWithoutContent
        );
        let other = Bundle {
            description: "version = \"3.13.5\"\n".to_owned(),
            ..bundle
        };
        let Outcome::Created { reasons } = install(&layers, &other, &none).unwrap() else {
            panic!("the layer was not made anew");
        };
        assert_eq!(reasons[0].to_string(), "the builder's copy changed");
    }

    #[test]
    fn of_one_that_was_fetched_only_what_runs_is_there() {
        let root = testkit::directory(
            "
-- build/bin/python3.12 0755 --
#!/bin/true
-- build/bin/python3.12-config 0755 --
-- build/bin/pip3 0755 --
-- build/include/python3.12/Python.h --
-- build/lib/libpython3.12.so.1.0 --
-- build/lib/tcl8.6/x.tcl --
-- build/lib/python3.12/os.py --
-- build/lib/python3.12/test/x.py --
-- build/lib/python3.12/unittest/test.py --
-- build/lib/python3.12/config-3.12-x86_64-linux-gnu/Makefile --
-- build/lib/python3.12/site-packages/pip/x.py --
-- build/lib/python3.12/json/__pycache__/x.pyc --
-- build/lib/python3.12/json/__init__.py --
-- layers/ --
",
        );
        let bundle = Bundle {
            version: "3.12.11".parse().unwrap(),
            build: root.path().join("build"),
            launch: root.path().join("build"),
            packages: Vec::new(),
            description: "cpython-3.12.11-linux-x86_64-gnu".to_owned(),
            is_fetched: true,
        };
        let layers = root.path().join("layers");
        install(&layers, &bundle, &BTreeMap::new()).unwrap();
        insta::assert_snapshot!(testkit::tree_without_digests(&layers), @"
        python-3.12.11                                  dir  0755
        python-3.12.11/bin                              dir  0755
        python-3.12.11/bin/python3.12                   file 0755
        python-3.12.11/lib                              dir  0755
        python-3.12.11/lib/libpython3.12.so.1.0         file 0644
        python-3.12.11/lib/python3.12                   dir  0755
        python-3.12.11/lib/python3.12/json              dir  0755
        python-3.12.11/lib/python3.12/json/__init__.py  file 0644
        python-3.12.11/lib/python3.12/os.py             file 0644
        python-3.12.11/lib/python3.12/unittest          dir  0755
        python-3.12.11/lib/python3.12/unittest/test.py  file 0644
        python-3.12.11.toml                             file 0644
        ");
    }
}
