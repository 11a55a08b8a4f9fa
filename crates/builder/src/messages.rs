//! Every word said when a builder can't be made.

use std::fmt::Write as _;
use std::path::Path;

use explain::{Explain, Message};

use crate::command::CommandError;
use crate::definition::DefinitionError;
use crate::errors::BuilderError;
use crate::prerequisites::Missing;
use crate::source_tree::SourceTreeError;

impl Explain for BuilderError {
    fn explain(&self) -> Message {
        match self {
            Self::SourceTree(error) => error.explain(),
            Self::Compose(error) => error.explain(),
            Self::Store(error) => error.explain(),
            Self::Io(error) => store::io_message(Path::new("the cache directory"), error),
            Self::Prerequisites(missing) => prerequisites(missing),
            Self::Architecture => Message::machine(
                "machine/architecture",
                "Builders can't be made for this processor",
            )
            .body("Images are composed for amd64 (x86_64) and arm64 (aarch64)."),
            Self::ToolVanished { tool } => {
                Message::machine("tool/vanished", format!("{tool} has vanished"))
                    .body("It was there when the work began, and now it isn't on PATH.")
            }
            Self::Tool { tool, source } => {
                Message::machine("tool/broken", format!("{tool} doesn't work"))
                    .body("Asked for its version, it failed. Reinstall it.")
                    .cause(source)
            }
            Self::Data { path, source } => Message::yours("builder/data", "A file can't be read")
                .body(format!("{}\nisn't of its format.", path.display()))
                .cause(source),
            Self::Definition { path, source } => definition(path, source),
            Self::UnknownBuildpack { id, known } => {
                Message::yours("builder/buildpack", format!("There is no buildpack {id}")).body(
                    format!(
                        "A builder's definition names it, and buildpacks/ has\n{}",
                        known.join("\n")
                    ),
                )
            }
            Self::Render(source) => Message::ours(
                "builder/render",
                "The builder's configuration can't be written",
            )
            .cause(source),
            _ => self.explain_work(),
        }
    }
}

impl BuilderError {
    /// The failures of the programs that make components.
    fn explain_work(&self) -> Message {
        match self {
            Self::GoDownload { version, source } => {
                download("go/download", &format!("Go {version}"), "go", source)
            }
            Self::LifecycleDownload { source } => download(
                "lifecycle/download",
                "The lifecycle's modules",
                "go",
                source,
            ),
            Self::CargoFetch { source } => download(
                "buildpacks/download",
                "The buildpacks' crates",
                "cargo",
                source,
            ),
            Self::BuildpackCompile { id, source } => {
                Message::ours("buildpack/compile", format!("{id} can't be compiled")).cause(source)
            }
            Self::BuildpackPackage { id, source } => {
                Message::ours("buildpack/package", format!("{id} can't be packaged")).cause(source)
            }
            Self::LifecycleApis { path, list } => {
                Message::yours("lifecycle/apis", "lifecycle.toml isn't true").body(format!(
                    "{}\nsays\n{list}\n\nand api/apis.go of the lifecycle says something else. Copy its lists.",
                    path.display()
                ))
            }
            Self::LifecycleVersion { path } => {
                Message::yours("lifecycle/version", "go.mod requires no lifecycle").body(format!(
                    "{}\nmust have a line like\nrequire {} v0.21.17",
                    path.display(),
                    crate::lifecycle_descriptor::MODULE
                ))
            }
            // What is left failed although everything it needs was there.
            error => Message::ours("builder/work", "A part of the builder can't be made").cause(error),
        }
    }
}

fn download(id: &'static str, what: &str, client: &str, source: &CommandError) -> Message {
    Message::network(id, format!("{what} can't be downloaded"))
        .body(format!(
            "`{client}` was asked for it, with its own configuration on this machine\n\
             (registry, proxy, credentials)."
        ))
        .cause(source)
}

fn definition(path: &Path, error: &DefinitionError) -> Message {
    let body = match error {
        DefinitionError::NotCarried(id) => format!(
            "The order names {id}, and no [[buildpacks]] has that id.\n\nAdd it:\n[[buildpacks]]\nid = \"{id}\""
        ),
        DefinitionError::EmptyOrder => {
            "The order, or a group in it, is empty. A group has at least one buildpack:\n\
             [[order]]\n[[order.group]]\nid = \"coracle/go\""
                .to_owned()
        }
        DefinitionError::StackDiffers {
            stack,
            table,
            other,
        } => format!(
            "[stack] says {stack}\nand {table} says {other}\n\nThey are the same images: make them agree."
        ),
        DefinitionError::UnknownImage(reference) => format!(
            "{reference}\nnames no image that stack/ can compose. The last part of the name is that of a\nfile in stack/: coracle/run:latest is stack/run.toml."
        ),
    };
    Message::yours("builder/definition", "A builder's definition is wrong")
        .body(format!("{}\n{body}", path.display()))
}

