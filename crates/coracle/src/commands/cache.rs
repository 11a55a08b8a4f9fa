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
            if *all {
                context.store.remove_all(&OURS)?;
            } else {
                builder::remove_unused(&context.store)?;
            }
            context.output.result("Done.");
        }
    }
    Ok(())
}
