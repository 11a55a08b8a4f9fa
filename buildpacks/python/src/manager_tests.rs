//! Tests of `manager`.

use super::*;

fn shown(files: &[&'static str], variables: &[(&str, ManagerName)], with: fn(&mut Seen)) -> String {
    let mut seen = Seen {
        files: files.iter().copied().collect(),
        ..Seen::default()
    };
    with(&mut seen);
    let asked = variables
        .first()
        .map(|(name, manager)| Sourced::new(*manager, Origin::Variable((*name).to_owned())));
    match choose(asked.as_ref(), None, &seen) {
        Ok(Chosen {
            manager,
            origin,
            ignored,
        }) => {
            format!("{files:?}: {manager:?} from {origin}, ignoring {ignored:?}")
        }
        Err(error) => format!("{files:?}: error: {error}"),
    }
}

fn nothing(_: &mut Seen) {}

fn project(seen: &mut Seen) {
    seen.has_project = true;
}

#[test]
fn the_files_decide() {
    let lines = [
        shown(&["requirements.txt"], &[], nothing),
        shown(
            &["requirements.txt", "uv.lock", "pyproject.toml"],
            &[],
            project,
        ),
        shown(&["uv.lock", "pyproject.toml"], &[], project),
        shown(&["poetry.lock", "pyproject.toml"], &[], nothing),
        shown(&["pdm.lock", "pyproject.toml"], &[], project),
        shown(&["Pipfile.lock", "Pipfile"], &[], nothing),
        shown(&["Pipfile.lock"], &[], nothing),
        shown(&["uv.lock", "poetry.lock"], &[], nothing),
        shown(&["Pipfile"], &[], nothing),
        shown(&["pyproject.toml"], &[], |seen| seen.has_poetry = true),
        shown(&["pyproject.toml"], &[], |seen| {
            seen.has_poetry = true;
            seen.has_project = true;
        }),
        shown(&["pyproject.toml"], &[], project),
        shown(&["pyproject.toml", "setup.py"], &[], nothing),
        shown(&["setup.cfg"], &[], nothing),
        shown(&["pyproject.toml"], &[], nothing),
        shown(&[], &[], nothing),
        shown(&[], &[], |seen| {
            seen.misspelled = vec![("python-version".into(), ".python-version")];
        }),
        shown(&[], &[], |seen| {
            seen.misspelled = vec![("requirement.txt".into(), "requirements.txt")];
        }),
        shown(&[], &[], |seen| {
            seen.third_party = vec![("flask".to_owned(), "app.py".into())];
        }),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
        ["requirements.txt"]: Pip(["requirements.txt"]) from requirements.txt, ignoring []
        ["requirements.txt", "uv.lock", "pyproject.toml"]: Pip(["requirements.txt"]) from requirements.txt, ignoring ["uv.lock"]
        ["uv.lock", "pyproject.toml"]: Uv from uv.lock, ignoring []
        ["poetry.lock", "pyproject.toml"]: Poetry from poetry.lock, ignoring []
        ["pdm.lock", "pyproject.toml"]: Pdm from pdm.lock, ignoring []
        ["Pipfile.lock", "Pipfile"]: Pipenv from Pipfile.lock, ignoring []
        ["Pipfile.lock"]: Pipenv from Pipfile.lock, ignoring []
        ["uv.lock", "poetry.lock"]: error: there are several locks
        ["Pipfile"]: error: Pipfile has no Pipfile.lock
        ["pyproject.toml"]: error: pyproject.toml has no poetry.lock
        ["pyproject.toml"]: Unlocked("pyproject.toml") from pyproject.toml, ignoring []
        ["pyproject.toml"]: Unlocked("pyproject.toml") from pyproject.toml, ignoring []
        ["pyproject.toml", "setup.py"]: Unlocked("setup.py") from setup.py, ignoring []
        ["setup.cfg"]: Unlocked("setup.cfg") from setup.cfg, ignoring []
        ["pyproject.toml"]: Nothing from the app imports nothing but Python's own modules, ignoring []
        []: Nothing from the app imports nothing but Python's own modules, ignoring []
        []: Nothing from the app imports nothing but Python's own modules, ignoring []
        []: error: no file says what the app needs
        []: error: no file says what the app needs
        "#);
}

#[test]
fn the_user_decides() {
    let name = "GOOGLE_PYTHON_PACKAGE_MANAGER";
    let lines = [
        shown(
            &["requirements.txt", "uv.lock", "pyproject.toml"],
            &[(name, ManagerName::Uv)],
            project,
        ),
        shown(&["pyproject.toml"], &[(name, ManagerName::Uv)], project),
        shown(&["pyproject.toml"], &[(name, ManagerName::Pip)], project),
        shown(
            &["requirements.txt"],
            &[(name, ManagerName::Poetry)],
            nothing,
        ),
        shown(&["uv.lock"], &[(name, ManagerName::Uv)], nothing),
        shown(&["Pipfile.lock"], &[(name, ManagerName::Pipenv)], nothing),
        shown(&[], &[(name, ManagerName::Pip)], nothing),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
        ["requirements.txt", "uv.lock", "pyproject.toml"]: Uv from GOOGLE_PYTHON_PACKAGE_MANAGER, ignoring []
        ["pyproject.toml"]: Unlocked("pyproject.toml") from GOOGLE_PYTHON_PACKAGE_MANAGER, ignoring []
        ["pyproject.toml"]: Unlocked("pyproject.toml") from GOOGLE_PYTHON_PACKAGE_MANAGER, ignoring []
        ["requirements.txt"]: error: GOOGLE_PYTHON_PACKAGE_MANAGER asks for a manager without poetry.lock and pyproject.toml
        ["uv.lock"]: error: GOOGLE_PYTHON_PACKAGE_MANAGER asks for a manager without pyproject.toml
        ["Pipfile.lock"]: Pipenv from GOOGLE_PYTHON_PACKAGE_MANAGER, ignoring []
        []: error: GOOGLE_PYTHON_PACKAGE_MANAGER asks for a manager without requirements.txt
        "#);
    let files = Sourced::new(
        vec!["a.txt".to_owned()],
        Origin::Variable("BP_PIP_REQUIREMENT".into()),
    );
    let seen = Seen {
        files: [UV_LOCK].into(),
        ..Seen::default()
    };
    let chosen = choose(None, Some(&files), &seen).unwrap();
    assert_eq!(
        (chosen.manager, chosen.ignored),
        (Manager::Pip(vec!["a.txt".into()]), vec![UV_LOCK])
    );
}

#[test]
fn a_member_of_a_workspace_has_its_lock() {
    let member = |seen: &mut Seen| {
        seen.has_project = true;
        seen.workspace_lock = Some("../../uv.lock".into());
    };
    let uv = ("GOOGLE_PYTHON_PACKAGE_MANAGER", ManagerName::Uv);
    let lines = [
        shown(&["pyproject.toml"], &[], member),
        shown(&["pyproject.toml"], &[uv], member),
        shown(&["requirements.txt", "pyproject.toml"], &[], member),
        shown(&["poetry.lock", "pyproject.toml"], &[], member),
    ];
    insta::assert_snapshot!(lines.join("\n"), @r#"
    ["pyproject.toml"]: Uv from ../../uv.lock, ignoring []
    ["pyproject.toml"]: Uv from GOOGLE_PYTHON_PACKAGE_MANAGER, ignoring []
    ["requirements.txt", "pyproject.toml"]: Pip(["requirements.txt"]) from requirements.txt, ignoring []
    ["poetry.lock", "pyproject.toml"]: Poetry from poetry.lock, ignoring []
    "#);
}
