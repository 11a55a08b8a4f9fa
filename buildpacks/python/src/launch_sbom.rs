//! The bill of materials: the interpreter, the Debian packages that it brings, and what is installed.

use sbom::{Component, Document, Kind, Purl};

use crate::bundles::Bundle;
use crate::installed::Installed;

/// The document of an app.
pub(crate) fn document(
    name: &str,
    bundle: &Bundle,
    installed: &Installed,
    others: Vec<Component>,
) -> Document {
    let mut components = others;
    components.extend(bundle.packages.iter().map(|package| {
        let purl = Purl::debian(
            &package.name,
            &package.version,
            &package.architecture,
            package.release.as_deref(),
        );
        Component::new(Kind::Library, &package.name)
            .version(&package.version)
            .purl(purl)
    }));
    for package in installed
        .packages
        .iter()
        .filter(|package| !package.is_local)
    {
        let purl = Purl::pypi(&package.name, &package.version);
        let component = Component::new(Kind::Library, &package.name);
        let component = component.version(&package.version).purl(purl);
        components.push(match &package.license {
            Some(license) => component.license(license),
            None => component,
        });
    }
    Document::new(Component::new(Kind::Application, name), components)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundles::DebianPackage;
    use crate::installed::Package;

    #[test]
    fn scanners_find_what_is_installed() {
        let bundle = Bundle {
            version: "3.13.5".parse().unwrap(),
            build: "/build".into(),
            launch: "/launch".into(),
            packages: vec![DebianPackage {
                name: "libssl3t64".to_owned(),
                version: "3.5.7-1".to_owned(),
                architecture: "amd64".to_owned(),
                source: Some("openssl".to_owned()),
                release: Some("13".to_owned()),
            }],
            description: String::new(),
            is_fetched: false,
        };
        let package = |name: &str, is_local| Package {
            name: name.to_owned(),
            version: "1.0".to_owned(),
            license: Some("MIT".to_owned()),
            is_local,
        };
        let installed = Installed {
            packages: vec![package("flask", false), package("shop", true)],
            ..Installed::default()
        };
        let document = document("shop", &bundle, &installed, Vec::new());
        let purls = document
            .components()
            .iter()
            .map(|component| component.purl.clone().unwrap().to_string());
        assert_eq!(
            purls.collect::<Vec<_>>(),
            [
                "pkg:pypi/flask@1.0",
                "pkg:deb/debian/libssl3t64@3.5.7-1?arch=amd64&distro=debian-13"
            ]
        );
    }
}
