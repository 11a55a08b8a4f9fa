//! Text files that a user or an app names. What has that name may be anything: a pipe that nobody writes
//! to, a device without an end.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use fs_err::os::unix::fs::OpenOptionsExt as _;
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl, fstatfs};

/// The most bytes that are read: a hundred times what anybody writes by hand.
pub(crate) const LONGEST: u64 = 1_000_000;

/// `PIPEFS_MAGIC` of Linux (`statfs(2)`): the pipes without a name, such as a shell's `<(command)`.
const PIPES_WITHOUT_A_NAME: u64 = 0x5049_5045;

/// A text file that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum TextFileError {
    /// A directory, or a pipe that has a name: opening that would wait for whoever writes to it.
    #[error("it is no file")]
    NotAFile,
    /// It has more than a million bytes.
    #[error("it is too long")]
    TooLong,
    /// It can't be read, or isn't UTF-8.
    #[error("it can't be read")]
    Io(#[from] io::Error),
}

/// Reads a text file, at most a million bytes, never waiting for somebody to open its other end.
///
/// # Errors
/// See [`TextFileError`].
pub fn read_text_file(path: &Path) -> Result<String, TextFileError> {
    let flag = OFlags::NONBLOCK.bits().cast_signed();
    let file = fs_err::OpenOptions::new()
        .read(true)
        .custom_flags(flag)
        .open(path)?;
    let kind = file.metadata()?.file_type();
    let file = File::from(file);
    let has_a_name =
        || fstatfs(&file).is_ok_and(|about| about.f_type.cast_unsigned() != PIPES_WITHOUT_A_NAME);
    if kind.is_dir() || kind.is_fifo() && has_a_name() {
        return Err(TextFileError::NotAFile);
    }
    let without = |flags: OFlags| flags.difference(OFlags::NONBLOCK);
    fcntl_getfl(&file)
        .and_then(|flags| fcntl_setfl(&file, without(flags)))
        .map_err(io::Error::from)?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(TextFileError::TooLong);
    }
    let text = String::from_utf8(bytes);
    Ok(text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd as _;

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    fn outcome(path: &Path) -> String {
        match read_text_file(path) {
            Ok(text) => format!("{text:?}"),
            Err(TextFileError::Io(error)) => format!("{:?}", error.kind()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_no_short_text_is_told_apart() {
        let directory = testkit::directory("-- file --\nA=1\n-- link -> file --\n-- inner/ --\n");
        let path = |name: &str| directory.path().join(name);
        let pipe = path("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
        fs_err::write(path("long"), "x".repeat(1_000_000)).unwrap();
        fs_err::write(path("longer"), "x".repeat(1_000_001)).unwrap();
        fs_err::write(path("binary"), b"\xff").unwrap();
        assert!(read_text_file(&path("long")).is_ok());
        let names = [
            "file",
            "link",
            "inner",
            "pipe",
            "longer",
            "binary",
            "missing",
            "/dev/zero",
            "/dev/null",
        ];
        let table = names.map(|name| format!("{name}: {}", outcome(&path(name))));
        insta::assert_snapshot!(table.join("\n"), @r#"
        file: "A=1\n"
        link: "A=1\n"
        inner: it is no file
        pipe: it is no file
        longer: it is too long
        binary: InvalidData
        missing: NotFound
        /dev/zero: it is too long
        /dev/null: ""
        "#);
    }

    #[test]
    fn what_a_command_writes_is_read_to_its_end() {
        let (reader, mut writer) = io::pipe().unwrap();
        let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
        let thread = std::thread::spawn(move || outcome(Path::new(&path)));
        io::Write::write_all(&mut writer, b"A=1\n").unwrap();
        drop(writer);
        assert_eq!(thread.join().unwrap(), r#""A=1\n""#);
    }
}
