//! The programs: compiled to a scratch directory, copied into a launch layer only when their bytes changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use buildpack_kit::layer::{
    self, Change, LayerError, LayerKey, LayerName, LayerTypes, Outcome, layer_name,
};
use buildpack_kit::output::Output;
use linkage::Elf;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::excluded::{self, ExcludedPackage};
use crate::go_command::{Go, GoError};
use crate::missing_package::MissingPackage;
use crate::packages::MainPackage;

/// Compiled programs, not yet in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compiled {
    /// Where they lie.
    pub(crate) directory: PathBuf,
    /// The SHA-256 of each, in hexadecimal.
    pub(crate) programs: BTreeMap<String, String>,
    /// The size of each, in bytes.
    pub(crate) sizes: BTreeMap<String, u64>,
    /// What each needs to start.
    pub(crate) linkage: BTreeMap<String, Elf>,
}

/// Why there are no programs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CompileError {
    #[error("go build failed")]
    Go(#[from] GoError),
    /// For want of files that are not compiled.
    #[error("files that are needed are not compiled")]
    Excluded(Vec<ExcludedPackage>),
    /// For want of a package of the app itself.
    #[error("a package of the app is not there")]
    MissingPackage(MissingPackage),
    #[error("a program can't be read or copied")]
    Io(#[from] std::io::Error),
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    programs: BTreeMap<String, String>,
}

impl LayerKey for Key {
    fn changes(&self, previous: &Self) -> Vec<Change> {
        let Self { programs } = self;
        let names = |programs: &BTreeMap<String, String>| {
            programs.keys().cloned().collect::<Vec<_>>().join(", ")
        };
        let listed = Change::between(
            "the list of programs",
            &names(&previous.programs),
            &names(programs),
        );
        let digests = programs.iter().filter_map(|(name, digest)| {
            let before = previous.programs.get(name)?;
            Change::of_content(name, before, digest)
        });
        listed.into_iter().chain(digests).collect()
    }
}

/// The name of the layer.
pub(crate) fn name() -> LayerName {
    layer_name!("binaries")
}

/// Where the programs lie when the app starts.
pub(crate) fn bin_directory(layers_dir: &Path) -> PathBuf {
    layers_dir.join(name().as_str()).join("bin")
}

/// Compiles the packages. One run for all, so that they share the work of what they have in common.
pub(crate) fn compile(
    app_dir: &Path,
    targets: &[MainPackage],
    arguments: &[String],
    directory: PathBuf,
    go: &Go,
    output: &Output,
) -> Result<Compiled, CompileError> {
    fs_err::create_dir_all(&directory)?;
    let mut command = vec!["build".to_owned()];
    command.extend(arguments.iter().cloned());
    // With the slash, go gives each program the name of its package.
    command.push("-o".to_owned());
    command.push(format!("{}/", directory.display()));
    command.extend(targets.iter().map(|target| target.import_path.clone()));
    output.debug(go.command(app_dir, &command));
    go.stream(app_dir, &command, output).map_err(|error| {
        match excluded::behind(&error, app_dir, targets, go) {
            packages if packages.is_empty() => CompileError::Go(error),
            packages => CompileError::Excluded(packages),
        }
    })?;
    let mut compiled = Compiled {
        directory,
        programs: BTreeMap::new(),
        sizes: BTreeMap::new(),
        linkage: BTreeMap::new(),
    };
    for target in targets {
        let name = target.program.clone();
        let path = compiled.directory.join(&name);
        let bytes = fs_err::read(&path)?;
        let digest = hex::encode(Sha256::digest(&bytes));
        compiled.programs.insert(name.clone(), digest);
        compiled.sizes.insert(name.clone(), bytes.len() as u64);
        let elf = linkage::parse(&bytes).ok();
        compiled.linkage.extend(elf.map(|elf| (name, elf)));
    }
    Ok(compiled)
}

/// Puts the programs into the launch layer.
pub(crate) fn install(
    layers_dir: &Path,
    compiled: &Compiled,
) -> Result<Outcome, LayerError<CompileError>> {
    let types = LayerTypes {
        launch: true,
        ..LayerTypes::default()
    };
    let key = Key {
        programs: compiled.programs.clone(),
    };
    layer::keyed(layers_dir, &name(), types, &key, |layer| {
        let bin = layer.join("bin");
        fs_err::create_dir_all(&bin)?;
        for name in compiled.programs.keys() {
            fs_err::copy(compiled.directory.join(name), bin.join(name))?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_need_no_content() {
        let root = testkit::directory("-- out/web 0755 --\nprogram\n-- layers/ --\n");
        let layers = root.path().join("layers");
        let compiled = Compiled {
            directory: root.path().join("out"),
            programs: BTreeMap::from([("web".to_owned(), "0123456789abcdef".to_owned())]),
            sizes: BTreeMap::new(),
            linkage: BTreeMap::new(),
        };
        assert!(matches!(
            install(&layers, &compiled).unwrap(),
            Outcome::Created { .. }
        ));
        insta::assert_snapshot!(testkit::tree_without_digests(&layers), @"
        binaries          dir  0755
        binaries/bin      dir  0755
        binaries/bin/web  file 0755
        binaries.toml     file 0644
        ");
        // What the lifecycle restores of a launch layer.
        fs_err::remove_dir_all(layers.join("binaries")).unwrap();
        assert_eq!(
            install(&layers, &compiled).unwrap(),
            Outcome::ReusedWithoutContent
        );

        let mut edited = compiled.clone();
        edited
            .programs
            .insert("web".into(), "123456789abcdef0".into());
        let Outcome::Created { reasons } = install(&layers, &edited).unwrap() else {
            panic!("the layer was not made anew");
        };
        assert_eq!(reasons[0].to_string(), "web changed");
    }
}
