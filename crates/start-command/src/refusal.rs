//! Why a start command is refused: facts only.

mod construct;

pub use self::construct::Construct;
use crate::image::NoCommand;
use crate::script::Place;

/// A start command that can't be run without a shell, or not at all in this image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason:?}", .place.source)]
pub struct Refusal {
    /// What is wrong.
    pub reason: Reason,
    /// Where it was written.
    pub place: Box<Place>,
}

impl Refusal {
    /// Whether a shell would run the text, dash that is, which has neither bash's language nor other shells
    /// beside it.
    #[must_use]
    pub fn is_for_a_shell(&self) -> bool {
        match &self.reason {
            Reason::Language(construct) => construct.is_of_dash(),
            Reason::Operands { .. } | Reason::OfAShell => true,
            Reason::ShellProgram => ["sh", "dash", "."].contains(&self.place.token.as_str()),
            Reason::Nothing
            | Reason::TooLong
            | Reason::NoDirectory { .. }
            | Reason::Command(_)
            | Reason::Runner(_)
            | Reason::Tool { .. }
            | Reason::StaticSite { .. } => false,
        }
    }

    /// Refuses what is written at a place, for any reason.
    pub(crate) fn at(place: Box<Place>) -> impl Fn(Reason) -> Self {
        move |reason| Self {
            reason,
            place: place.clone(),
        }
    }
}

/// What is wrong with a start command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Shell language outside of the accepted part.
    Language(Construct),
    /// A built-in command with operands that mean something else in another shell, or nothing here.
    Operands {
        /// The command: `cd`.
        command: String,
        /// What it takes.
        takes: &'static str,
    },
    /// A command that only a shell has: `trap`, `[`.
    OfAShell,
    /// `sh`, `bash`, `source`, `.`.
    ShellProgram,
    /// There is nothing to start.
    Nothing,
    /// The text is longer than a start command can be.
    TooLong,
    /// `cd` to a directory that the image hasn't.
    NoDirectory {
        /// Those that there are in its place, sorted.
        there: Vec<String>,
    },
    /// The command isn't what the image can run.
    Command(Missing),
    /// A package manager or its runner, with something that can't be put in its place.
    Runner(RunnerProblem),
    /// A tool for development.
    Tool {
        /// Its name.
        tool: String,
        /// What to write instead.
        instead: &'static str,
    },
    /// A development server of what is a static site when it is built.
    StaticSite {
        /// The tool that serves it.
        tool: String,
    },
}

/// Why a command can't be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// There is no such file.
    NotFound {
        /// Where it was looked for, in order.
        looked: Vec<String>,
    },
    /// It is a file of the app that isn't kept for the image.
    LeftOut {
        /// Its path, relative to the app.
        path: String,
    },
    /// It is a directory or another kind of file.
    NotAFile {
        /// Its path.
        path: String,
    },
    /// It has no permission bit that lets it run.
    NotExecutable {
        /// Its path.
        path: String,
    },
    /// It is a link to something that isn't in the image.
    LinkOutOfImage {
        /// Its path.
        path: String,
    },
    /// Its first line names a program that isn't in the image.
    NoInterpreter {
        /// Its path.
        path: String,
        /// As the first line names it.
        interpreter: String,
    },
    /// Its first line names a shell, or it has none and is no program.
    ShellScript {
        /// Its path.
        path: String,
        /// As the first line names it; `None` for a file without such a line.
        shell: Option<String>,
    },
    /// It is source that none of the programs is compiled from.
    NotCompiled {
        /// As written; empty where nothing is written plainly.
        source: String,
        /// What can be written instead, for each of the programs.
        compiled: Vec<String>,
        /// What has it compiled, ready to copy, where it can be.
        fix: Option<String>,
    },
    /// An option or a variable for the compiler, which has run when the app starts.
    CompilerOption {
        /// As written.
        option: String,
        /// What to do instead.
        fix: CompilerFix,
    },
    /// It can't be read.
    Unreadable {
        /// Its path.
        path: String,
        /// The kernel's reason.
        cause: String,
    },
}

/// What to do instead of giving an option to a compiler that has run; both ready to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompilerFix {
    /// A variable of the build.
    Variable(String),
    /// The command, written in another way.
    Command(String),
}

/// Why what a package manager would do can't be put in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunnerProblem {
    /// There is no such script.
    NoScript {
        /// Its name.
        script: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A script runs itself.
    Recursion {
        /// The names of the scripts, the first again at the end.
        chain: Vec<String>,
    },
    /// No installed package has such a command.
    NotInstalled {
        /// Its name.
        command: String,
    },
    /// There is no package.json there.
    NoPackage {
        /// The directory.
        directory: String,
    },
    /// The app has no package of that name.
    NoWorkspace {
        /// As written.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// An option or sub-command that isn't known.
    Option {
        /// As written.
        option: String,
    },
    /// An option of a runner that would change what is started.
    EnvironmentOption {
        /// The runner: `uv run`.
        runner: &'static str,
        /// As written.
        option: String,
    },
    /// The environment of the app has no such program.
    NotInEnvironment {
        /// The runner: `uv run`.
        runner: &'static str,
        /// Where it was looked for, in order.
        looked: Vec<String>,
    },
    /// What a runner knows by that name is no command.
    NoCommand {
        /// The runner: `pdm run`.
        runner: &'static str,
        /// What it is.
        found: NoCommand,
    },
    /// Arguments for a script that ends in something that takes none.
    Arguments {
        /// The script.
        script: String,
    },
}
