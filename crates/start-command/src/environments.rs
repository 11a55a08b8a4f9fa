//! `poetry run X` and its kin, as data: runners that look for a program in the environment of an app. An image has
//! one environment, which the build has filled, so X is what is left of them.

use std::path::Path;

/// A runner of programs in an environment.
struct Runner {
    /// How it is called.
    command: &'static str,
    /// Options that mean nothing in an image: what it prints, how it fetches, and whether and how strictly the
    /// environment is brought up to date before.
    idle: &'static [&'static str],
    /// Whether it starts a file `x.py` with Python, and knows `-m`.
    starts_python: bool,
}

const RUNNERS: &[Runner] = &[
    Runner {
        command: "poetry run",
        idle: &[
            "-q",
            "--quiet",
            "-v",
            "-vv",
            "-vvv",
            "--verbose",
            "-n",
            "--no-interaction",
            "--ansi",
            "--no-ansi",
            "--no-cache",
            "--no-plugins",
        ],
        starts_python: false,
    },
    Runner {
        command: "uv run",
        idle: &[
            "-q",
            "--quiet",
            "-v",
            "--verbose",
            "--no-progress",
            "-n",
            "--no-cache",
            "--offline",
            "--native-tls",
            "--no-python-downloads",
            "--no-sync",
            "--frozen",
            "--locked",
            "--exact",
            "--active",
            "--no-dev",
            "--no-default-groups",
            "--no-editable",
            "--no-env-file",
        ],
        starts_python: true,
    },
    Runner {
        command: "pipenv run",
        idle: &["-q", "--quiet", "-v", "--verbose"],
        starts_python: false,
    },
    Runner {
        command: "pdm run",
        idle: &[
            "-q",
            "--quiet",
            "-v",
            "--verbose",
            "-n",
            "--non-interactive",
        ],
        starts_python: true,
    },
];

/// What is left of a command that calls a runner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Left {
    /// The runner by which it was called: `uv run`.
    pub(crate) runner: &'static str,
    /// How many words are dropped.
    pub(crate) dropped: usize,
    /// What stands in their place.
    pub(crate) words: &'static [&'static str],
    /// What the runner looks for first among the commands that it knows itself.
    pub(crate) name: Option<String>,
}

/// Reads a command by the words that are written plainly, from the first on; nothing where it calls no runner.
///
/// # Errors
/// The runner, and which of the words is an option that would change what is started.
pub(crate) fn judge(words: &[String]) -> Result<Option<Left>, (&'static str, usize)> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let name = words.first().copied().unwrap_or_default();
    let is_called = |runner: &&Runner| runner.command.strip_suffix(" run") == Some(name);
    let Some(runner) = RUNNERS.iter().find(is_called) else {
        return Ok(None);
    };
    let Some(run) = words.iter().position(|word| *word == "run") else {
        return Ok(None);
    };
    let is_idle = |word: &&&str| runner.idle.contains(*word);
    let before = 1 + words[1..run].iter().take_while(is_idle).count();
    if before < run {
        // Else another command of the runner, with a word `run` behind it.
        let is_option = words[before].starts_with('-');
        return if is_option {
            Err((runner.command, before))
        } else {
            Ok(None)
        };
    }
    let dropped = run + 1 + words[run + 1..].iter().take_while(is_idle).count();
    let mut left = Left {
        runner: runner.command,
        dropped,
        words: &[],
        name: None,
    };
    match words.get(dropped) {
        Some(&("-m" | "--module")) if runner.starts_python => {
            left.dropped += 1;
            left.words = &["python", "-m"];
            return Ok(Some(left));
        }
        Some(&"--") => left.dropped += 1,
        Some(option) if option.starts_with('-') => {
            return Err((runner.command, dropped));
        }
        _ => {}
    }
    let name = words.get(left.dropped).copied();
    let is_file = |word: &str| Path::new(word).extension() == Some("py".as_ref());
    if runner.starts_python && name.is_some_and(is_file) {
        left.words = &["python"];
    }
    left.name = name.map(str::to_owned);
    Ok(Some(left))
}
