use super::*;

fn definition(text: &str) -> Definition {
    toml::from_str(&format!("description = \"\"\n{text}")).unwrap()
}

fn package(name: &str, paths: &[&str]) -> (String, PackageContents) {
    let copyright = format!("usr/share/doc/{name}/copyright");
    let contents = paths
        .iter()
        .copied()
        .chain([copyright.as_str()])
        .map(|path| match path.split_once(" -> ") {
            Some((path, target)) => (path.to_owned(), PathKind::Symlink(target.to_owned())),
            None if path.ends_with('/') => {
                let path = path.trim_end_matches('/');
                (path.to_owned(), PathKind::Directory)
            }
            None => (path.to_owned(), PathKind::File),
        })
        .collect();
    (name.to_owned(), contents)
}

fn select(
    definition: &Definition,
    packages: impl IntoIterator<Item = (String, PackageContents)>,
) -> Result<Vec<String>, SelectionError> {
    let packages = packages.into_iter().collect();
    let outputs = definition
        .steps
        .iter()
        .map(|step| (*step, "etc/passwd".to_owned()));
    let selection = Selection::new(definition, &packages, outputs)?;
    Ok(selection
        .of_packages()
        .map(|(path, package)| format!("{package} {path}"))
        .collect())
}

#[test]
fn patterns_choose_files_and_the_copyright_comes_along() {
    let definition = definition(
        "[select]\nzone = [\"usr/share/zone/**\", \"!usr/share/zone/{right,x}/**\"]\nempty = []",
    );
    let zone = package(
        "zone",
        &[
            "usr/share/zone/",
            "usr/share/zone/a/b",
            "usr/share/zone/right/b",
            "usr/share/zone/x/y",
            "etc/z",
        ],
    );
    let chosen = select(&definition, [zone, package("empty", &["bin/e"])]).unwrap();
    assert_eq!(
        chosen,
        [
            "empty usr/share/doc/empty/copyright",
            "zone usr/share/doc/zone/copyright",
            "zone usr/share/zone/a/b",
        ]
    );
}

#[test]
fn whole_packages_lose_what_is_excluded_but_never_their_copyright() {
    let definition =
        definition("packages = [\"tool\"]\nexclude = [\"usr/share/doc/**\", \"!**/README\"]");
    let tool = package(
        "tool",
        &[
            "usr/bin/tool",
            "usr/share/doc/tool/README",
            "usr/share/doc/tool/changelog",
        ],
    );
    assert_eq!(
        select(&definition, [tool]).unwrap(),
        [
            "tool usr/bin/tool",
            "tool usr/share/doc/tool/README",
            "tool usr/share/doc/tool/copyright",
        ]
    );
}

#[test]
fn a_pattern_that_matches_nothing_is_an_error() {
    for pattern in ["usr/lib/*", "!usr/lib/*", "usr"] {
        let definition = definition(&format!("[select]\ntool = [\"usr/bin/*\", \"{pattern}\"]"));
        let error = SelectionError::Missing {
            package: "tool".to_owned(),
            pattern: pattern.to_owned(),
        };
        let tool = package("tool", &["usr/", "usr/bin/", "usr/bin/tool"]);
        assert_eq!(select(&definition, [tool]), Err(error), "{pattern}");
    }
}

#[test]
fn two_owners_of_one_path_are_both_named() {
    let package_owner = |name: &str| Owner::Package(name.to_owned());
    let cases = [
        ("packages = []", "etc/x", "etc/x", package_owner("b")),
        (
            "[links]\n\"etc/x\" = \"y\"",
            "etc/x",
            "etc/b",
            Owner::Table("links"),
        ),
        (
            "[files]\n\"etc/x\" = \"y\"",
            "etc/x",
            "etc/b",
            Owner::Table("files"),
        ),
        (
            "[directories]\n\"etc/x\" = \"0755\"",
            "etc/x",
            "etc/b",
            Owner::Table("directories"),
        ),
        (
            "steps = [\"accounts\"]",
            "etc/passwd",
            "etc/b",
            Owner::Step(Step::Accounts),
        ),
        ("packages = []", "etc/x", "etc/x/below", package_owner("b")),
    ];
    for (text, first, second, owner) in cases {
        let packages = [package("a", &[first]), package("b", &[second])];
        let error = SelectionError::Conflict {
            path: first.to_owned(),
            first: package_owner("a"),
            second: owner,
        };
        assert_eq!(select(&definition(text), packages), Err(error), "{text}");
    }
}

#[test]
fn packages_may_share_directories() {
    let packages = [
        package("a", &["etc/", "etc/a"]),
        package("b", &["etc/", "etc/b"]),
    ];
    assert!(select(&definition(""), packages).is_ok());
}

#[test]
fn a_copyright_that_is_elsewhere_must_come_along() {
    let library = || {
        let mut library = package(
            "libx1",
            &["usr/lib/libx.so.1", "usr/share/doc/libx1 -> x-base"],
        );
        library.1.remove("usr/share/doc/libx1/copyright");
        library
    };
    let text = "[select]\nlibx1 = [\"usr/lib/*\"]";
    let elsewhere = SelectionError::CopyrightElsewhere {
        package: "libx1".to_owned(),
        holder: "x-base".to_owned(),
    };
    assert_eq!(select(&definition(text), [library()]), Err(elsewhere));

    let both = definition(&format!("{text}\nx-base = []"));
    assert_eq!(
        select(&both, [library(), package("x-base", &["x"])]).unwrap(),
        [
            "libx1 usr/lib/libx.so.1",
            "libx1 usr/share/doc/libx1",
            "x-base usr/share/doc/x-base/copyright",
        ]
    );

    let mut bare = package("libx1", &["usr/lib/libx.so.1"]);
    bare.1.remove("usr/share/doc/libx1/copyright");
    let none = SelectionError::NoCopyright {
        package: "libx1".to_owned(),
    };
    assert_eq!(select(&definition(text), [bare]), Err(none));
}
