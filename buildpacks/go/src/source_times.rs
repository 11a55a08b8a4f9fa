//! Gives every source file a time that follows from its content.
//!
//! The build cache keeps an index of each package, which `go` looks up by the names, sizes and times of
//! the files and not by their content (`dirHash` in `cmd/go/internal/modindex/read.go`). CNB platforms
//! give every file of an app the same time, so an edit that keeps the length of a file would be built
//! with the imports of before the edit. `GODEBUG=goindex=0` would do too, but costs three times as much
//! on an app with many packages.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use buildpack_kit::files::{FilesError, change_as_owner};
use sha2::{Digest as _, Sha256};

/// 2000-01-01T00:00:00Z: `go` does not index what changed within the last two seconds.
const FIRST_SECOND: u64 = 946_684_800;

/// Some 17 years, so that no time lies in the future.
const SECONDS: u64 = 1 << 29;

/// Sets the times of these files, which are relative to the directory.
pub(crate) fn derive(app_dir: &Path, sources: &[PathBuf]) -> Result<(), FilesError> {
    for source in sources {
        let path = app_dir.join(source);
        let content = fs_err::read(&path).map_err(|error| FilesError::reading(&path, error))?;
        let time = time_of(&content);
        change_as_owner(&path, |path| fs_err::File::open(path)?.set_modified(time))?;
    }
    Ok(())
}

/// About 59 bits of the content's hash as a time, which every file system of a build keeps to the
/// nanosecond.
fn time_of(content: &[u8]) -> SystemTime {
    let hash = Sha256::digest(content);
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
    };
    let nanoseconds = u32::try_from(number(&hash[4..8]) % 1_000_000_000).unwrap_or_default();
    let seconds = FIRST_SECOND + number(&hash[..4]) % SECONDS;
    SystemTime::UNIX_EPOCH + Duration::new(seconds, nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_content_has_the_same_time_and_another_content_another() {
        let app = testkit::directory("-- a.go --\none\n-- b.go 0444 --\none\n-- c.go --\ntwo\n");
        let sources: Vec<PathBuf> = ["a.go", "b.go", "c.go"].map(PathBuf::from).to_vec();
        derive(app.path(), &sources).unwrap();
        let times: Vec<SystemTime> = sources
            .iter()
            .map(|path| {
                fs_err::metadata(app.path().join(path))
                    .unwrap()
                    .modified()
                    .unwrap()
            })
            .collect();
        assert_eq!(times[0], times[1]);
        assert_ne!(times[0], times[2]);
        assert_eq!(times[0], time_of(b"one\n"));
    }
}