fn prerequisites(missing: &[Missing]) -> Message {
    let mut body = "The builder is made on this machine, once, and for that it needs\n".to_owned();
    for missing in missing {
        let line = match missing {
            Missing::Go => "Go 1.21 or newer; it downloads the exact version by itself".to_owned(),
            Missing::NewerGo { path, version } => {
                format!("Go 1.21 or newer; {} is {version}", path.display())
            }
            Missing::Cargo => "cargo, Rust's build tool".to_owned(),
            Missing::CCompiler => "cc, a C compiler, which links Rust programs".to_owned(),
            Missing::StaticCLibrary => "libc.a, the static C library".to_owned(),
            Missing::Apt => "apt-get, which downloads Debian packages".to_owned(),
            Missing::DpkgDeb => "dpkg-deb, which unpacks them".to_owned(),
        };
        let _ = writeln!(body, "- {line}");
    }
    let mut packages: Vec<&str> = missing.iter().filter_map(debian_package).collect();
    packages.sort_unstable();
    packages.dedup();
    if !packages.is_empty() {
        let _ = write!(
            body,
            "\nOn Debian and Ubuntu:\nsudo apt-get install {}",
            packages.join(" ")
        );
    }
    Message::machine(
        "builder/prerequisites",
        "Programs are missing to make the builder",
    )
    .body(body)
}

/// What brings the program on Debian and Ubuntu; rustup is the usual way to cargo.
fn debian_package(missing: &Missing) -> Option<&'static str> {
    match missing {
        Missing::Go | Missing::NewerGo { .. } => Some("golang-go"),
        Missing::CCompiler => Some("gcc libc6-dev"),
        Missing::StaticCLibrary => Some("libc6-dev"),
        Missing::Cargo | Missing::Apt | Missing::DpkgDeb => None,
    }
}

impl Explain for SourceTreeError {
    fn explain(&self) -> Message {
        let looked_at = self.looked_at.display();
        if self.named {
            Message::yours("source/wrong", "CORACLE_SOURCE names no checkout of Coracle").body(
                format!(
                    "There is no builder.toml, buildpacks/ and stack/ in\n{looked_at}\n\nSet it to a checkout, or unset it:\nunset CORACLE_SOURCE"
                ),
            )
        } else {
            Message::yours("source/missing", "There is no checkout of Coracle").body(format!(
                "The builder is made from Coracle's own sources (builder.toml, buildpacks/,\nstack/), and they are no longer in\n{looked_at}\n\nSay where they are:\nexport CORACLE_SOURCE=/path/to/coracle"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_missing_is_said_at_once() {
        let error = BuilderError::Prerequisites(vec![
            Missing::NewerGo {
                path: "/usr/bin/go".into(),
                version: "1.19.8".to_owned(),
            },
            Missing::StaticCLibrary,
            Missing::Apt,
        ]);
        insta::assert_snapshot!(error.explain().render(), @"
        [Error: Programs are missing to make the builder]
        The builder is made on this machine, once, and for that it needs
        - Go 1.21 or newer; /usr/bin/go is 1.19.8
        - libc.a, the static C library
        - apt-get, which downloads Debian packages

        On Debian and Ubuntu:
        sudo apt-get install golang-go libc6-dev
        (builder/prerequisites)
        ");
    }

    #[test]
    fn definitions_are_explained_with_the_fix() {
        let explain = |source| {
            let path = "/coracle/builder.toml".into();
            BuilderError::Definition { path, source }.explain().render()
        };
        insta::assert_snapshot!(explain(DefinitionError::NotCarried("coracle/perl".to_owned())), @r#"
        [Error: A builder's definition is wrong]
        /coracle/builder.toml
        The order names coracle/perl, and no [[buildpacks]] has that id.

        Add it:
        [[buildpacks]]
        id = "coracle/perl"
        (builder/definition)
        "#);
        insta::assert_snapshot!(explain(DefinitionError::StackDiffers {
            stack: "a/run".to_owned(),
            table: "[build]",
            other: "b/run".to_owned(),
        }), @"
        [Error: A builder's definition is wrong]
        /coracle/builder.toml
        [stack] says a/run
        and [build] says b/run

        They are the same images: make them agree.
        (builder/definition)
        ");
        insta::assert_snapshot!(explain(DefinitionError::UnknownImage("a/b:c".to_owned())), @"
        [Error: A builder's definition is wrong]
        /coracle/builder.toml
        a/b:c
        names no image that stack/ can compose. The last part of the name is that of a
        file in stack/: coracle/run:latest is stack/run.toml.
        (builder/definition)
        ");
    }

    #[test]
    fn a_missing_checkout_is_explained() {
        let explain = |named| {
            let looked_at = "/home/me/coracle".into();
            SourceTreeError { looked_at, named }.explain().render()
        };
        insta::assert_snapshot!(explain(true), @"
        [Error: CORACLE_SOURCE names no checkout of Coracle]
        There is no builder.toml, buildpacks/ and stack/ in
        /home/me/coracle

        Set it to a checkout, or unset it:
        unset CORACLE_SOURCE
        (source/wrong)
        ");
        insta::assert_snapshot!(explain(false), @"
        [Error: There is no checkout of Coracle]
        The builder is made from Coracle's own sources (builder.toml, buildpacks/,
        stack/), and they are no longer in
        /home/me/coracle

        Say where they are:
        export CORACLE_SOURCE=/path/to/coracle
        (source/missing)
        ");
    }
}
