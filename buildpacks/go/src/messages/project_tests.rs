//! Apps that can't be read.

use buildpack_kit::environment::{Origin, Sourced};
use buildpack_kit::files::FilesError;

use crate::go_mod::SyntaxError;
use crate::ko::{KoError, TemplateError};
use crate::ko_flags::KoFlagsError;
use crate::messages::tests::{assert_messages, text, unreadable, variable};
use crate::module_root::PlaceError;
use crate::project::{ProjectError, SyntaxFailure};

fn no_module(nested: &[&str], legacy: &[&str], import_path: Option<&str>) -> ProjectError {
    let paths = |paths: &[&str]| paths.iter().map(Into::into).collect();
    let import_path = import_path.map(text);
    ProjectError::NoModule {
        nested: paths(nested),
        legacy: paths(legacy),
        import_path: import_path
            .map(|path| Sourced::new(path, variable("BP_GO_BUILD_IMPORT_PATH"))),
    }
}

#[test]
fn directories() {
    let directory = |directory: &str| Sourced::new(text(directory), variable("BP_GO_WORKDIR"));
    let errors = [
        PlaceError::NoModule {
            directory: directory("docs"),
            modules: vec!["api".into()],
        },
        PlaceError::NoModule {
            directory: directory("docs"),
            modules: Vec::new(),
        },
        PlaceError::Several {
            origin: variable("BP_GO_TARGETS"),
            modules: vec!["api".into(), "web".into()],
        },
    ];
    assert_messages(
        "directories",
        errors.map(|error| ProjectError::Place(error).into()),
    );
}

#[test]
fn ko_configuration() {
    let file = || ".ko.yaml".into();
    let ko = [
        KoError::Syntax {
            file: file(),
            problem: text("unexpected end"),
        },
        KoError::Type {
            file: file(),
            key: text("builds"),
            expected: "a list",
        },
        KoError::Outside {
            file: file(),
            target: text("../x"),
        },
    ];
    let origin = || Origin::file(".ko.yaml");
    let template = |problem| KoFlagsError::Template {
        origin: origin(),
        problem,
    };
    let flags = [
        template(TemplateError::Unset(text("VERSION"))),
        template(TemplateError::Unknown(text("{{.Git.Tag}}"))),
        KoFlagsError::Differ {
            origin: origin(),
            key: "flags",
        },
    ];
    let ko = ko.map(|error| ProjectError::Ko(error).into());
    assert_messages("ko", ko.into_iter().chain(flags.map(Into::into)));
}

#[test]
fn the_project() {
    let syntax = |line, text: &str| SyntaxFailure {
        error: SyntaxError {
            file: "services/web/go.mod".into(),
            line,
            problem: "unknown directive: modul".into(),
        },
        text: text.into(),
    };
    let errors = [
        ProjectError::Syntax(syntax(4, "modul example.com/app\t")),
        ProjectError::EmptyWorkspace,
        ProjectError::ByteOrderMark {
            file: "services/web/go.mod".into(),
        },
        ProjectError::NoModuleLine {
            file: "go.mod".into(),
            is_empty: true,
        },
        ProjectError::NoModuleLine {
            file: "services/web/go.mod".into(),
            is_empty: false,
        },
        ProjectError::Version(Sourced::new(text("2.0"), Origin::line("go.mod", 3))),
        ProjectError::Sum {
            error: SyntaxError {
                file: "go.sum".into(),
                line: 7,
                problem: "this one has 2 words".into(),
            },
            text: "<<<<<<< HEAD".into(),
        },
        no_module(&[], &[], None),
        no_module(&["api", "web"], &[], None),
        no_module(&[], &["Gopkg.lock", "vendor/vendor.json"], None),
        no_module(&[], &[], Some("example.com/shop")),
        ProjectError::UsedModuleMissing {
            directory: "../shared".into(),
            origin: Origin::file("go.work"),
        },
        ProjectError::UsedModuleMissing {
            directory: "./docs".into(),
            origin: variable("BP_GO_WORK_USE"),
        },
        ProjectError::WorkspaceTwice(Sourced::new(
            vec![text("./a"), text("./b")],
            variable("BP_GO_WORK_USE"),
        )),
        ProjectError::HerokuVersion(Sourced::new(text(">1.2"), Origin::line("go.mod", 3))),
        ProjectError::Files(FilesError::NotText {
            path: "go.mod".into(),
        }),
        ProjectError::Go(unreadable()),
    ];
    assert_messages("project", errors.map(Into::into));
}
