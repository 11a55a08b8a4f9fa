//! What Go's linker writes into a program: the modules that it was linked from.
//!
//! The format is that of `runtime/debug.BuildInfo`, one record a line, tab-separated, here below a line
//! with the version of Go:
//!
//! ```text
//! go1.26.8
//!         path    example.com/server/cmd/server
//!         mod     example.com/server      (devel)
//!         dep     github.com/x/y  v1.2.3  h1:…=
//!         =>      github.com/z/y  v1.2.4  h1:…=
//!         build   CGO_ENABLED=0
//! ```

mod section;

use crate::{Component, Kind, Purl};

pub use section::parse_section;

/// The build information of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoBuildInfo {
    /// The version of Go without its `go` prefix: `1.26.8`.
    pub go_version: String,
    /// The import path of the main package.
    pub package: Option<String>,
    /// The main module; absent for programs that were built outside of one.
    pub main: Option<Module>,
    /// The modules that were linked in, replacements already applied.
    pub dependencies: Vec<Module>,
    /// The build settings, in their order: `("CGO_ENABLED", "0")`.
    pub settings: Vec<(String, String)>,
}

/// A module of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The module path.
    pub path: String,
    /// The version; absent when it was a directory, for which Go says `(devel)` or nothing.
    pub version: Option<String>,
}

/// Nothing where it is not of the format.
fn parse(text: &str) -> Option<GoBuildInfo> {
    let mut lines = text.lines();
    let mut info = GoBuildInfo {
        go_version: go_version(lines.next()?)?,
        package: None,
        main: None,
        dependencies: Vec::new(),
        settings: Vec::new(),
    };
    for line in lines.filter(|line| !line.trim().is_empty()) {
        info.read_record(line)?;
    }
    Some(info)
}

/// `go1.26.8`. Development versions, `devel go1.27-abc…`, are kept as they are; experiments,
/// `go1.26.8 X:jsonv2`, are left out.
fn go_version(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["devel", rest, ..] => Some(format!("devel {rest}")),
        [word, ..] => word.strip_prefix("go").map(str::to_owned),
        [] => None,
    }
}

impl GoBuildInfo {
    fn read_record(&mut self, line: &str) -> Option<()> {
        let mut fields = line.trim_start().split('\t').map(str::trim);
        let kind = fields.next()?;
        match kind {
            "path" => self.package = Some(fields.next()?.to_owned()),
            "mod" => self.main = Some(module(&mut fields)?),
            "dep" => self.dependencies.push(module(&mut fields)?),
            "=>" => {
                let replacement = module(&mut fields)?;
                let replaced = self.dependencies.last_mut().or(self.main.as_mut())?;
                replace(replaced, replacement);
            }
            "build" => {
                let (name, value) = fields.next()?.split_once('=')?;
                let value = value.trim_matches('"');
                self.settings.push((name.to_owned(), value.to_owned()));
            }
            // Go may add kinds of records; they say nothing about modules.
            _ => {}
        }
        Some(())
    }

    /// The main module, its dependencies and the standard library, each with its package URL.
    ///
    /// The standard library is `pkg:golang/stdlib@1.26.8`, the name under which the vulnerability
    /// databases list it.
    #[must_use]
    pub fn components(&self) -> Vec<Component> {
        let main = self.main.iter().map(|module| (Kind::Application, module));
        let dependencies = self.dependencies.iter();
        let dependencies = dependencies.map(|module| (Kind::Library, module));
        let modules = main.chain(dependencies).map(|(kind, module)| {
            let purl = Purl::golang(&module.path, module.version.as_deref());
            let mut component = Component::new(kind, &module.path).purl(purl);
            component.version.clone_from(&module.version);
            component
        });
        let standard_library = Component::new(Kind::Library, "stdlib")
            .version(&self.go_version)
            .purl(Purl::golang("stdlib", Some(&self.go_version)))
            .license("BSD-3-Clause");
        modules.chain([standard_library]).collect()
    }
}

fn module<'a>(fields: &mut impl Iterator<Item = &'a str>) -> Option<Module> {
    let path = fields.next()?.to_owned();
    let version = fields.next().unwrap_or_default();
    let version = (!version.is_empty() && version != "(devel)").then(|| version.to_owned());
    Some(Module { path, version })
}

/// A directory has no name of its own: the module keeps its path, and its version says nothing about
/// what lies there.
fn replace(replaced: &mut Module, replacement: Module) {
    if replacement.path.starts_with(['.', '/']) {
        replaced.version = None;
    } else {
        *replaced = replacement;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of Go 1.26.8, shortened.
    const OUTPUT: &str = "\
go1.26.8
\tpath\texample.com/shop/cmd/server
\tmod\texample.com/shop\t(devel)\t
\tdep\tgithub.com/BurntSushi/toml\tv1.4.0\th1:kuoIxZQy2WRRk1pttg9asf+WVv6tWQuBNVmK8+nqPr0=
\tdep\tgithub.com/a/fork\tv1.0.0
\t=>\tgithub.com/b/fork\tv1.0.1\th1:ZdG+ScVXz8IoNB5LeYVVCjEiLeBVhVlGXQhUZKoMhsI=
\tdep\texample.com/local\tv0.0.0
\t=>\t./local\t(devel)\t
\tbuild\t-buildmode=exe
\tbuild\t-ldflags=\"-s -w\"
\tbuild\tCGO_ENABLED=0
\tfuture\tsomething
";

    fn module(path: &str, version: Option<&str>) -> Module {
        Module {
            path: path.into(),
            version: version.map(str::to_owned),
        }
    }

    #[test]
    fn every_record_is_read() {
        let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            parse(OUTPUT),
            Some(GoBuildInfo {
                go_version: "1.26.8".into(),
                package: Some("example.com/shop/cmd/server".into()),
                main: Some(module("example.com/shop", None)),
                dependencies: vec![
                    module("github.com/BurntSushi/toml", Some("v1.4.0")),
                    module("github.com/b/fork", Some("v1.0.1")),
                    module("example.com/local", None),
                ],
                settings: vec![
                    setting("-buildmode", "exe"),
                    setting("-ldflags", "-s -w"),
                    setting("CGO_ENABLED", "0"),
                ],
            })
        );
    }

    #[test]
    fn modules_become_components() {
        let components = parse(OUTPUT).unwrap().components();
        let purls: Vec<String> = components
            .iter()
            .filter_map(|component| component.purl.as_ref())
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            purls,
            [
                "pkg:golang/example.com/shop",
                "pkg:golang/github.com/BurntSushi/toml@v1.4.0",
                "pkg:golang/github.com/b/fork@v1.0.1",
                "pkg:golang/example.com/local",
                "pkg:golang/stdlib@1.26.8",
            ]
        );
    }

    #[test]
    fn the_go_version_stands_in_the_first_line() {
        for (line, version) in [
            ("go1.26.8", "1.26.8"),
            ("go1.25rc1", "1.25rc1"),
            ("go1.26.8 X:jsonv2", "1.26.8"),
            ("devel go1.27-3d1ba1d Mon", "devel go1.27-3d1ba1d"),
        ] {
            let info = parse(line).unwrap();
            assert_eq!(info.go_version, version);
            assert_eq!(info.components().len(), 1, "only the standard library");
        }
    }

    #[test]
    fn what_is_of_another_form_is_nothing() {
        for text in ["", "no Go program", "\tpath\tx"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
        for line in ["\tdep", "\t=>\tx\tv1", "\tbuild\tnothing"] {
            assert_eq!(parse(&format!("go1.26.8\n{line}")), None, "{line:?}");
        }
    }
}
