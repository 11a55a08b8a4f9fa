//! The launch processes of the programs.

use std::path::Path;

use buildpack_kit::process::{ProcessError, Program, processes};
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
            Program::new(process_type(&target.program), path.display().to_string())
        })
        .collect();
    processes(&programs)
}

/// The name of the program; characters that no process type may have become dashes.
fn process_type(program: &str) -> String {
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    let characters = program.chars();
    characters
        .map(|character| {
            if is_allowed(character) {
                character
            } else {
                '-'
            }
        })
        .collect()
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
