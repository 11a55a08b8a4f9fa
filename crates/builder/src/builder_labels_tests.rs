//! What platforms are told of the default builder.

use super::*;
use crate::lifecycle_labels;

#[test]
fn a_licence_is_a_name_or_an_address() {
    let text = "[[licenses]]\nuri = \"https://licence.example\"\n[[licenses]]\ntype = \"MIT\"\n";
    let text = format!("id = \"a\"\nversion = \"1\"\n{text}");
    let buildpack: BuildpackInformation = toml::from_str(&text).unwrap();
    insta::assert_snapshot!(json!(buildpack.licenses), @r#"[{"uri":"https://licence.example"},{"type":"MIT"}]"#);
}

fn of_the_default_builder() -> BTreeMap<&'static str, String> {
    let definition = toml::from_str(include_str!("../../../builder.toml")).unwrap();
    let descriptors = [
        include_str!("../../../buildpacks/go/buildpack.toml"),
        include_str!("../../../buildpacks/python/buildpack.toml"),
        include_str!("../../../buildpacks/node/buildpack.toml"),
        include_str!("../../../buildpacks/static-binary/buildpack.toml"),
        include_str!("../../../buildpacks/explain/buildpack.toml"),
    ];
    let descriptors = descriptors.map(|text| toml::from_str(text).unwrap());
    let lifecycle = lifecycle_labels::tests::lifecycle();
    let mut labels = content_labels(&definition, &lifecycle, &descriptors);
    let buildpacks = descriptors.map(|descriptor| LayeredBuildpack {
        descriptor,
        diff_id: Digest::of(b"layer"),
    });
    labels.insert(BUILDPACK_LAYERS, buildpack_layers(&buildpacks));
    labels
}

/// The labels that begin so, broken into lines.
fn readable(prefix: &str) -> String {
    let labels = of_the_default_builder().into_iter();
    let labels = labels.filter(|(name, _)| name.starts_with(prefix));
    let readable = labels.map(|(name, text)| format!("{name}\n{}", text.replace(",\"", ",\n\"")));
    readable.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_metadata_of_the_default_builder() {
    insta::assert_snapshot!(readable("io.buildpacks.builder."), @r#"
    io.buildpacks.builder.metadata
    {"description":"Node, Python, Go and static binaries, on a Debian 13 run image with glibc and without a shell",
    "buildpacks":[{"id":"coracle/go",
    "version":"0.1.0",
    "name":"Go",
    "description":"Compiles Go modules to small static binaries",
    "keywords":["go",
    "golang"],
    "licenses":[{"type":"Apache-2.0"}]},{"id":"coracle/python",
    "version":"0.1.0",
    "name":"Python",
    "description":"Installs Python apps and what they need, locked and hashed, with a trimmed interpreter",
    "keywords":["python",
    "pip",
    "uv",
    "poetry",
    "pipenv",
    "pdm",
    "django",
    "flask",
    "fastapi"],
    "licenses":[{"type":"Apache-2.0"}]},{"id":"coracle/node",
    "version":"0.1.0",
    "name":"Node",
    "description":"Installs and builds Node apps with the package manager of their lock, and starts them without it",
    "keywords":["node",
    "nodejs",
    "npm",
    "pnpm",
    "yarn",
    "bun",
    "javascript",
    "typescript"],
    "licenses":[{"type":"Apache-2.0"}]},{"id":"coracle/static-binary",
    "version":"0.1.0",
    "name":"Static binary",
    "description":"Puts a program that needs nothing but the kernel into an image of its own",
    "keywords":["binary",
    "elf",
    "static"],
    "licenses":[{"type":"Apache-2.0"}]},{"id":"coracle/explain",
    "version":"0.1.0",
    "name":"Explain",
    "description":"Says what was looked for in an app that no buildpack knows, and what came closest",
    "keywords":["errors"],
    "licenses":[{"type":"Apache-2.0"}]}],
    "extensions":[],
    "stack":{"runImage":{"image":"coracle/run:latest",
    "mirrors":["coracle/run:debug"]}},
    "lifecycle":{"version":"0.21.17",
    "api":{"buildpack":"0.7",
    "platform":"0.7"},
    "apis":{"platform":{"deprecated":[],
    "supported":["0.15"]}}},
    "createdBy":{"name":"Coracle",
    "version":"0.1.0"},
    "images":[{"image":"coracle/run:latest",
    "mirrors":["coracle/run:debug"]}]}
    "#);
}

#[test]
fn the_buildpacks_of_the_default_builder() {
    insta::assert_snapshot!(readable("io.buildpacks.buildpack."), @r#"
    io.buildpacks.buildpack.layers
    {"coracle/explain":{"0.1.0":{"api":"0.10",
    "targets":[{"os":"linux",
    "arch":"amd64"},{"os":"linux",
    "arch":"arm64"}],
    "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
    "name":"Explain"}},
    "coracle/go":{"0.1.0":{"api":"0.10",
    "targets":[{"os":"linux",
    "arch":"amd64"},{"os":"linux",
    "arch":"arm64"}],
    "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
    "name":"Go"}},
    "coracle/node":{"0.1.0":{"api":"0.10",
    "targets":[{"os":"linux",
    "arch":"amd64"},{"os":"linux",
    "arch":"arm64"}],
    "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
    "name":"Node"}},
    "coracle/python":{"0.1.0":{"api":"0.10",
    "targets":[{"os":"linux",
    "arch":"amd64"},{"os":"linux",
    "arch":"arm64"}],
    "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
    "name":"Python"}},
    "coracle/static-binary":{"0.1.0":{"api":"0.10",
    "targets":[{"os":"linux",
    "arch":"amd64"},{"os":"linux",
    "arch":"arm64"}],
    "layerDiffID":"sha256:dac1d7cfa95021764849fd102524e141488c5e3a90f861dbb5a12d9ac8584f85",
    "name":"Static binary"}}}
    io.buildpacks.buildpack.order
    [{"group":[{"id":"coracle/node",
    "version":"0.1.0",
    "optional":true},{"id":"coracle/go",
    "version":"0.1.0"}]},{"group":[{"id":"coracle/node",
    "version":"0.1.0",
    "optional":true},{"id":"coracle/python",
    "version":"0.1.0"}]},{"group":[{"id":"coracle/node",
    "version":"0.1.0"}]},{"group":[{"id":"coracle/static-binary",
    "version":"0.1.0"}]},{"group":[{"id":"coracle/explain",
    "version":"0.1.0"}]}]
    "#);
}
