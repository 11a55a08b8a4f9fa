//! What a user asks of the image and can't have.

use explain::{Explain, Message, quote};

use super::pointed;
use crate::image_settings::ImageSettingsError;
use crate::labels::{LabelError, ListProblem, MalformedList};
use crate::launch_environment::InvalidVariables;

impl Explain for ImageSettingsError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::Labels(error) => error.explain(),
        }
    }
}

impl Explain for InvalidVariables {
    fn explain(&self) -> Message {
        let title = "Variables for the app have names that no variable can have";
        Message::yours("environment/names", title).body(format!(
            "{}\n\n\
             After BPE_, or BPE_APPEND_, _DEFAULT_, _DELIM_, _OVERRIDE_ and\n\
             _PREPEND_, stands the name that the app sees: letters, digits and _, not\n\
             beginning with a digit.",
            lines(&self.names)
        ))
    }
}

impl Explain for LabelError {
    fn explain(&self) -> Message {
        match self {
            Self::Environment(error) => error.explain(),
            Self::List(error) => error.explain(),
            Self::GoogleNames { names } => {
                let title = "Labels have names that can't be used";
                Message::yours("labels/google-names", title).body(format!(
                    "{}\n\n\
                     After GOOGLE_LABEL_ stands the name of a label: a letter, then letters,\n\
                     digits, - and single _, which become -. GOOGLE_LABEL_FOO_BAR sets the\n\
                     label google.foo-bar. BP_IMAGE_LABELS sets labels of any name:\n\
                     BP_IMAGE_LABELS=\"any.name=value\"",
                    lines(names)
                ))
            }
            Self::Reserved { key } => {
                let title = "A label belongs to the platform";
                Message::yours("labels/reserved", title).body(format!(
                    "BP_IMAGE_LABELS sets the label {}.\n\n\
                     Platforms keep their records of the image in labels that begin with\n\
                     io.buildpacks. and would not find them again. Choose another name.",
                    quote(key, 100)
                ))
            }
        }
    }
}

impl Explain for MalformedList {
    fn explain(&self) -> Message {
        let Self {
            text,
            column,
            problem,
        } = self;
        let finding = match problem {
            ListProblem::OpenQuote => "This quote is never closed.",
            ListProblem::NoValue => "This word has no = outside of quotes, so it is no label.",
            ListProblem::NoKey => "Nothing stands before this =, so the label has no name.",
        };
        Message::yours("labels/list", "BP_IMAGE_LABELS can't be read").body(format!(
            "{}\n\
             {finding}\n\n\
             Labels are name=value, separated by spaces, in quotes where they have\n\
             spaces themselves:\n\
             BP_IMAGE_LABELS='team=shop description=\"Sells things\"'",
            pointed(text, *column)
        ))
    }
}

/// At most ten names, one a line.
fn lines(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| quote(name, 70))
        .collect();
    if names.len() > SHOWN {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    shown.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::tests::render;

    #[test]
    fn names() {
        insta::assert_snapshot!(render(&[
            &InvalidVariables { names: vec!["BPE_".into(), "BPE_A-B".into()] },
            &LabelError::GoogleNames { names: vec!["GOOGLE_LABEL_1".into()] },
            &LabelError::Reserved { key: "io.buildpacks.id".into() },
        ]), @r#"
        Yours [Error: Variables for the app have names that no variable can have]
        BPE_
        BPE_A-B

        After BPE_, or BPE_APPEND_, _DEFAULT_, _DELIM_, _OVERRIDE_ and
        _PREPEND_, stands the name that the app sees: letters, digits and _, not
        beginning with a digit.
        (environment/names)

        Yours [Error: Labels have names that can't be used]
        GOOGLE_LABEL_1

        After GOOGLE_LABEL_ stands the name of a label: a letter, then letters,
        digits, - and single _, which become -. GOOGLE_LABEL_FOO_BAR sets the
        label google.foo-bar. BP_IMAGE_LABELS sets labels of any name:
        BP_IMAGE_LABELS="any.name=value"
        (labels/google-names)

        Yours [Error: A label belongs to the platform]
        BP_IMAGE_LABELS sets the label io.buildpacks.id.

        Platforms keep their records of the image in labels that begin with
        io.buildpacks. and would not find them again. Choose another name.
        (labels/reserved)
        "#);
    }

    #[test]
    fn lists() {
        let list = |text: &str, column, problem| MalformedList {
            text: text.into(),
            column,
            problem,
        };
        let long = format!("a={} b='c {}", "x".repeat(80), "y".repeat(80));
        insta::assert_snapshot!(render(&[
            &list("team=shop owner", 10, ListProblem::NoValue),
            &list("=a", 0, ListProblem::NoKey),
            &list(&long, 85, ListProblem::OpenQuote),
        ]), @r#"
        Yours [Error: BP_IMAGE_LABELS can't be read]
        team=shop owner
                  ^
        This word has no = outside of quotes, so it is no label.

        Labels are name=value, separated by spaces, in quotes where they have
        spaces themselves:
        BP_IMAGE_LABELS='team=shop description="Sells things"'
        (labels/list)

        Yours [Error: BP_IMAGE_LABELS can't be read]
        =a
        ^
        Nothing stands before this =, so the label has no name.

        Labels are name=value, separated by spaces, in quotes where they have
        spaces themselves:
        BP_IMAGE_LABELS='team=shop description="Sells things"'
        (labels/list)

        Yours [Error: BP_IMAGE_LABELS can't be read]
        …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx b='c yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
                                          ^
        This quote is never closed.

        Labels are name=value, separated by spaces, in quotes where they have
        spaces themselves:
        BP_IMAGE_LABELS='team=shop description="Sells things"'
        (labels/list)
        "#);
    }
}
