//! `coracle builder publish` and `coracle builder create --to docker`: the builder as images, for other
//! platforms.

use builder::{OWN_PREFIX, Publication};
use composer::Architecture;
use oci::{Image, Layout};
use platform::{CHECK_TAG, ImageName, OutputError, Registry};

use crate::arguments::BuilderFlags;
use crate::context::{self, Context, kind};
use crate::error::CommandError;
use crate::home;

/// Pushes every image of the builder. What fails before the last image has arrived leaves every tag as it
/// was; later, the error says which are set.
pub(crate) fn to_registry(
    context: &Context,
    flags: &BuilderFlags,
    tags: &[String],
) -> Result<(), CommandError> {
    let crane = builder::ensure_crane(&context.store, &home::source_tree()?)?;
    let registry = Registry::new(&context.store, &crane.program);
    check(flags, tags, &registry)?;
    let publication = publication(context, flags)?;
    let mut pushed = Vec::new();
    for published in publication.runtimes.iter().chain(&publication.images) {
        let layout = Layout::open(&published.layout)?;
        registry.push_content(&layout, &published.reference.parse()?)?;
        let image = layout.image()?;
        let names = names(&published.reference, tags)?.into_iter();
        pushed.extend(names.map(|name| (name, image.clone())));
    }
    let width = width_of(pushed.iter().map(|(name, _)| name));
    for (position, (name, image)) in pushed.iter().enumerate() {
        let set = registry.set_tag(name, &image.descriptor.digest);
        let names = pushed.iter().map(|(name, _)| name);
        set.map_err(|source| half_published(names, position, source))?;
        context.output.result(line(&name.to_string(), width, image));
    }
    Ok(())
}

/// What failed at the name at `position`.
fn half_published<'a>(
    names: impl Iterator<Item = &'a ImageName>,
    position: usize,
    source: OutputError,
) -> CommandError {
    let mut set: Vec<ImageName> = names.cloned().collect();
    let unset = set.split_off(position);
    CommandError::HalfPublished {
        set,
        unset,
        source: Box::new(source),
    }
}

/// Finds what would end in a refusal, before minutes are spent on what is to be pushed.
fn check(
    flags: &BuilderFlags,
    tags: &[String],
    registry: &Registry<'_>,
) -> Result<(), CommandError> {
    let architecture = Architecture::of_this_machine().ok_or(CommandError::Architecture)?;
    let prefix = context::prefix(prefix(flags))?;
    let references = builder::published_names(&home::source_tree()?, kind(flags.builder), prefix)?;
    let mut repositories = Vec::new();
    for names in distinct_names(&references, tags)? {
        for name in names {
            let repository = (
                name.registry().map(str::to_owned),
                name.repository().to_owned(),
            );
            if !repositories.contains(&repository) {
                registry.check_push(&name, architecture.name())?;
                repositories.push(repository);
            }
            registry.check_architecture(&name, architecture.name())?;
        }
    }
    Ok(())
}

/// The names of every reference, of which no two are the same, and none is that of the image with which a
/// repository is tried.
fn distinct_names(
    references: &[String],
    tags: &[String],
) -> Result<Vec<Vec<ImageName>>, CommandError> {
    let mut all: Vec<Vec<ImageName>> = Vec::new();
    for reference in references {
        let names = names(reference, tags)?;
        let taken = |name: &&ImageName| {
            name.tag() == CHECK_TAG || all.iter().flatten().any(|other| other == *name)
        };
        if let Some(name) = names.iter().find(taken) {
            return Err(CommandError::NameTaken(name.clone()));
        }
        all.push(names);
    }
    Ok(all)
}

/// The name itself, and the same with every further tag, each once: `run:latest` and `run:debug` become `run:TAG` and
/// `run:debug-TAG`.
fn names(reference: &str, tags: &[String]) -> Result<Vec<ImageName>, CommandError> {
    let name: ImageName = reference.parse()?;
    let mut names = vec![name.clone()];
    for tag in tags {
        let tag = match name.tag() {
            "latest" => tag.clone(),
            own => format!("{own}-{tag}"),
        };
        let tagged = name.with_tag(&tag).map_err(|_| CommandError::Tag(tag))?;
        if !names.contains(&tagged) {
            names.push(tagged);
        }
    }
    Ok(names)
}

/// Loads every image of the builder into the Docker daemon.
pub(crate) fn to_docker(context: &Context, flags: &BuilderFlags) -> Result<(), CommandError> {
    platform::check_docker()?;
    let publication = publication(context, flags)?;
    let mut images = Vec::new();
    for image in &publication.images {
        let layout = Layout::open(&image.layout)?;
        let name: ImageName = image.reference.parse()?;
        images.push((name, layout.image()?, layout));
    }
    let width = width_of(images.iter().map(|(name, ..)| name));
    for (position, (name, image, layout)) in images.iter().enumerate() {
        let checked = context.store.check_cancelled().map_err(OutputError::from);
        let loaded = checked.and_then(|()| platform::load_into_docker(layout, name));
        let names = images.iter().map(|(name, ..)| name);
        loaded.map_err(|source| half_published(names, position, source))?;
        context.output.result(line(&name.to_string(), width, image));
    }
    Ok(())
}

