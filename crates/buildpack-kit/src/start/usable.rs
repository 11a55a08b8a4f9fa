//! Whether the kernel and the run image can start what start commands lead to.

use linkage::{Libraries, Missing, ParseError};
use start_command::Place;

use super::{StartError, Starts};
use crate::files::FilesError;

/// A program that a start command leads to and that would not start.
#[derive(Debug, thiserror::Error)]
#[error("{} can't start", .place.token)]
pub struct Unusable {
    /// Where it was named.
    pub place: Place,
    /// Why.
    pub problem: Problem,
}

/// Why a program would not start.
#[derive(Debug)]
pub enum Problem {
    /// Its headers say nothing that makes sense.
    Damaged(ParseError),
    /// It is for another machine than the image.
    Foreign {
        /// What it is for: `arm64`.
        machine: String,
        /// What the image is for.
        target: String,
    },
    /// The run image lacks a loader or libraries.
    Lacking(Vec<Missing>),
}

impl Starts {
    /// Looks at the programs among the files that commands lead to; scripts are what start-command said of them.
    ///
    /// # Errors
    /// At the first that would not start in an image for `target` (`amd64`) on a run image with these libraries.
    pub fn check_programs(&self, target: &str, libraries: &Libraries) -> Result<(), StartError> {
        for located in self.located() {
            let Some(file) = &located.file else { continue };
            let bytes = fs_err::read(file).map_err(FilesError::from)?;
            if !linkage::is_elf(&bytes) {
                continue;
            }
            if let Some(problem) = problem(&bytes, target, libraries) {
                let place = (*located.place).clone();
                return Err(Box::new(Unusable { place, problem }).into());
            }
        }
        Ok(())
    }
}

fn problem(bytes: &[u8], target: &str, libraries: &Libraries) -> Option<Problem> {
    let elf = match linkage::parse(bytes) {
        Ok(elf) => elf,
        Err(error) => return Some(Problem::Damaged(error)),
    };
    let machine = elf.machine.to_string();
    if machine != target {
        let target = target.to_owned();
        return Some(Problem::Foreign { machine, target });
    }
    let missing = libraries.missing(&elf);
    (!missing.is_empty()).then_some(Problem::Lacking(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_for_the_machine_and_the_libraries_of_the_image() {
        let own = fs_err::read("/proc/self/exe").unwrap();
        let machine = linkage::parse(&own).unwrap().machine.to_string();
        let none = Libraries::default();
        let problem_for = |target: &str| problem(&own, target, &none);
        assert!(matches!(
            problem_for("s390x"),
            Some(Problem::Foreign { .. })
        ));
        assert!(matches!(problem_for(&machine), Some(Problem::Lacking(_))));
        let cut = problem(&own[..80], &machine, &none);
        assert!(matches!(cut, Some(Problem::Damaged(_))));
    }
}
