//! `builders/<builder>.toml`: which components make up the current builders; and the removal of those
//! that don't.

use std::path::Path;

use serde::{Deserialize, Serialize};
use store::Store;

use crate::component::ComponentId;
use crate::errors::BuilderError;
use crate::key::Key;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    components: Vec<RecordedComponent>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RecordedComponent {
    name: String,
    key: String,
}

/// What [`remove_unused`] did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// What was removed, and the bytes that this freed.
    pub removed: Vec<(ComponentId, u64)>,
    /// What no current builder consists of but a process still uses.
    pub in_use: Vec<ComponentId>,
}

/// Notes which components make up a builder, where that has changed. Written before they are made, so
/// that what a failed attempt has finished is there for the next one.
pub(crate) fn write(
    store: &Store,
    builder: &str,
    components: &[&ComponentId],
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
    let work = store.work_directory()?;
    let draft = work.path().join("record.toml");
    store.io(|| {
        fs_err::create_dir_all(store.path("builders"))?;
        fs_err::write(&draft, text)?;
        fs_err::rename(&draft, &path)
    })?;
    Ok(())
}

/// Removes every component that no current builder consists of and nobody uses.
///
/// # Errors
/// When a record or a component can't be read or removed.
pub fn remove_unused(store: &Store) -> Result<Removal, BuilderError> {
    let mut removal = Removal::default();
    for component in all(store)? {
        let Some(_claim) = component.claim(store)? else {
            if !is_recorded(store, &component)? {
                removal.in_use.push(component);
            }
            continue;
        };
        // Asked now and not before: whoever has just let go of it may have recorded it.
        if is_recorded(store, &component)? {
            continue;
        }
        let directory = component.directory(store);
        let bytes = store.io(|| store::disk_usage(&directory))?;
        store.discard(&directory)?;
        removal.removed.push((component, bytes));
    }
    Ok(removal)
}

/// Every component that has been made, sorted.
fn all(store: &Store) -> Result<Vec<ComponentId>, BuilderError> {
    let mut components = Vec::new();
    for name in names_in(store, &store.path("components"))? {
        for key in names_in(store, &store.path("components").join(&name))? {
            components.push(ComponentId::new(&name, Key::from_text(key)));
        }
    }
    Ok(components)
}

fn is_recorded(store: &Store, component: &ComponentId) -> Result<bool, BuilderError> {
    for name in names_in(store, &store.path("builders"))? {
        let path = store.path("builders").join(&name);
        if name.starts_with('.') {
            continue;
        }
        let text = store.io(|| fs_err::read_to_string(&path))?;
        let record: Record =
            toml::from_str(&text).map_err(|source| BuilderError::Data { path, source })?;
        let is_this = |recorded: &RecordedComponent| {
            recorded.name == component.name && recorded.key == component.key.as_str()
        };
        if record.components.iter().any(is_this) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The names in a directory, sorted; none where there is no directory.
fn names_in(store: &Store, directory: &Path) -> Result<Vec<String>, BuilderError> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = store.io(|| {
        let entries = fs_err::read_dir(directory)?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect::<std::io::Result<Vec<String>>>()
    })?;
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 5] = ["go/1", "go/2", "old/4", "old/5", "run/3"];

    fn component(path: &str) -> ComponentId {
        let (name, key) = path.split_once('/').unwrap();
        ComponentId::new(name, Key::from_text(key))
    }

    #[test]
    fn only_what_a_builder_consists_of_or_somebody_uses_stays() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        for path in PATHS {
            fs_err::create_dir_all(component(path).directory(&store)).unwrap();
        }
        fs_err::write(store.path("components/go/1/file"), vec![1; 10_000]).unwrap();
        write(&store, "default", &[&component("go/2")]).unwrap();
        write(&store, "static", &[&component("go/2"), &component("run/3")]).unwrap();
        let in_use = component("old/5").keep(&store).unwrap();

        let removal = remove_unused(&store).unwrap();

        let removed: Vec<&ComponentId> = removal.removed.iter().map(|(id, _)| id).collect();
        assert_eq!(removed, [&component("go/1"), &component("old/4")]);
        assert!(removal.removed[0].1 >= 10_000, "{removal:?}");
        assert_eq!(removal.in_use, [component("old/5")]);
        let left: Vec<&str> = PATHS
            .into_iter()
            .filter(|path| component(path).exists(&store))
            .collect();
        assert_eq!(left, ["go/2", "old/5", "run/3"]);
        assert_eq!(fs_err::read_dir(store.path("tmp")).unwrap().count(), 0);
        // Not that it goes once nobody uses it: a process that another test starts at that moment has the lock
        // until it is another program.
        drop(in_use);
    }
}
