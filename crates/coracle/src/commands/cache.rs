//! `coracle cache`.

use crate::arguments::CacheCommand;
use crate::context::Context;
use crate::error::CommandError;

pub(crate) fn execute(context: &Context, command: &CacheCommand) -> Result<(), CommandError> {
    match command {
        CacheCommand::Path => context.output.result(context.store.root().display()),
        CacheCommand::Clean { all } => {
            if *all {
                for entry in fs_err::read_dir(context.store.root()).map_err(CommandError::Cache)? {
                    let path = entry.map_err(CommandError::Cache)?.path();
                    // Locks and work in progress may belong to another process.
                    if !path.ends_with("locks") && !path.ends_with("tmp") {
                        store::remove_tree(&path).map_err(CommandError::Cache)?;
                    }
                }
            } else {
                builder::remove_unused(&context.store)?;
            }
            context.output.result("Done.");
        }
    }
    Ok(())
}
