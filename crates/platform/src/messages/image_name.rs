//! A name that is none of an image.

use explain::{Explain, Message, quote};

use crate::{ImageName, ImageNameError, ImageNameRule};

/// An image name with everything that one can have.
const ANY: &str = "registry.example/team/app:1.0";

impl Explain for ImageNameError {
    fn explain(&self) -> Message {
        let (before, behind) = self.text.split_once('@').unwrap_or((&self.text, ""));
        let example = match self.reason {
            ImageNameRule::UpperCase => self.text.to_lowercase(),
            ImageNameRule::Digest if behind.contains('/') => return user_in_name(behind),
            ImageNameRule::Digest if before.is_empty() => "app".to_owned(),
            ImageNameRule::Digest => before.to_lowercase(),
            _ => ANY.to_owned(),
        };
        let works = example.parse::<ImageName>().is_ok();
        let example = if works { example.as_str() } else { ANY };
        Message::yours("image/name", "The image name can't be used").body(format!(
            "\"{}\" is no image name: {}.\n\nA name that works:\n{}",
            quote(&self.text, 100),
            self.reason,
            quote(example, 100)
        ))
    }
}

/// A name that begins as URLs do; what stands there is a password, perhaps.
fn user_in_name(behind: &str) -> Message {
    Message::yours("image/name", "The image name can't be used").body(format!(
        "There is a user before\n@{}\n\nCredentials are those of docker's configuration. A name that works:\n{ANY}",
        quote(behind, 100)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_works_is_told() {
        let texts = ["App@x", "me:secret@r.example/x", "App", "Sh op"];
        let messages = texts.map(|text| text.parse::<ImageName>().unwrap_err().explain().render());
        insta::assert_snapshot!(messages.join("\n"), @r#"
        [Error: The image name can't be used]
        "App@x" is no image name: it has a digest, and a build gives a new one.

        A name that works:
        app
        (image/name)

        [Error: The image name can't be used]
        There is a user before
        @r.example/x

        Credentials are those of docker's configuration. A name that works:
        registry.example/team/app:1.0
        (image/name)

        [Error: The image name can't be used]
        "App" is no image name: its repository has upper-case letters.

        A name that works:
        app
        (image/name)

        [Error: The image name can't be used]
        "Sh op" is no image name: its repository has upper-case letters.

        A name that works:
        registry.example/team/app:1.0
        (image/name)
        "#);
    }
}
