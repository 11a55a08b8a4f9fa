//! The values that `flags` and `ldflags` of `.ko.yaml` may hold: `{{.Env.NAME}}`, and no other. The date and what
//! git says of the app differ from build to build of the same files, and `.git` is not in every build.

/// A value that can't be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    /// One of ko's values that is none of ours: `{{.Git.Tag}}`.
    #[error("{0} can't be filled in")]
    Unknown(String),
    /// A variable that isn't set.
    #[error("{0} isn't set")]
    Unset(String),
}

/// The text with every value filled in.
pub(crate) fn expand(
    text: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<String, TemplateError> {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        expanded.push_str(before);
        let Some((inside, after)) = after.split_once("}}") else {
            return Err(TemplateError::Unknown(format!("{{{{{after}")));
        };
        let unknown = || TemplateError::Unknown(format!("{{{{{inside}}}}}"));
        let name = inside.trim().trim_matches('-').trim();
        let name = name.strip_prefix(".Env.").ok_or_else(unknown)?;
        let is_name = |name: &str| {
            let mut letters = name.bytes();
            !name.is_empty()
                && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_')
        };
        if !is_name(name) {
            return Err(unknown());
        }
        expanded.push_str(&variable(name).ok_or_else(|| TemplateError::Unset(name.to_owned()))?);
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in_and_nothing_else() {
        let variable = |name: &str| (name == "VERSION").then(|| "1.2".to_owned());
        let unknown = |text: &str| Err(TemplateError::Unknown(text.into()));
        for (text, expected) in [
            ("-s -w", Ok("-s -w")),
            (
                "-X a={{.Env.VERSION}} -X b={{ .Env.VERSION }}!",
                Ok("-X a=1.2 -X b=1.2!"),
            ),
            ("{{.Env.OTHER}}", Err(TemplateError::Unset("OTHER".into()))),
            ("x{{.Git.Tag}}", unknown("{{.Git.Tag}}")),
            ("{{.Date}}", unknown("{{.Date}}")),
            ("{{.Env.A | upper}}", unknown("{{.Env.A | upper}}")),
            ("{{.Env.VERSION", unknown("{{.Env.VERSION")),
        ] {
            assert_eq!(
                expand(text, variable),
                expected.map(str::to_owned),
                "{text}"
            );
        }
    }
}
