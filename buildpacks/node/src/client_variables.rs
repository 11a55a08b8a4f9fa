//! The variables of npm and everything else that a build runs, and the files of settings that bindings bring.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use buildpack_kit::bindings::{BindingError, BindingKind, Bindings, git_variables};
use buildpack_kit::certificates::{SYSTEM_BUNDLE, Trust};
use buildpack_kit::environment::Environment;
use buildpack_kit::output::Output;
use fs_err::os::unix::fs::symlink;

use crate::{log, settings};

/// The settings of npm that this machine has, which the platform hands on.
const OF_MACHINE: &str = "CORACLE_NPMRC";

/// What every command sees: nothing is sent anywhere, nothing is asked, and two builds make the same. Browsers would be
/// downloaded to the home directory of the build, which no image has.
const COMMON: [(&str, &str); 21] = [
    ("ASTRO_TELEMETRY_DISABLED", "1"),
    ("COREPACK_ENABLE_AUTO_PIN", "0"),
    ("COREPACK_ENABLE_DOWNLOAD_PROMPT", "0"),
    ("COREPACK_ENABLE_STRICT", "0"),
    ("CYPRESS_INSTALL_BINARY", "0"),
    ("DISABLE_OPENCOLLECTIVE", "1"),
    ("GATSBY_TELEMETRY_DISABLED", "1"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("HUSKY", "0"),
    // Of node-gyp, which takes one processor otherwise.
    ("JOBS", "max"),
    ("NEXT_TELEMETRY_DISABLED", "1"),
    ("NO_UPDATE_NOTIFIER", "1"),
    ("NG_CLI_ANALYTICS", "false"),
    ("NUXT_TELEMETRY_DISABLED", "1"),
    ("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"),
    ("PUPPETEER_SKIP_CHROMIUM_DOWNLOAD", "true"),
    ("PUPPETEER_SKIP_DOWNLOAD", "true"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("SOURCE_DATE_EPOCH", "315532801"),
    ("TURBO_TELEMETRY_DISABLED", "1"),
    ("NO_COLOR", "1"),
];

/// What commands of a build see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Clients {
    pub(crate) variables: BTreeMap<OsString, OsString>,
    /// The registry of packages without a scope, where settings name one.
    pub(crate) registry: Option<String>,
}

impl Clients {
    /// Adds a variable that the user doesn't set.
    pub(crate) fn offer(&mut self, (name, value): (&str, &str)) {
        let variables = &mut self.variables;
        variables.entry(name.into()).or_insert_with(|| value.into());
    }
}

/// The user's own variables, the machine's, and what bindings say. Files of settings are in a home directory of this
/// build only.
pub(crate) fn prepare(
    environment: &Environment,
    bindings: &Bindings,
    scratch: &Path,
    output: &Output,
) -> Result<Clients, BindingError> {
    let trust = Trust::prepare(bindings, environment, scratch)?;
    let home = scratch.join("home");
    fs_err::create_dir_all(&home)?;
    let mut used = Vec::new();
    let registry = settings_of_npm(environment, bindings, &home, &mut used)?;
    let places: [(BindingKind, &[&str]); 3] = [
        (BindingKind::Pnpmrc, &[".config/pnpm/rc"]),
        // The first Yarn reads the one, its successors the other.
        (BindingKind::Yarnrc, &[".yarnrc", ".yarnrc.yml"]),
        (BindingKind::Netrc, &[".netrc"]),
    ];
    for (kind, files) in places {
        let Some(bound) = bindings.file(kind)? else {
            continue;
        };
        for file in files {
            let link = home.join(file);
            fs_err::create_dir_all(link.parent().unwrap_or(&home))?;
            symlink(&bound.path, link)?;
        }
        used.push(bound.binding);
    }
    let mut git = Vec::new();
    for (binding, setting) in bindings.git_helpers()? {
        git.push(setting);
        used.push(binding);
    }
    used.sort();
    log::bindings(output, &trust.bindings, &used);

    let mut variables = settings::inherited(environment);
    for (name, value) in COMMON {
        variables.entry(name.into()).or_insert_with(|| value.into());
    }
    variables.extend(git_variables(&git, environment.raw("GIT_CONFIG_COUNT")));
    variables.extend(trust.variables);
    variables.insert("HOME".into(), home.clone().into());
    variables.insert("XDG_CONFIG_HOME".into(), home.join(".config").into());
    variables.insert("TMPDIR".into(), scratch.into());
    trust_the_system(&mut variables);
    Ok(Clients {
        variables,
        registry,
    })
}

/// Writes `.npmrc` of the home directory, which all package managers but the later Yarns read: what the machine says,
/// and then what a binding says, which counts more. Returns the registry.
fn settings_of_npm(
    environment: &Environment,
    bindings: &Bindings,
    home: &Path,
    used: &mut Vec<String>,
) -> Result<Option<String>, BindingError> {
    let of_machine = environment.raw(OF_MACHINE).unwrap_or_default();
    let mut text = of_machine.to_string_lossy().into_owned();
    if let Some(bound) = bindings.file(BindingKind::Npmrc)? {
        text.push('\n');
        text.push_str(&String::from_utf8_lossy(&fs_err::read(&bound.path)?));
        used.push(bound.binding);
    }
    if !text.trim().is_empty() {
        write_private(&home.join(".npmrc"), &text)?;
    }
    let mut lines = text.lines().rev().filter_map(|line| line.split_once('='));
    let registry = lines.find(|(name, _)| name.trim() == "registry");
    Ok(registry.map(|(_, value)| value.trim().trim_matches('"').to_owned()))
}

/// It may hold a token.
fn write_private(file: &Path, text: &str) -> Result<(), std::io::Error> {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::write(file, "")?;
    fs_err::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
    fs_err::write(file, text)
}

/// Node trusts a list of authorities of its own unless it is told otherwise, and not what a company has put into the
/// build image or the machine.
fn trust_the_system(variables: &mut BTreeMap<OsString, OsString>) {
    let set = |name: &str| {
        variables
            .get(OsStr::new(name))
            .filter(|value| !value.is_empty())
            .cloned()
    };
    if set("NODE_EXTRA_CA_CERTS").is_none() {
        let bundle = set("SSL_CERT_FILE").unwrap_or_else(|| SYSTEM_BUNDLE.into());
        if PathBuf::from(&bundle).is_file() {
            variables.insert("NODE_EXTRA_CA_CERTS".into(), bundle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_where_clients_look_and_nothing_else_is_told_of_them() {
        let root = testkit::directory(
            "
-- bindings/a/type --
npmrc
-- bindings/a/.npmrc --
registry = https://packages.example.com/
//packages.example.com/:_authToken=canary
-- bindings/b/type --
yarnrc
-- bindings/b/.yarnrc.yml --
npmAuthToken: canary
-- bindings/c/type --
pnpmrc
-- bindings/c/pnpmrc --
-- scratch/ --
",
        );
        let bindings = Bindings::read(&root.path().join("bindings")).unwrap();
        let of_machine =
            "@team:registry=https://team.example.com/\nregistry=https://machine.example.com/\n";
        let environment = Environment::new(
            [(OF_MACHINE, of_machine), ("HUSKY", "2")],
            [("PATH", "/bin")],
        );
        let scratch = root.path().join("scratch");
        let output = Output::from_environment(&environment).unwrap();
        let clients = prepare(&environment, &bindings, &scratch, &output).unwrap();
        assert_eq!(
            clients.registry.as_deref(),
            Some("https://packages.example.com/")
        );
        let text = fs_err::read_to_string(scratch.join("home/.npmrc")).unwrap();
        assert!(
            text.starts_with("@team:registry=") && text.contains("canary"),
            "{text}"
        );
        let variables = format!("{:?}", clients.variables);
        assert!(
            !variables.contains("canary") && !variables.contains(OF_MACHINE),
            "{variables}"
        );
        assert_eq!(clients.variables[OsStr::new("HUSKY")], "2");
        insta::assert_snapshot!(testkit::tree_without_digests(&scratch).replace(&root.path().display().to_string(), "ROOT"), @"
        home                  dir  0755
        home/.config          dir  0755
        home/.config/pnpm     dir  0755
        home/.config/pnpm/rc  link -> ROOT/bindings/c/pnpmrc
        home/.npmrc           file 0600
        home/.yarnrc          link -> ROOT/bindings/b/.yarnrc.yml
        home/.yarnrc.yml      link -> ROOT/bindings/b/.yarnrc.yml
        ");
    }
}
