//! The bill of materials: Node, and the packages that are installed.

use std::collections::BTreeMap;

use nodejs_semver::Version;
use sbom::{Component, Document, Kind, Purl};

use crate::node_modules::Package;

/// The document of an app.
pub(crate) fn document(
    name: &str,
    node: &Version,
    packages: &[Package],
    others: Vec<Component>,
) -> Document {
    let mut components = others;
    let version = node.to_string();
    components.push(
        Component::new(Kind::Application, "node")
            .version(&version)
            .purl(Purl::generic("node", &version))
            .license("MIT"),
    );
    // One package may be installed in several places.
    let mut installed = BTreeMap::new();
    for package in packages.iter().filter(|package| !package.is_own()) {
        if let Some(version) = &package.manifest.version {
            installed.insert((package.name(), version), package);
        }
    }
    for ((name, version), package) in installed {
        let purl = Purl::npm(&name, version);
        let component = Component::new(Kind::Library, &name)
            .version(version)
            .purl(purl);
        components.push(match &package.manifest.license {
            Some(license) => component.license(license),
            None => component,
        });
    }
    Document::new(Component::new(Kind::Application, name), components)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scanners_find_what_is_installed() {
        let package = |path: &str, version: &str| Package {
            directory: path.into(),
            manifest: crate::package_json::parse_installed(&format!(
                "{{\"name\":\"@s/a\",\"version\":\"{version}\",\"license\":\"MIT\"}}"
            ))
            .unwrap(),
            is_optional: false,
        };
        let packages = [
            package("/workspace/node_modules/@s/a", "1.0.0"),
            package("/workspace/node_modules/x/node_modules/@s/a", "1.0.0"),
            package("/workspace/node_modules/y/node_modules/@s/a", "2.0.0"),
            package("/workspace/libs/own", "3.0.0"),
        ];
        let node = Version::parse("24.19.0").unwrap();
        let document = document("shop", &node, &packages, Vec::new());
        let purls = document
            .components()
            .iter()
            .map(|component| component.purl.clone().unwrap().to_string());
        assert_eq!(
            purls.collect::<Vec<_>>(),
            [
                "pkg:npm/%40s/a@1.0.0",
                "pkg:npm/%40s/a@2.0.0",
                "pkg:generic/node@24.19.0"
            ]
        );
    }
}
