//! Scripts that are run by Python itself.

use buildpack_kit::environment::Origin;

use super::entry::{framework_in, module_of};
use super::{Factory, Facts, ProcessPlan, process, quoted};
use crate::project::SourceFile;

/// Files that start an app, the usual one first.
const SCRIPTS: [&str; 4] = ["main.py", "app.py", "server.py", "run.py"];

/// `python main.py`, or the only script, or the package that can be run.
pub(super) fn script(facts: Facts<'_>) -> Option<ProcessPlan> {
    let at_root = facts
        .sources
        .iter()
        .filter(|file| file.path.components().count() == 1);
    let usual = SCRIPTS.into_iter().find_map(|name| {
        at_root
            .clone()
            .find(|file| file.path.to_str() == Some(name))
    });
    let mut with_guard = at_root.clone().filter(|file| file.source.is_script);
    let only_guarded = with_guard.next().filter(|_| with_guard.next().is_none());
    let mut all = at_root.filter(|file| !is_tool(file));
    let only = all.next().filter(|_| all.next().is_none());
    if let Some(file) = usual.or(only_guarded).or(only) {
        let path = file.path.display().to_string();
        let rule = path.clone();
        return Some(process(
            format!("python {}", quoted(&path)),
            Origin::Rule(rule),
            &[],
        ));
    }
    let package = facts
        .sources
        .iter()
        .find(|file| file.path.ends_with("__main__.py"))?;
    let parent = package.path.parent()?;
    let (base, module) = module_of(parent);
    if module.is_empty() {
        return None;
    }
    let rule = package.path.display().to_string();
    let mut plan = process(format!("python -m {module}"), Origin::Rule(rule), &[]);
    plan.environment
        .extend(base.map(|base| ("PYTHONPATH".to_owned(), base)));
    Some(plan)
}

/// What is beside an app and doesn't start it.
fn is_tool(file: &SourceFile) -> bool {
    let name = file.path.to_str().unwrap_or_default();
    matches!(
        name,
        "setup.py" | "conftest.py" | "manage.py" | "noxfile.py" | "tasks.py" | "__init__.py"
    )
}

/// Functions that look as if they made an app.
pub(super) fn factories(sources: &[SourceFile]) -> Vec<Factory> {
    let usual = ["create_app", "make_app", "get_app", "build_app"];
    let of_file = |file: &SourceFile| {
        let functions = file.source.functions.iter();
        let named = functions.filter(|name| usual.contains(&name.as_str()));
        let (base, module) = module_of(&file.path.with_extension(""));
        let factory = |name: &String| Factory {
            function: name.clone(),
            file: file.path.clone(),
            module: module.clone(),
            base: base.clone(),
            interface: framework_in(file).map(|framework| framework.interface),
        };
        named.map(factory).collect::<Vec<_>>()
    };
    sources.iter().flat_map(of_file).collect()
}
