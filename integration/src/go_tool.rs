//! Programs that tests and the benchmark compile from modules which directories of `integration/` pin.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "starts go, says what takes long"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program `name`, kept in the directory `tools`: the package `package` of the module that
/// `integration/<name>/go.mod` pins. `version_variable` is a variable of its that says its version.
pub(crate) fn compiled(
    tools: &Path,
    name: &str,
    package: &str,
    version_variable: Option<&str>,
) -> Result<PathBuf, String> {
    let module = testkit::workspace_root().join("integration").join(name);
    let text = |path: PathBuf| fs_err::read_to_string(path).map_err(|error| error.to_string());
    let requirements = text(module.join("go.mod"))?;
    let version = version(&requirements, package);
    let version = version.ok_or_else(|| format!("integration/{name}/go.mod pins no {name}"))?;
    let program = tools.join(format!("{name}-{version}"));
    if program.is_file() {
        return Ok(program);
    }
    eprintln!("set-up: compiling {name} {version}");
    fs_err::create_dir_all(tools).map_err(|error| error.to_string())?;
    let work = tempfile::tempdir_in(tools).map_err(|error| error.to_string())?;
    let draft = work.path().join(name);
    let said = version_variable.map(|variable| format!(" -X {variable}={version}"));
    let status = Command::new("go")
        .args(["build", "-mod=readonly", "-buildvcs=false", "-trimpath"])
        .arg(format!("-ldflags=-s -w{}", said.unwrap_or_default()))
        .arg("-o")
        .arg(&draft)
        .arg(package)
        .current_dir(&module)
        .env("CGO_ENABLED", "0")
        .env("GOWORK", "off")
        .status()
        .map_err(|error| format!("go can't be started: {error}"))?;
    if !status.success() {
        return Err(format!("{name} doesn't compile"));
    }
    fs_err::rename(&draft, &program).map_err(|error| error.to_string())?;
    Ok(program)
}

/// The version that a `go.mod` requires, without its `v`.
fn version<'a>(requirements: &'a str, package: &str) -> Option<&'a str> {
    requirements.lines().find_map(|line| {
        let line = line.trim().trim_start_matches("require").trim();
        let rest = line.strip_prefix(package)?.strip_prefix(" v")?;
        rest.split(' ').next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_module_file() {
        for (text, expected) in [
            (
                "require github.com/buildpacks/pack v0.40.6 // indirect",
                Some("0.40.6"),
            ),
            (
                "require (\n\tgithub.com/buildpacks/pack v0.41.0\n)",
                Some("0.41.0"),
            ),
            ("tool github.com/buildpacks/pack\n", None),
        ] {
            assert_eq!(
                version(text, "github.com/buildpacks/pack"),
                expected,
                "{text}"
            );
        }
    }
}
