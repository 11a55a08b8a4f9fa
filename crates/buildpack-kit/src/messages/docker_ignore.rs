//! A `.dockerignore` that can't be used.

use explain::{Explain, Message};

use super::pointed;
use crate::docker_ignore::{DockerIgnoreError, PatternProblem};

impl Explain for DockerIgnoreError {
    fn explain(&self) -> Message {
        let (line, text, column, problem) = match self {
            Self::Files(error) => return error.explain(),
            Self::Line {
                line,
                text,
                column,
                problem,
            } => (line, text, *column, problem),
        };
        let finding = match problem {
            PatternProblem::Empty => {
                "Nothing follows the !, which makes an exception of a pattern:\n\
                 !README.md"
            }
            PatternProblem::OpenClass => {
                "This [ is never closed. To mean the character itself, write \\["
            }
            PatternProblem::Class => {
                "What stands in these brackets is no list of characters and ranges, such\n\
                 as [abc] or [^0-9]. A - or ] of its own has a backslash before it."
            }
            PatternProblem::Escape => {
                "Nothing follows the backslash. To mean the character itself, write \\\\"
            }
        };
        let title = format!("Line {line} of .dockerignore can't be read");
        Message::yours("dockerignore/pattern", title)
            .body(format!("{}\n{finding}", pointed(text, column)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::tests::render;

    #[test]
    fn patterns() {
        let line = |text: &str, column, problem| DockerIgnoreError::Line {
            line: 3,
            text: text.into(),
            column,
            problem,
        };
        insta::assert_snapshot!(render(&[
            &line("!", 1, PatternProblem::Empty),
            &line("static/[id", 7, PatternProblem::OpenClass),
            &line("a[z-a]", 1, PatternProblem::Class),
            &line("a\\", 1, PatternProblem::Escape),
        ]), @r"
        Yours [Error: Line 3 of .dockerignore can't be read]
        !
         ^
        Nothing follows the !, which makes an exception of a pattern:
        !README.md
        (dockerignore/pattern)

        Yours [Error: Line 3 of .dockerignore can't be read]
        static/[id
               ^
        This [ is never closed. To mean the character itself, write \[
        (dockerignore/pattern)

        Yours [Error: Line 3 of .dockerignore can't be read]
        a[z-a]
         ^
        What stands in these brackets is no list of characters and ranges, such
        as [abc] or [^0-9]. A - or ] of its own has a backslash before it.
        (dockerignore/pattern)

        Yours [Error: Line 3 of .dockerignore can't be read]
        a\
         ^
        Nothing follows the backslash. To mean the character itself, write \\
        (dockerignore/pattern)
        ");
    }
}
