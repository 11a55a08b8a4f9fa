//! Names of images as Docker users write them: `app`, `me/app:1.0`, `registry.example:5000/team/app`.
//!
//! Source of the grammar: the Go module `github.com/distribution/reference`, whose rules docker,
//! podman and the registries share.

use std::fmt;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::str::FromStr;

use oci::Digest;

/// Where images without a registry are in the store. No registry is called so: a first part without a
/// dot or a colon belongs to the repository.
const WITHOUT_REGISTRY: &str = "local";

/// The registry of a name without one, in the paths that the lifecycle makes of names
/// (`name.DefaultRegistry` of go-containerregistry).
const IMPLIED_REGISTRY: &str = "index.docker.io";

/// The other name of that registry, which the lifecycle replaces.
const IMPLIED_REGISTRY_ALIAS: &str = "docker.io";

/// A registry, a repository and a tag. Which registry a name without one means is left to the tools
/// that push and pull.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageName {
    registry: Option<String>,
    repository: String,
    tag: String,
}

/// A text that is no image name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no image name: {reason}")]
pub struct ImageNameError {
    /// What was given.
    pub text: String,
    /// The rule it breaks.
    pub reason: ImageNameRule,
}

/// What makes a text no image name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImageNameRule {
    /// Nothing was given.
    #[error("it is empty")]
    Empty,
    /// `name@sha256:…` names content that exists; a build makes new content.
    #[error("it has a digest, and a build gives a new one")]
    Digest,
    /// Docker refuses upper case in repositories.
    #[error("its repository has upper-case letters")]
    UpperCase,
    /// A part between slashes is not made of `a-z 0-9`, joined by `.`, `_`, `__` or dashes.
    #[error("a part of its repository is malformed")]
    Repository,
    /// The part before the first slash is no host name with an optional port.
    #[error("its registry is malformed")]
    Registry,
    /// The tag is not 1 to 128 of `A-Z a-z 0-9 _ . -`, or begins with `.` or `-`.
    #[error("its tag is malformed")]
    Tag,
    /// Registries cap repositories at 255 characters.
    #[error("it is longer than 255 characters")]
    TooLong,
}

impl ImageName {
    /// The registry, if one was written.
    #[must_use]
    pub fn registry(&self) -> Option<&str> {
        self.registry.as_deref()
    }

    /// The repository without the registry.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag: `latest` when none was written.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The same repository with another tag.
    ///
    /// # Errors
    /// [`ImageNameRule::Tag`].
    pub fn with_tag(&self, tag: &str) -> Result<Self, ImageNameError> {
        if !is_tag(tag) {
            return Err(ImageNameError {
                text: tag.to_owned(),
                reason: ImageNameRule::Tag,
            });
        }
        Ok(Self {
            tag: tag.to_owned(),
            ..self.clone()
        })
    }

    /// `registry.example/team/run@sha256:…`: content of the repository, as those who push and pull name it.
    pub(crate) fn with_digest(&self, digest: &Digest) -> String {
        let text = self.to_string();
        let repository = text.strip_suffix(&format!(":{}", self.tag));
        format!("{}@{digest}", repository.unwrap_or(&text))
    }

    /// Whether the name says neither a registry nor whose repository it is.
    pub(crate) fn is_bare(&self) -> bool {
        self.registry.is_none() && !self.repository.contains('/')
    }

    /// Where the image is in the image store, relative to the cache directory. The tag is joined to
    /// the repository by a colon, so that `app:1` and `app/1:latest` are never inside one another.
    #[must_use]
    pub fn store_path(&self) -> PathBuf {
        PathBuf::from("images")
            .join(self.registry().unwrap_or(WITHOUT_REGISTRY))
            .join(format!("{}:{}", self.repository, self.tag))
    }

    /// The name of the image at a path below `images/` of the store: the inverse of
    /// [`ImageName::store_path`].
    pub(crate) fn from_store_path(path: &str) -> Option<Self> {
        let without = path.strip_prefix(WITHOUT_REGISTRY);
        let without = without.and_then(|rest| rest.strip_prefix('/'));
        without.unwrap_or(path).parse().ok()
    }

