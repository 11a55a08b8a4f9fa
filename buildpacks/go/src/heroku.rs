//! Comments in `go.mod` that Heroku's buildpack reads: `// +heroku goVersion go1.26` and
//! `// +heroku install ./cmd/web ./cmd/worker`.

use std::path::Path;

use buildpack_kit::environment::{Origin, Sourced};

use crate::go_version::Requested;

/// What the comments of a `go.mod` say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heroku {
    /// Whether there is any; such an app may have files that are compiled with the tag `heroku` only.
    pub(crate) is_there: bool,
    pub(crate) version: Option<Sourced<Requested>>,
    pub(crate) install: Option<Sourced<Vec<String>>>,
}

/// Reads the comments of the text of a `go.mod`; of several of one kind the last counts, as it does there. A
/// version that is none is returned as an error.
pub(crate) fn parse(file: &Path, text: &str) -> Result<Heroku, Sourced<String>> {
    let mut heroku = Heroku::default();
    for (index, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        if (words.next(), words.next()) != (Some("//"), Some("+heroku")) {
            continue;
        }
        heroku.is_there = true;
        let origin = Origin::line(file, index + 1);
        let (directive, values) = (words.next(), words.map(str::to_owned).collect::<Vec<_>>());
        match directive {
            Some("goVersion") if !values.is_empty() => {
                let text = values.join(" ");
                heroku.version = Some(match text.parse() {
                    Ok(version) => Sourced::new(version, origin),
                    Err(_) => return Err(Sourced::new(text, origin)),
                });
            }
            Some("install") if !values.is_empty() => {
                heroku.install = Some(Sourced::new(values, origin));
            }
            _ => {}
        }
    }
    Ok(heroku)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Heroku, Sourced<String>> {
        parse(Path::new("go.mod"), text)
    }

    #[test]
    fn the_comments_are_read_with_their_lines() {
        let text = "module example.com/app\n\n// +heroku goVersion go1.26\n// +heroku install ./cmd/a  ./b/...\ngo 1.21\n";
        assert_eq!(
            read(text),
            Ok(Heroku {
                is_there: true,
                version: Some(Sourced::new(
                    "1.26".parse().unwrap(),
                    Origin::line("go.mod", 3)
                )),
                install: Some(Sourced::new(
                    vec!["./cmd/a".into(), "./b/...".into()],
                    Origin::line("go.mod", 4)
                )),
            })
        );
    }

    #[test]
    fn other_comments_say_nothing() {
        for text in [
            "",
            "//+heroku install ./x",
            "// + heroku install ./x",
            "go 1.21 // +heroku install ./x",
        ] {
            assert_eq!(read(text), Ok(Heroku::default()), "{text}");
        }
        let only = Heroku {
            is_there: true,
            ..Heroku::default()
        };
        assert_eq!(read("// +heroku install\n// +heroku other x\n"), Ok(only));
    }

    #[test]
    fn a_version_that_is_none_is_an_error() {
        let wrong = Sourced::new("newest".to_owned(), Origin::line("go.mod", 1));
        assert_eq!(read("// +heroku goVersion newest\n"), Err(wrong));
    }
}
