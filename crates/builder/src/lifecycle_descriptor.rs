//! `lifecycle.toml`: what platforms read about a lifecycle. Pure: texts in, texts out.

/// The module of the lifecycle.
pub(crate) const MODULE: &str = "github.com/buildpacks/lifecycle";

/// The version of the lifecycle that a `go.mod` requires, without the `v`.
pub(crate) fn module_version(go_mod: &str) -> Option<String> {
    go_mod.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["require", module, version, ..] | [module, version, ..] if *module == MODULE => {
                version.strip_prefix('v').map(str::to_owned)
            }
            _ => None,
        }
    })
}

/// The descriptor with the version in its place.
pub(crate) fn render(descriptor: &toml::Table, version: &str) -> String {
    let mut descriptor = descriptor.clone();
    if let Some(lifecycle) = descriptor
        .entry("lifecycle")
        .or_insert_with(|| toml::Table::new().into())
        .as_table_mut()
    {
        lifecycle.insert("version".to_owned(), version.into());
    }
    descriptor.to_string()
}

/// A list of APIs in the descriptor that the Go source of the lifecycle does not state; none when all
/// is true.
pub(crate) fn unsupported_list(descriptor: &toml::Table, apis_go: &str) -> Option<String> {
    ["Platform", "Buildpack"].into_iter().find_map(|name| {
        let api = descriptor.get("apis")?.get(name.to_lowercase());
        let list = |field: &str| {
            let versions = api.and_then(|api| api.get(field)?.as_array());
            let versions: Vec<String> = versions
                .into_iter()
                .flatten()
                .map(ToString::to_string)
                .collect();
            format!("[]string{{{}}}", versions.join(", "))
        };
        let stated = format!(
            "{name} = newApisMustParse({}, {})",
            list("supported"),
            list("deprecated")
        );
        (!apis_go.contains(&stated)).then_some(stated)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn descriptor() -> toml::Table {
        toml::from_str(include_str!("../../../stack/lifecycle/lifecycle.toml")).unwrap()
    }

    #[test]
    fn the_version_is_what_go_mod_requires() {
        let expected = Some("0.21.17".to_owned());
        for text in [
            "require github.com/buildpacks/lifecycle v0.21.17",
            "require (\n\texample.com/x v1.0.0\n\tgithub.com/buildpacks/lifecycle v0.21.17 // x\n)",
        ] {
            assert_eq!(module_version(text), expected);
        }
        assert_eq!(
            module_version("module github.com/buildpacks/lifecycle"),
            None
        );
        let here = module_version(include_str!("../../../stack/lifecycle/go.mod"));
        assert!(here.is_some());
    }

    #[test]
    fn the_descriptor_has_what_platforms_read() {
        insta::assert_snapshot!(render(&descriptor(), "1.2.3"), @r#"
        [api]
        buildpack = "0.7"
        platform = "0.7"

        [apis.buildpack]
        deprecated = []
        supported = ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"]

        [apis.platform]
        deprecated = []
        supported = ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12", "0.13", "0.14", "0.15"]

        [lifecycle]
        sbom-formats = ["application/vnd.cyclonedx+json", "application/spdx+json", "application/vnd.syft+json"]
        version = "1.2.3"
        "#);
    }

    #[test]
    fn a_list_that_the_source_does_not_state_is_named() {
        let truth = r#"
            Platform = newApisMustParse([]string{"0.7", "0.8", "0.9", "0.10", "0.11", "0.12", "0.13", "0.14", "0.15"}, []string{})
            Buildpack = newApisMustParse([]string{"0.7", "0.8", "0.9", "0.10", "0.11", "0.12"}, []string{})
        "#;
        assert_eq!(unsupported_list(&descriptor(), truth), None);
        let newer = truth.replace(r#""0.12"}"#, r#""0.12", "0.13"}"#);
        assert_eq!(
            unsupported_list(&descriptor(), &newer).as_deref(),
            Some(
                r#"Buildpack = newApisMustParse([]string{"0.7", "0.8", "0.9", "0.10", "0.11", "0.12"}, []string{})"#
            )
        );
    }
}
