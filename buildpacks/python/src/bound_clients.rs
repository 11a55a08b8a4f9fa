//! Bindings that clients of the build read: `netrc`, `git-credentials`, `pip-conf` and `uv-toml`.
//!
//! What is in them is read by uv and git, by their own names for it; what pip's settings say reaches uv by variables.
//! Nothing of it is written anywhere.

use std::ffi::OsString;
use std::path::Path;

use buildpack_kit::bindings::{BindingError, BindingKind, Bindings, git_variables};
use buildpack_kit::environment::Environment;
use fs_err::os::unix::fs::symlink;

use crate::pip_settings;

/// What clients are told of bindings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BoundClients {
    pub(crate) variables: Vec<(OsString, OsString)>,
    /// The bindings that are used, sorted.
    pub(crate) bindings: Vec<String>,
}

/// Points the clients to the bindings, by links in the scratch directory.
pub(crate) fn prepare(
    bindings: &Bindings,
    environment: &Environment,
    scratch: &Path,
) -> Result<BoundClients, BindingError> {
    let mut clients = BoundClients::default();
    if let Some(netrc) = bindings.file(BindingKind::Netrc)? {
        // git, through curl, knows the one in the home directory only.
        let home = scratch.join("home");
        fs_err::create_dir_all(&home)?;
        symlink(&netrc.path, home.join(".netrc"))?;
        clients.variables.push(("HOME".into(), home.into()));
        clients.variables.push(("NETRC".into(), netrc.path.into()));
        clients.bindings.push(netrc.binding);
    }
    if let Some(settings) = bindings.file(BindingKind::UvToml)? {
        let directory = scratch.join("config");
        fs_err::create_dir_all(directory.join("uv"))?;
        symlink(&settings.path, directory.join("uv/uv.toml"))?;
        clients
            .variables
            .push(("XDG_CONFIG_HOME".into(), directory.into()));
        clients.bindings.push(settings.binding);
    }
    if let Some(settings) = bindings.file(BindingKind::PipConf)? {
        let text = fs_err::read(&settings.path)?;
        for (name, value) in pip_settings::of_file(&String::from_utf8_lossy(&text)) {
            if environment.raw(name).is_none() {
                clients.variables.push((name.into(), value.into()));
            }
        }
        clients.bindings.push(settings.binding);
    }
    let mut settings = Vec::new();
    for (binding, setting) in bindings.git_helpers()? {
        settings.push(setting);
        clients.bindings.push(binding);
    }
    let given = environment.raw("GIT_CONFIG_COUNT");
    clients.variables.extend(git_variables(&settings, given));
    clients.bindings.sort();
    Ok(clients)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_pointed_to_bindings() {
        let root = testkit::directory(
            "
-- bindings/a/type --
netrc
-- bindings/a/.netrc --
machine example.com login me password canary
-- bindings/b/type --
pip-conf
-- bindings/b/pip.conf --
[global]
index-url = https://packages.example.com/simple
-- bindings/c/type --
uv-toml
-- bindings/c/uv.toml --
-- bindings/d/type --
git-credentials
-- bindings/d/context --
https://git.example.com/team
-- bindings/d/credentials --
username=me
password=canary
-- scratch/ --
",
        );
        let bindings = Bindings::read(&root.path().join("bindings")).unwrap();
        let environment = Environment::new([("GIT_CONFIG_COUNT", "1")], [("PATH", "")]);
        let scratch = root.path().join("scratch");
        let clients = prepare(&bindings, &environment, &scratch).unwrap();
        let lines = clients.variables.iter();
        let lines = lines.map(|(name, value)| format!("{}={}", name.display(), value.display()));
        let lines: Vec<String> = lines.collect();
        let text = lines
            .join("\n")
            .replace(&root.path().display().to_string(), "ROOT");
        insta::assert_snapshot!(text, @r#"
        HOME=ROOT/scratch/home
        NETRC=ROOT/bindings/a/.netrc
        XDG_CONFIG_HOME=ROOT/scratch/config
        UV_DEFAULT_INDEX=https://packages.example.com/simple
        GIT_CONFIG_COUNT=2
        GIT_CONFIG_KEY_1=credential.https://git.example.com/team.helper
        GIT_CONFIG_VALUE_1=!f() { test "$1" != get || cat 'ROOT/bindings/d/credentials'; }; f
        "#);
        assert_eq!(clients.bindings, ["a", "b", "c", "d"]);
        assert!(!text.contains("canary"));
        insta::assert_snapshot!(testkit::tree_without_digests(&scratch).replace(&root.path().display().to_string(), "ROOT"), @"
        config             dir  0755
        config/uv          dir  0755
        config/uv/uv.toml  link -> ROOT/bindings/c/uv.toml
        home               dir  0755
        home/.netrc        link -> ROOT/bindings/a/.netrc
        ");
        let none = prepare(&Bindings::default(), &environment, &scratch).unwrap();
        assert_eq!(none, BoundClients::default());
    }
}
