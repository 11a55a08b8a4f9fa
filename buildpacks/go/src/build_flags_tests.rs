//! Flags as people write them, and what becomes of them.

use super::*;

fn build() -> Build {
    Build {
        environment: std::collections::BTreeMap::new(),
        arguments: vec!["-trimpath".into()],
        linker_flags: vec!["-s".into(), "-w".into()],
    }
}

fn flags(name: &str, text: &str) -> Vec<Sourced<String>> {
    let origin = Origin::Variable(name.to_owned());
    vec![Sourced::new(text.to_owned(), origin)]
}

fn merged(goflags: &str) -> Result<(String, String), FlagError> {
    let user = UserFlags {
        build: flags("GOFLAGS", goflags),
        ..UserFlags::default()
    };
    let merged = merge(&user, &build())?;
    Ok((merged.goflags, merged.arguments.join("|")))
}

#[test]
fn the_users_flags_join_ours() {
    for (goflags, environment, arguments) in [
        ("", "-modcacherw", "-trimpath|-ldflags=-s -w"),
        (
            "-tags=a,b -v",
            "-modcacherw -v -tags=a,b",
            "-trimpath|-ldflags=-s -w",
        ),
        (
            "-tags 'a b'",
            "-modcacherw -tags=a,b",
            "-trimpath|-ldflags=-s -w",
        ),
        (
            "-ldflags=-X=main.v=1",
            "-modcacherw",
            "-trimpath|-ldflags=-s -w -X=main.v=1",
        ),
        (
            "'-ldflags=-X main.v=1 -X a.b=2'",
            "-modcacherw",
            "-trimpath|-ldflags=-s -w -X main.v=1 -X a.b=2",
        ),
        (
            "--ldflags '-X main.v=1'",
            "-modcacherw",
            "-trimpath|-ldflags=-s -w -X main.v=1",
        ),
        (
            "-ldflags=\"-X 'main.v=1 2'\"",
            "-modcacherw",
            "-trimpath|-ldflags=-s -w -X 'main.v=1 2'",
        ),
        (
            "-ldflags=all=-X=a.b=1",
            "-modcacherw",
            "-trimpath|-ldflags=-s -w|-ldflags=all=-s -w -X=a.b=1",
        ),
        (
            "-gcflags=-N",
            "-modcacherw",
            "-trimpath|-gcflags=-N|-ldflags=-s -w",
        ),
    ] {
        let expected = (environment.to_owned(), arguments.to_owned());
        assert_eq!(merged(goflags), Ok(expected), "{goflags}");
    }
}

#[test]
fn what_is_no_flag_or_ours_is_refused() {
    let origin = || Origin::Variable("GOFLAGS".into());
    for text in ["'-tags=a", "tags", "-tags", "-", "-v ./cmd/web"] {
        let expected = FlagError::NotFlags {
            text: text.to_owned(),
            origin: origin(),
        };
        assert_eq!(merged(text), Err(expected));
    }
    assert_eq!(
        merged("-v -o bin/x"),
        Err(FlagError::Reserved {
            flag: "-o".into(),
            origin: origin()
        })
    );
}

#[test]
fn the_variables_of_the_peers_come_after_goflags() {
    let user = UserFlags {
        build: flags("GOFLAGS", "-ldflags=-X=a.b=1 -gcflags=-l"),
        linker: flags("BP_GO_BUILD_LDFLAGS", "-X=c.d=2"),
        compiler: flags("GOOGLE_GOGCFLAGS", "all=-N"),
        tags: Vec::new(),
    };
    let merged = merge(&user, &build()).unwrap();
    assert_eq!(
        merged,
        BuildFlags {
            goflags: "-modcacherw".into(),
            arguments: [
                "-trimpath",
                "-gcflags=-l",
                "-gcflags=all=-N",
                "-ldflags=-s -w -X=a.b=1 -X=c.d=2",
            ]
            .map(String::from)
            .to_vec(),
            linker: "-s -w -X=a.b=1 -X=c.d=2".into(),
            cache_misses: vec!["-gcflags=all=-N".into()],
        }
    );
}

#[test]
fn further_tags_join_the_users() {
    let goflags = |text: &str| {
        let user = UserFlags {
            build: flags("GOFLAGS", text),
            tags: vec!["heroku".into()],
            ..UserFlags::default()
        };
        merge(&user, &build()).unwrap().goflags
    };
    assert_eq!(goflags(""), "-modcacherw -tags=heroku");
    assert_eq!(goflags("-tags=a,b"), "-modcacherw -tags=a,b,heroku");
}

#[test]
fn flags_that_miss_the_shipped_cache_are_named() {
    let user = UserFlags {
        build: flags(
            "GOFLAGS",
            "-tags=a,timetzdata -race -pgo=off -buildmode=pie -v",
        ),
        ..UserFlags::default()
    };
    let misses = merge(&user, &build()).unwrap().cache_misses;
    assert_eq!(misses, ["-race", "-buildmode=pie", "-tags=a,timetzdata"]);
}
