//! `builders/<builder>.toml`: which components make up the current builders; and the removal of those
//! that don't.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use store::Store;

use crate::component::ComponentId;
use crate::errors::BuilderError;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    components: Vec<RecordedComponent>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct RecordedComponent {
    name: String,
    key: String,
}

/// Notes which components make up a builder, where that has changed.
pub(crate) fn write(
    store: &Store,
    builder: &str,
    components: &[ComponentId],
) -> Result<(), BuilderError> {
    let components = components.iter().map(|component| RecordedComponent {
        name: component.name.clone(),
        key: component.key.to_string(),
    });
    let text = toml::to_string(&Record {
        components: components.collect(),
    })?;
    let path = store.path(format!("builders/{builder}.toml"));
    if fs_err::read_to_string(&path).is_ok_and(|current| current == text) {
        return Ok(());
    }
    fs_err::create_dir_all(store.path("builders"))?;
    let work = store.work_directory()?;
    let draft = work.path().join("record.toml");
    fs_err::write(&draft, text)?;
    fs_err::rename(&draft, &path)?;
    Ok(())
}

/// Removes every component that no current builder consists of.
///
/// # Errors
/// When a record or a component can't be read or removed.
pub fn remove_unused(store: &Store) -> Result<(), BuilderError> {
    let used = used(store)?;
    for name in names_in(&store.path("components"))? {
        let _lock = store.lock(&format!("component-{name}"))?;
        for key in names_in(&store.path(format!("components/{name}")))? {
            let name = name.clone();
            let component = RecordedComponent { name, key };
            if !used.contains(&component) {
                let RecordedComponent { name, key } = component;
                // Away from its place first: killed half-way, what is left doesn't look finished.
                let work = store.work_directory()?;
                let directory = store.path(format!("components/{name}/{key}"));
                fs_err::rename(directory, work.path().join("unused"))?;
            }
        }
    }
    Ok(())
}

fn used(store: &Store) -> Result<BTreeSet<RecordedComponent>, BuilderError> {
    let mut used = BTreeSet::new();
    for name in names_in(&store.path("builders"))? {
        let path = store.path("builders").join(&name);
        if name.starts_with('.') {
            continue;
        }
        let record: Record = toml::from_str(&fs_err::read_to_string(&path)?)
            .map_err(|source| BuilderError::Data { path, source })?;
        used.extend(record.components);
    }
    Ok(used)
}

/// The names in a directory, sorted; none where there is no directory.
fn names_in(directory: &PathBuf) -> std::io::Result<Vec<String>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs_err::read_dir(directory)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;

    #[test]
    fn only_what_a_builder_consists_of_stays() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        for path in ["go/1", "go/2", "run/3", "old/4"] {
            fs_err::create_dir_all(store.path("components").join(path)).unwrap();
        }
        let component = |name: &str, key: &str| ComponentId::new(name, Key::from_text(key));
        write(&store, "default", &[component("go", "2")]).unwrap();
        write(
            &store,
            "static",
            &[component("go", "2"), component("run", "3")],
        )
        .unwrap();

        remove_unused(&store).unwrap();

        let left: Vec<String> = ["go/1", "go/2", "run/3", "old/4"]
            .into_iter()
            .filter(|path| store.path("components").join(path).exists())
            .map(str::to_owned)
            .collect();
        assert_eq!(left, ["go/2", "run/3"]);
        assert_eq!(fs_err::read_dir(store.path("tmp")).unwrap().count(), 0);
    }
}
