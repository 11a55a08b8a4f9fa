//! Commands that `pipenv run` and `pdm run` know by names of their own: `[scripts]` of the Pipfile, and
//! `[tool.pdm.scripts]`. What `[project.scripts]` and `[tool.poetry.scripts]` name are programs of the environment. Pure.
//!
//! Sources: pipenv's documentation, "Custom Script Shortcuts"; pdm's, "PDM Scripts".

use start_command::{NoCommand, Script};
use toml::{Table, Value};

use crate::locks::pipfile::PIPFILE;
use crate::pyproject;

const OF_PIPENV: &str = "[scripts] of the Pipfile";
const OF_PDM: &str = "[tool.pdm.scripts] of pyproject.toml";

/// What neither runner gives a meaning to, though a shell would: pipes, lists, redirections and substitutions.
/// Braces are placeholders of pdm.
const OF_A_SHELL: &[char] = &['&', '|', ';', '<', '>', '(', ')', '`', '\n', '~', '{'];

/// What a script is.
type Known = Result<Script, NoCommand>;

/// What a runner knows by a name.
pub(crate) fn script(
    runner: &str,
    name: &str,
    pipfile: Option<&Table>,
    pyproject: Option<&Table>,
) -> Option<Known> {
    match runner {
        "pipenv run" => of_pipenv(name, pipfile?.get("scripts")?.as_table()?),
        "pdm run" => {
            let scripts = pyproject?.get("tool")?.get("pdm")?.get("scripts")?;
            of_pdm(name, scripts.as_table()?)
        }
        _ => None,
    }
}

fn of_pipenv(name: &str, scripts: &Table) -> Option<Known> {
    let table = OF_PIPENV;
    let refuse = |is| NoCommand::Entry { table, is };
    Some(match scripts.get(name)? {
        Value::String(text) => command(PIPFILE, name, text).map_err(refuse),
        Value::Table(table) if table.contains_key("call") => Err(refuse("a call of a function")),
        _ => Err(refuse("of a form that isn't known here")),
    })
}

fn of_pdm(name: &str, scripts: &Table) -> Option<Known> {
    let table = OF_PDM;
    let refuse = |is| NoCommand::Entry { table, is };
    // Options of all scripts; the name can't be called.
    let script = scripts.get(name).filter(|_| name != "_")?;
    let around = [format!("pre_{name}"), format!("post_{name}")];
    if around.iter().any(|around| scripts.contains_key(around)) {
        return Some(Err(refuse(
            "one with others before or after it (pre_, post_)",
        )));
    }
    if has_options(scripts.get("_")) {
        return Some(Err(refuse(
            "given variables or a directory by the options in _",
        )));
    }
    Some(of_pdm_value(name, script).map_err(refuse))
}

fn of_pdm_value(name: &str, script: &Value) -> Result<Script, &'static str> {
    let table = match script {
        Value::String(text) => return command(pyproject::FILE, name, text),
        Value::Table(table) => table,
        _ => return Err("of a form that isn't known here"),
    };
    if has_options(Some(script)) {
        return Err("given variables or a directory of its own");
    }
    let text = |kind: &str| table.get(kind).and_then(Value::as_str);
    if let Some(text) = text("cmd") {
        return command(pyproject::FILE, name, text);
    }
    if let Some(text) = text("shell") {
        let has_placeholder = ["{args", "{pdm"].iter().any(|one| text.contains(one));
        return if has_placeholder {
            Err("a text with placeholders")
        } else {
            Ok(Script::of_package(pyproject::FILE, name, text))
        };
    }
    if table.contains_key("call") {
        return Err("a call of a function");
    }
    if table.contains_key("composite") {
        return Err("a list of others");
    }
    Err("of a form that isn't known here")
}

/// Whether a script of pdm says what its surroundings are.
fn has_options(script: Option<&Value>) -> bool {
    let options = ["env", "env_file", "working_dir", "site_packages"];
    script.is_some_and(|script| {
        options
            .into_iter()
            .any(|option| script.get(option).is_some())
    })
}

/// A line that a runner takes apart itself, without a shell.
fn command(file: &str, name: &str, text: &str) -> Result<Script, &'static str> {
    if text.contains(OF_A_SHELL) {
        return Err("a line with what only a shell or the runner itself gives a meaning to");
    }
    Ok(Script::of_package(file, name, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_command_or_what_it_is_instead_is_told() {
        let pipfile: Table = toml::from_str(
            "[scripts]\nserve = \"gunicorn app:app --bind :$PORT\"\nboth = \"a && b\"\ncalled = { call = \"a:b()\" }\n",
        )
        .unwrap();
        let pyproject: Table = toml::from_str(
            "[tool.pdm.scripts]\nserve = \"flask run\"\ncmd = { cmd = \"python x.py\" }\n\
             shell = { shell = \"a && b\" }\nwith = { cmd = \"a\", env_file = \".env\" }\n\
             args = { shell = \"a {args}\" }\nmany = { composite = [\"serve\"] }\nlist = { cmd = [\"a\"] }\n\
             call = { call = \"a:b\" }\nhooked = \"a\"\npre_hooked = \"b\"\n",
        )
        .unwrap();
        let shared: Table =
            toml::from_str("[tool.pdm.scripts]\n_.env_file = \".env\"\nserve = \"a\"\n").unwrap();
        let of = |runner: &str, name: &str, pyproject: &Table| {
            let known = script(runner, name, Some(&pipfile), Some(pyproject));
            let known = known.map(|known| known.map(|script| (script.source.name, script.text)));
            match known {
                None => format!("{runner} {name}: unknown"),
                Some(Ok((source, text))) => format!("{runner} {name}: {text} of {source}"),
                Some(Err(NoCommand::Entry { table, is })) => {
                    format!("{runner} {name}: {is}, {table}")
                }
                Some(Err(other)) => panic!("{other:?}"),
            }
        };
        let mut table = ["serve", "both", "called", "gunicorn"]
            .map(|name| of("pipenv run", name, &pyproject))
            .to_vec();
        let names = [
            "serve", "cmd", "shell", "with", "args", "many", "list", "call", "hooked", "flask",
        ];
        table.extend(names.map(|name| of("pdm run", name, &pyproject)));
        table.push(of("pdm run", "serve", &shared));
        table.push(of("uv run", "serve", &pyproject));
        insta::assert_snapshot!(table.join("\n"), @"
        pipenv run serve: gunicorn app:app --bind :$PORT of Pipfile (scripts.serve)
        pipenv run both: a line with what only a shell or the runner itself gives a meaning to, [scripts] of the Pipfile
        pipenv run called: a call of a function, [scripts] of the Pipfile
        pipenv run gunicorn: unknown
        pdm run serve: flask run of pyproject.toml (scripts.serve)
        pdm run cmd: python x.py of pyproject.toml (scripts.cmd)
        pdm run shell: a && b of pyproject.toml (scripts.shell)
        pdm run with: given variables or a directory of its own, [tool.pdm.scripts] of pyproject.toml
        pdm run args: a text with placeholders, [tool.pdm.scripts] of pyproject.toml
        pdm run many: a list of others, [tool.pdm.scripts] of pyproject.toml
        pdm run list: of a form that isn't known here, [tool.pdm.scripts] of pyproject.toml
        pdm run call: a call of a function, [tool.pdm.scripts] of pyproject.toml
        pdm run hooked: one with others before or after it (pre_, post_), [tool.pdm.scripts] of pyproject.toml
        pdm run flask: unknown
        pdm run serve: given variables or a directory by the options in _, [tool.pdm.scripts] of pyproject.toml
        uv run serve: unknown
        ");
    }
}
