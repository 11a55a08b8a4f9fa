//! `stack/runtimes/python.toml`: which Python versions are bundled and what is left out of them. The file
//! explains itself.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::patterns::path_matches;

/// The part of the file that the builder reads; the rest is the buildpack's.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PythonData {
    pub(crate) default: String,
    pub(crate) bundled: Vec<String>,
    pub(crate) trim: Trim,
    pub(crate) compile: Compile,
    #[serde(default)]
    pub(crate) retarget: Vec<Retarget>,
}

/// What is left out. Paths are relative to the standard library.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Trim {
    /// Of everything.
    everywhere: Vec<String>,
    /// Of the launch tree.
    launch: Vec<String>,
}

/// What is compiled in advance.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Compile {
    /// Modules that have no `.pyc` in the launch tree: patterns, relative to the standard library.
    leave_out: Vec<String>,
}

/// A symbol version that another one stands in for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Retarget {
    /// A pattern, relative to the standard library.
    pub(crate) file: String,
    /// The soname.
    pub(crate) library: String,
    /// The version that the file asks for.
    pub(crate) from: String,
    /// What it asks for from then on, by architecture.
    pub(crate) to: BTreeMap<String, String>,
}

impl PythonData {
    pub(crate) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let data: Self = toml::from_str(text)?;
        if data.bundled.contains(&data.default) {
            Ok(data)
        } else {
            Err(serde::de::Error::custom(format!(
                "`default` is {} but `bundled` holds only {}",
                data.default,
                data.bundled.join(", ")
            )))
        }
    }
}

impl Trim {
    /// Whether the file or directory is left out of everything.
    pub(crate) fn is_out(&self, path: &str) -> bool {
        matches_any(&self.everywhere, path)
    }

    /// Whether the file or directory is left out of the launch tree.
    pub(crate) fn is_out_of_launch(&self, path: &str) -> bool {
        self.is_out(path) || matches_any(&self.launch, path)
    }
}

impl Compile {
    /// Whether a file of the launch tree gets a `.pyc`.
    pub(crate) fn is_compiled(&self, path: &str) -> bool {
        is_source(path) && !matches_any(&self.leave_out, path)
    }
}

/// Whether a file is the source of a module.
pub(crate) fn is_source(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "py")
}

fn matches_any(patterns: &[String], path: &str) -> bool {
    patterns.iter().any(|pattern| path_matches(pattern, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../../stack/runtimes/python.toml");

    #[test]
    fn the_rules_of_this_tree() {
        let trim = PythonData::parse(TEXT).unwrap().trim;
        for (path, is_out, is_out_of_launch) in [
            ("json", false, false),
            ("json/decoder.py", false, false),
            ("test", true, true),
            ("unittest", false, false),
            ("doctest.py", false, false),
            ("sitecustomize.py", true, true),
            ("config-3.13-x86_64-linux-gnu", false, true),
            ("config-3.13-x86_64-linux-gnu/libpython3.13.a", true, true),
            ("config-3.13-x86_64-linux-gnu/Makefile", false, false),
            (
                "lib-dynload/_ctypes.cpython-313-x86_64-linux-gnu.so",
                false,
                false,
            ),
            (
                "lib-dynload/_ctypes_test.cpython-313-x86_64-linux-gnu.so",
                true,
                true,
            ),
            (
                "lib-dynload/_testcapi.cpython-313-x86_64-linux-gnu.so",
                true,
                true,
            ),
            (
                "lib-dynload/_curses.cpython-313-x86_64-linux-gnu.so",
                false,
                true,
            ),
            (
                "lib-dynload/_codecs_jp.cpython-313-x86_64-linux-gnu.so",
                false,
                false,
            ),
            ("asyncio/windows_events.py", false, true),
            ("asyncio/unix_events.py", false, false),
        ] {
            assert_eq!(trim.is_out(path), is_out, "{path}");
            assert_eq!(trim.is_out_of_launch(path), is_out_of_launch, "{path}");
        }
    }

    #[test]
    fn what_servers_import_is_compiled() {
        let compile = PythonData::parse(TEXT).unwrap().compile;
        for (path, is_compiled) in [
            ("json/decoder.py", true),
            ("encodings/utf_8.py", true),
            ("encodings/cp1252.py", false),
            ("importlib/_bootstrap_external.py", false),
            ("importlib/resources/__init__.py", true),
            ("os.py", false),
            ("concurrent/futures/process.py", true),
            ("lib-dynload/_ssl.cpython-313-x86_64-linux-gnu.so", false),
        ] {
            assert_eq!(compile.is_compiled(path), is_compiled, "{path}");
        }
    }

    #[test]
    fn the_default_is_bundled() {
        let text = TEXT.replace("default = \"", "default = \"9.");
        let error = PythonData::parse(&text).unwrap_err().to_string();
        assert!(error.contains("`default` is 9."), "{error}");
    }
}
