//! Packages with compiled parts.

use explain::{Message, quote};
use linkage::Missing;

use crate::native_addons::AddonError;
use crate::settings::ManagerName;

/// Of a package manager, whose major version may be known.
pub(super) fn explain(manager: ManagerName, major: Option<u64>, error: &AddonError) -> Message {
    match error {
        AddonError::Io(error) => {
            Message::machine("node/addon/io", "Installed packages can't be read").cause(error)
        }
        AddonError::NotBuilt { packages } => not_built(manager, major, packages),
        AddonError::Missing(missing) => {
            let lines = missing.iter().map(|(missing, file)| {
                let what = match missing {
                    Missing::Library(name) => name.clone(),
                    Missing::Version(required) => {
                        format!("{} of {}", required.version, required.library)
                    }
                    Missing::Loader(loader) => format!("the loader {loader}"),
                    Missing::NoLoader => "a loader".to_owned(),
                };
                format!("{what}, for {}", quote(&file.to_string_lossy(), 200))
            });
            let lines: Vec<String> = lines.collect();
            Message::yours("node/addon/library", "An addon needs what the image lacks").body(
                format!(
                    "Missing:\n{}\n\n\
                 Take a version of the package that brings its libraries, or put the Debian package of the\n\
                 library into the image:\nBP_DEB_PACKAGES=libvips42",
                    lines.join("\n")
                ),
            )
        }
    }
}

fn not_built(manager: ManagerName, major: Option<u64>, packages: &[String]) -> Message {
    let first = packages.first().map_or("", String::as_str);
    let setting = match (manager, major) {
        (ManagerName::Npm, Some(major)) if major >= 12 => {
            format!("In package.json:\n\"allowScripts\": {{ \"{first}\": true }}")
        }
        (ManagerName::Pnpm, Some(major)) if major >= 11 => {
            format!("In pnpm-workspace.yaml:\nallowBuilds:\n  {first}: true")
        }
        (ManagerName::Pnpm, _) => {
            format!("In pnpm-workspace.yaml:\nonlyBuiltDependencies:\n  - {first}")
        }
        (ManagerName::Yarn, _) => {
            format!(
                "In package.json:\n\"dependenciesMeta\": {{ \"{first}\": {{ \"built\": true }} }}\nand in .yarnrc.yml:\nenableScripts: true"
            )
        }
        (ManagerName::Bun, _) => {
            format!("In package.json:\n\"trustedDependencies\": [\"{first}\"]")
        }
        (ManagerName::Npm, _) => "In .npmrc, there may be no ignore-scripts=true.".to_owned(),
    };
    let title = "A native addon was not compiled";
    Message::yours("node/addon/not-built", title).body(format!(
        "{} did not run the scripts of these packages, which compile them:\n{}\n\n\
         Without that they fail when the app starts. Allow their scripts. {setting}",
        manager.command(),
        packages.join("\n")
    ))
}
