//! The table of projects: what is built, and why.

use std::collections::BTreeSet;

use super::*;
use crate::excluded::ExcludedPackage;
use crate::heroku::Heroku;
use crate::packages::Packages;

fn project() -> Project {
    Project {
        root: PathBuf::new(),
        scope: PathBuf::new(),
        targets: None,
        other_targets: Vec::new(),
        heroku: Heroku::default(),
        ko: None,
        joined: Vec::new(),
        modules: Vec::new(),
        is_workspace: false,
        nested_modules: Vec::new(),
        versions: Vec::new(),
        has_requirements: false,
        sums: Vec::new(),
        vendored: Vec::new(),
        sources: Vec::new(),
    }
}

fn packages(directories: &[&str]) -> Packages {
    let mains = directories.iter().map(|directory| MainPackage {
        import_path: format!("example.com/app/{directory}")
            .trim_end_matches('/')
            .to_owned(),
        directory: directory.into(),
        program: directory
            .rsplit('/')
            .next()
            .filter(|name| !name.is_empty())
            .unwrap_or("app")
            .to_owned(),
    });
    Packages {
        mains: mains.collect(),
        count: directories.len(),
        problem: None,
        directories: BTreeSet::new(),
    }
}

/// `web, worker: why; left out: …`
fn planned(directories: &[&str], wish: &str) -> String {
    let wish = (!wish.is_empty()).then(|| {
        let targets = wish.split(':').map(str::to_owned).collect();
        Sourced::new(targets, Origin::Variable("BP_GO_TARGETS".into()))
    });
    let names = |packages: &[MainPackage]| {
        let names: Vec<&str> = packages
            .iter()
            .map(|package| package.program.as_str())
            .collect();
        names.join(" ")
    };
    let project = Project {
        targets: wish,
        ..project()
    };
    match targets(packages(directories), Vec::new(), &project) {
        Ok(plan) => format!(
            "{} ({}), not {}",
            names(&plan.targets),
            plan.origin,
            names(&plan.left_out)
        ),
        Err(error) => format!("error: {error}"),
    }
}

/// Directories of main packages, and `BP_GO_TARGETS`.
const PROJECTS: [(&[&str], &str); 19] = [
    (&[], ""),
    (&[""], ""),
    (&["", "cmd/tool"], ""),
    (&["server"], ""),
    (&["cmd/web"], ""),
    (&["cmd/api", "cmd/web"], ""),
    (&["cmd/api", "cmd/web", "hack/generate"], ""),
    (
        &["services/api/cmd/api", "services/web/cmd/web", "tool"],
        "",
    ),
    (&["api", "web"], ""),
    (&["cmd/web", "internal/web"], "./cmd/web:./internal/web"),
    (&["cmd/api", "cmd/web"], "./cmd/web"),
    (&["cmd/api", "cmd/web"], "cmd/web/:./cmd/api"),
    (&["cmd/api", "cmd/web"], "./cmd/..."),
    (&["", "cmd/web"], "."),
    (&["cmd/api", "cmd/web"], "example.com/app/cmd/web"),
    (&["cmd/api", "cmd/web"], "cmd/web/main.go"),
    (&["", "cmd/web"], "main.go"),
    (&["cmd/web"], "./cmd/web:./cmd/web"),
    (&["cmd/web"], "./cmd"),
];

