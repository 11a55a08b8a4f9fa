//! Whole documents: what readers of either format see.

use sbom::{Component, Document, Hash, Kind, Purl};

fn lifecycle() -> Document {
    let module = |path: &str, version: &str| {
        Component::new(Kind::Library, path)
            .version(version)
            .purl(Purl::golang(path, Some(version)))
    };
    Document::new(
        Component::new(Kind::Application, "lifecycle")
            .version("0.21.17")
            .license("Apache-2.0")
            .hash(Hash::sha256_of(b"lifecycle"))
            .location("/cnb/lifecycle/lifecycle"),
        [
            module("stdlib", "1.26.8").license("BSD-3-Clause"),
            module("example.com/two", "v1.0.0")
                .license("MIT")
                .license("ISC OR MIT"),
        ],
    )
}

#[test]
fn cyclonedx() {
    let expected = include_str!("documents/lifecycle.cdx.json");
    assert_eq!(lifecycle().cyclonedx_json(), expected);
}

#[test]
fn spdx() {
    let expected = include_str!("documents/lifecycle.spdx.json");
    assert_eq!(lifecycle().spdx_json(), expected);
}

#[test]
fn syft() {
    let expected = include_str!("documents/lifecycle.syft.json");
    assert_eq!(lifecycle().syft_json(), expected);
}

#[test]
fn the_order_in_which_parts_are_found_does_not_show() {
    let part = |name: &str| Component::new(Kind::Library, name);
    let document = |parts: &[&str]| {
        let subject = Component::new(Kind::Application, "app");
        Document::new(subject, parts.iter().map(|name| part(name)))
    };
    let one = document(&["a", "b", "a", "c"]);
    let other = document(&["c", "b", "a"]);
    assert_eq!(one.cyclonedx_json(), other.cyclonedx_json());
    assert_eq!(one.spdx_json(), other.spdx_json());
}

#[test]
fn documents_of_other_content_have_other_names() {
    let document = |hash: &str| {
        let subject = Component::new(Kind::Application, "app").hash(Hash::sha256(hash));
        Document::new(subject, [])
    };
    let serial = |document: Document| {
        let text = document.cyclonedx_json();
        let lines: Vec<&str> = text.lines().collect();
        lines[3].to_owned()
    };
    assert_ne!(serial(document("00")), serial(document("01")));
}

#[test]
fn parts_that_read_alike_have_identifiers_of_their_own() {
    let part = |name: &str| Component::new(Kind::Library, name);
    let subject = Component::new(Kind::Application, "app");
    let text = Document::new(subject, [part("a/b"), part("a-b"), part("a b")]).spdx_json();
    let identifiers: Vec<&str> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("\"SPDXID\": "))
        .collect();
    assert_eq!(
        identifiers,
        [
            "\"SPDXRef-DOCUMENT\",",
            "\"SPDXRef-Package-application-app\",",
            "\"SPDXRef-Package-library-a-b\",",
            "\"SPDXRef-Package-library-a-b-n2\",",
            "\"SPDXRef-Package-library-a-b-n3\",",
        ]
    );
}