fn prefix(flags: &BuilderFlags) -> &str {
    flags.prefix.as_deref().unwrap_or(OWN_PREFIX)
}

fn publication(context: &Context, flags: &BuilderFlags) -> Result<Publication, CommandError> {
    context.publication(flags, context::prefix(prefix(flags))?)
}

/// That of the longest name, in characters.
fn width_of<'a>(names: impl Iterator<Item = &'a ImageName>) -> usize {
    let widths = names.map(|name| name.to_string().len());
    widths.max().unwrap_or_default()
}

/// A line for an image that has arrived, with the digest by which it can be pinned. `width` is that of the
/// longest name.
fn line(name: &str, width: usize, image: &Image) -> String {
    let size = image.manifest.layers.iter().map(|layer| layer.size).sum();
    let digest = &image.descriptor.digest;
    let size = explain::size(size);
    format!("{name:<width$}  {size:>10}  {digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_tag_is_put_behind_one_that_means_something() {
        let tags = ["2026-11-21".to_owned(), "v1".to_owned()];
        let table = [
            "a.example/t/run:latest",
            "a.example/t/run:debug",
            "t/builder",
        ];
        let table = table.map(|reference| {
            let names = names(reference, &tags).unwrap();
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            names.join(" ")
        });
        insta::assert_snapshot!(table.join("\n"), @"
        a.example/t/run:latest a.example/t/run:2026-11-21 a.example/t/run:v1
        a.example/t/run:debug a.example/t/run:debug-2026-11-21 a.example/t/run:debug-v1
        t/builder:latest t/builder:2026-11-21 t/builder:v1
        ");
        assert!(names("t/run", &["-".to_owned()]).is_err());
    }

    #[test]
    fn sizes_and_digests_stand_below_one_another() {
        let directory = testkit::directory("");
        let path = directory.path().join("image");
        let image = oci::DerivedImage::from_scratch(Layout::create(&path).unwrap(), "amd64");
        image.finish().unwrap();
        let image = Layout::open(&path).unwrap().image().unwrap();
        let lines = ["t/run:latest", "t/builder:latest"].map(|name| line(name, 16, &image));
        let digest = image.descriptor.digest.to_string();
        insta::assert_snapshot!(lines.join("\n").replace(&digest, "DIGEST"), @"
        t/run:latest             0 B  DIGEST
        t/builder:latest         0 B  DIGEST
        ");
    }

    #[test]
    fn a_tag_names_one_image() {
        let references = ["t/run:latest", "t/run:debug", "t/builder:latest"].map(str::to_owned);
        let long = "v".repeat(126);
        let tables = [
            &["v1", "v1", "latest"] as &[&str],
            &["debug"],
            &["debug-v1", "v1"],
            &["coracle-check"],
            &[&long],
        ];
        let lines = tables.map(|tags| {
            let tags: Vec<String> = tags.iter().map(|&tag| tag.to_owned()).collect();
            match distinct_names(&references, &tags) {
                Ok(names) => {
                    let names = names.iter().flatten().map(ToString::to_string);
                    names.collect::<Vec<_>>().join(" ")
                }
                Err(error) => explain::Explain::explain(&error).render(),
            }
        });
        insta::assert_snapshot!(lines.join("\n"), @"
        t/run:latest t/run:v1 t/run:debug t/run:debug-v1 t/run:debug-latest t/builder:latest t/builder:v1
        [Error: A tag makes a name that is taken]
        --tag gives an image of the builder the name
        t/run:debug
        which another one has: of the builder, or the one with which it is found out
        whether it may be pushed.

        Name another tag, such as:
        --tag 2026-11-21
        (publish/tag)

        [Error: A tag makes a name that is taken]
        --tag gives an image of the builder the name
        t/run:debug-v1
        which another one has: of the builder, or the one with which it is found out
        whether it may be pushed.

        Name another tag, such as:
        --tag 2026-11-21
        (publish/tag)

        [Error: A tag makes a name that is taken]
        --tag gives an image of the builder the name
        t/run:coracle-check
        which another one has: of the builder, or the one with which it is found out
        whether it may be pushed.

        Name another tag, such as:
        --tag 2026-11-21
        (publish/tag)

        [Error: That is no tag]
        --tag gives an image of the builder the tag
        debug-vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv

        A tag is 1 to 128 of A-Z a-z 0-9 _ . - and begins with none of the last two.
        Name another, such as:
        --tag 2026-11-21
        (publish/tag)
        ");
    }
}
