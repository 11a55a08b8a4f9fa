//! The times that platforms give to the files of an app.

use std::path::Path;
use std::time::{Duration, SystemTime};

use walkdir::WalkDir;

/// 1980-01-01T00:00:01Z, since 1970: what pack and other platforms set.
const PLATFORM_TIME: Duration = Duration::from_secs(315_532_801);

/// Gives every file below a directory the time that every platform gives the files of an app. Go, for one,
/// remembers nothing about files of the last two seconds.
///
/// # Panics
/// When a file isn't this user's.
#[track_caller]
pub fn set_platform_times(directory: &Path) {
    let time = SystemTime::UNIX_EPOCH + PLATFORM_TIME;
    for entry in WalkDir::new(directory) {
        let entry = entry.expect("the directory is readable");
        if entry.file_type().is_file() {
            let file = fs_err::File::open(entry.path()).expect("the file is readable");
            file.set_modified(time).expect("the file is ours");
        }
    }
}
