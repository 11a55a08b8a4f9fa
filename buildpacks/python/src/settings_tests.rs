//! Tests of `settings`.

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::read(&Environment::new(
        variables.iter().copied(),
        [("PATH", "/usr/bin")],
    ))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn every_variable_is_read() {
    let settings = read(&[
        ("BP_CPYTHON_VERSION", "3.12"),
        ("GOOGLE_PYTHON_VERSION", "3.13.1"),
        ("GOOGLE_RUNTIME", "python312"),
        ("GOOGLE_RUNTIME_VERSION", ">=3.11"),
        ("RAILPACK_PYTHON_VERSION", "3.14"),
        ("GOOGLE_PYTHON_PACKAGE_MANAGER", "UV"),
        ("BP_PIP_REQUIREMENT", "a.txt b.txt"),
        ("BP_PIP_FIND_LINKS", "wheels"),
        ("BP_UV_FIND_LINKS", "more,other"),
        ("GOOGLE_VENDOR_PIP_DEPENDENCIES", "vendored"),
        ("BP_POETRY_INSTALL_ONLY", "main,prod"),
        ("BP_UV_INSTALL_GROUPS", "prod"),
        ("BP_POETRY_RUN_TARGET", "shop.cli:main"),
        ("DISABLE_COLLECTSTATIC", "1"),
        ("BP_KEEP_FILES", ".env:*.md"),
    ]);
    insta::assert_debug_snapshot!(settings.unwrap(), @r#"
        Settings {
            versions: [
                Sourced {
                    value: Minor(
                        PythonVersion(
                            "3.12",
                        ),
                    ),
                    origin: Variable(
                        "BP_CPYTHON_VERSION",
                    ),
                },
                Sourced {
                    value: Exact(
                        PythonVersion(
                            "3.13.1",
                        ),
                    ),
                    origin: Variable(
                        "GOOGLE_PYTHON_VERSION",
                    ),
                },
                Sourced {
                    value: Within(
                        Constraint {
                            text: ">=3.11",
                            alternatives: [
                                VersionSpecifiers(
                                    [
                                        VersionSpecifier {
                                            operator: GreaterThanEqual,
                                            version: "3.11",
                                        },
                                    ],
                                ),
                            ],
                        },
                    ),
                    origin: Variable(
                        "GOOGLE_RUNTIME_VERSION",
                    ),
                },
                Sourced {
                    value: Minor(
                        PythonVersion(
                            "3.14",
                        ),
                    ),
                    origin: Variable(
                        "RAILPACK_PYTHON_VERSION",
                    ),
                },
            ],
            manager: Some(
                Sourced {
                    value: Uv,
                    origin: Variable(
                        "GOOGLE_PYTHON_PACKAGE_MANAGER",
                    ),
                },
            ),
            requirement_files: Some(
                Sourced {
                    value: [
                        "a.txt",
                        "b.txt",
                    ],
                    origin: Variable(
                        "BP_PIP_REQUIREMENT",
                    ),
                },
            ),
            find_links: [
                "wheels",
                "more",
                "other",
            ],
            vendored: Some(
                Sourced {
                    value: "vendored",
                    origin: Variable(
                        "GOOGLE_VENDOR_PIP_DEPENDENCIES",
                    ),
                },
            ),
            poetry_groups: Some(
                Sourced {
                    value: [
                        "main",
                        "prod",
                    ],
                    origin: Variable(
                        "BP_POETRY_INSTALL_ONLY",
                    ),
                },
            ),
            uv_groups: Some(
                Sourced {
                    value: [
                        "prod",
                    ],
                    origin: Variable(
                        "BP_UV_INSTALL_GROUPS",
                    ),
                },
            ),
            run_target: Some(
                Sourced {
                    value: "shop.cli:main",
                    origin: Variable(
                        "BP_POETRY_RUN_TARGET",
                    ),
                },
            ),
            collects_static: false,
            keep: [
                ".env",
                "*.md",
            ],
        }
        "#);
}

#[test]
fn what_can_not_be_used_is_an_error() {
    let lines = [
        read(&[("BP_CPYTHON_VERSION", "three")]),
        read(&[("GOOGLE_RUNTIME_VERSION", "pypy3.10")]),
        read(&[("GOOGLE_PYTHON_PACKAGE_MANAGER", "conda")]),
        read(&[("DISABLE_COLLECTSTATIC", "maybe")]),
        read(&[("UV_FROZEN", "1"), ("PYTHONPATH", "x"), ("UV_PYTHON", "")]),
    ]
    .map(|settings| settings.unwrap_err().to_string());
    insta::assert_snapshot!(lines.join("\n"), @r#"
        three from BP_CPYTHON_VERSION is no version of Python
        pypy3.10 from GOOGLE_RUNTIME_VERSION is no version of Python
        GOOGLE_PYTHON_PACKAGE_MANAGER is "conda", expected pip, uv, poetry, pdm or pipenv
        DISABLE_COLLECTSTATIC is "maybe", expected true or false
        PYTHONPATH, UV_FROZEN can't be set
        "#);
    let other = read(&[
        ("GOOGLE_RUNTIME", "nodejs"),
        ("GOOGLE_RUNTIME_VERSION", "22"),
    ]);
    assert_eq!(other.unwrap().versions, []);
}

#[test]
fn commands_see_the_user_and_of_the_machine_what_they_need() {
    let user = [("SECRET", "1"), ("UV_PYTHON", ""), ("LANG", "de")];
    let process = [
        ("PATH", "/bin"),
        ("LANG", "C"),
        ("SHLVL", "1"),
        ("PIP_INDEX_URL", "x"),
    ];
    let inherited = inherited(&Environment::new(user, process));
    let inherited: Vec<String> = inherited
        .iter()
        .map(|(name, value)| format!("{}={}", name.display(), value.display()))
        .collect();
    assert_eq!(
        inherited,
        ["LANG=de", "PATH=/bin", "PIP_INDEX_URL=x", "SECRET=1"]
    );
}

#[test]
fn names_are_in_order() {
    assert!(DENIED.is_sorted() && FROM_PROCESS.is_sorted());
}
