//! The launch processes of the programs.

use std::path::Path;

use buildpack_kit::process::{ProcessError, Program, name_of, processes};
use libcnb::data::launch::Process;

use crate::packages::MainPackage;

/// One direct process for each program, by its absolute path, and `web`.
pub(crate) fn of(
    targets: &[MainPackage],
    bin_directory: &Path,
) -> Result<Vec<Process>, ProcessError> {
    let programs: Vec<Program> = targets
        .iter()
        .map(|target| {
            let path = bin_directory.join(&target.program);
            Program::new(name_of(&target.program), path.display().to_string())
        })
        .collect();
    processes(&programs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_starts_by_its_path() {
        let target = MainPackage {
            import_path: "example.com/a+b".into(),
            directory: "".into(),
            program: "a+b".into(),
        };
        let processes = of(&[target], Path::new("/layers/coracle_go/binaries/bin")).unwrap();
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
