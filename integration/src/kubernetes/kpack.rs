//! The pod that kpack's controller makes of a Build.
//!
//! Source of the names: kpack's documentation of Builds, `kpack.io/v1alpha2`.

use serde::Deserialize;

use super::manifest::Manifests;
use super::task::{Document, Named};

const POD: &str = "integration/conformity/kpack-build-pod.yaml";

/// A Build. What it says and this doesn't know would be said in vain.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Build {
    service_account_name: String,
    builder: Builder,
    source: Source,
    cache: Cache,
    tags: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Builder {
    image: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    git: Git,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Git {
    url: String,
    revision: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cache {
    volume: CacheVolume,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CacheVolume {
    persistent_volume_claim_name: String,
}

#[derive(Debug, Deserialize)]
struct ServiceAccount {
    metadata: Named,
    secrets: Vec<Named>,
}

/// The pod of the Build in one manifest, whose account is in another. `run_image` is what the builder's label
/// names; the claim `source` has what git would fetch.
///
/// # Panics
/// When the manifests don't fit each other.
#[track_caller]
#[must_use]
pub fn build_pod(
    build: &Manifests,
    account: &Manifests,
    run_image: &str,
    source: &str,
) -> Manifests {
    let build: Build = build.document::<Document<_>>("Build").spec;
    let account: ServiceAccount = account.document("ServiceAccount");
    assert_eq!(account.metadata.name, build.service_account_name);
    let ([tag], [secret]) = (&build.tags[..], &account.secrets[..]) else {
        panic!("the pod has one tag and one secret: {build:?} {account:?}");
    };
    Manifests::replaced(
        POD,
        &[
            ("$(builder)", &build.builder.image),
            ("$(run-image)", run_image),
            ("$(tag)", tag),
            ("$(cache)", &build.cache.volume.persistent_volume_claim_name),
            ("$(source)", source),
            ("$(secret)", &secret.name),
            ("$(url)", &build.source.git.url),
            ("$(revision)", &build.source.git.revision),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "registry.example/team";

    /// What is built and for whom; how it is built is what they differ in.
    #[test]
    fn a_build_and_an_image_are_of_the_same_app() {
        let build = Manifests::read("docs/kubernetes/kpack-build.yaml", PREFIX);
        let kpack = Manifests::read("docs/kubernetes/kpack.yaml", PREFIX);
        for (of_build, of_image) in [
            ("/spec/tags/0", "/spec/tag"),
            ("/spec/source", "/spec/source"),
            ("/spec/serviceAccountName", "/spec/serviceAccountName"),
            ("/metadata/namespace", "/metadata/namespace"),
        ] {
            assert_eq!(
                build.value("Build", of_build),
                kpack.value("Image", of_image)
            );
        }
        let store = kpack.value("ClusterStore", "/spec/sources/0/image");
        assert_eq!(build.value("Build", "/spec/builder/image"), store);
    }

    #[test]
    fn a_pod_is_what_its_build_says() {
        let build = Manifests::read("docs/kubernetes/kpack-build.yaml", PREFIX);
        let kpack = Manifests::read("docs/kubernetes/kpack.yaml", PREFIX);
        let pod = build_pod(&build, &kpack, "run", "source");
        let text = pod.document::<serde_json::Value>("Pod").to_string();
        assert!(!text.contains("$("), "{text}");
        for (pointer, expected) in [
            (
                "/spec/initContainers/1/args/3",
                "registry.example/team/shop",
            ),
            ("/spec/initContainers/1/args/2", "-run-image=run"),
            (
                "/spec/initContainers/4/image",
                "registry.example/team/builder:latest",
            ),
            ("/spec/volumes/1/secret/secretName", "registry"),
            (
                "/spec/volumes/2/persistentVolumeClaim/claimName",
                "shop-cache",
            ),
        ] {
            assert_eq!(pod.value("Pod", pointer), expected);
        }
    }
}
