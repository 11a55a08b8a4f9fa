//! The image that start commands are looked up in: the programs that were compiled, and the files of the app
//! that stay.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use start_command::{Call, Directories, Found, Image, Made, Missing, without_dots};

use crate::compiler_variables;
use crate::go_command::Go;
use crate::go_words::{self, output};
use crate::packages::MainPackage;

/// Where people have a program that they compile themselves: beside the source, or in `bin`, as Heroku has it.
const USUAL: [&str; 2] = ["", "bin"];

/// An image before its layers are there.
pub(crate) struct StartImage<'a> {
    app: Directories,
    bin_directory: &'a Path,
    /// Where a compiled program is now.
    compiled: &'a Path,
    targets: &'a [MainPackage],
    /// Programs by what `go build -o` before a start command calls them, relative to the app.
    outputs: BTreeMap<PathBuf, &'a str>,
    stays: &'a dyn Fn(&Path) -> bool,
    /// The variables that the programs were compiled with.
    go: Option<&'a Go>,
}

impl<'a> StartImage<'a> {
    /// Of programs that lie in `compiled` and will lie in `bin_directory`, which is on the `PATH`, and of the
    /// files of the app of which `stays` says so, given relative to it. `at_build` are commands that stand
    /// before the start commands.
    pub(crate) fn new(
        app_dir: &Path,
        targets: &'a [MainPackage],
        [compiled, bin_directory]: [&'a Path; 2],
        at_build: &[String],
        stays: &'a dyn Fn(&Path) -> bool,
    ) -> Self {
        let outputs = at_build.iter().filter_map(|text| output(text, targets));
        Self {
            app: Directories {
                working_directory: app_dir.to_owned(),
                roots: vec![app_dir.to_owned()],
                path: vec![bin_directory.to_owned()],
                ignores_sigterm: true,
                sets_modes: false,
            },
            bin_directory,
            compiled,
            targets,
            outputs: outputs.collect(),
            stays,
            go: None,
        }
    }

    /// The same, of programs that were compiled by this command.
    pub(crate) fn compiled_with(self, go: &'a Go) -> Self {
        let go = Some(go);
        Self { go, ..self }
    }

    /// The program of a name.
    fn program(&self, name: &str) -> Option<&'a str> {
        let mut programs = self.targets.iter().map(|target| target.program.as_str());
        programs.find(|program| *program == name)
    }

    /// The program that a path means which isn't in the app.
    fn built(&self, command: &str, directory: &Path) -> Option<&'a str> {
        let app_dir = &self.app.working_directory;
        let path = without_dots(&app_dir.join(directory).join(command));
        let name = path.file_name()?.to_str()?;
        let program = self.program(name);
        let parent = path.parent()?;
        if parent == self.bin_directory {
            return program;
        }
        let relative = path.strip_prefix(app_dir).ok()?;
        let output = self.outputs.get(relative).copied();
        let is_usual = USUAL
            .iter()
            .any(|usual| relative.parent() == Some(Path::new(usual)));
        output.or_else(|| program.filter(|_| is_usual))
    }

    fn found(&self, program: &str) -> Found {
        Found {
            words: vec![self.bin_directory.join(program).display().to_string()],
            file: Some(self.compiled.join(program)),
            // The runtime of Go has a handler.
            ignores_sigterm: false,
        }
    }

    /// Whether anything in a directory of the app stays.
    fn keeps(&self, directory: &Path) -> bool {
        let stays = |path: &Path| {
            let path = path.strip_prefix(&self.app.working_directory);
            path.is_ok_and(|path| (self.stays)(path))
        };
        let mut entries = fs_err::read_dir(directory)
            .into_iter()
            .flatten()
            .flatten()
            .peekable();
        // An empty directory is there for a reason.
        if entries.peek().is_none() {
            return stays(directory);
        }
        entries.any(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => self.keeps(&entry.path()),
            _ => stays(&entry.path()),
        })
    }

    /// The path of a file of the app that isn't there any more when the image is made.
    fn left_out(&self, found: &Found) -> Option<String> {
        let file = without_dots(found.file.as_deref()?);
        let path = file.strip_prefix(&self.app.working_directory).ok()?;
        (!(self.stays)(path)).then(|| path.display().to_string())
    }
}

