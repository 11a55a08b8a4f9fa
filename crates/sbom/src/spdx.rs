//! SPDX 2.3 JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::component::{Component, Document, Kind};
use crate::cyclonedx::{digest, license_expression};
use crate::{CREATED, TOOL_NAME, TOOL_VERSION};

const DOCUMENT_ID: &str = "SPDXRef-DOCUMENT";

pub(crate) fn render(document: &Document) -> String {
    let subject = document.subject();
    let identifiers = identifiers(document);
    let subject_id = &identifiers[&subject.reference()];
    let mut relationships = vec![relationship(DOCUMENT_ID, "DESCRIBES", subject_id)];
    let mut packages = vec![package(subject, subject_id)];
    for component in document.components() {
        let id = &identifiers[&component.reference()];
        relationships.push(relationship(subject_id, "CONTAINS", id));
        packages.push(package(component, id));
    }
    let value = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT_ID,
        "name": subject.name,
        // A URI that nobody has to serve; the specification asks for uniqueness only.
        "documentNamespace": format!("urn:coracle:sbom:{}", digest(document)),
        "creationInfo": {
            "created": CREATED,
            "creators": [format!("Tool: {TOOL_NAME}-{TOOL_VERSION}")],
        },
        "documentDescribes": [subject_id],
        "packages": packages,
        "relationships": relationships,
    });
    format!("{value:#}\n")
}

/// SPDX identifiers may hold letters, digits, dots and dashes only, so different references can
/// look alike; then they are numbered in the order of their references.
fn identifiers(document: &Document) -> BTreeMap<String, String> {
    let mut references: Vec<String> = std::iter::once(document.subject())
        .chain(document.components())
        .map(Component::reference)
        .collect();
    references.sort();
    references.dedup();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut identifiers = BTreeMap::new();
    for reference in references {
        let readable: String = reference
            .chars()
            .map(|character| match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '.' => character,
                _ => '-',
            })
            .collect();
        let count = seen.entry(readable.clone()).or_default();
        *count += 1;
        let identifier = match *count {
            1 => format!("SPDXRef-Package-{readable}"),
            count => format!("SPDXRef-Package-{readable}-n{count}"),
        };
        identifiers.insert(reference, identifier);
    }
    identifiers
}

fn relationship(element: &str, kind: &str, related: &str) -> Value {
    json!({
        "spdxElementId": element,
        "relationshipType": kind,
        "relatedSpdxElement": related,
    })
}

fn package(component: &Component, identifier: &str) -> Value {
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    set("SPDXID", identifier.into());
    set("name", component.name.clone().into());
    if let Some(version) = &component.version {
        set("versionInfo", version.clone().into());
    }
    if let Some(location) = &component.location {
        set("packageFileName", location.clone().into());
    }
    set("downloadLocation", "NOASSERTION".into());
    set("filesAnalyzed", false.into());
    let purpose = match component.kind {
        Kind::Application => "APPLICATION",
        Kind::Library => "LIBRARY",
        Kind::File => "FILE",
    };
    set("primaryPackagePurpose", purpose.into());
    let checksums: Vec<Value> = component
        .hashes
        .iter()
        .map(|hash| json!({ "algorithm": "SHA256", "checksumValue": hash.hex }))
        .collect();
    if !checksums.is_empty() {
        set("checksums", checksums.into());
    }
    let license = license_expression(component).unwrap_or_else(|| "NOASSERTION".to_owned());
    set("licenseConcluded", "NOASSERTION".into());
    set("licenseDeclared", license.into());
    set("copyrightText", "NOASSERTION".into());
    let references = external_references(component);
    if !references.is_empty() {
        set("externalRefs", references.into());
    }
    Value::Object(fields)
}

fn external_references(component: &Component) -> Vec<Value> {
    let purl = component.purl.iter();
    purl.map(|purl| {
        json!({
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": purl.to_string(),
        })
    })
    .collect()
}
