//! What several tokens mean together.

use crate::tokens::Token;

/// The dotted name at the start, and what follows it.
pub(crate) fn dotted(tokens: &[Token]) -> (String, &[Token]) {
    let mut path = String::new();
    let mut rest = tokens;
    while let [first, after @ ..] = rest {
        let Some(name) = first.as_name() else {
            break;
        };
        if [
            "as", "import", "if", "else", "await", "lambda", "not", "in", "or", "and",
        ]
        .contains(&name)
        {
            break;
        }
        path.push_str(name);
        rest = after;
        match rest {
            [dot, name, ..] if dot.is_sign(".") && name.as_name().is_some() => {
                path.push('.');
                rest = &rest[1..];
            }
            _ => break,
        }
    }
    (path, rest)
}

/// Every string; those that stand one behind the other are one.
pub(crate) fn strings(tokens: &[Token]) -> Vec<String> {
    let mut strings: Vec<String> = Vec::new();
    let mut is_continued = false;
    for token in tokens {
        match token {
            Token::Text(text) if is_continued => {
                if let Some(last) = strings.last_mut() {
                    last.push_str(text);
                }
            }
            Token::Text(text) => strings.push(text.clone()),
            _ => {}
        }
        is_continued = matches!(token, Token::Text(_));
    }
    strings
}

/// `if __name__ == "__main__"`.
pub(crate) fn is_main_guard(tokens: &[Token]) -> bool {
    let has_name = tokens.iter().any(|token| token.is_word("__name__"));
    let has_main = tokens
        .iter()
        .any(|token| matches!(token, Token::Text(text) if text == "__main__"));
    has_name && has_main
}