    /// Where the lifecycle keeps an image of this name, relative to its layout directory
    /// (`layout.ParseRefToPath` of imgutil). The path has the registry that the lifecycle's reference
    /// grammar means by a name without one; no such registry is ever asked.
    #[must_use]
    pub fn layout_path(&self) -> PathBuf {
        PathBuf::from(self.full_repository()).join(&self.tag)
    }

    /// The name of this content and no other, in the lifecycle's words (`name.Digest` of
    /// go-containerregistry): `registry.example/team/run@sha256:…`.
    pub(crate) fn pinned(&self, digest: &Digest) -> String {
        format!("{}@{digest}", self.full_repository())
    }

    /// Whether the lifecycle takes both for the name of one image: `team/run` is
    /// `docker.io/team/run:latest`.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.full_repository() == other.full_repository() && self.tag == other.tag
    }

    /// As `name.Repository` of go-containerregistry completes it.
    fn full_repository(&self) -> String {
        let Self { repository, .. } = self;
        match self.registry() {
            Some(registry) if !matches!(registry, IMPLIED_REGISTRY | IMPLIED_REGISTRY_ALIAS) => {
                format!("{registry}/{repository}")
            }
            _ if repository.contains('/') => format!("{IMPLIED_REGISTRY}/{repository}"),
            _ => format!("{IMPLIED_REGISTRY}/library/{repository}"),
        }
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            registry,
            repository,
            tag,
        } = self;
        if let Some(registry) = registry {
            write!(formatter, "{registry}/")?;
        }
        write!(formatter, "{repository}:{tag}")
    }
}

impl FromStr for ImageName {
    type Err = ImageNameError;

    fn from_str(text: &str) -> Result<Self, ImageNameError> {
        parse(text).map_err(|reason| ImageNameError {
            text: text.to_owned(),
            reason,
        })
    }
}

fn parse(text: &str) -> Result<ImageName, ImageNameRule> {
    if text.is_empty() {
        return Err(ImageNameRule::Empty);
    }
    if text.contains('@') {
        return Err(ImageNameRule::Digest);
    }
    let (registry, rest) = match text.split_once('/') {
        Some((first, rest)) if is_registry(first) => (Some(first), rest),
        _ => (None, text),
    };
    let (repository, tag) = match rest.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (rest, "latest"),
    };
    if registry.is_some_and(|registry| !is_host(registry)) {
        return Err(ImageNameRule::Registry);
    }
    if repository.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(ImageNameRule::UpperCase);
    }
    if !repository.split('/').all(is_component) {
        return Err(ImageNameRule::Repository);
    }
    if !is_tag(tag) {
        return Err(ImageNameRule::Tag);
    }
    if registry.map_or(0, str::len) + repository.len() >= 255 {
        return Err(ImageNameRule::TooLong);
    }
    Ok(ImageName {
        registry: registry.map(str::to_owned),
        repository: repository.to_owned(),
        tag: tag.to_owned(),
    })
}

/// Docker's rule for telling `host/repository` from `user/repository`.
fn is_registry(first: &str) -> bool {
    first == "localhost"
        || first.contains(['.', ':'])
        || first.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn is_host(text: &str) -> bool {
    let is_port = |port: &str| port.parse::<u16>().is_ok();
    if let Some((address, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        let has_port = || rest.strip_prefix(':').is_some_and(is_port);
        return address.parse::<Ipv6Addr>().is_ok() && (rest.is_empty() || has_port());
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.split('.').all(label) && port.is_none_or(is_port)
}

fn is_component(component: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let separator =
        |text: &str| matches!(text, "" | "." | "_" | "__") || text.bytes().all(|byte| byte == b'-');
    component.bytes().next().is_some_and(alphanumeric)
        && component.bytes().last().is_some_and(alphanumeric)
        && component
            .split(|character: char| character.is_ascii_lowercase() || character.is_ascii_digit())
            .all(separator)
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=128).contains(&tag.len())
        && tag.bytes().next().is_some_and(word)
        && tag
            .bytes()
            .all(|byte| word(byte) || matches!(byte, b'.' | b'-'))
}

#[cfg(test)]
#[path = "image_name_tests.rs"]
mod tests;
