//! Commands of go in start commands: which of the programs `go build -o` and `go run` mean. Pure.

use std::path::{Path, PathBuf};

use start_command::{CompilerFix, Missing, without_dots};

use crate::build_flags::{quoted, takes_value};
use crate::packages::MainPackage;

/// What `go build -o OUTPUT [PACKAGE]` makes, and of which program.
pub(crate) fn output<'a>(text: &str, targets: &'a [MainPackage]) -> Option<(PathBuf, &'a str)> {
    let mut words = text
        .split_whitespace()
        .skip_while(|word| *word != "build")
        .skip(1);
    let (mut output, mut package) = (None, None);
    while let Some(word) = words.next() {
        match word.split_once('=') {
            Some(("-o" | "--o", value)) => output = Some(value),
            None if word == "-o" || word == "--o" => output = words.next(),
            _ if word.starts_with('-') => {}
            _ => package = Some(word),
        }
    }
    let directory = without_dots(Path::new(package.unwrap_or(".")));
    let directory = match directory.extension() {
        Some(extension) if extension == "go" => directory.parent()?.to_owned(),
        _ => directory,
    };
    let mut of_directory = targets
        .iter()
        .filter(|target| target.directory == directory);
    let target = of_directory.next().or(match targets {
        [only] => Some(only),
        _ => None,
    });
    Some((without_dots(Path::new(output?)), target?.program.as_str()))
}

/// How many words a command has before its arguments, and the program that it means; else which word is in the way,
/// and why.
pub(crate) type Meant<'a> = Result<(usize, &'a str), (usize, Missing)>;

/// Which program `go run PACKAGE` or `go run FILE…` means; nothing for another command.
/// `directory` is where it is called, relative to the app, where that is known; `is_part` says of a file, relative to
/// the app, that it is compiled with its package.
pub(crate) fn run<'a>(
    words: &[String],
    directory: Option<&Path>,
    targets: &'a [MainPackage],
    is_part: &dyn Fn(&Path) -> bool,
) -> Option<Meant<'a>> {
    let [go, run, operands @ ..] = words else {
        return None;
    };
    if go != "go" || run != "run" {
        return None;
    }
    if let Some(missing) = options(operands) {
        return Some(Err((2, missing)));
    }
    let is_file = |word: &&String| Path::new(word).extension() == Some("go".as_ref());
    let files = operands.iter().take_while(is_file).count();
    let source = operands.first().map_or("", String::as_str);
    let program = if files > 0 {
        of_files(&operands[..files], directory, targets, is_part)
    } else {
        of_package(source, directory, targets)
    };
    let refused = || {
        let missing = not_compiled(source, files, directory, targets);
        (1 + operands.len().min(1), missing)
    };
    Some(
        program
            .map(|program| (2 + files.max(1), program))
            .ok_or_else(refused),
    )
}

/// What is wrong with the options before a package, if there are any: the compiler has run.
fn options(operands: &[String]) -> Option<Missing> {
    let mut flags = Vec::new();
    let mut directory = None;
    let mut words = operands.iter().peekable();
    while let Some(option) = words.next_if(|word| word.starts_with('-')) {
        let flag = option.strip_prefix("--").or(option.strip_prefix('-'))?;
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            // A value that isn't written plainly isn't among the words.
            None if takes_value(flag) => (flag, Some(words.next().map_or("…", String::as_str))),
            None => (flag, None),
        };
        match (name, value) {
            ("C", Some(value)) => directory = Some(value),
            // What would start the program.
            ("exec", _) => {}
            (_, Some(value)) => flags.push(quoted(&format!("-{name}={value}"))),
            (_, None) => flags.push(format!("-{name}")),
        }
    }
    let rest: Vec<&str> = words.map(String::as_str).collect();
    let again = format!("go run {}", rest.join(" "));
    let fix = match (directory, flags.as_slice()) {
        (Some(directory), _) => CompilerFix::Command(format!("cd {directory} && {again}")),
        (None, []) => CompilerFix::Command(again),
        _ => CompilerFix::Variable(format!("BP_GO_BUILD_FLAGS={}", flags.join(" "))),
    };
    let option = operands
        .first()
        .filter(|word| word.starts_with('-'))?
        .clone();
    Some(Missing::CompilerOption { option, fix })
}

/// The program of files of one package.
fn of_files<'a>(
    files: &[String],
    directory: Option<&Path>,
    targets: &'a [MainPackage],
    is_part: &dyn Fn(&Path) -> bool,
) -> Option<&'a str> {
    let directory = directory?;
    let files = files.iter().map(|file| without_dots(&directory.join(file)));
    let files: Vec<PathBuf> = files.collect();
    let target = in_directory(files.first()?.parent()?, targets)?;
    let is_of_it = |file: &PathBuf| file.parent() == Some(&target.directory) && is_part(file);
    files.iter().all(is_of_it).then_some(&target.program)
}

/// The program of a package, which is a path where it begins as one.
fn of_package<'a>(
    package: &str,
    directory: Option<&Path>,
    targets: &'a [MainPackage],
) -> Option<&'a str> {
    let target = if is_path(package) {
        in_directory(&without_dots(&directory?.join(package)), targets)
    } else {
        targets.iter().find(|target| target.import_path == package)
    };
    target.map(|target| target.program.as_str())
}

/// Whether go takes a package for a path.
fn is_path(package: &str) -> bool {
    let first = package.split('/').next();
    first.is_some_and(|first| [".", ".."].contains(&first))
}

fn in_directory<'a>(directory: &Path, targets: &'a [MainPackage]) -> Option<&'a MainPackage> {
    targets.iter().find(|target| target.directory == directory)
}

fn not_compiled(
    source: &str,
    files: usize,
    directory: Option<&Path>,
    targets: &[MainPackage],
) -> Missing {
    let compiled = targets
        .iter()
        .map(|target| match target.directory.to_str() {
            Some(_) if target.directory.is_relative() => written(&target.directory),
            _ => target.import_path.clone(),
        });
    let compiled: Vec<String> = compiled.collect();
    let package = match files {
        0 => Some(Path::new(source)).filter(|_| is_path(source) && !source.contains("...")),
        _ => Path::new(source).parent(),
    };
    let package = package.zip(directory);
    let package = package.map(|(package, directory)| without_dots(&directory.join(package)));
    // What is compiled and was named in a way that can't be followed isn't for the build to add.
    let other = package.filter(|package| in_directory(package, targets).is_none());
    let all = compiled.join(":");
    Missing::NotCompiled {
        source: source.to_owned(),
        fix: other.map(|other| format!("BP_GO_TARGETS={all}:{}", written(&other))),
        compiled,
    }
}

/// A directory as go takes it for one.
fn written(directory: &Path) -> String {
    match directory.to_str() {
        Some("") => ".".to_owned(),
        _ if directory.starts_with("..") => directory.display().to_string(),
        _ => format!("./{}", directory.display()),
    }
}

#[cfg(test)]
#[path = "go_words_tests.rs"]
mod tests;
