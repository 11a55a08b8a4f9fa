//! The launch processes of the programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use buildpack_kit::output::Output;
use buildpack_kit::process::{ProcessError, Program, name_of, processes};
use buildpack_kit::start::Starts;
use libcnb::data::launch::Process;

use crate::packages::MainPackage;

/// The processes that the user names, a direct one for each program, by its absolute path, and `web`.
pub(crate) fn of(
    targets: &[MainPackage],
    bin_directory: &Path,
    starts: &Starts,
    output: &Output,
) -> Result<Vec<Process>, ProcessError> {
    let programs: Vec<Program> = targets
        .iter()
        .map(|target| {
            let path = bin_directory.join(&target.program);
            Program::new(name_of(&target.program), path.display().to_string())
        })
        .collect();
    processes(&starts.programs(programs, output))
}

/// The directory of data for each process whose program has one.
pub(crate) fn data_of(
    processes: &[Process],
    data: &BTreeMap<String, PathBuf>,
    app_dir: &Path,
    starts: &Starts,
) -> BTreeMap<String, PathBuf> {
    let of_processes = processes.iter().filter_map(|process| {
        let own = || process.command.first().map(Path::new);
        let file = starts.file_of(&process.command).or_else(own)?;
        let program = file.file_name()?.to_str()?;
        let directory = app_dir.join(data.get(program)?);
        Some((process.r#type.to_string(), directory))
    });
    of_processes.collect()
}

#[cfg(test)]
mod tests {
    use buildpack_kit::environment::Environment;
    use buildpack_kit::start::StartCommands;

    use super::*;

    #[test]
    fn a_program_starts_by_its_path() {
        let target = MainPackage {
            import_path: "example.com/a+b".into(),
            directory: "".into(),
            program: "a+b".into(),
        };
        let none = Environment::new([("", ""); 0], [("PATH", "")]);
        let output = Output::from_environment(&none).unwrap();
        let commands = StartCommands::default();
        let image = start_command::Directories::default();
        let starts = commands.plan(&image, None, Path::new("/layers/coracle_go"));
        let starts = starts.unwrap();
        let bin = Path::new("/layers/coracle_go/binaries/bin");
        let processes = of(&[target], bin, &starts, &output).unwrap();
        let data = BTreeMap::from([("a+b".to_owned(), "cmd/kodata".into())]);
        let directory = PathBuf::from("/workspace/cmd/kodata");
        assert_eq!(
            data_of(&processes, &data, Path::new("/workspace"), &starts),
            BTreeMap::from([("a-b".into(), directory.clone()), ("web".into(), directory)])
        );
        let processes: Vec<_> = processes
            .iter()
            .map(|process| {
                (
                    process.r#type.as_str(),
                    process.command[0].as_str(),
                    process.default,
                )
            })
            .collect();
        let path = "/layers/coracle_go/binaries/bin/a+b";
        assert_eq!(processes, [("web", path, true), ("a-b", path, false)]);
    }
}
