//! The build cache that `go` (1.24 and newer) uses instead of a plain `GOCACHE`: two directories, the
//! lower one shipped and read-only, the upper one the app's own.
//!
//! `go` starts this as its `GOCACHEPROG` and talks to it by the protocol of the package
//! `cmd/go/internal/cacheprog` of Go's own source. A plain `GOCACHE` on the shipped directory does not do:
//! `go` must write there, and a copy or a farm of links costs more than the whole build of a small app.

mod protocol;
mod session;
mod store;

use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use session::Session;
use store::Store;

const USAGE: &str = "usage: go-build-cache LOWER UPPER USED\n\
    Started by the go command as its GOCACHEPROG.\n\
    LOWER  a GOCACHE that is only read\n\
    UPPER  a GOCACHE that is read and written\n\
    USED   a directory; at the end a file there lists what of UPPER was used\n";

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let Ok([lower, upper, used]) = <[PathBuf; 3]>::try_from(arguments) else {
        let _ = io::stderr().write_all(USAGE.as_bytes());
        return ExitCode::from(2);
    };
    let mut session = Session::new(Store::new(lower, upper), used);
    let input = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let output = BufWriter::new(io::stdout().lock());
    match session.serve(input, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "go-build-cache: {error}");
            ExitCode::FAILURE
        }
    }
}
