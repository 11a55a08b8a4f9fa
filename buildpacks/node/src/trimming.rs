//! Leaves out of installed packages what no app needs when it runs.

use std::io;
use std::path::Path;

use buildpack_kit::files::{KeepPatterns, remove_tree};
use walkdir::{DirEntry, WalkDir};

use crate::node_modules::DIRECTORY;

/// How files end that are for people and for compilers: source maps, type declarations, documentation.
const ENDINGS: [&str; 14] = [
    ".js.map",
    ".cjs.map",
    ".mjs.map",
    ".css.map",
    ".ts.map",
    ".mts.map",
    ".cts.map",
    ".d.ts",
    ".d.mts",
    ".d.cts",
    ".md",
    ".markdown",
    ".flow",
    ".tsbuildinfo",
];

/// How files end that only compile an addon, in a package that has one; and that of addons for another C library.
const SOURCES: [&str; 14] = [
    ".c",
    ".cc",
    ".cpp",
    ".cxx",
    ".h",
    ".hh",
    ".hpp",
    ".gypi",
    ".o",
    ".obj",
    ".a",
    ".mk",
    ".makefile",
    ".musl.node",
];

/// How files end that Node loads. Compilers of addons and of TypeScript both write to a directory `build`.
const LOADED: [&str; 6] = [".cjs", ".js", ".json", ".mjs", ".node", ".wasm"];

/// Packages whose declarations and documents are what they are about, or are read when they run.
const WHOLE: [&str; 3] = ["typescript", "pm2", "@types"];

/// What was left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Trimmed {
    pub(crate) files: usize,
    pub(crate) bytes: u64,
}

/// Trims the packages of a directory `node_modules` of the app; `architecture` is `amd64` or `arm64`.
pub(crate) fn trim(
    app_dir: &Path,
    packages: &Path,
    architecture: &str,
    keep: &KeepPatterns,
) -> Result<Trimmed, io::Error> {
    let mut trimmed = Trimmed::default();
    let mut walk = WalkDir::new(packages).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry?;
        let path = entry.path();
        let relative = path.strip_prefix(app_dir).unwrap_or(path);
        if keep.matches(relative) {
            continue;
        }
        if entry.file_type().is_dir() {
            if is_foreign(&entry, architecture) {
                count(path, &mut trimmed)?;
                remove_tree(path)?;
                walk.skip_current_dir();
            }
        } else if entry.file_type().is_file() && is_left_out(path, packages) {
            trimmed.files += 1;
            trimmed.bytes += entry.metadata().map_err(io::Error::from)?.len();
            fs_err::remove_file(path)?;
        }
    }
    Ok(trimmed)
}

fn count(directory: &Path, trimmed: &mut Trimmed) -> Result<(), io::Error> {
    for entry in WalkDir::new(directory) {
        let metadata = entry?.metadata().map_err(io::Error::from)?;
        if metadata.is_file() {
            trimmed.files += 1;
            trimmed.bytes += metadata.len();
        }
    }
    Ok(())
}

/// Directories for other machines, and compilers of Next, which has compiled the app.
fn is_foreign(entry: &DirEntry, architecture: &str) -> bool {
    let name = entry.file_name().to_string_lossy();
    let above = entry
        .path()
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default();
    if above == "prebuilds" {
        let processor = if architecture == "arm64" {
            "arm64"
        } else {
            "x64"
        };
        let is_platform = name.contains('-')
            && name.split('-').next().is_some_and(|system| {
                [
                    "android",
                    "darwin",
                    "freebsd",
                    "linux",
                    "linuxmusl",
                    "openbsd",
                    "sunos",
                    "win32",
                ]
                .contains(&system)
            });
        return is_platform && name != format!("linux-{processor}").as_str();
    }
    (above == "@next" && name.starts_with("swc-"))
        || (above == "Release" && (name == "obj.target" || name == ".deps"))
}

fn is_left_out(path: &Path, packages: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let relative = path.strip_prefix(packages).unwrap_or(path);
    let package = package_of(relative);
    if WHOLE.contains(&package.as_str()) {
        return false;
    }
    let is_licence = ["license", "licence", "copying", "notice"]
        .iter()
        .any(|word| name.starts_with(word));
    if !is_licence && ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return true;
    }
    let is_source = SOURCES.iter().any(|ending| name.ends_with(ending));
    let is_loaded = name.contains(".so") || LOADED.iter().any(|ending| name.ends_with(ending));
    let of_build = relative.iter().any(|part| part == "build") && !is_loaded;
    (is_source || of_build) && {
        let inside = path
            .ancestors()
            .take_while(|directory| directory.starts_with(packages));
        let mut inside =
            inside.take_while(|directory| directory.file_name() != Some(DIRECTORY.as_ref()));
        inside.any(is_addon)
    }
}

