//! What is said of a publication.

use explain::{Message, quote};
use platform::{ImageName, ImageNameRule};

use crate::context;

pub(super) fn no_tag(tag: &str) -> Message {
    Message::yours("publish/tag", "That is no tag").body(format!(
        "--tag gives an image of the builder the tag\n{}\n\nA tag is 1 to 128 of A-Z a-z 0-9 _ . - and begins with none of \
         the last two.\nName another, such as:\n--tag 2026-11-21",
        quote(tag, 140)
    ))
}

pub(super) fn name_taken(name: &ImageName) -> Message {
    Message::yours("publish/tag", "A tag makes a name that is taken").body(format!(
        "--tag gives an image of the builder the name\n{name}\nwhich another one has: of the builder, or the one with \
         which it is found out\nwhether it may be pushed.\n\nName another tag, such as:\n--tag 2026-11-21"
    ))
}

pub(super) fn prefix(text: &str, rule: ImageNameRule) -> Message {
    let given = match rule {
        _ if text.is_empty() => "The prefix is empty.".to_owned(),
        // What is before it is a password, perhaps.
        ImageNameRule::Digest => {
            "The prefix has an @: neither a digest nor a user belongs there. Credentials are\n\
             those of docker's configuration."
                .to_owned()
        }
        rule => format!(
            "The prefix is {}\nWith a name behind it, {rule}.",
            quote(text, 80)
        ),
    };
    let lower = text.to_lowercase();
    let example = match rule {
        ImageNameRule::UpperCase if context::prefix(&lower).is_ok() => &lower,
        _ => "registry.example/team",
    };
    Message::yours("builder/prefix", "That is no prefix for names of images").body(format!(
        "{given}\n\nIt is a registry and a path there, without a tag, such as:\n{example}"
    ))
}

pub(super) fn half_published(set: &[ImageName], unset: &[ImageName]) -> String {
    let list = |title: &str, names: &[ImageName]| match names {
        [] => String::new(),
        names => {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            format!("{title}\n{}\n\n", names.join("\n"))
        }
    };
    format!(
        "{}{}The same command finishes it; what has arrived is reused.",
        list("These names mean the new builder now:", set),
        list("These may still mean what they meant before:", unset),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use explain::Explain as _;

    use crate::error::CommandError;

    pub(in crate::messages) fn half_published(set: &[&str], unset: &[&str]) -> CommandError {
        let names = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
        CommandError::HalfPublished {
            set: names(set),
            unset: names(unset),
            source: Box::new(platform::OutputError::Push {
                image: unset[0].parse().unwrap(),
                reason: platform::PushFailure::Network,
                output: "500".into(),
            }),
        }
    }

    #[test]
    fn of_a_builder_whose_names_are_set_in_part() {
        let (run, builder) = ("r.example/t/run", "r.example/t/builder");
        let errors = [
            half_published(&[run], &[builder]),
            half_published(&[], &[builder]),
        ];
        let messages = errors.map(|error| error.explain().render());
        insta::assert_snapshot!(messages.join("\n"), @"
        [Error: The image can't be pushed]
        These names mean the new builder now:
        r.example/t/run:latest

        These may still mean what they meant before:
        r.example/t/builder:latest

        The same command finishes it; what has arrived is reused.

        r.example can't be reached, or fails, while it is asked to take
        r.example/t/builder:latest

        This is a problem of the network or of the server at its other end, not of
        your app: retry, and check proxy and mirror settings if it stays.

        Details: 500
        (publish/network)

        [Error: The image can't be pushed]
        These may still mean what they meant before:
        r.example/t/builder:latest

        The same command finishes it; what has arrived is reused.

        r.example can't be reached, or fails, while it is asked to take
        r.example/t/builder:latest

        This is a problem of the network or of the server at its other end, not of
        your app: retry, and check proxy and mirror settings if it stays.

        Details: 500
        (publish/network)
        ");
    }
}
