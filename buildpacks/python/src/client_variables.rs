//! The variables of uv, git and everything else that a build runs.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use buildpack_kit::bindings::Bindings;
use buildpack_kit::certificates::Trust;
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
    Ok(variables)
}
