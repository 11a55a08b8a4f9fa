//! `$NAME` and `${NAME}` in the flags of Paketo's variables, which that buildpack fills in.

/// The text with the variables filled in, but not in single quotes nor after a backslash; an error is the name of
/// one that isn't set.
pub(crate) fn expand(
    text: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut expanded = String::new();
    let mut is_quoted = false;
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\'', '\\']) {
        let (before, special) = rest.split_at(at);
        expanded.push_str(before);
        let after = &special[1..];
        rest = after;
        if special.starts_with('\\') && after.starts_with('$') && !is_quoted {
            expanded.push('$');
            rest = &after[1..];
        } else if let (false, Some((name, behind))) = (is_quoted, reference(special)) {
            expanded.push_str(&variable(name).ok_or_else(|| name.to_owned())?);
            rest = behind;
        } else {
            is_quoted ^= special.starts_with('\'');
            expanded.push_str(&special[..1]);
        }
    }
    expanded.push_str(rest);
    Ok(expanded)
}

/// The name in a text that begins with a reference, and what follows.
fn reference(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('$')?;
    let (name, behind) = if let Some(rest) = rest.strip_prefix('{') {
        rest.split_once('}')?
    } else {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let end = rest.find(|letter| !is_name(letter)).unwrap_or(rest.len());
        rest.split_at(end)
    };
    let mut letters = name.chars();
    let first = letters.next()?;
    let is_name = (first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    is_name.then_some((name, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in() {
        let variable = |name: &str| (name == "A_1").then(|| "x y".to_owned());
        for (text, expected) in [
            ("-s -w", Ok("-s -w")),
            ("-X main.v=${A_1}$A_1.", Ok("-X main.v=x yx y.")),
            ("'$A_1' \"$A_1\"", Ok("'$A_1' \"x y\"")),
            ("\\$A_1 \\n", Ok("$A_1 \\n")),
            ("$ORIGIN/lib", Err("ORIGIN")),
            ("a$ $1 ${ ${a-b}", Ok("a$ $1 ${ ${a-b}")),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(expand(text, variable), expected, "{text}");
        }
    }
}
