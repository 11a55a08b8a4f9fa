//! Syft's own JSON, as its schema 16 has it (`schema/json` in anchore/syft). The lifecycle warns at
//! every export when its own documents lack this format.

use serde_json::{Value, json};

use crate::component::{Component, Document};
use crate::cyclonedx::digest;
use crate::{TOOL_NAME, TOOL_VERSION};

const SCHEMA_VERSION: &str = "16.0.0";

pub(crate) fn render(document: &Document) -> String {
    let subject = document.subject();
    let artifacts: Vec<Value> = std::iter::once(subject)
        .chain(document.components())
        .map(artifact)
        .collect();
    let value = json!({
        "artifacts": artifacts,
        "artifactRelationships": [],
        "source": {
            "id": digest(document),
            "name": subject.name,
            "version": subject.version.as_deref().unwrap_or_default(),
            "type": "file",
            "metadata": {
                "path": subject.location.as_deref().unwrap_or(&subject.name),
            },
        },
        "distro": {},
        "descriptor": { "name": TOOL_NAME, "version": TOOL_VERSION },
        "schema": {
            "version": SCHEMA_VERSION,
            "url": format!(
                "https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-{SCHEMA_VERSION}.json"
            ),
        },
    });
    format!("{value:#}\n")
}

fn artifact(component: &Component) -> Value {
    let purl = component.purl.as_ref().map(ToString::to_string);
    let location = component.location.iter();
    let locations: Vec<Value> = location.map(|path| json!({ "path": path })).collect();
    let licenses = component.licenses.iter();
    let licenses: Vec<Value> = licenses
        .map(|license| json!({ "value": license, "spdxExpression": license, "type": "declared" }))
        .collect();
    let (kind, language) = kind(purl.as_deref());
    json!({
        "id": component.reference(),
        "name": component.name,
        "version": component.version.as_deref().unwrap_or_default(),
        "type": kind,
        "foundBy": TOOL_NAME,
        "locations": locations,
        "licenses": licenses,
        "language": language,
        "cpes": [],
        "purl": purl.unwrap_or_default(),
    })
}

/// Syft's names for the kind of package and its language; `binary` is for programs of no package manager.
fn kind(purl: Option<&str>) -> (&'static str, &'static str) {
    let kind = purl.and_then(|purl| purl.strip_prefix("pkg:")?.split('/').next());
    match kind {
        Some("golang") => ("go-module", "go"),
        Some("cargo") => ("rust-crate", "rust"),
        _ => ("binary", ""),
    }
}
