//! `.python-version`, as pyenv and uv read it, and `runtime.txt`, as Heroku once did.

use std::path::Path;

use buildpack_kit::environment::{Origin, Sourced};

use crate::python_version::{InvalidVersion, Requested};

/// The file that pyenv and uv read.
pub(crate) const PYTHON_VERSION: &str = ".python-version";

/// The file that Heroku read.
pub(crate) const RUNTIME: &str = "runtime.txt";

/// What a file of versions says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionFile {
    /// What its first line that counts asks for.
    pub(crate) requested: Sourced<Requested>,
    /// Further lines, which pyenv would offer too.
    pub(crate) others: Vec<String>,
}

/// A file of versions that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum VersionFileError {
    /// There is no line that counts.
    #[error("{file} is empty")]
    Empty { file: String },
    /// The line that counts is no version.
    #[error("{text:?} of {file} is no version")]
    Invalid {
        file: String,
        line: usize,
        text: String,
        reason: InvalidVersion,
    },
}

/// The first line that is neither empty nor a comment decides.
pub(crate) fn parse(file: &Path, text: &str) -> Result<VersionFile, VersionFileError> {
    let lines = text.lines().enumerate();
    let mut lines = lines
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let name = file.display().to_string();
    let Some((line, first)) = lines.next() else {
        return Err(VersionFileError::Empty { file: name });
    };
    let written = first.split(" #").next().unwrap_or_default().trim();
    match written.parse() {
        Ok(requested) => Ok(VersionFile {
            requested: Sourced::new(requested, Origin::line(file, line)),
            others: lines.map(|(_, line)| line.to_owned()).collect(),
        }),
        Err(reason) => Err(VersionFileError::Invalid {
            file: name,
            line,
            text: first.to_owned(),
            reason,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_counts_decides() {
        let rows = [
            "3.12\n",
            "# for pyenv\n\n  python-3.12.4  # see the wiki\n3.11\n3.10\n",
            "3.13\r\n",
            ">=3.11,<3.14\n",
            "",
            "# nothing\n\n",
            "\u{feff}3.12\n",
            "3.12-dev\n",
            "pypy3.10\n",
        ];
        let lines = rows.map(|text| match parse(Path::new(PYTHON_VERSION), text) {
            Ok(file) => {
                let Sourced { value, origin } = &file.requested;
                format!("{text:?}: {value} from {origin}, others {:?}", file.others)
            }
            Err(error) => format!("{text:?}: {error}"),
        });
        insta::assert_snapshot!(lines.join("\n"), @r##"
        "3.12\n": 3.12 from .python-version line 1, others []
        "# for pyenv\n\n  python-3.12.4  # see the wiki\n3.11\n3.10\n": 3.12.4 from .python-version line 3, others ["3.11", "3.10"]
        "3.13\r\n": 3.13 from .python-version line 1, others []
        ">=3.11,<3.14\n": >=3.11,<3.14 from .python-version line 1, others []
        "": .python-version is empty
        "# nothing\n\n": .python-version is empty
        "\u{feff}3.12\n": "\u{feff}3.12" of .python-version is no version
        "3.12-dev\n": "3.12-dev" of .python-version is no version
        "pypy3.10\n": "pypy3.10" of .python-version is no version
        "##);
    }
}
