use oci::{RootFs, RuntimeConfig};
use serde_json::Map;

use super::*;

/// The configuration of an image, from words: `arm64`, `v8`, `debian-13`, `id=x`, `stack=x`, `api=0.9`, `fixed`,
/// `mixins=["a"]`.
fn image(words: &str) -> ImageConfig {
    let mut config = ImageConfig {
        architecture: "amd64".to_owned(),
        created: None,
        history: Vec::new(),
        os: "linux".to_owned(),
        rootfs: RootFs {
            kind: "layers".to_owned(),
            diff_ids: Vec::new(),
        },
        config: RuntimeConfig::default(),
        other: Map::new(),
    };
    let mut set = |name: &str, value: &str| {
        let labels = config.config.labels.get_or_insert_default();
        labels.insert(name.to_owned(), value.to_owned());
    };
    for word in words.split_whitespace() {
        match word.split_once(['=', '-']).unwrap_or((word, "")) {
            ("app", _) => set(METADATA, "{}"),
            ("fixed", _) => set(REBASABLE, "false"),
            ("id", id) => set(BASE_ID, id),
            ("stack", id) => set(STACK_ID, id),
            ("mixins", list) => set(MIXINS, list),
            ("debian", version) => {
                set(DISTRIBUTION_NAME, "debian");
                set(DISTRIBUTION_VERSION, version);
            }
            _ => {}
        }
    }
    for word in words.split_whitespace() {
        match word.split_once('=').unwrap_or((word, "")) {
            ("arm64", _) => config.architecture = "arm64".to_owned(),
            ("v8" | "v7", _) => {
                config.other.insert("variant".to_owned(), word.into());
            }
            ("api", api) => config.config.env = Some(vec![format!("CNB_PLATFORM_API={api}")]),
            _ => {}
        }
    }
    config
}