fn is_addon(directory: &Path) -> bool {
    directory.join("binding.gyp").is_file()
}

/// The package that a path is of, by the last directory of packages in it; of a scope, the scope.
fn package_of(relative: &Path) -> String {
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    let last = parts
        .iter()
        .rposition(|part| part == DIRECTORY)
        .map_or(0, |at| at + 1);
    parts.get(last).map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_app_needs_goes() {
        let app = testkit::directory(
            "
-- node_modules/a/index.js --
-- node_modules/a/index.js.map --
-- node_modules/a/index.d.ts --
-- node_modules/a/src/index.ts --
-- node_modules/a/README.md --
-- node_modules/a/LICENSE.md --
-- node_modules/a/map --
-- node_modules/a/data.h --
-- node_modules/a/test/x.js --
-- node_modules/typescript/lib/lib.d.ts --
-- node_modules/keep/README.md --
-- node_modules/n/binding.gyp --
-- node_modules/n/src/a.cc --
-- node_modules/n/lib/a.js --
-- node_modules/n/build/Makefile --
-- node_modules/n/prebuilds/linux-x64/n.glibc.node --
-- node_modules/n/prebuilds/linux-x64/n.musl.node --
-- node_modules/n/api/n_api.Makefile --
-- node_modules/n/build/src/index.js --
-- node_modules/n/build/config.gypi --
-- node_modules/n/build/Release/n.node --
-- node_modules/n/build/Release/obj.target/n/a.o --
-- node_modules/p/prebuilds/linux-x64/p.node --
-- node_modules/p/prebuilds/linux-arm64/p.node --
-- node_modules/p/prebuilds/win32-x64/p.node --
-- node_modules/p/prebuilds/data/p --
-- node_modules/@next/swc-linux-x64-gnu/swc.node --
-- node_modules/@next/env/index.js --
-- node_modules/.pnpm/a@1/node_modules/a/b.mjs.map --
",
        );
        let keep = KeepPatterns::new(["node_modules/keep/**".to_owned()]).unwrap();
        let trimmed = trim(app.path(), &app.path().join(DIRECTORY), "amd64", &keep).unwrap();
        assert_eq!(trimmed.files, 13);
        insta::assert_snapshot!(testkit::tree_without_digests(app.path()), @"
        node_modules                                     dir  0755
        node_modules/.pnpm                               dir  0755
        node_modules/.pnpm/a@1                           dir  0755
        node_modules/.pnpm/a@1/node_modules              dir  0755
        node_modules/.pnpm/a@1/node_modules/a            dir  0755
        node_modules/@next                               dir  0755
        node_modules/@next/env                           dir  0755
        node_modules/@next/env/index.js                  file 0644
        node_modules/a                                   dir  0755
        node_modules/a/LICENSE.md                        file 0644
        node_modules/a/data.h                            file 0644
        node_modules/a/index.js                          file 0644
        node_modules/a/map                               file 0644
        node_modules/a/src                               dir  0755
        node_modules/a/src/index.ts                      file 0644
        node_modules/a/test                              dir  0755
        node_modules/a/test/x.js                         file 0644
        node_modules/keep                                dir  0755
        node_modules/keep/README.md                      file 0644
        node_modules/n                                   dir  0755
        node_modules/n/api                               dir  0755
        node_modules/n/binding.gyp                       file 0644
        node_modules/n/build                             dir  0755
        node_modules/n/build/Release                     dir  0755
        node_modules/n/build/Release/n.node              file 0644
        node_modules/n/build/src                         dir  0755
        node_modules/n/build/src/index.js                file 0644
        node_modules/n/lib                               dir  0755
        node_modules/n/lib/a.js                          file 0644
        node_modules/n/prebuilds                         dir  0755
        node_modules/n/prebuilds/linux-x64               dir  0755
        node_modules/n/prebuilds/linux-x64/n.glibc.node  file 0644
        node_modules/n/src                               dir  0755
        node_modules/p                                   dir  0755
        node_modules/p/prebuilds                         dir  0755
        node_modules/p/prebuilds/data                    dir  0755
        node_modules/p/prebuilds/data/p                  file 0644
        node_modules/p/prebuilds/linux-x64               dir  0755
        node_modules/p/prebuilds/linux-x64/p.node        file 0644
        node_modules/typescript                          dir  0755
        node_modules/typescript/lib                      dir  0755
        node_modules/typescript/lib/lib.d.ts             file 0644
        ");
    }
}
