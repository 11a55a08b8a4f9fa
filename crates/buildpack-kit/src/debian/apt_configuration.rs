//! The configuration of apt in a root of its own.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// `directory` is kept for the next build, with the index and the cache of it that knows no `status`; `scratch` isn't.
/// `Dir::Etc` itself stays the build image's, whose `trusted.gpg.d` has Debian's keys.
pub(super) fn configuration(
    [directory, scratch]: [&Path; 2],
    list: &str,
    variables: &BTreeMap<OsString, OsString>,
) -> String {
    let set = |name: &str| {
        let value = variables
            .get(OsStr::new(name))
            .filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    let mut more = String::new();
    if let Some(bundle) = set("SSL_CERT_FILE") {
        let _ = writeln!(more, "Acquire::https::CAInfo \"{}\";", bundle.display());
    }
    // Its format is that of apt_auth.conf(5).
    let netrc = set("NETRC").or_else(|| Some(set("HOME")?.join(".netrc")));
    let netrc = netrc
        .filter(|path| path.is_file())
        .unwrap_or_else(|| "/dev/null".into());
    let _ = writeln!(more, "Dir::Etc::netrc \"{}\";", netrc.display());
    let (directory, scratch) = (directory.display(), scratch.display());
    format!(
        r#"{more}Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Get::AllowUnauthenticated "false";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Dir::Cache "{directory}/cache";
Dir::Cache::pkgcache "";
Dir::Etc::main "/dev/null";
Dir::Etc::netrcparts "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "{scratch}/{list}";
Dir::Etc::sourceparts "/dev/null";
Dir::Log "{directory}/log";
Dir::State "{directory}";
Dir::State::extended_states "{directory}/extended_states";
Dir::State::lists "{directory}/lists";
Dir::State::status "{scratch}/status";
"#
    )
}
