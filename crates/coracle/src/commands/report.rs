//! The file that `--report` names: what was built, as JSON.

use std::io;
use std::path::Path;

use fs_err::os::unix::fs::OpenOptionsExt as _;
use platform::{BuildReport, OutputError, Step};
use rustix::fs::OFlags;
use serde_json::{Value, json};

use crate::error::CommandError;

/// Finds out before the build whether the file can be written; one that is there stays as it is.
pub(crate) fn check(path: &Path) -> Result<(), CommandError> {
    // A pipe that nobody reads is an error then, and isn't waited for.
    let flag = OFlags::NONBLOCK.bits().cast_signed();
    let mut options = fs_err::OpenOptions::new();
    let opened = match options.append(true).custom_flags(flag).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs_err::File::create_new(path).and_then(|_| fs_err::remove_file(path))
        }
        other => other.map(drop),
    };
    opened.map_err(|source| CommandError::Delivery(error(path, source)))
}

pub(crate) fn write(path: &Path, report: &BuildReport) -> Result<(), CommandError> {
    let text = format!("{:#}\n", as_json(report));
    fs_err::write(path, text).map_err(|source| CommandError::Report {
        image: report.image.clone(),
        source: Box::new(error(path, source)),
    })
}

fn error(path: &Path, source: io::Error) -> OutputError {
    OutputError::Write {
        option: "--report ",
        path: path.to_owned(),
        source,
    }
}

fn as_json(report: &BuildReport) -> Value {
    let layers: Vec<Value> = report
        .layers
        .iter()
        .map(|layer| {
            json!({
                "what": layer.what.to_string(),
                "digest": layer.digest.to_string(),
                "compressed": layer.compressed,
                "reused": layer.reused,
            })
        })
        .collect();
    let seconds: serde_json::Map<String, Value> = report
        .durations
        .iter()
        .map(|(step, duration)| (step_name(*step).to_owned(), json!(duration.as_secs_f64())))
        .collect();
    json!({
        "image": report.image.to_string(),
        "digest": report.manifest_digest.to_string(),
        "imageId": report.image_id.to_string(),
        "size": report.size(),
        "layers": layers,
        "processes": report.processes,
        "seconds": seconds,
    })
}

fn step_name(step: Step) -> &'static str {
    match step {
        Step::Stage => "stage",
        Step::Creator => "creator",
        Step::Complete => "complete",
        Step::Output => "output",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_nobody_reads_is_not_waited_for() {
        let directory = testkit::directory("");
        let pipe = directory.path().join("pipe");
        let mode = rustix::fs::Mode::RWXU;
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        assert!(check(&pipe).is_err());
    }

    #[test]
    fn a_report_that_cannot_be_written_is_known_before_the_build() {
        let directory = testkit::directory("-- old.json --\n{}\n-- directory/ --\n");
        let path = |name: &str| directory.path().join(name);
        check(&path("old.json")).unwrap();
        assert_eq!(fs_err::read_to_string(path("old.json")).unwrap(), "{}\n");
        check(&path("new.json")).unwrap();
        assert!(!path("new.json").exists());
        for name in ["directory", "missing/new.json", "old.json/new.json"] {
            assert!(check(&path(name)).is_err(), "{name}");
        }
    }
}
