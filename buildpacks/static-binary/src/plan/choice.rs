//! Which file is the program when nobody said so.

use buildpack_kit::environment::Origin;

use crate::plan::PlanError;
use crate::program::ProgramFile;
use crate::project::DIRECTORIES;

/// The only program of the first directory that has one; among several, the one that is called as the
/// project. Where no file is a program, an ELF file of another kind, so that it can be named.
pub(crate) fn only_program(
    native: [Vec<ProgramFile>; 2],
    name: Option<&str>,
) -> Result<(ProgramFile, Origin), PlanError> {
    let is_program = |file: &ProgramFile| file.format.is_meant_as_program();
    let has_program = native.iter().flatten().any(is_program);
    for (directory, files) in DIRECTORIES.iter().zip(native) {
        let mut files: Vec<ProgramFile> = files
            .into_iter()
            .filter(|file| is_program(file) || !has_program)
            .collect();
        let place = match *directory {
            "" => "at the root",
            _ => "in bin/",
        };
        let named = |file: &ProgramFile| file.path.file_name() == name.map(str::as_ref);
        let named = files.iter().position(named);
        match (files.len(), named) {
            (0, _) => {}
            (1, _) => {
                let rule = format!("the only program {place}");
                return Ok((files.remove(0), Origin::Rule(rule)));
            }
            (_, Some(index)) => {
                let rule = format!("the program {place} that has the project's name");
                return Ok((files.remove(index), Origin::Rule(rule)));
            }
            (_, None) => {
                let paths = files.into_iter().map(|file| file.path).collect();
                return Err(PlanError::Several { paths });
            }
        }
    }
    Err(PlanError::NoProgram)
}
