//! Requirements and indexes of locks.

use super::*;

#[test]
fn a_requirement_without_its_version() {
    let table = [
        ("flask", "flask"),
        ("Flask[async] >=3,<4", "Flask[async]"),
        ("flask (>=3.0,<4.0)", "flask"),
        (
            "uvicorn [standard]>=0.30;python_version<'4'",
            "uvicorn[standard] ; python_version<'4'",
        ),
        ("a~=1.0", "a"),
        (
            "a @ git+https://example.com/a",
            "a @ git+https://example.com/a",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(without_version(text), expected);
    }
}

#[test]
fn the_usual_index_is_what_uv_knows() {
    let index = |name: &str, url: &str| Index {
        name: name.to_owned(),
        url: url.to_owned(),
        priority: IndexPriority::Default,
    };
    let internal = index("internal", "https://pypi.example.com/simple");
    let usual = index("pypi", "https://pypi.example/simple/");
    assert_eq!(
        beside_the_usual(vec![internal.clone()]),
        std::slice::from_ref(&internal)
    );
    assert_eq!(
        beside_the_usual(vec![internal.clone(), usual]),
        [Index {
            priority: IndexPriority::Additional,
            ..internal
        }]
    );
}
