//! Bindings with which `go` and git fetch modules that not everybody may: `netrc` and `git-credentials`.
//!
//! `go` reads the netrc's own file (`NETRC`), and since 1.24 asks git for the rest (`GOAUTH`): it has to be let in
//! itself where a host must tell in which repository a module is. git gets helpers by variables, so that nothing of
//! its configuration is written anywhere: one that prints the binding's file, and for a netrc, of which git reads only the one in the home
//! directory, git's own store on a copy in the scratch directory, which ends with the build.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use fs_err::OpenOptions;
use fs_err::os::unix::fs::OpenOptionsExt as _;

use buildpack_kit::bindings::{
    BindingError, BindingKind, Bindings, GitSetting, git_variables, shell_word,
};
use buildpack_kit::environment::Environment;

/// What clients are told of credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// Variables of every `go` command, which hands them on to git.
    pub(crate) variables: Vec<(OsString, OsString)>,
    /// The bindings that are used, sorted.
    pub(crate) bindings: Vec<String>,
}

/// Points the clients to the bindings.
pub(crate) fn prepare(
    bindings: &Bindings,
    environment: &Environment,
    scratch: &Path,
) -> Result<Credentials, BindingError> {
    let mut credentials = Credentials::default();
    let mut settings: Vec<GitSetting> = Vec::new();
    if let Some(netrc) = bindings.file(BindingKind::Netrc)? {
        let store = scratch.join("git-credentials");
        let text = fs_err::read(&netrc.path)?;
        let mut file = OpenOptions::new();
        let file = file.mode(0o600).write(true).create_new(true);
        file.open(&store)?
            .write_all(store_of_netrc(&String::from_utf8_lossy(&text)).as_bytes())?;
        let helper = format!("store --file={}", shell_word(&store));
        settings.push(("credential.helper".to_owned(), helper));
        credentials
            .variables
            .push(("NETRC".into(), netrc.path.into()));
        credentials.bindings.push(netrc.binding);
    }
    let helpers = bindings.git_helpers()?;
    if !helpers.is_empty() && environment.raw("GOAUTH").is_none() {
        let ways = format!("git {};netrc", scratch.display());
        credentials.variables.push(("GOAUTH".into(), ways.into()));
    }
    for (binding, setting) in helpers {
        settings.push(setting);
        credentials.bindings.push(binding);
    }
    credentials.bindings.sort();
    let given = environment.user().get(OsStr::new("GIT_CONFIG_COUNT"));
    credentials
        .variables
        .extend(git_variables(&settings, given.map(OsString::as_os_str)));
    Ok(credentials)
}

/// The lines of git's store for the machines of a netrc: addresses with a user and a password.
fn store_of_netrc(text: &str) -> String {
    // Writing to a string can't fail.
    let mut store = String::new();
    let (mut machine, mut login) = (None, None);
    let mut words = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(str::split_whitespace);
    while let Some(word) = words.next() {
        match word {
            "machine" => (machine, login) = (words.next(), None),
            "default" | "macdef" => (machine, login) = (None, None),
            "login" => login = words.next(),
            "password" => {
                if let (Some(machine), Some(login), Some(password)) = (machine, login, words.next())
                {
                    let (login, password) = (escaped(login), escaped(password));
                    let _ = writeln!(store, "https://{login}:{password}@{machine}");
                }
            }
            _ => {}
        }
    }
    store
}

/// As an address has it, where `:`, `/` and `@` separate.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_netrc_is_read_word_by_word() {
        for (text, expected) in [
            (
                "machine a.example login me password p@ss:/",
                "me:p%40ss%3A%2F@a.example\n",
            ),
            (
                "machine a login x\npassword 1\n# machine c login c password c\nmachine b\n  login y password 2\n",
                "x:1@a\ny:2@b\n",
            ),
            ("default login x password y", ""),
            ("machine a password y", ""),
            ("", ""),
        ] {
            let store = store_of_netrc(text).replace("https://", "");
            assert_eq!(store, expected, "{text}");
        }
    }

    #[test]
    fn clients_are_pointed_to_the_bindings() {
        let directory = testkit::directory(
            "
-- bindings/n/type --
netrc
-- bindings/n/.netrc --
machine a.example login me password secret
-- bindings/it's/type --
git-credentials
-- bindings/it's/credentials --
username=me
password=secret
-- bindings/it's/context --
https://git.example
-- scratch/ --
",
        );
        let bindings = Bindings::read(&directory.path().join("bindings")).unwrap();
        let environment = Environment::new([("GIT_CONFIG_COUNT", "2")], [("PATH", "")]);
        let scratch = directory.path().join("scratch");
        let credentials = prepare(&bindings, &environment, &scratch).unwrap();
        let root = directory.path().display().to_string();
        let lines: Vec<String> = credentials
            .variables
            .iter()
            .map(|(name, value)| {
                format!("{}={}", name.display(), value.display())
                    .replace(&root, "ROOT")
                    .replace("https://", "ADDRESS ")
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        NETRC=ROOT/bindings/n/.netrc
        GOAUTH=git ROOT/scratch;netrc
        GIT_CONFIG_COUNT=4
        GIT_CONFIG_KEY_2=credential.helper
        GIT_CONFIG_VALUE_2=store --file='ROOT/scratch/git-credentials'
        GIT_CONFIG_KEY_3=credential.ADDRESS git.example.helper
        GIT_CONFIG_VALUE_3=!f() { test "$1" != get || cat 'ROOT/bindings/it'\''s/credentials'; }; f
        "#);
        assert_eq!(credentials.bindings, ["it's", "n"]);
        insta::assert_snapshot!(testkit::tree_without_digests(&scratch), @"git-credentials  file 0600");
    }

    #[test]
    fn without_bindings_nothing_is_set() {
        let environment = Environment::default();
        let none = prepare(
            &Bindings::default(),
            &environment,
            Path::new("/nonexistent"),
        )
        .unwrap();
        assert_eq!(none, Credentials::default());
    }
}
