//! The variables of uv, git and everything else that a build runs.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use buildpack_kit::bindings::Bindings;
use buildpack_kit::certificates::{SYSTEM_BUNDLE, Trust};
use buildpack_kit::environment::Environment;
use buildpack_kit::output::Output;

use crate::errors::BuildpackError;
use crate::layers::environment::COMPILER;
use crate::{bound_clients, log, pip_settings, settings};

/// What every command of this build sees: the user's own, the machine's, and what bindings and pip's settings say.
pub(crate) fn all(
    environment: &Environment,
    bindings: &Bindings,
    scratch: &Path,
    output: &Output,
) -> Result<BTreeMap<OsString, OsString>, BuildpackError> {
    let trust = Trust::prepare(bindings, environment, scratch)?;
    let clients = bound_clients::prepare(bindings, environment, scratch)?;
    log::bindings(output, &trust.bindings, &clients.bindings);
    let mut variables: BTreeMap<OsString, OsString> = COMPILER
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    variables.extend(settings::inherited(environment));
    let value = |name: &str| environment.raw(name)?.to_str().map(str::to_owned);
    let of_pip = pip_settings::of_variables(value);
    variables.extend(
        of_pip
            .into_iter()
            .map(|(name, value)| (name.into(), value.into())),
    );
    variables.extend(trust.variables);
    variables.extend(clients.variables);
    trust_the_system(&mut variables);
    Ok(variables)
}

/// uv trusts a list of authorities of its own unless it is told otherwise, and not what a company has put into the
/// build image or the machine.
fn trust_the_system(variables: &mut BTreeMap<OsString, OsString>) {
    let decides = ["SSL_CERT_DIR", "SSL_CERT_FILE", "UV_SYSTEM_CERTS"];
    let is_set = |name: &str| {
        let value = variables.get(OsStr::new(name));
        value.is_some_and(|value| !value.is_empty())
    };
    if !decides.into_iter().any(is_set) {
        variables.insert("SSL_CERT_FILE".into(), SYSTEM_BUNDLE.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uv_trusts_what_the_system_does_unless_the_user_decides() {
        let bundle = ("SSL_CERT_FILE", SYSTEM_BUNDLE);
        for (given, expected) in [
            (vec![], vec![bundle]),
            (vec![("SSL_CERT_FILE", "")], vec![bundle]),
            (
                vec![("SSL_CERT_FILE", "/own.pem")],
                vec![("SSL_CERT_FILE", "/own.pem")],
            ),
            (
                vec![("SSL_CERT_DIR", "/own")],
                vec![("SSL_CERT_DIR", "/own")],
            ),
            (
                vec![("UV_SYSTEM_CERTS", "1")],
                vec![("UV_SYSTEM_CERTS", "1")],
            ),
        ] {
            let map = |pairs: &[(&str, &str)]| -> BTreeMap<OsString, OsString> {
                let pairs = pairs.iter();
                pairs
                    .map(|(name, value)| (name.into(), value.into()))
                    .collect()
            };
            let mut variables = map(&given);
            trust_the_system(&mut variables);
            assert_eq!(variables, map(&expected), "{given:?}");
        }
    }
}
