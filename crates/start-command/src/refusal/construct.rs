//! Parts of the shell language that are not accepted.

/// A part of the shell language that is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Construct {
    /// `a | b`.
    Pipe,
    /// `a &`.
    Background,
    /// `> file`.
    Redirection,
    /// `<< END`.
    HereDocument,
    /// `( … )`.
    Subshell,
    /// `{ …; }`.
    Group,
    /// `$( … )` or backticks.
    CommandSubstitution,
    /// `$(( … ))`.
    Arithmetic,
    /// `$1`, `$@`, `$#`, `$?`, `$$`.
    SpecialParameter,
    /// `*`, `?`, `[…]`.
    Pattern,
    /// `if`, `for`, `while`, `case`.
    Compound,
    /// `f() { …; }`.
    Function,
    /// `! command`.
    Negation,
    /// `~user`.
    UserHome,
    /// `${V%x}` and its kin.
    Operator,
    /// What bash has and sh has not: `$'…'`, `[[ … ]]`, `a=(…)`, `a+=b`.
    Bash,
    /// A variable that a shell sets itself: `$PPID`, `$RANDOM`.
    ShellVariable,
    /// A variable that only npm sets: `$npm_package_version`.
    NpmVariable,
    /// Quotes in a place where shells differ.
    NestedQuotes,
    /// A quote without its end.
    UnterminatedQuote,
    /// `${` without its end.
    UnterminatedExpansion,
    /// A backslash at the end.
    TrailingBackslash,
    /// A character that can't be seen, or one that only looks like a blank.
    Invisible,
    /// Nothing that a shell could read.
    Syntax,
}

impl Construct {
    pub(super) fn is_of_dash(self) -> bool {
        match self {
            Self::Pipe
            | Self::Background
            | Self::Redirection
            | Self::HereDocument
            | Self::Subshell
            | Self::Group
            | Self::CommandSubstitution
            | Self::Arithmetic
            | Self::SpecialParameter
            | Self::Pattern
            | Self::Compound
            | Self::Function
            | Self::Negation
            | Self::UserHome
            | Self::Operator
            | Self::ShellVariable
            | Self::NestedQuotes => true,
            Self::Bash
            | Self::NpmVariable
            | Self::UnterminatedQuote
            | Self::UnterminatedExpansion
            | Self::TrailingBackslash
            | Self::Invisible
            | Self::Syntax => false,
        }
    }
}
