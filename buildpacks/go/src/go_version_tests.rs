//! How versions are written, and which one an app gets.

use super::*;

fn version(text: &str) -> GoVersion {
    text.parse().unwrap()
}

#[test]
fn versions_are_ordered_as_go_orders_them() {
    let texts = [
        "1.9",
        "1.20",
        "1.20.14",
        "1.21",
        "1.21beta1",
        "1.21rc2",
        "1.21.0",
        "1.21.13",
        "1.26",
    ];
    let versions: Vec<GoVersion> = texts.iter().map(|text| version(text)).collect();
    assert!(versions.is_sorted_by(|one, next| one < next));
    let again: Vec<String> = versions.iter().map(ToString::to_string).collect();
    assert_eq!(again, texts);
}

#[test]
fn what_is_no_version_is_refused() {
    for text in [
        "",
        "1",
        "1.",
        "2.0",
        "1.26.",
        "1.26.08",
        "1.26.8.1",
        "1.26rc",
        "1.+6",
        "1.26-x",
        "1.26 ",
        "go1.26",
        "1.99999999999",
    ] {
        assert_eq!(text.parse::<GoVersion>(), Err(InvalidVersion), "{text:?}");
    }
}

#[test]
fn wishes_take_these_forms() {
    let exact = |text| Ok(Requested::Exact(version(text)));
    let newest = |text| Ok(Requested::Newest(version(text)));
    for (text, expected) in [
        ("1.26.8", exact("1.26.8")),
        ("go1.26.8", exact("1.26.8")),
        ("v1.26.8", exact("1.26.8")),
        ("1.27rc1", exact("1.27rc1")),
        ("1.26", newest("1.26")),
        ("1.26.x", newest("1.26")),
        ("1.26.*", newest("1.26")),
        ("1", Ok(Requested::Any)),
        ("1.x", Ok(Requested::Any)),
        ("latest", Ok(Requested::Latest)),
        ("1.26.8.x", Err(InvalidVersion)),
        ("=1.26", newest("1.26")),
        ("= go1.26.8", exact("1.26.8")),
        ("~1.26", newest("1.26")),
        ("~1.26.3", newest("1.26.3")),
        ("^1.26", Ok(Requested::AtLeast(version("1.26")))),
        (">= 1.26.3", Ok(Requested::AtLeast(version("1.26.3")))),
        (">1.26", Err(InvalidVersion)),
        ("<1.27", Err(InvalidVersion)),
        (">=1.22 <1.25", Err(InvalidVersion)),
        ("~1.26.x", Err(InvalidVersion)),
        ("go", Err(InvalidVersion)),
    ] {
        assert_eq!(text.parse::<Requested>(), expected, "{text}");
    }
}

/// Two bundled versions, to see the choice between them.
fn resolution(wish: &str, line: &str) -> String {
    let catalogue: Catalogue = toml::from_str(
        "default = '1.26.8'
         build = { environment = {}, arguments = [], linker-flags = [] }
         minor = [
            { newest = '1.27.4', supported = true },
            { newest = '1.26.11', supported = true },
            { newest = '1.25.14', supported = false },
         ]",
    )
    .unwrap();
    let variable = Origin::Variable("BP_GO_VERSION".into());
    let wish = (!wish.is_empty()).then(|| Sourced::new(wish.parse().unwrap(), variable));
    let line = (!line.is_empty()).then(|| Sourced::new(version(line), Origin::line("go.mod", 3)));
    let bundled = [version("1.25.9"), version("1.26.8")];
    match resolve(wish, line.as_ref(), &bundled, &catalogue) {
        Ok(resolved) => format!(
            "{}{} from {}, {}",
            resolved.version,
            if resolved.bundled { "" } else { " on demand" },
            resolved.request.origin,
            resolved.reason
        ),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_bundled_version_is_used_where_it_satisfies() {
    let table = [
        ("", ""),
        ("1", "1.20"),
        ("1", "1.27"),
        ("1.26.8", ""),
        ("1.26.7", ""),
        ("1.26", "1.26.3"),
        ("1.25", ""),
        ("1.27", ""),
        ("1.28", ""),
        ("1.27rc1", ""),
        ("~1.26.3", ""),
        ("~1.26.9", ""),
        ("~1.26.12", ""),
        ("^1.20", ""),
        (">=1.27", ""),
        ("", "1.20"),
        ("", "1.25"),
        ("", "1.25.9"),
        ("", "1.25.10"),
        ("", "1.26"),
        ("", "1.26.9"),
        ("", "1.26.12"),
        ("", "1.27"),
        ("", "1.99"),
        ("1.25", "1.26"),
        ("1.26", "1.26.9"),
    ];
    let lines: Vec<String> = table
        .iter()
        .map(|(wish, line)| format!("{wish:8}{line:9}{}", resolution(wish, line)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
                     1.26.8 from the default, the default
    1       1.20     1.26.8 from BP_GO_VERSION, bundled, and new enough
    1       1.27     1.27.4 on demand from BP_GO_VERSION, because nothing bundled is new enough
    1.26.8           1.26.8 from BP_GO_VERSION, as asked
    1.26.7           1.26.7 on demand from BP_GO_VERSION, as asked
    1.26    1.26.3   1.26.8 from BP_GO_VERSION, the bundled patch
    1.25             1.25.9 from BP_GO_VERSION, the bundled patch
    1.27             1.27.4 on demand from BP_GO_VERSION, the newest patch
    1.28             1.28.0 on demand from BP_GO_VERSION, as asked
    1.27rc1          1.27rc1 on demand from BP_GO_VERSION, as asked
    ~1.26.3          1.26.8 from BP_GO_VERSION, the bundled patch
    ~1.26.9          1.26.11 on demand from BP_GO_VERSION, the newest patch
    ~1.26.12         1.26.12 on demand from BP_GO_VERSION, as asked
    ^1.20            1.26.8 from BP_GO_VERSION, bundled, and new enough
    >=1.27           1.27.4 on demand from BP_GO_VERSION, because nothing bundled is new enough
            1.20     1.26.8 from go.mod line 3, bundled, and new enough
            1.25     1.26.8 from go.mod line 3, bundled, and new enough
            1.25.9   1.26.8 from go.mod line 3, bundled, and new enough
            1.25.10  1.26.8 from go.mod line 3, bundled, and new enough
            1.26     1.26.8 from go.mod line 3, bundled, and new enough
            1.26.9   1.26.11 on demand from go.mod line 3, because nothing bundled is new enough
            1.26.12  1.26.12 on demand from go.mod line 3, because nothing bundled is new enough
            1.27     1.27.4 on demand from go.mod line 3, because nothing bundled is new enough
            1.99     1.99.0 on demand from go.mod line 3, because nothing bundled is new enough
    1.25    1.26     1.25.14 from BP_GO_VERSION is older than 1.26 from go.mod line 3
    1.26    1.26.9   1.26.11 on demand from BP_GO_VERSION, the newest patch
    ");
}
