//! What the lifecycle reads and keeps of the layers directory.

use toml::{Table, Value};

use super::Lifecycle;

/// Files below the layers directory that are no layers.
const NO_LAYERS: [&str; 3] = ["build", "launch", "store"];

impl Lifecycle {
    /// What the restorer leaves of the layers for the next build: launch layers without content, cached
    /// ones with, and no types in the metadata.
    ///
    /// # Panics
    /// When the layers can't be read or changed.
    #[track_caller]
    pub fn restore(&self) {
        let layers = self.path("layers");
        for file in self.layer_files() {
            let path = layers.join(&file);
            let Some(mut layer) = self.layer(&file) else {
                fs_err::remove_file(path).expect("a file can be removed");
                continue;
            };
            let content = path.with_extension("");
            let is_cached = has_type(&layer, "cache");
            if !is_cached && content.exists() {
                fs_err::remove_dir_all(content).expect("a layer can be removed");
            }
            if is_cached || has_type(&layer, "launch") {
                layer.remove("types");
                numbers_as_fractions(&mut layer);
                let root = self.path("").display().to_string();
                let text = layer
                    .to_string()
                    .replace("ROOT", root.trim_end_matches('/'));
                fs_err::write(path, text).expect("metadata can be written");
            } else {
                fs_err::remove_file(path).expect("metadata can be removed");
            }
        }
    }

    /// The text of a file in the layers directory.
    ///
    /// # Panics
    /// When it isn't there.
    #[must_use]
    #[track_caller]
    pub fn layers_file(&self, name: &str) -> String {
        let text = fs_err::read_to_string(self.path("layers").join(name));
        self.anonymous(&text.expect("a file of the layers directory"))
    }

    /// The launch processes, `type: command arguments…` a line, the default one with a star.
    ///
    /// # Panics
    /// When there is no `launch.toml`.
    #[must_use]
    #[track_caller]
    pub fn processes(&self) -> String {
        let launch: Table = self.layers_file("launch.toml").parse().expect("TOML");
        let words = |process: &Table, key: &str| -> Vec<String> {
            let words = process.get(key).and_then(Value::as_array);
            let words = words.into_iter().flatten().filter_map(Value::as_str);
            words.map(str::to_owned).collect()
        };
        let processes = launch.get("processes").and_then(Value::as_array);
        let processes = processes.into_iter().flatten().filter_map(Value::as_table);
        let lines = processes.map(|process| {
            let is_default = process.get("default").and_then(Value::as_bool);
            let star = if is_default == Some(true) { "*" } else { "" };
            let name = process.get("type").and_then(Value::as_str);
            let command = [words(process, "command"), words(process, "args")].concat();
            format!(
                "{}{star}: {}\n",
                name.unwrap_or_default(),
                command.join(" ")
            )
        });
        lines.collect()
    }

    /// The names of the files directly in the layers directory, sorted.
    pub(super) fn layer_files(&self) -> Vec<String> {
        let entries = fs_err::read_dir(self.path("layers")).expect("the layers directory");
        let files = entries
            .map(|entry| entry.expect("an entry"))
            .filter(|entry| !entry.path().is_dir())
            .map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut files: Vec<String> = files.collect();
        files.sort();
        files
    }

    /// The metadata of a layer, when that is what the file holds.
    pub(super) fn layer(&self, file: &str) -> Option<Table> {
        let name = file.strip_suffix(".toml")?;
        let is_layer = !NO_LAYERS.contains(&name);
        is_layer.then(|| self.layers_file(file).parse().expect("TOML"))
    }
}

pub(super) fn has_type(layer: &Table, name: &str) -> bool {
    let types = layer.get("types").and_then(|types| types.get(name));
    types.and_then(Value::as_bool) == Some(true)
}

/// The lifecycle keeps metadata as JSON, in which Go has no integers: `1` comes back as `1.0`.
fn numbers_as_fractions(table: &mut Table) {
    table.iter_mut().for_each(|(_, value)| as_fraction(value));
}

fn as_fraction(value: &mut Value) {
    match value {
        Value::Integer(number) => {
            let fraction = format!("{number}.0").parse();
            *value = Value::Float(fraction.expect("a number"));
        }
        Value::Table(table) => numbers_as_fractions(table),
        Value::Array(values) => values.iter_mut().for_each(as_fraction),
        _ => {}
    }
}
