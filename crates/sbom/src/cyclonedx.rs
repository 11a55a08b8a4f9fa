//! `CycloneDX` 1.5 JSON: the newest version that every scanner in wide use reads.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::component::{Component, Document};
use crate::{CREATED, TOOL_NAME, TOOL_VERSION};

pub(crate) fn render(document: &Document) -> String {
    let subject = document.subject();
    let depends_on: Vec<String> = references(document.components());
    let mut dependencies = vec![json!({ "ref": subject.reference(), "dependsOn": depends_on })];
    dependencies.extend(
        references(document.components())
            .into_iter()
            .map(|reference| json!({ "ref": reference })),
    );
    let value = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": serial_number(document),
        "version": 1,
        "metadata": {
            "timestamp": CREATED,
            "tools": {
                "components": [
                    { "type": "application", "name": TOOL_NAME, "version": TOOL_VERSION },
                ],
            },
            "component": component(subject),
        },
        "components": document.components().iter().map(component).collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    format!("{value:#}\n")
}

/// A digest of everything that the document says, in hexadecimal digits.
pub(crate) fn digest(document: &Document) -> String {
    let subject = std::iter::once(document.subject());
    let content: Value = subject
        .chain(document.components())
        .map(component)
        .collect();
    hex::encode(Sha256::digest(content.to_string()))
}

/// The specification wants a UUID that differs between documents; made of the content, it is a
/// version 8 UUID (RFC 9562: custom).
fn serial_number(document: &Document) -> String {
    let digest = digest(document);
    format!(
        "urn:uuid:{}-{}-8{}-a{}-{}",
        &digest[0..8],
        &digest[8..12],
        &digest[13..16],
        &digest[17..20],
        &digest[20..32]
    )
}

fn references(components: &[Component]) -> Vec<String> {
    let mut references: Vec<String> = components.iter().map(Component::reference).collect();
    references.sort();
    references.dedup();
    references
}

fn component(component: &Component) -> Value {
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    set("bom-ref", component.reference().into());
    set("type", component.kind.to_string().into());
    set("name", component.name.clone().into());
    if let Some(version) = &component.version {
        set("version", version.clone().into());
    }
    if !component.hashes.is_empty() {
        let hashes = component
            .hashes
            .iter()
            .map(|hash| json!({ "alg": "SHA-256", "content": hash.hex }));
        set("hashes", hashes.collect());
    }
    if let Some(expression) = license_expression(component) {
        set("licenses", json!([{ "expression": expression }]));
    }
    if let Some(purl) = &component.purl {
        set("purl", purl.to_string().into());
    }
    if let Some(location) = &component.location {
        set(
            "evidence",
            json!({ "occurrences": [{ "location": location }] }),
        );
    }
    Value::Object(fields)
}

/// All licences apply together. `CycloneDX` allows one expression only.
pub(crate) fn license_expression(component: &Component) -> Option<String> {
    match component.licenses.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        several => {
            let parts: Vec<String> = several
                .iter()
                .map(|license| {
                    if license.contains(' ') {
                        format!("({license})")
                    } else {
                        license.clone()
                    }
                })
                .collect();
            Some(parts.join(" AND "))
        }
    }
}
