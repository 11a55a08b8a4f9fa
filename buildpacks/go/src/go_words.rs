//! Commands of go in start commands: which of the programs `go build -o` and `go run` mean. Pure.

use std::path::{Path, PathBuf};

use start_command::{Missing, without_dots};

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
    if let Some(option) = operands.first().filter(|word| word.starts_with('-')) {
        let missing = Missing::CompilerOption {
            option: option.clone(),
            fix: format!("BP_GO_BUILD_FLAGS={option}"),
        };
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
            Some("") => ".".to_owned(),
            Some(directory) if target.directory.is_relative() => format!("./{directory}"),
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
        fix: other.map(|other| format!("BP_GO_TARGETS={all}:./{}", other.display())),
        compiled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(directory: &str, program: &str) -> MainPackage {
        MainPackage {
            import_path: format!("example.com/{directory}"),
            directory: directory.into(),
            program: program.to_owned(),
        }
    }

    #[test]
    fn what_go_run_means_is_compiled() {
        let targets = [target("", "shop"), target("cmd/api", "api")];
        let is_part = |file: &Path| !file.ends_with("migrate.go");
        let of = |text: &str, directory: &str| {
            let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            let directory = Some(directory).filter(|directory| *directory != "?");
            let run = run(&words, directory.map(Path::new), &targets, &is_part);
            match run {
                None => "none".to_owned(),
                Some(Ok((dropped, program))) => format!("{program} {}", words[dropped..].join(" ")),
                Some(Err((index, missing))) => format!("{} {missing:?}", words[index]),
            }
        };
        for (text, directory, expected) in [
            ("go run . serve", "", "shop serve"),
            ("go run ./cmd/api --port 80", "", "api --port 80"),
            ("go run ./cmd/api/", "", "api "),
            ("go run example.com/cmd/api", "?", "api "),
            ("go run .", "cmd/api", "api "),
            ("go run ../..", "cmd/api", "shop "),
            ("go run main.go server.go x", "", "shop x"),
            ("go run cmd/api/main.go", "", "api "),
            ("go build .", "", "none"),
            ("air run .", "", "none"),
        ] {
            assert_eq!(of(text, directory), expected, "{text}");
        }
        let refused = [
            ("go run -race .", ""),
            ("go run ./cmd/none x", ""),
            ("go run cmd/api", ""),
            ("go run ./...", ""),
            ("go run example.com/tool@latest", ""),
            ("go run cmd/none/main.go", ""),
            ("go run migrate.go", ""),
            ("go run main.go cmd/api/main.go", ""),
            ("go run .", "?"),
            ("go run", ""),
        ];
        let refused = refused.map(|(text, directory)| of(text, directory));
        insta::assert_snapshot!(refused.join("\n"), @r#"
        -race CompilerOption { option: "-race", fix: "BP_GO_BUILD_FLAGS=-race" }
        ./cmd/none NotCompiled { source: "./cmd/none", compiled: [".", "./cmd/api"], fix: Some("BP_GO_TARGETS=.:./cmd/api:./cmd/none") }
        cmd/api NotCompiled { source: "cmd/api", compiled: [".", "./cmd/api"], fix: None }
        ./... NotCompiled { source: "./...", compiled: [".", "./cmd/api"], fix: None }
        example.com/tool@latest NotCompiled { source: "example.com/tool@latest", compiled: [".", "./cmd/api"], fix: None }
        cmd/none/main.go NotCompiled { source: "cmd/none/main.go", compiled: [".", "./cmd/api"], fix: Some("BP_GO_TARGETS=.:./cmd/api:./cmd/none") }
        migrate.go NotCompiled { source: "migrate.go", compiled: [".", "./cmd/api"], fix: None }
        main.go NotCompiled { source: "main.go", compiled: [".", "./cmd/api"], fix: None }
        . NotCompiled { source: ".", compiled: [".", "./cmd/api"], fix: None }
        run NotCompiled { source: "", compiled: [".", "./cmd/api"], fix: None }
        "#);
    }

    #[test]
    fn an_output_is_that_of_its_package() {
        let several = [target("", "shop"), target("cmd/api", "api")];
        let one = [target("cmd/api", "api")];
        let of = |text: &str, targets: &[MainPackage]| {
            output(text, targets).map(|(path, program)| format!("{} {program}", path.display()))
        };
        assert_eq!(of("go build -o x", &several).as_deref(), Some("x shop"));
        assert_eq!(
            of("go build -o x ./cmd/api/", &several).as_deref(),
            Some("x api")
        );
        assert_eq!(of("go build -o x ./cmd/none", &several), None);
        assert_eq!(
            of("CGO_ENABLED=0 go build -o ./bin/x .", &one).as_deref(),
            Some("bin/x api")
        );
        assert_eq!(of("go build ./cmd/api", &one), None);
    }
}
