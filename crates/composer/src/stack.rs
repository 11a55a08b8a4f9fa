//! The directory `stack/`: definitions, lock, contents and literal files.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use crate::Architecture;
use crate::contents::Contents;
use crate::definition::Definition;
use crate::error::Problem;
use crate::lock::Lock;

/// What `stack/` says.
#[derive(Debug)]
pub(crate) struct Stack {
    directory: PathBuf,
    /// As written, by image name.
    definitions: BTreeMap<String, (String, Definition)>,
    pub(crate) lock: Lock,
    pub(crate) contents: Contents,
}

impl Stack {
    /// Reads every `<image>.toml`, the lock and the contents. A lock that is not there yet is empty.
    pub(crate) fn read(directory: &Path) -> Result<Self, Problem> {
        let mut definitions = BTreeMap::new();
        for entry in fs_err::read_dir(directory).map_err(Problem::Stack)? {
            let path = entry.map_err(Problem::Stack)?.path();
            let is_definition = path
                .extension()
                .is_some_and(|extension| extension == "toml");
            let Some(name) = path.file_stem().and_then(|name| name.to_str()) else {
                continue;
            };
            if is_definition {
                let text = fs_err::read_to_string(&path).map_err(Problem::Stack)?;
                let definition = toml::from_str(&text).map_err(|source| Problem::Definition {
                    path: path.clone(),
                    source: Box::new(source),
                })?;
                definitions.insert(name.to_owned(), (text, definition));
            }
        }
        let lock_path = directory.join("debian.lock");
        let lock = Lock::parse(&read_or_empty(&lock_path)?).map_err(|source| Problem::Lock {
            path: lock_path,
            source,
        })?;
        let contents_path = directory.join("debian.contents");
        let contents = Contents::parse(&read_or_empty(&contents_path)?).map_err(|source| {
            Problem::Contents {
                path: contents_path,
                source,
            }
        })?;
        Ok(Self {
            directory: directory.to_owned(),
            definitions,
            lock,
            contents,
        })
    }

    /// The names of all images.
    pub(crate) fn images(&self) -> impl Iterator<Item = &str> {
        self.definitions.keys().map(String::as_str)
    }

    /// An image with everything it extends.
    pub(crate) fn definition(
        &self,
        image: &str,
        architecture: Architecture,
    ) -> Result<Definition, Problem> {
        let mut line = self.line(image)?.into_iter().rev();
        let Some((_, _, root)) = line.next() else {
            return Err(self.unknown(image));
        };
        let whole = line.fold(root.clone(), |below, (_, _, definition)| {
            definition.clone().extending(below)
        });
        Ok(whole.for_architecture(architecture))
    }

    /// The texts that an image is defined by: its own file and those of what it extends.
    pub(crate) fn texts(&self, image: &str) -> Result<Vec<&str>, Problem> {
        let line = self.line(image)?;
        Ok(line.into_iter().map(|(_, text, _)| text).collect())
    }

    /// A literal file.
    pub(crate) fn file(&self, name: &str) -> Result<Vec<u8>, Problem> {
        fs_err::read(self.directory.join("files").join(name)).map_err(Problem::Stack)
    }

    /// Replaces lock and contents, on disk too.
    pub(crate) fn write_lock(&self, lock: &Lock, contents: &Contents) -> Result<(), Problem> {
        let write = |name: &str, text: &str| -> io::Result<()> {
            let path = self.directory.join(name);
            let unfinished = self.directory.join(format!(".{name}.new"));
            fs_err::write(&unfinished, text)?;
            fs_err::rename(unfinished, path)
        };
        // The contents first: with a lock newer than they are, a check would be wrong.
        write("debian.contents", &contents.render())
            .and_then(|()| write("debian.lock", &lock.render()))
            .map_err(Problem::Stack)
    }

    /// The image, what it extends, what that extends, and so on.
    fn line(&self, image: &str) -> Result<Vec<(&str, &str, &Definition)>, Problem> {
        let mut line = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = Some(image);
        while let Some(name) = next {
            if !seen.insert(name) {
                return Err(Problem::ExtendsItself {
                    image: name.to_owned(),
                });
            }
            let (key, (text, definition)) = self
                .definitions
                .get_key_value(name)
                .ok_or_else(|| self.unknown(name))?;
            line.push((key.as_str(), text.as_str(), definition));
            next = definition.extends.as_deref();
        }
        Ok(line)
    }

    fn unknown(&self, image: &str) -> Problem {
        Problem::UnknownImage {
            image: image.to_owned(),
            known: self.definitions.keys().cloned().collect(),
        }
    }
}

fn read_or_empty(path: &Path) -> Result<String, Problem> {
    match fs_err::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        result => result.map_err(Problem::Stack),
    }
}
