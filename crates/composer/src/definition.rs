//! What an image is made of, as its author writes it: `stack/<image>.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::steps::Step;
use crate::{Architecture, Suite};

/// One image. Paths are absolute in the image but written without the leading slash; `{multiarch}` in a
/// path stands for the directory of the architecture's libraries.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Definition {
    /// What it is for, in a sentence; the image's label `io.buildpacks.base.description`.
    pub(crate) description: String,
    /// Another image, everything of which is in this one too.
    #[serde(default)]
    pub(crate) extends: Option<String>,
    /// The release of Debian that all packages are of, those of what it extends too; trixie if none is said.
    #[serde(default)]
    pub(crate) suite: Option<Suite>,
    /// Packages taken whole, but for what `exclude` takes away.
    #[serde(default)]
    pub(crate) packages: Vec<String>,
    /// Whether everything that `packages` depend on is taken too, as apt resolves it.
    #[serde(default)]
    pub(crate) resolve_dependencies: bool,
    /// Glob patterns of what is left out of whole packages; with a leading `!`, of what is kept even so.
    #[serde(default)]
    pub(crate) exclude: Vec<String>,
    /// Packages of which only some files are taken: glob patterns, with a leading `!` of what is not.
    #[serde(default)]
    pub(crate) select: BTreeMap<String, Vec<String>>,
    /// What the composer makes that no package holds.
    #[serde(default)]
    pub(crate) steps: Vec<Step>,
    /// Directories and their modes, octal.
    #[serde(default)]
    pub(crate) directories: BTreeMap<String, Mode>,
    /// Literal files, 0644: the path in the image and the name in `stack/files`.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// Symbolic links: the path in the image and the target.
    #[serde(default)]
    pub(crate) links: BTreeMap<String, String>,
    /// `/etc/passwd`, for the step `accounts`.
    #[serde(default)]
    pub(crate) users: Vec<User>,
    /// `/etc/group`, for the step `accounts`.
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
    /// The names of one program, for the step `applets`.
    #[serde(default)]
    pub(crate) applets: Option<Applets>,
    /// How the image is packed and started; without it, the tree is only ever a directory.
    #[serde(default)]
    pub(crate) image: Option<ImageSettings>,
}

/// Permission bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Mode(pub(crate) u32);

impl TryFrom<String> for Mode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match u32::from_str_radix(&text, 8) {
            Ok(mode) if text.len() == 4 && mode <= 0o1777 => Ok(Self(mode)),
            _ => Err(format!("`{text}` is no mode such as 0755 or 1777")),
        }
    }
}

/// A line of `/etc/passwd`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) home: String,
    pub(crate) shell: String,
    /// Where given, the home directory is made, with this mode and owned by the user.
    #[serde(default)]
    pub(crate) home_mode: Option<Mode>,
}

/// A line of `/etc/group`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) gid: u32,
}

/// Links that are names of one program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Applets {
    /// Where program and links are.
    pub(crate) directory: String,
    /// The file name of the program.
    pub(crate) program: String,
    /// The file names of the links.
    pub(crate) names: Vec<String>,
}

/// What an image has beyond its files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ImageSettings {
    /// How hard the layer is compressed.
    pub(crate) compression: Compression,
    /// `uid:gid`.
    pub(crate) user: String,
    /// The directory a container starts in.
    #[serde(default)]
    pub(crate) working_directory: Option<String>,
    /// Environment variables.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// Labels.
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, String>,
}

/// How hard a layer is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Compression {
    /// For images that stay on the machine that made them.
    Fast,
    /// For images that are downloaded with every app.
    Best,
}

impl Definition {
    /// Everything of `parent` and of `self`; where both say something, `self` is right.
    pub(crate) fn extending(self, parent: Self) -> Self {
        let Self {
            description,
            extends: _,
            suite,
            packages,
            resolve_dependencies,
            exclude,
            select,
            steps,
            directories,
            files,
            links,
            users,
            groups,
            applets,
            image,
        } = self;
        let mut whole = parent;
        whole.description = description;
        whole.extends = None;
        whole.suite = suite.or(whole.suite);
        whole.packages.extend(packages);
        whole.resolve_dependencies |= resolve_dependencies;
        whole.exclude.extend(exclude);
        for (package, patterns) in select {
            whole.select.entry(package).or_default().extend(patterns);
        }
        for step in steps {
            if !whole.steps.contains(&step) {
                whole.steps.push(step);
            }
        }
        whole.directories.extend(directories);
        whole.files.extend(files);
        whole.links.extend(links);
        whole.users.extend(users);
        whole.groups.extend(groups);
        whole.applets = applets.or(whole.applets);
        whole.image = match (image, whole.image) {
            (Some(image), Some(mut below)) => {
                below.compression = image.compression;
                below.user = image.user;
                below.working_directory = image.working_directory.or(below.working_directory);
                below.env.extend(image.env);
                below.labels.extend(image.labels);
                Some(below)
            }
            (image, below) => image.or(below),
        };
        whole
    }

    /// The same with every `{multiarch}` replaced.
    pub(crate) fn for_architecture(mut self, architecture: Architecture) -> Self {
        let fill = |text: &str| text.replace("{multiarch}", architecture.multiarch());
        let fill_keys = |table: BTreeMap<String, String>| -> BTreeMap<String, String> {
            table
                .iter()
                .map(|(path, value)| (fill(path), fill(value)))
                .collect()
        };
        for pattern in self.select.values_mut().flatten().chain(&mut self.exclude) {
            *pattern = fill(pattern);
        }
        self.files = fill_keys(self.files);
        self.links = fill_keys(self.links);
        self.directories = self
            .directories
            .iter()
            .map(|(path, mode)| (fill(path), *mode))
            .collect();
        self
    }

    /// The release of Debian that packages are of.
    pub(crate) fn suite(&self) -> Suite {
        self.suite.unwrap_or_default()
    }

    /// The names that the author wrote, whole packages and selected ones.
    pub(crate) fn package_names(&self) -> impl Iterator<Item = &str> {
        self.packages
            .iter()
            .chain(self.select.keys())
            .map(String::as_str)
    }
}
