//! Where start commands are written, the first that counts first.

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use start_command::Script;
use start_command::procfile::{self, LARGEST, Procfile};

use super::{StartCommand, StartCommands, StartError, origin_of};
use crate::bindings::{BindingKind, Bindings};
use crate::environment::Environment;
use crate::files::FilesError;
use crate::process::WEB;

/// The file of the app.
const PROCFILE: &str = "Procfile";

/// Names the start command, whatever a Procfile says.
const ENTRYPOINT: &str = "GOOGLE_ENTRYPOINT";

/// Names it where no Procfile does, in this order.
const DEFAULTS: [&str; 2] = ["BP_PROCFILE_DEFAULT_PROCESS", "RAILPACK_START_CMD"];

/// Makes programs process 1 themselves.
const DIRECT: &str = "BP_DIRECT_PROCESS";

/// Puts Debian's dash into the image.
const INCLUDE_SHELL: &str = "BP_INCLUDE_SHELL";

impl StartCommands {
    /// Reads what the user says is started. Of several commands for one process, the first counts of:
    /// `GOOGLE_ENTRYPOINT`, the binding of a Procfile, the app's Procfile, `BP_PROCFILE_DEFAULT_PROCESS`,
    /// `RAILPACK_START_CMD`.
    ///
    /// # Errors
    /// When one of them can't be read.
    pub fn read(
        app_dir: &Path,
        environment: &Environment,
        bindings: &Bindings,
    ) -> Result<Self, StartError> {
        let mut commands = Self {
            direct: environment.is_on(DIRECT)?,
            with_shell: environment.is_on(INCLUDE_SHELL)?,
            ..Self::default()
        };
        commands.add_variable(ENTRYPOINT, environment)?;
        if let Some(file) = bindings.file(BindingKind::Procfile)? {
            let bytes = fs_err::read(&file.path).map_err(FilesError::from)?;
            let name = format!("Procfile of the binding {}", file.binding);
            commands.add_procfile(procfile::parse(&bytes, &name)?);
        }
        if let Some(bytes) = read_procfile(app_dir)? {
            commands.add_procfile(procfile::parse(&bytes, PROCFILE)?);
        }
        for variable in DEFAULTS {
            commands.add_variable(variable, environment)?;
        }
        Ok(commands)
    }

    fn add_variable(&mut self, name: &str, environment: &Environment) -> Result<(), StartError> {
        if let Some(text) = environment.text(name)? {
            self.add(WEB.to_owned(), Script::of_variable(name, text.value));
        }
        Ok(())
    }

    fn add_procfile(&mut self, procfile: Procfile) {
        self.warnings.extend(procfile.warnings);
        for process in procfile.processes {
            self.add(process.name, process.command);
        }
    }

    fn add(&mut self, name: String, script: Script) {
        let mut commands = self.commands.iter_mut();
        if let Some(first) = commands.find(|command| command.name == name) {
            first.not_used.push(origin_of(&script));
            return;
        }
        self.commands.push(StartCommand {
            name,
            script,
            not_used: Vec::new(),
        });
    }
}

fn read_procfile(app_dir: &Path) -> Result<Option<Vec<u8>>, FilesError> {
    let file = app_dir.join(PROCFILE);
    let unreadable = |error| FilesError::reading(&file, error);
    match fs_err::metadata(&file) {
        Ok(metadata) if metadata.is_file() => {}
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(unreadable(error)),
        // A directory of that name is somebody's own business; a pipe or a device could be read for ever.
        Ok(_) | Err(_) => return Ok(None),
    }
    let mut bytes = Vec::new();
    let opened = fs_err::File::open(&file).map_err(unreadable)?;
    // One byte too many is enough to refuse it.
    let mut opened = opened.take(LARGEST as u64 + 1);
    opened.read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_procfile_is_a_file() {
        for tree in ["-- Procfile -> /dev/zero --\n", "-- Procfile/x --\n"] {
            let app = testkit::directory(tree);
            assert_eq!(read_procfile(app.path()).unwrap(), None, "{tree}");
        }
    }
}
