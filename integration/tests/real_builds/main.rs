//! Level 5: real builds through the embedded platform. Ignored unless asked for:
//! `cargo test -p integration -- --include-ignored`.

use std::process::ExitCode;

fn main() -> ExitCode {
    integration::main([])
}
