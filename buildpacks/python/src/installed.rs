//! What is in an environment: packages by their own metadata, and programs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::pyproject::normalised;

/// What is in an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Installed {
    /// Sorted by their names.
    pub(crate) packages: Vec<Package>,
    /// The names of the programs in `bin`.
    pub(crate) programs: BTreeSet<String>,
    /// Those of them that the app itself has, as a package.
    pub(crate) of_app: BTreeSet<String>,
    /// Packages that are used where they lie, which is outside of the app.
    pub(crate) elsewhere: BTreeSet<String>,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Package {
    /// Normalised.
    pub(crate) name: String,
    pub(crate) version: String,
    /// A licence by SPDX, where the package has one.
    pub(crate) license: Option<String>,
    /// Whether it is the app itself, or a part of it.
    pub(crate) is_local: bool,
}

impl Installed {
    /// Reads an environment whose packages lie in `site_packages`.
    pub(crate) fn read(
        environment: &Path,
        site_packages: &Path,
        app_dir: &Path,
    ) -> Result<Self, std::io::Error> {
        let app = app_dir.display().to_string();
        let app = app.trim_end_matches('/');
        let (as_url, below) = (format!("\"file://{app}\""), format!("\"file://{app}/"));
        let mut of_app = BTreeSet::new();
        let mut elsewhere = BTreeSet::new();
        let mut packages = Vec::new();
        for path in entries(site_packages)? {
            if path.extension().is_some_and(|ending| ending == "dist-info") {
                let metadata = fs_err::read(path.join("METADATA"))?;
                let origin = fs_err::read_to_string(path.join("direct_url.json"));
                let origin = origin.unwrap_or_default();
                let is_local = origin.contains("\"file://");
                let is_space = char::is_whitespace;
                let is_editable = origin.replace(is_space, "").contains("\"editable\":true");
                if is_editable && !origin.contains(&as_url) && !origin.contains(&below) {
                    let name = path.file_stem().and_then(|name| name.to_str());
                    let name = name.and_then(|name| name.split('-').next());
                    elsewhere.extend(name.map(normalised));
                }
                if origin.contains(&as_url) {
                    let entries = fs_err::read_to_string(path.join("entry_points.txt"));
                    of_app.extend(console_scripts(&entries.unwrap_or_default()));
                }
                packages.extend(package(&String::from_utf8_lossy(&metadata), is_local));
            }
        }
        packages.sort();
        let programs = entries(&environment.join("bin"))?;
        let programs = programs
            .iter()
            .filter(|path| path.is_file() || path.is_symlink());
        let names = programs.filter_map(|path| path.file_name()?.to_str().map(str::to_owned));
        Ok(Self {
            packages,
            programs: names.collect(),
            of_app,
            elsewhere,
        })
    }

    /// What stands for all of it.
    pub(crate) fn digest(&self) -> String {
        hex::encode(Sha256::digest(format!("{self:?}")))
    }

    /// The names of the packages.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.packages
            .iter()
            .map(|package| package.name.clone())
            .collect()
    }
}

/// Sorted.
pub(crate) fn entries(directory: &Path) -> Result<Vec<PathBuf>, std::io::Error> {
    let mut entries = Vec::new();
    for entry in fs_err::read_dir(directory)? {
        entries.push(entry?.path());
    }
    entries.sort();
    Ok(entries)
}

/// The names in the section of an `entry_points.txt` that is for programs.
fn console_scripts(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    let section = lines
        .skip_while(|line| *line != "[console_scripts]")
        .skip(1);
    let section = section.take_while(|line| !line.starts_with('['));
    section
        .filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned()))
        .collect()
}

/// The fields before the first empty line.
fn package(metadata: &str, is_local: bool) -> Option<Package> {
    let field = |name: &str| {
        let lines = metadata.lines().take_while(|line| !line.is_empty());
        let mut values = lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        values.next().map(|value| value.trim().to_owned())
    };
    Some(Package {
        name: normalised(&field("Name")?),
        version: field("Version")?,
        license: field("License-Expression"),
        is_local,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_programs_are_found() {
        let environment = testkit::directory(
            "
-- lib/Flask-3.0.dist-info/METADATA --
Metadata-Version: 2.4
Name: Flask
Version: 3.0.3
License-Expression: BSD-3-Clause

Name: other
-- lib/shop-0.1.dist-info/METADATA --
Name: shop
Version: 0.1
-- lib/shop-0.1.dist-info/direct_url.json --
{\"url\": \"file:///workspace\", \"dir_info\": {\"editable\": true}}
-- lib/shop-0.1.dist-info/entry_points.txt --
[console_scripts]
shop = shop:main

[shop.plugins]
x = y:z
-- lib/far_off-2.dist-info/METADATA --
Name: far_off
Version: 2
-- lib/far_off-2.dist-info/direct_url.json --
{\"url\": \"file:///workspace-other/far\", \"dir_info\": {\"editable\": true}}
-- lib/member-2.dist-info/METADATA --
-- lib/member-2.dist-info/direct_url.json --
{\"url\":\"file:///workspace-other/member\",\"dir_info\":{\"editable\":false}}
-- lib/broken.dist-info/METADATA --
-- lib/flask/__init__.py --
-- bin/flask 0755 --
#!/python
",
        );
        let lib = environment.path().join("lib");
        let installed =
            Installed::read(environment.path(), &lib, Path::new("/workspace/")).unwrap();
        let package = |name: &str, version: &str, license: Option<&str>, is_local| Package {
            name: name.to_owned(),
            version: version.to_owned(),
            license: license.map(str::to_owned),
            is_local,
        };
        assert_eq!(
            installed,
            Installed {
                packages: vec![
                    package("far-off", "2", None, true),
                    package("flask", "3.0.3", Some("BSD-3-Clause"), false),
                    package("shop", "0.1", None, true),
                ],
                programs: ["flask".to_owned()].into(),
                of_app: ["shop".to_owned()].into(),
                elsewhere: ["far-off".to_owned()].into(),
            }
        );
        assert!(Installed::read(environment.path(), Path::new("/nonexistent"), &lib).is_err());
    }
}