#[test]
fn programs_of_projects() {
    let lines: Vec<String> = PROJECTS
        .iter()
        .map(|(directories, wish)| {
            format!("{directories:?} {wish}\n  {}", planned(directories, wish))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    [] 
      error: there is no main package
    [""] 
      app (the main package in the root), not 
    ["", "cmd/tool"] 
      app (the main package in the root), not tool
    ["server"] 
      server (the only main package), not 
    ["cmd/web"] 
      web (the only main package), not 
    ["cmd/api", "cmd/web"] 
      api web (every main package in cmd), not 
    ["cmd/api", "cmd/web", "hack/generate"] 
      api web (every main package in cmd), not generate
    ["services/api/cmd/api", "services/web/cmd/web", "tool"] 
      api web (every main package in cmd), not tool
    ["api", "web"] 
      api web (every main package), not 
    ["cmd/web", "internal/web"] ./cmd/web:./internal/web
      error: example.com/app/cmd/web and example.com/app/internal/web are both called web
    ["cmd/api", "cmd/web"] ./cmd/web
      web (BP_GO_TARGETS), not api
    ["cmd/api", "cmd/web"] cmd/web/:./cmd/api
      web api (BP_GO_TARGETS), not 
    ["cmd/api", "cmd/web"] ./cmd/...
      api web (BP_GO_TARGETS), not 
    ["", "cmd/web"] .
      app (BP_GO_TARGETS), not web
    ["cmd/api", "cmd/web"] example.com/app/cmd/web
      web (BP_GO_TARGETS), not api
    ["cmd/api", "cmd/web"] cmd/web/main.go
      web (BP_GO_TARGETS), not api
    ["", "cmd/web"] main.go
      app (BP_GO_TARGETS), not web
    ["cmd/web"] ./cmd/web:./cmd/web
      web (BP_GO_TARGETS), not 
    ["cmd/web"] ./cmd
      error: ./cmd from BP_GO_TARGETS is no main package
    "#);
}

#[test]
fn the_highest_line_is_the_minimum() {
    let sourced = |text: &str, origin| Sourced::new(text.parse().unwrap(), origin);
    let mut project = project();
    project.versions = vec![
        sourced("1.25", Origin::line("go.mod", 3)),
        sourced("1.26.2", Origin::line("go.mod", 4)),
        sourced("1.26.2", Origin::line("web/go.mod", 3)),
    ];
    let catalogue = Catalogue::embedded().unwrap();
    let resolved = version(&project, None, &[catalogue.default], &catalogue).unwrap();
    assert_eq!(resolved.version, catalogue.default);
    assert_eq!(
        resolved.request,
        Sourced::new(
            Requested::AtLeast("1.26.2".parse().unwrap()),
            Origin::line("go.mod", 4)
        )
    );
}

#[test]
fn a_main_package_that_is_not_compiled_is_told_where_it_is_asked_for_or_the_only_one() {
    let excluded = |directory: &str| ExcludedPackage {
        import_path: format!("example.com/app/{directory}"),
        directory: directory.into(),
        files: Vec::new(),
    };
    let planned = |mains: &[&str], wish: Option<&str>| {
        let origin = Origin::Variable("BP_GO_TARGETS".into());
        let wish = wish.map(|target| Sourced::new(vec![target.to_owned()], origin));
        let passed_over = vec![excluded("native"), excluded("windows")];
        let packages = packages(mains);
        assert_eq!(
            may_want_excluded(&packages, wish.as_ref()),
            mains.is_empty() || wish.is_some()
        );
        let project = Project {
            targets: wish,
            ..project()
        };
        targets(packages, passed_over, &project)
    };
    let error = |directories: &[&str]| {
        let packages = directories.iter().map(|directory| excluded(directory));
        Err(PlanError::Excluded(packages.collect()))
    };
    assert_eq!(planned(&[], None), error(&["native", "windows"]));
    assert_eq!(planned(&[], Some("./windows")), error(&["windows"]));
    assert_eq!(planned(&["web"], Some("./native")), error(&["native"]));
    assert!(planned(&["web"], None).is_ok());
    assert!(planned(&["web"], Some("./web")).is_ok());
}

#[test]
fn a_directory_that_is_named_is_searched_as_the_root_is() {
    let project = Project {
        scope: "services/web".into(),
        ..project()
    };
    let mains = packages(&["services/web", "services/web/cmd/tool"]);
    let plan = targets(mains, Vec::new(), &project).unwrap();
    assert_eq!(plan.targets[0].program, "web");
    assert_eq!(plan.left_out.len(), 1);
}

#[test]
fn programs_may_have_flags_of_the_linker_of_their_own() {
    let targets_of = |list: &[&str]| {
        let list = list.iter().map(ToString::to_string).collect();
        Sourced::new(list, Origin::file(".ko.yaml"))
    };
    let project = Project {
        targets: Some(targets_of(&["./cmd/b", "./cmd/a"])),
        ..project()
    };
    let plan = targets(packages(&["cmd/a", "cmd/b"]), Vec::new(), &project).unwrap();
    let own = ["-X main.v=b".to_owned(), "-X main.v=a".to_owned()];
    let arguments = linker_arguments(&plan, project.targets.as_ref(), &own, "-s -w");
    assert_eq!(
        arguments,
        [
            "-ldflags=example.com/app/cmd/b=-s -w -X main.v=b",
            "-ldflags=example.com/app/cmd/a=-s -w -X main.v=a",
        ]
    );
    assert!(linker_arguments(&plan, project.targets.as_ref(), &[], "-s").is_empty());
}

#[test]
fn of_versions_that_are_asked_for_the_variables_come_first() {
    let sourced = |text: &str, origin| Sourced::new(text.parse::<Requested>().unwrap(), origin);
    let of_heroku = sourced("1.25", Origin::line("go.mod", 1));
    let project = Project {
        heroku: Heroku {
            version: Some(of_heroku.clone()),
            ..Heroku::default()
        },
        ..project()
    };
    let variable = sourced("1.26", Origin::Variable("BP_GO_VERSION".into()));
    assert_eq!(
        wishes(Vec::new(), &project),
        std::slice::from_ref(&of_heroku)
    );
    assert_eq!(
        wishes(vec![variable.clone()], &project),
        [variable, of_heroku]
    );
}