#[test]
fn a_stack_has_all_that_the_apps_had() {
    let table = [
        ("0.9", r#"mixins=["a","run:b"]"#, r#"mixins=["b","a","c"]"#),
        (
            "0.9",
            r#"mixins=["a","run:b","build:d"]"#,
            r#"mixins=["a"]"#,
        ),
        ("0.9", r#"mixins=["a"]"#, ""),
        ("0.9", "", r#"mixins=["a"]"#),
        ("0.9", "mixins=", "mixins=null"),
        ("0.9", "mixins=a", "mixins=[]"),
        ("0.9", "mixins=[]", r#"mixins={"a":1}"#),
        ("0.12", r#"mixins=["a"]"#, "mixins=[]"),
    ]
    .map(|(api, app, base)| {
        let (of_app, of_base) = (
            image(&format!("api={api} stack=s {app}")),
            image(&format!("stack=s {base}")),
        );
        let said = |force| match check(&of_app, &of_base, force) {
            Ok(()) => "fits".to_owned(),
            Err(refusal) => refusal.to_string(),
        };
        format!("{api} {app} | {base} | {} | {}", said(false), said(true))
    });
    insta::assert_snapshot!(table.join("\n"), @r#"
    0.9 mixins=["a","run:b"] | mixins=["b","a","c"] | fits | fits
    0.9 mixins=["a","run:b","build:d"] | mixins=["a"] | the new run image lacks b, d | the new run image lacks b, d
    0.9 mixins=["a"] |  | the new run image lacks a | the new run image lacks a
    0.9  | mixins=["a"] | fits | fits
    0.9 mixins= | mixins=null | fits | fits
    0.9 mixins=a | mixins=[] | the label on mixins is no list: a | the label on mixins is no list: a
    0.9 mixins=[] | mixins={"a":1} | the label on mixins is no list: {"a":1} | the label on mixins is no list: {"a":1}
    0.12 mixins=["a"] | mixins=[] | fits | fits
    "#);
}

#[test]
fn an_app_fits_a_run_image_as_the_lifecycle_says() {
    let table = [
        ("api=0.15 debian-13 id=a", "debian-13 id=a"),
        ("api=0.15 debian-13 id=a", "id=a"),
        ("api=0.15 id=a", "debian-13 id=a"),
        ("api=0.15 debian-12 id=a", "debian-13 id=a"),
        ("api=0.15 arm64 v8 id=a", "arm64 id=a"),
        ("api=0.15 arm64 v8 id=a", "arm64 v7 id=a"),
        ("api=0.15 arm64 id=a", "id=a"),
        ("api=0.15 id=a fixed", "id=a"),
        ("api=0.15 id=a stack=s", "id=b stack=s"),
        ("api=0.15 stack=s", "id=b stack=s"),
        ("api=0.15 stack=s", "id=b stack=t"),
        ("api=0.15", "id=b"),
        ("api=0.15 id=a", "stack=t"),
        ("api=0.9 id=a stack=s", "id=a stack=s"),
        ("api=0.9 id=a stack=s", "id=a stack=t"),
        ("api=0.9 id=a", "id=a stack=t"),
        ("api=0.11 id=a stack=s", "id=a"),
        ("api=0.12 id=a stack=s", "id=a"),
        ("api=1.0 id=a stack=s", "id=a"),
        ("api=0.x id=a stack=s", "id=a"),
        ("api=0.9 id=a stack=s debian-12", "id=a stack=s debian-13"),
        ("api=0.9 id=a stack=s fixed", "id=a stack=s"),
        ("id=a stack=s", "id=a"),
        ("id=a stack=s", "arm64 id=a stack=s"),
    ]
    .map(|(app, base)| {
        let said = |force| match check(&image(app), &image(base), force) {
            Ok(()) => "fits".to_owned(),
            Err(refusal) => refusal.to_string(),
        };
        format!("{app} | {base} | {} | {}", said(false), said(true))
    });
    insta::assert_snapshot!(table.join("\n"), @"
    api=0.15 debian-13 id=a | debian-13 id=a | fits | fits
    api=0.15 debian-13 id=a | id=a | fits | fits
    api=0.15 id=a | debian-13 id=a | the image is for linux/amd64 and the new run image for linux/amd64 debian 13 | fits
    api=0.15 debian-12 id=a | debian-13 id=a | the image is for linux/amd64 debian 12 and the new run image for linux/amd64 debian 13 | fits
    api=0.15 arm64 v8 id=a | arm64 id=a | fits | fits
    api=0.15 arm64 v8 id=a | arm64 v7 id=a | the image is for linux/arm64 v8 and the new run image for linux/arm64 v7 | fits
    api=0.15 arm64 id=a | id=a | the image is for linux/arm64 and the new run image for linux/amd64 | fits
    api=0.15 id=a fixed | id=a | the image is marked as not rebasable | fits
    api=0.15 id=a stack=s | id=b stack=s | the image is on a and the new run image is b | fits
    api=0.15 stack=s | id=b stack=s | fits | fits
    api=0.15 stack=s | id=b stack=t | the image is on s and the new run image is b | fits
    api=0.15 | id=b | fits | fits
    api=0.15 id=a | stack=t | the image is on a and the new run image is t | fits
    api=0.9 id=a stack=s | id=a stack=s | fits | fits
    api=0.9 id=a stack=s | id=a stack=t | the image is for the stack s and the new run image of t | the image is for the stack s and the new run image of t
    api=0.9 id=a | id=a stack=t | the image is for the stack none and the new run image of t | the image is for the stack none and the new run image of t
    api=0.11 id=a stack=s | id=a | the image is for the stack s and the new run image of none | the image is for the stack s and the new run image of none
    api=0.12 id=a stack=s | id=a | fits | fits
    api=1.0 id=a stack=s | id=a | fits | fits
    api=0.x id=a stack=s | id=a | the image is for the stack s and the new run image of none | the image is for the stack s and the new run image of none
    api=0.9 id=a stack=s debian-12 | id=a stack=s debian-13 | the image is for linux/amd64 debian 12 and the new run image for linux/amd64 debian 13 | fits
    api=0.9 id=a stack=s fixed | id=a stack=s | the image is marked as not rebasable | fits
    id=a stack=s | id=a | the image is for the stack s and the new run image of none | the image is for the stack s and the new run image of none
    id=a stack=s | arm64 id=a stack=s | the image is for linux/amd64 and the new run image for linux/arm64 | fits
    ");
}

#[test]
fn an_app_is_no_run_image_unless_forced() {
    let (app, base) = (image("api=0.15 id=a"), image("app id=a"));
    assert_eq!(check(&app, &base, false), Err(NotRebasable::OntoApp));
    assert_eq!(check(&app, &base, true), Ok(()));
}
