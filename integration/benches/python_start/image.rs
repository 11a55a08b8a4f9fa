//! What is compared: the image of a sample, and what somebody who writes a Dockerfile makes of the same parts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use integration::{Home, Layout, Machine, Running, component_file, copy};
use walkdir::WalkDir;

/// An unpacked image.
pub(crate) struct Image {
    pub(crate) root: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    /// Whether a launcher starts it.
    pub(crate) is_ours: bool,
}

/// Where the layers of the buildpack are.
const LAYERS: &str = "layers/coracle_python";

/// Ours, the plain one and the compiled one.
pub(crate) fn images(machine: &Machine, home: &Home, sample: &str) -> [Image; 3] {
    let source = testkit::sample(&format!("python-{sample}"));
    let _ = home.build("app", &source).run().succeeded();
    // Unpacks it.
    let running = Running::start(home.coracle().args(["run", "app"]));
    let _ = running.stop(std::time::Duration::from_secs(10));
    let roots = home.path().join("roots");
    let mut found = fs_err::read_dir(roots).expect("it is unpacked");
    let root = found
        .next()
        .expect("there is one")
        .expect("it can be read")
        .path();

    let layout = Layout::read(&home.path().join("images/local/app:latest"));
    let variables = layout.config["config"]["Env"].as_array().expect("an array");
    let variables = variables
        .iter()
        .filter_map(|variable| variable.as_str()?.split_once('='));
    let environment: BTreeMap<String, String> = variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut of_dockerfile = environment.clone();
    of_dockerfile.retain(|name, _| !name.starts_with("CNB_"));
    of_dockerfile.extend(variables_of_layers(&root));
    of_dockerfile.insert("PATH".to_owned(), format!("/{LAYERS}/venv/bin"));

    let other = |name: &str, is_kept: fn(&str) -> bool| {
        let other = home.path().join(name);
        fs_err::create_dir(&other).expect("the cache directory is writable");
        copy(&root, &other);
        replace_runtime(machine, &other);
        remove_bytecode(&other, is_kept);
        Image {
            root: other,
            environment: of_dockerfile.clone(),
            is_ours: false,
        }
    };
    let plain = other("plain", |path| path.contains("/site-packages/"));
    let compiled = other("compiled", |_| true);
    let ours = Image {
        root,
        environment,
        is_ours: true,
    };
    [ours, plain, compiled]
}

/// What the launcher would set: the servers are told the same (Buildpack specification, "Environment Variable
/// Modification Rules": `env.launch/<name>.<action>`).
fn variables_of_layers(root: &Path) -> BTreeMap<String, String> {
    let files = WalkDir::new(root.join(LAYERS)).min_depth(3).max_depth(3);
    let files = files.into_iter().filter_map(Result::ok);
    let in_launch = files.filter(|file| {
        file.path()
            .parent()
            .is_some_and(|parent| parent.ends_with("env.launch"))
    });
    let variables = in_launch.filter_map(|file| {
        let name = file.path().file_stem()?.to_str()?.to_owned();
        Some((name, fs_err::read_to_string(file.path()).ok()?))
    });
    variables.collect()
}

/// The whole interpreter in place of the trimmed one, as Debian's packages have it.
fn replace_runtime(machine: &Machine, root: &Path) {
    let layers = fs_err::read_dir(root.join(LAYERS)).expect("it is there");
    let layers = layers.map(|layer| layer.expect("it can be read").path());
    let is_runtime = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("python-3"))
    };
    let layer = layers.into_iter().find(is_runtime).expect("there is one");
    let name = layer
        .file_name()
        .and_then(|name| name.to_str())
        .expect("it is text");
    let tree = component_file(machine, name, "build");
    fs_err::remove_dir_all(&layer).expect("it is writable");
    fs_err::create_dir(&layer).expect("it is writable");
    copy(&tree, &layer);
}

fn remove_bytecode(root: &Path, is_kept: fn(&str) -> bool) {
    for file in WalkDir::new(root).into_iter().filter_map(Result::ok) {
        let path = file.path().to_string_lossy();
        if path.ends_with(".pyc") && !is_kept(&path) {
            fs_err::remove_file(file.path()).expect("it is writable");
        }
    }
}
