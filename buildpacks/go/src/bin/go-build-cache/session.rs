//! One `go` command's conversation with the cache.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use crate::protocol::{Command, Request, Response, read_body, read_request};
use crate::store::{Entry, Store};

/// Answers requests and remembers which files of the upper directory were used.
#[derive(Debug)]
pub(crate) struct Session {
    store: Store,
    used_directory: PathBuf,
    used: BTreeSet<String>,
    has_complained: bool,
}

impl Session {
    pub(crate) fn new(store: Store, used_directory: PathBuf) -> Self {
        Self {
            store,
            used_directory,
            used: BTreeSet::new(),
            has_complained: false,
        }
    }

    /// Announces what this program can do and answers until `close` or the end of the input.
    pub(crate) fn serve(
        &mut self,
        mut input: impl BufRead,
        mut output: impl Write,
    ) -> io::Result<()> {
        let announcement = Response {
            known_commands: vec![Command::Get, Command::Put, Command::Close],
            ..Response::default()
        };
        send(&mut output, &announcement)?;
        while let Some(request) = read_request(&mut input)? {
            let response = self.answer(&request, &mut input)?;
            send(&mut output, &response)?;
            if request.command == Command::Close {
                break;
            }
        }
        Ok(())
    }

    /// The answer to one request. An `Err` means that the conversation itself is broken; what goes wrong
    /// with an entry is told to `go`, which then fails or does without.
    fn answer(&mut self, request: &Request, input: &mut impl BufRead) -> io::Result<Response> {
        match request.command {
            Command::Get => Ok(match self.store.get(&request.action) {
                Some(entry) => self.found(request.id, entry),
                None => Response {
                    id: request.id,
                    miss: true,
                    ..Response::default()
                },
            }),
            Command::Put => {
                let stored = read_body(input, request.body_size, |body| {
                    self.store
                        .put(&request.action, &request.output, request.body_size, body)
                })?;
                Ok(match stored {
                    Ok(entry) => self.found(request.id, entry),
                    Err(error) => {
                        self.complain(&error);
                        failure(request.id, &error)
                    }
                })
            }
            Command::Close => Ok(match self.write_used() {
                Ok(()) => Response {
                    id: request.id,
                    ..Response::default()
                },
                Err(error) => failure(request.id, &error),
            }),
        }
    }

    /// `go` hands our standard error on. What it says itself when it can't store an index of packages is that
    /// packages of the standard library don't exist.
    fn complain(&mut self, error: &io::Error) {
        if !self.has_complained {
            self.has_complained = true;
            let _ = writeln!(io::stderr(), "go-build-cache: {error}");
        }
    }

    fn found(&mut self, id: i64, entry: Entry) -> Response {
        self.used.extend(entry.upper_names);
        Response {
            id,
            output: entry.output,
            size: entry.size,
            disk_path: entry.path.to_string_lossy().into_owned(),
            ..Response::default()
        }
    }

    /// One build runs several `go` commands, each with a session of its own; only the buildpack sees
    /// them all, so it is the buildpack that removes what none of them used.
    fn write_used(&self) -> io::Result<()> {
        let names: Vec<&str> = self.used.iter().map(String::as_str).collect();
        let mut file = tempfile::Builder::new()
            .prefix("used-")
            .disable_cleanup(true)
            .tempfile_in(&self.used_directory)?;
        file.write_all(names.join("\n").as_bytes())
    }
}

fn failure(id: i64, error: &io::Error) -> Response {
    Response {
        id,
        error: error.to_string(),
        ..Response::default()
    }
}

