//! From the plan to the programs: what needs cgo is looked for, and the rest compiled.

use std::thread;

use buildpack_kit::output::Output;

use crate::cgo::{self, CgoPackage};
use crate::errors::BuildpackError;
use crate::go_command::GoError;
use crate::layers::binaries::{self, CompileError, Compiled};
use crate::missing_package;
use crate::plan::{self, Plan};
use crate::preparation::Preparation;

/// Compiles the targets, unless a package of theirs doesn't work without cgo.
pub(crate) fn programs(
    prepared: &Preparation,
    plan: &Plan,
    output: &Output,
) -> Result<Compiled, BuildpackError> {
    if !prepared.caches.has_previous_build() {
        let cgo = packages_with_cgo(prepared, plan)?;
        return judged(prepared, &cgo, compile(prepared, plan, output));
    }
    // Listing all that is imported takes as long as half of a small compilation. What a previous build compiled seldom
    // needs cgo now, so that the compiler needn't wait for the answer.
    let (cgo, compiled) = thread::scope(|scope| {
        let listing = scope.spawn(|| packages_with_cgo(prepared, plan));
        let compiled = compile(prepared, plan, output);
        (listing.join(), compiled)
    });
    let cgo = cgo.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    judged(prepared, &cgo, compiled)
}

/// The packages that may need cgo; those that certainly do are an error.
fn packages_with_cgo(
    prepared: &Preparation,
    plan: &Plan,
) -> Result<Vec<CgoPackage>, BuildpackError> {
    if prepared.uses_cgo() {
        return Ok(Vec::new());
    }
    let found = cgo::needed(&prepared.go_dir, &plan.targets, &prepared.go);
    let found = found.map_err(BuildpackError::List)?;
    let certain = found.iter().filter(|package| package.is_certain);
    let certain: Vec<CgoPackage> = certain.cloned().collect();
    if certain.is_empty() {
        Ok(found)
    } else {
        Err(BuildpackError::Cgo(certain))
    }
}

fn compile(prepared: &Preparation, plan: &Plan, output: &Output) -> Result<Compiled, CompileError> {
    let Preparation {
        go,
        go_dir,
        project,
        flags,
        ..
    } = prepared;
    let mut arguments = flags.arguments.clone();
    arguments.extend(plan::linker_arguments(
        plan,
        project.targets.as_ref(),
        &prepared.ko_flags.linker_of_builds,
        &flags.linker,
    ));
    let directory = prepared.scratch.path().join("bin");
    binaries::compile(go_dir, &plan.targets, &arguments, directory, go, output)
}

/// A failure of the compiler is that of cgo where it complains about a package that may need it.
fn judged(
    prepared: &Preparation,
    cgo: &[CgoPackage],
    compiled: Result<Compiled, CompileError>,
) -> Result<Compiled, BuildpackError> {
    compiled.map_err(|error| match &error {
        CompileError::Go(GoError::Failed { output, .. }) => match cgo::blamed(cgo, output) {
            packages if packages.is_empty() => {
                let Preparation { tree, project, .. } = prepared;
                missing_package::told(error, &tree.directory, project).into()
            }
            packages => BuildpackError::Cgo(packages),
        },
        _ => error.into(),
    })
}
