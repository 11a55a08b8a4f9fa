//! Which file is the program when nobody said so.

use buildpack_kit::environment::Origin;

use crate::plan::PlanError;
use crate::program::{Format, ProgramFile};
use crate::project::DIRECTORIES;

/// How likely a file is the program that was meant, best first. Files of a lower rank are no choice where
/// there is one of a higher one: a library that lies beside the program, or a copy for macOS.
const RANKS: [fn(&Format) -> bool; 4] = [
    Format::is_program,
    Format::may_be_program,
    |format| !matches!(format, Format::Script { .. }),
    // Only so that the message can name what is there.
    |_| true,
];

/// The only program of the first directory that has one; among several, the one that is called as the
/// project.
pub(crate) fn only_program(
    native: [Vec<ProgramFile>; 2],
    name: Option<&str>,
) -> Result<(ProgramFile, Origin), PlanError> {
    let files = || native.iter().flatten();
    let of_rank = |is: &&fn(&Format) -> bool| files().any(|file| is(&file.format));
    let Some(is_wanted) = RANKS.iter().find(of_rank) else {
        return Err(PlanError::NoProgram);
    };
    for (directory, files) in DIRECTORIES.iter().zip(native) {
        let place = match *directory {
            "" => "at the root",
            _ => "in bin/",
        };
        let mut files = files;
        files.retain(|file| is_wanted(&file.format));
        let named = |file: &ProgramFile| file.path.file_name() == name.map(str::as_ref);
        let named = files.iter().position(named);
        let is_program = files.iter().any(|file| file.format.may_be_program());
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
            // Nothing to choose from: the first shows what is wrong with all of them.
            (_, None) if !is_program => {
                let rule = format!("the first file of its kind {place}");
                return Ok((files.remove(0), Origin::Rule(rule)));
            }
            (_, None) => {
                let paths = files.into_iter().map(|file| file.path).collect();
                return Err(PlanError::Several { paths });
            }
        }
    }
    Err(PlanError::NoProgram)
}