fn send(output: &mut impl Write, response: &Response) -> io::Result<()> {
    let mut line = serde_json::to_vec(response)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use fs_err as fs;
    use std::io::Cursor;
    use std::path::Path;

    /// Runs one session over `requests` and returns its answers without the announcement.
    fn converse(root: &Path, requests: &str) -> Vec<serde_json::Value> {
        let used = root.join("used");
        fs::create_dir_all(&used).unwrap();
        let store = Store::new(root.join("lower"), root.join("upper"));
        let mut output = Vec::new();
        Session::new(store, used)
            .serve(Cursor::new(requests.as_bytes()), &mut output)
            .unwrap();
        let lines = String::from_utf8(output).unwrap();
        let mut answers: Vec<serde_json::Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(
            answers.remove(0),
            serde_json::json!({"ID": 0, "KnownCommands": ["get", "put", "close"]})
        );
        answers
    }

    fn put(id: i64, action: u8, output: u8, body: &str) -> String {
        let request = format!(
            r#"{{"ID":{id},"Command":"put","ActionID":"{}","OutputID":"{}","BodySize":{}}}"#,
            STANDARD.encode([action; 32]),
            STANDARD.encode([output; 32]),
            body.len()
        );
        if body.is_empty() {
            return format!("{request}\n\n");
        }
        format!("{request}\n\n\"{}\"\n", STANDARD.encode(body))
    }

    fn get(id: i64, action: u8) -> String {
        let action = STANDARD.encode([action; 32]);
        format!("{{\"ID\":{id},\"Command\":\"get\",\"ActionID\":\"{action}\"}}\n\n")
    }

    const CLOSE: &str = "{\"ID\":9,\"Command\":\"close\"}\n\n";

    /// The names in the upper directory and those that the sessions listed as used.
    fn names(root: &Path) -> (Vec<String>, Vec<String>) {
        let mut stored: Vec<String> = fs::read_dir(root.join("upper"))
            .unwrap()
            .flat_map(|directory| fs::read_dir(directory.unwrap().path()).unwrap())
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .map(|name| format!("{}…{}", &name[..2], &name[64..]))
            .collect();
        stored.sort();
        let mut used: Vec<String> = fs::read_dir(root.join("used"))
            .unwrap()
            .flat_map(|list| {
                let list = fs::read_to_string(list.unwrap().path()).unwrap();
                list.lines()
                    .map(|name| format!("{}…{}", &name[..2], &name[67..]))
                    .collect::<Vec<_>>()
            })
            .collect();
        used.sort();
        (stored, used)
    }

    #[test]
    fn what_was_put_is_found_by_the_next_session() {
        let root = tempfile::tempdir().unwrap();
        let answers = converse(
            root.path(),
            &[
                get(1, 1),
                put(2, 1, 0xaa, "archive"),
                put(3, 2, 0xbb, ""),
                get(4, 1),
                CLOSE.to_owned(),
            ]
            .concat(),
        );
        let path = |byte: &str| {
            let hash = byte.repeat(32);
            let path = root.path().join(format!("upper/{byte}/{hash}-d"));
            path.to_str().unwrap().to_owned()
        };
        let output = |byte: u8| STANDARD.encode([byte; 32]);
        let found = serde_json::json!(
            {"ID": 4, "OutputID": output(0xaa), "Size": 7, "DiskPath": path("aa")});
        assert_eq!(answers[0], serde_json::json!({"ID": 1, "Miss": true}));
        assert_eq!(
            answers[2],
            serde_json::json!({"ID": 3, "OutputID": output(0xbb), "DiskPath": path("bb")})
        );
        assert_eq!(answers[3], found);
        assert_eq!(answers[4], serde_json::json!({"ID": 9}));
        assert_eq!(converse(root.path(), &get(4, 1)), [found]);
        assert_eq!(fs::read(path("aa")).unwrap(), b"archive");
    }

    #[test]
    fn only_what_a_closed_session_used_is_listed() {
        let root = tempfile::tempdir().unwrap();
        let both = [put(1, 1, 0xaa, "one"), put(2, 2, 0xbb, "two")].concat();
        converse(root.path(), &both);
        converse(root.path(), &[get(1, 2), CLOSE.to_owned()].concat());
        let (stored, used) = names(root.path());
        assert_eq!(stored, ["01…-a", "02…-a", "aa…-d", "bb…-d"]);
        assert_eq!(used, ["02…-a", "bb…-d"]);
    }

    #[test]
    fn a_lower_entry_is_used_but_not_listed() {
        let root = tempfile::tempdir().unwrap();
        converse(root.path(), &put(1, 1, 0xaa, "shipped"));
        fs::rename(root.path().join("upper"), root.path().join("lower")).unwrap();
        fs::create_dir(root.path().join("upper")).unwrap();
        let answers = converse(root.path(), &[get(1, 1), CLOSE.to_owned()].concat());
        assert_eq!(answers[0]["Size"], 7);
        assert_eq!(names(root.path()), (vec![], vec![]));
    }

    #[test]
    fn a_cut_off_entry_is_a_miss() {
        let root = tempfile::tempdir().unwrap();
        converse(root.path(), &put(1, 1, 0xaa, "archive"));
        let output = root.path().join(format!("upper/aa/{}-d", "aa".repeat(32)));
        let action = root.path().join(format!("upper/01/{}-a", "01".repeat(32)));
        let record = fs::read(&action).unwrap();

        fs::write(&output, "arch").unwrap();
        assert_eq!(converse(root.path(), &get(1, 1))[0]["Miss"], true);
        // Putting it again mends it.
        converse(root.path(), &put(1, 1, 0xaa, "archive"));
        assert_eq!(converse(root.path(), &get(1, 1))[0]["Size"], 7);

        for length in [0, 10, record.len() - 1] {
            fs::write(&action, &record[..length]).unwrap();
            assert_eq!(converse(root.path(), &get(1, 1))[0]["Miss"], true);
        }
    }

    #[test]
    fn a_body_that_ends_early_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("used")).unwrap();
        let request = put(1, 1, 0xaa, "a long enough body");
        let store = Store::new(root.path().join("lower"), root.path().join("upper"));
        let cut = &request.as_bytes()[..request.len() - 12];
        let result = Session::new(store, root.path().join("used")).serve(cut, Vec::new());
        assert!(result.is_err());
        assert_eq!(names(root.path()), (vec![], vec![]));
    }

    #[test]
    fn a_full_or_read_only_upper_directory_is_told_to_go() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("upper"), "not a directory").unwrap();
        let answers = converse(root.path(), &[put(1, 1, 0xaa, "x"), get(2, 1)].concat());
        assert!(answers[0]["Err"].as_str().unwrap().contains("upper"));
        assert_eq!(answers[1], serde_json::json!({"ID": 2, "Miss": true}));
    }
}
