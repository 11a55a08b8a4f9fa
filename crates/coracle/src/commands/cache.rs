//! `coracle cache`.

use crate::arguments::CacheCommand;
use crate::context::Context;
use crate::error::CommandError;

/// What we keep in the cache directory. Whatever else lies there is somebody else's: `CORACLE_HOME` may
/// be any directory.
const OURS: [&str; 6] = [
    "downloads",
    "components",
    "builders",
    "images",
    "apps",
    "roots",
];

pub(crate) fn execute(context: &Context, command: &CacheCommand) -> Result<(), CommandError> {
    match command {
        CacheCommand::Path => context.output.result(context.store.root().display()),
        CacheCommand::Clean { all } => {
            let freed = if *all {
                context.store.remove_all(&OURS)?
            } else {
                remove_unused(context)?
            };
            context
                .output
                .result(format_args!("{} freed.", explain::size(freed)));
        }
    }
    Ok(())
}

fn remove_unused(context: &Context) -> Result<u64, CommandError> {
    let removal = builder::remove_unused(&context.store)?;
    for component in &removal.in_use {
        context
            .output
            .result(format_args!("{component} stays: another coracle uses it"));
    }
    for (component, bytes) in &removal.removed {
        context.output.result(format_args!(
            "{component} removed ({})",
            explain::size(*bytes)
        ));
    }
    Ok(removal.removed.iter().map(|(_, bytes)| bytes).sum())
}
