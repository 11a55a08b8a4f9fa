//! What others say, without the secrets in it: `crane` and `docker` repeat what credential helpers and token
//! servers answered, and what is shown of that ends in the logs of CI.

/// What is shown in place of a secret.
const HIDDEN: &str = "[hidden]";

/// A key with one of these in its name is of a secret.
const SECRET: [&str; 8] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "token",
    "signature",
    "apikey",
    "privatekey",
];

/// Keys of secrets, whose names would be found in too many others.
const SECRET_WHOLE: [&str; 5] = ["auth", "sig", "key", "credential", "credentials"];

/// What stands before a colon in prose more often than before a secret: `token: 500 Internal Server Error`.
const OF_PROSE: [&str; 7] = [
    "token",
    "signature",
    "auth",
    "sig",
    "key",
    "credential",
    "credentials",
];

/// Characters of a line that are kept, which is more than any answer needs.
const LINE: usize = 10_000;

/// What follows the name of an authentication scheme without being a secret: in a challenge, and in prose.
const NO_CREDENTIALS: [&str; 10] = [
    "realm",
    "service",
    "scope",
    "error",
    "auth",
    "authentication",
    "authorization",
    "challenge",
    "scheme",
    "token",
];

/// The text with `[hidden]` in place of the user in a URL, of what is sent with the schemes `Basic` and
/// `Bearer`, and of the values of keys such as `Secret` and `token`, in JSON, in a query, or behind `=`.
pub(crate) fn without_credentials(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line: String = line.chars().take(LINE).collect();
        let without_users = replace(&line, user_of_url);
        let without_schemes = replace(&without_users, value_of_scheme);
        replace(&without_schemes, value_of_key)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Replaces what `secret` finds: given the text before a place and that behind it, the length of the secret
/// which begins there.
fn replace(line: &str, secret: impl Fn(&str, &str) -> Option<usize>) -> String {
    let mut replaced = String::new();
    let mut rest = 0;
    for (place, _) in line.char_indices() {
        if place < rest {
            continue;
        }
        let (before, behind) = line.split_at(place);
        if let Some(length) = secret(before, behind).filter(|length| *length > 0) {
            replaced.push_str(&line[rest..place]);
            replaced.push_str(HIDDEN);
            rest = place + length;
        }
    }
    replaced.push_str(&line[rest..]);
    replaced
}

/// `me:secret` of `oci://me:secret@registry.example/`.
fn user_of_url(before: &str, behind: &str) -> Option<usize> {
    before.strip_suffix("://")?;
    let end = behind.find(|character: char| {
        character.is_whitespace() || matches!(character, '/' | '?' | '#' | '"' | '\'')
    });
    behind[..end.unwrap_or(behind.len())].rfind('@')
}

/// `abc` of `Authorization: Basic abc`.
fn value_of_scheme(before: &str, behind: &str) -> Option<usize> {
    let scheme = before.trim_end_matches(' ');
    let is_scheme = ["basic", "bearer"].iter().any(|name| {
        let start = scheme.len().checked_sub(name.len());
        let found = start.and_then(|start| scheme.get(start..));
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    });
    if scheme.len() == before.len() || !is_scheme {
        return None;
    }
    let length = behind.find(|character: char| {
        !(character.is_ascii_alphanumeric() || "+/=-_.~".contains(character))
    });
    let value = &behind[..length.unwrap_or(behind.len())];
    let word = value.trim_end_matches(['=', '.']);
    let is_secret = !NO_CREDENTIALS.contains(&&*word.to_ascii_lowercase());
    is_secret.then_some(value.len())
}

/// `abc` of `"Secret":"abc"`, of the same in a string (`\"Secret\":\"abc\"`), and of `?token=abc&`.
fn value_of_key(before: &str, behind: &str) -> Option<usize> {
    let mark = if before.ends_with('\'') { '\'' } else { '"' };
    let quoted = before.strip_suffix(mark);
    let escaped = quoted.and_then(|before| before.strip_suffix('\\'));
    let before = escaped.or(quoted).unwrap_or(before);
    let assigned = before.trim_end_matches(' ').strip_suffix([':', '='])?;
    let key = assigned.trim_end_matches([' ', '"', '\'', '\\']);
    let start = key.rfind(|character: char| {
        !(character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
    });
    let key = key[start.map_or(0, |start| start + 1)..].to_ascii_lowercase();
    let key = key.replace(['-', '_'], "");
    let is_secret = SECRET.iter().any(|name| key.contains(name));
    if !is_secret && !SECRET_WHOLE.contains(&&*key) {
        return None;
    }
    let is_prose = || OF_PROSE.iter().any(|name| key.ends_with(name));
    if quoted.is_none() && !before.trim_end_matches(' ').ends_with('=') && is_prose() {
        return None;
    }
    let end = match (quoted, escaped) {
        (_, Some(_)) => behind.find("\\\""),
        (Some(_), None) => end_of_string(behind, mark),
        (None, None) => behind.find(|character: char| {
            character.is_whitespace()
                || matches!(character, '&' | '"' | '\'' | '\\' | ';' | ',' | '}')
        }),
    };
    Some(end.unwrap_or(behind.len()))
}

/// Where the quotation mark is that ends a string of JSON, or of a shell.
fn end_of_string(text: &str, mark: char) -> Option<usize> {
    let mut is_escaped = false;
    text.find(|character| {
        let ends = character == mark && !is_escaped;
        is_escaped = character == '\\' && !is_escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_and_what_is_wrong_is_told() {
        let table = [
            r#"out: `{"ServerURL":"r.example","Username":"me","Secret":"a\"b c"}`"#,
            r#"body "{\"identitytoken\": \"abc\",\"x\":\"y\"}""#,
            r#"{"Secret":"never closed"#,
            "you sent Authorization: Basic dXNlcjpwYXNz, which is wrong",
            r#"{"header":"bearer  abc.def-_~+/=="}"#,
            "GET https://r.example/v2/?scope=pull&access_token=abc&X-Amz-Signature=0f#x: 500",
            "PASSWORD=hunter2 docker-credential-x",
            "oci://me:p@ss@r.example/v2/ and oci://abc@r.example",
            r#"WWW-Authenticate: Bearer realm="https://r.example/token",service="r""#,
            "UNAUTHORIZED: Basic authentication required; fetching token: 500 Internal Server Error",
            "r.example/team/app:1@sha256:00: MANIFEST_UNKNOWN: manifest unknown",
            "level=error password: hunter2 {Username:me Password:hunter2} PASSWORD='hunter 2' rest",
            r#"{"private_key":"abc"} passphrase=abc"#,
            r#"Bearer error="invalid_token",error_description="it expired""#,
            r#"docker-credential-x: "not found""#,
            "ünï\nsecond",
        ];
        insta::assert_snapshot!(table.map(without_credentials).join("\n"), @r##"
        out: `{"ServerURL":"r.example","Username":"me","Secret":"[hidden]"}`
        body "{\"identitytoken\": \"[hidden]\",\"x\":\"y\"}"
        {"Secret":"[hidden]
        you sent Authorization: Basic [hidden], which is wrong
        {"header":"bearer  [hidden]"}
        GET https://r.example/v2/?scope=pull&access_token=[hidden]&X-Amz-Signature=[hidden] 500
        PASSWORD=[hidden] docker-credential-x
        oci://[hidden]@r.example/v2/ and oci://[hidden]@r.example
        WWW-Authenticate: Bearer realm="https://r.example/token",service="r"
        UNAUTHORIZED: Basic authentication required; fetching token: 500 Internal Server Error
        r.example/team/app:1@sha256:00: MANIFEST_UNKNOWN: manifest unknown
        level=error password: [hidden] {Username:me Password:[hidden]} PASSWORD='[hidden]' rest
        {"private_key":"[hidden]"} passphrase=[hidden]
        Bearer error="invalid_token",error_description="it expired"
        docker-credential-x: "not found"
        ünï
        second
        "##);
    }
}
