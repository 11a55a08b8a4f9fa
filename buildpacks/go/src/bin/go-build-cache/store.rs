//! Two directories in the layout of Go's own `GOCACHE`: `xx/<action>-a` says which output an action has,
//! `xx/<output>-d` is the output. Source of the format: `cmd/go/internal/cache/cache.go`.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use fs_err as fs;

/// What is known about one action.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// SHA-256 of the output.
    pub(crate) output: Vec<u8>,
    /// Bytes of the output.
    pub(crate) size: u64,
    /// Where the output lies.
    pub(crate) path: PathBuf,
    /// Names below the upper directory that this entry consists of; empty when it is of the lower one.
    pub(crate) upper_names: Vec<String>,
}

/// The shipped directory below, the app's own above it.
#[derive(Debug)]
pub(crate) struct Store {
    lower: PathBuf,
    upper: PathBuf,
}

impl Store {
    pub(crate) fn new(lower: PathBuf, upper: PathBuf) -> Self {
        Self { lower, upper }
    }

    /// The output of an action, if either directory has all of it.
    pub(crate) fn get(&self, action: &[u8]) -> Option<Entry> {
        find(&self.lower, action).or_else(|| {
            let mut entry = find(&self.upper, action)?;
            entry.upper_names = names(action, &entry.output);
            Some(entry)
        })
    }

    /// Stores `size` bytes of `body` as the output of an action. Both files appear by a rename, the
    /// output first, so that a process that is killed leaves nothing that looks whole.
    pub(crate) fn put(
        &self,
        action: &[u8],
        output: &[u8],
        size: u64,
        body: &mut dyn Read,
    ) -> io::Result<Entry> {
        // `go` puts some entries without asking for them first.
        if let Some(entry) = self.get(action).filter(|entry| entry.output == output) {
            return Ok(entry);
        }
        let path = self.upper.join(output_name(output));
        if !has_size(&path, size) {
            write(&path, |file| {
                let written = io::copy(body, file)?;
                if written == size {
                    return Ok(());
                }
                Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    format!("{written} bytes of an output of {size}"),
                ))
            })?;
        }
        // The time is only used to expire the results of tests; a fixed one keeps the clock out.
        let record = format!(
            "v1 {} {} {size:20} {:20}\n",
            hex::encode(action),
            hex::encode(output),
            0
        );
        write(&self.upper.join(action_name(action)), |file| {
            io::Write::write_all(file, record.as_bytes())
        })?;
        Ok(Entry {
            output: output.to_vec(),
            size,
            path,
            upper_names: names(action, output),
        })
    }
}

fn names(action: &[u8], output: &[u8]) -> Vec<String> {
    vec![action_name(action), output_name(output)]
}

fn action_name(action: &[u8]) -> String {
    name(action, "a")
}

fn output_name(output: &[u8]) -> String {
    name(output, "d")
}

fn name(hash: &[u8], kind: &str) -> String {
    let hash = hex::encode(hash);
    let directory = hash.get(..2).unwrap_or("00");
    format!("{directory}/{hash}-{kind}")
}

fn find(directory: &Path, action: &[u8]) -> Option<Entry> {
    let record = fs::read_to_string(directory.join(action_name(action))).ok()?;
    let (output, size) = parse_record(&record, action)?;
    let path = directory.join(output_name(&output));
    has_size(&path, size).then_some(Entry {
        output,
        size,
        path,
        upper_names: Vec::new(),
    })
}

/// `v1 <action> <output> <size, 20 wide> <time, 20 wide>` and a newline: the output and its size.
fn parse_record(record: &str, action: &[u8]) -> Option<(Vec<u8>, u64)> {
    let mut words = record.strip_suffix('\n')?.split_ascii_whitespace();
    let (format, owner) = (words.next()?, words.next()?);
    let output = hex::decode(words.next()?).ok()?;
    let size = words.next()?.parse().ok()?;
    let _time: i64 = words.next()?.parse().ok()?;
    let is_whole = format == "v1" && owner == hex::encode(action) && words.next().is_none();
    (is_whole && output.len() == 32).then_some((output, size))
}

/// The file is there and as long as it should be: a shorter one was cut off by a full disk or a crash.
fn has_size(path: &Path, size: u64) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() == size)
}

fn write(path: &Path, fill: impl FnOnce(&mut fs::File) -> io::Result<()>) -> io::Result<()> {
    let directory = path.parent().unwrap_or(path);
    fs::create_dir_all(directory)?;
    let mut temporary = tempfile::Builder::new()
        .prefix("tmp-")
        .tempfile_in(directory)?
        .into_parts();
    let mut opened = fs::File::from_parts(temporary.0, &temporary.1);
    fill(&mut opened)?;
    drop(opened);
    temporary.1.disable_cleanup(true);
    fs::rename(&temporary.1, path)
}