impl Image for StartImage<'_> {
    fn find(&self, command: &str, directory: &Path) -> Result<Found, Missing> {
        if let Some(program) = self.program(command) {
            return Ok(self.found(program));
        }
        match self.app.find(command, directory) {
            Ok(found) => match self.left_out(&found) {
                Some(path) => Err(Missing::LeftOut { path }),
                None => Ok(Found {
                    ignores_sigterm: !found.file.as_deref().is_some_and(is_go),
                    ..found
                }),
            },
            Err(missing @ Missing::NotFound { .. }) if command.contains('/') => {
                let program = self.built(command, directory);
                program.map(|program| self.found(program)).ok_or(missing)
            }
            missing => missing,
        }
    }

    fn made(&self, call: &Call<'_>) -> Option<Result<Made, (usize, Missing)>> {
        let app_dir = &self.app.working_directory;
        let run = go_words::run(call.words, call.directory, self.targets, &|file| {
            fs_err::read_to_string(app_dir.join(file)).is_ok_and(|text| !is_constrained(&text))
        })?;
        let had = |name: &str| Some(self.go?.variable(name)?.to_owned());
        if let Some(missing) = compiler_variables::lost(call.variables, &had) {
            return Some(Err((0, missing)));
        }
        Some(run.map(|(dropped, program)| Made {
            dropped,
            named: dropped - 1,
            found: self.found(program),
        }))
    }

    fn enter(&self, directory: &Path) -> Result<(), Vec<String>> {
        self.app.enter_if(directory, |path| self.keeps(path))
    }
}

/// Whether a file of Go may not be part of its package: `//go:build ignore`.
fn is_constrained(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| line.starts_with("//go:build ") || line.starts_with("// +build "))
}

/// Whether a program of the app, compiled elsewhere, is one of Go.
fn is_go(file: &Path) -> bool {
    fs_err::File::open(file).is_ok_and(|file| linkage::has_section(file, ".go.buildinfo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(directory: &str, program: &str) -> MainPackage {
        MainPackage {
            import_path: format!("example.com/{program}"),
            directory: directory.into(),
            program: program.to_owned(),
        }
    }

    #[test]
    fn commands_lead_to_what_was_compiled_or_stays() {
        let root = testkit::directory(
            "-- app/tools/run 0755 --\n\u{7f}ELF\n-- app/tools/plain --\n\u{7f}ELF\n\
             -- app/testdata/run 0755 --\n\u{7f}ELF\n-- app/web/deep/index.html --\n\
             -- app/testdata/more/x --\n-- app/uploads/ --\n",
        );
        let app = root.path().join("app");
        let targets = [target("", "shop"), target("cmd/api", "api")];
        let at_build = [
            "go build -o out/main ./cmd/api",
            "go build -o=server -v main.go",
            "go generate",
        ];
        let at_build = at_build.map(str::to_owned);
        let stays = |path: &Path| !path.starts_with("testdata");
        let directories = [Path::new("/scratch/bin"), Path::new("/layers/bin")];
        let image = StartImage::new(&app, &targets, directories, &at_build, &stays);
        let find = |command: &str, directory: &str| match image.find(command, Path::new(directory))
        {
            // Only what Go compiled is known to end on SIGTERM.
            Ok(found) => format!("{} {}", found.words.join(" "), found.ignores_sigterm),
            Err(missing) => format!("{missing:?}").replace(&app.display().to_string(), "APP"),
        };
        for (command, directory, expected) in [
            ("api", "", "/layers/bin/api false"),
            ("./shop", "", "/layers/bin/shop false"),
            ("bin/api", "", "/layers/bin/api false"),
            ("../bin/api", "web", "/layers/bin/api false"),
            ("/layers/bin/api", "web", "/layers/bin/api false"),
            ("out/main", "", "/layers/bin/api false"),
            ("./server", "", "/layers/bin/shop false"),
            ("tools/run", "", "tools/run true"),
        ] {
            assert_eq!(find(command, directory), expected, "{command}");
        }
        let enter = |directory: &str| image.enter(Path::new(directory));
        for directory in ["", "web", "web/deep", "tools", "uploads", ".."] {
            assert_eq!(enter(directory), Ok(()), "{directory}");
        }
        let there = ["tools", "uploads", "web"].map(str::to_owned).to_vec();
        assert_eq!(enter("testdata"), Err(there));
        assert_eq!(enter("testdata/more"), Err(Vec::new()));
        insta::assert_snapshot!(
            [find("main", ""), find("deep/api", ""), find("tools/plain", ""), find("testdata/run", "")].join("\n"),
            @r#"
            NotFound { looked: ["/layers/bin"] }
            NotFound { looked: ["APP/deep/api"] }
            NotExecutable { path: "APP/tools/plain" }
            LeftOut { path: "testdata/run" }
            "#
        );
    }
}
