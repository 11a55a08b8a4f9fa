//! The grammar of `BP_IMAGE_LABELS`: `key=value` words between white space. Quotes of either kind hold what
//! has spaces or `=`, in keys and in values; a backslash before a quote makes it an ordinary character.

/// A list that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem:?} in {text:?} at character {column}")]
pub struct MalformedList {
    /// The whole list.
    pub text: String,
    /// Where, in characters from 0.
    pub column: usize,
    /// What is wrong there.
    pub problem: ListProblem,
}

/// What can be wrong with a list of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListProblem {
    /// The quote there is never closed.
    OpenQuote,
    /// The word that begins there has no `=`.
    NoValue,
    /// Nothing stands before the `=` there.
    NoKey,
}

/// The labels in the order of the list.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>, MalformedList> {
    let failure = |column, problem| MalformedList {
        text: text.to_owned(),
        column,
        problem,
    };
    let mut labels = Vec::new();
    let mut characters = text.chars().enumerate().peekable();
    while let Some(&(start, first)) = characters.peek() {
        if first.is_whitespace() {
            characters.next();
            continue;
        }
        let (mut key, mut word) = (None, String::new());
        let mut quote: Option<(usize, char)> = None;
        while let Some(&(column, character)) = characters.peek() {
            if quote.is_none() && character.is_whitespace() {
                break;
            }
            characters.next();
            let escaped = characters.next_if(|(_, next)| character == '\\' && is_quote(*next));
            match (character, quote) {
                ('\\', _) => word.push(escaped.map_or('\\', |(_, quote)| quote)),
                (_, Some((_, open))) if character == open => quote = None,
                (_, None) if is_quote(character) => quote = Some((column, character)),
                ('=', None) if key.is_none() => {
                    if word.is_empty() {
                        return Err(failure(column, ListProblem::NoKey));
                    }
                    key = Some(std::mem::take(&mut word));
                }
                _ => word.push(character),
            }
        }
        if let Some((column, _)) = quote {
            return Err(failure(column, ListProblem::OpenQuote));
        }
        match key {
            Some(key) => labels.push((key, word)),
            None => return Err(failure(start, ListProblem::NoValue)),
        }
    }
    Ok(labels)
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_labels() {
        for (text, expected) in [
            ("", &[][..]),
            ("a=b", &[("a", "b")][..]),
            (" a=b  c=d=e\nf=", &[("a", "b"), ("c", "d=e"), ("f", "")]),
            (
                r#"first="First Label" 'the second'='a "b"'"#,
                &[("first", "First Label"), ("the second", "a \"b\"")],
            ),
            (
                r#"a="say \"hi\"" b=it\'s"#,
                &[("a", "say \"hi\""), ("b", "it's")],
            ),
            (r"a=c:\new", &[("a", r"c:\new")]),
            (r#"a="b"c"#, &[("a", "bc")]),
            (r#"" a"=b"#, &[(" a", "b")]),
        ] {
            let expected = expected
                .iter()
                .map(|(key, value)| (key.to_string(), value.to_string()));
            assert_eq!(parse(text), Ok(expected.collect()), "{text}");
        }
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, column, problem) in [
            ("a=b c", 4, ListProblem::NoValue),
            ("a = b", 0, ListProblem::NoValue),
            ("ä=b =c", 4, ListProblem::NoKey),
            ("a='b c=d", 2, ListProblem::OpenQuote),
            (r#"a="b\""#, 2, ListProblem::OpenQuote),
            ("\"\"=a", 2, ListProblem::NoKey),
        ] {
            let text = text.to_owned();
            let expected = MalformedList {
                text: text.clone(),
                column,
                problem,
            };
            assert_eq!(parse(&text), Err(expected));
        }
    }
}
