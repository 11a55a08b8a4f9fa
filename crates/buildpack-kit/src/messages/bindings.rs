//! Bindings that can't be used. Names are shown, contents never.

use explain::{Explain, Message, quote};

use super::io;
use crate::bindings::{BindingError, BindingKind};

impl Explain for BindingError {
    fn explain(&self) -> Message {
        match self {
            Self::Io(source) => io("bindings/io", "The bindings can't be read", source),
            Self::NoType { binding, file } => {
                let binding = quote(binding, 100);
                Message::yours(
                    "bindings/no-type",
                    "A binding doesn't say of which type it is",
                )
                .body(format!(
                    "The binding {binding} has no file {file}, or an empty one.\n\n\
                         It names what the binding is for. Builds read the types\n\
                         {}\n\
                         and leave others to the app.",
                    types()
                ))
            }
            Self::TypeNotText { binding, file } => {
                let binding = quote(binding, 100);
                Message::yours(
                    "bindings/type-not-text",
                    "The type of a binding isn't UTF-8",
                )
                .body(format!(
                    "The file {file} of the binding {binding} holds bytes that\n\
                         aren't UTF-8 text. Write one of these types into it:\n\
                         {}",
                    types()
                ))
            }
            Self::NoEntry {
                binding,
                kind,
                found,
            } => no_entry(binding, *kind, found),
            Self::Several { kind, bindings } => {
                let title = format!("There are several bindings of type {}", kind.name());
                Message::yours("bindings/several", title).body(format!(
                    "These bindings are of the type {}:\n\
                     {}\n\n\
                     One can be used. Join them, or give the build only one of them.",
                    kind.name(),
                    list(bindings)
                ))
            }
            Self::NoCertificate { binding, entry } => {
                let (binding, entry) = (quote(binding, 100), quote(entry, 100));
                let title = "A binding of certificates holds something else";
                Message::yours("bindings/no-certificate", title).body(format!(
                    "The entry {entry} of the binding {binding} holds no whole\n\
                     certificate in PEM form, which is text that begins with\n\
                     -----BEGIN CERTIFICATE-----\n\
                     and ends with -----END CERTIFICATE-----\n\n\
                     A file in DER form becomes one in PEM form with:\n\
                     openssl x509 -inform der -in ca.der -out ca.pem"
                ))
            }
        }
    }
}

fn no_entry(binding: &str, kind: BindingKind, found: &[String]) -> Message {
    let title = format!("A binding of type {} lacks its entry", kind.name());
    let entries = match found {
        [] => "It has no entries.".to_owned(),
        found => format!("It has the entries: {}", list(found)),
    };
    Message::yours("bindings/no-entry", title).body(format!(
        "The binding {} is of the type {}.\n\
         {entries}\n\n\
         What such a binding is about is the entry: {}",
        quote(binding, 100),
        kind.name(),
        kind.entries().join(" or "),
    ))
}

/// At most eight names, each made safe.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN)
        .map(|name| quote(name, 60))
        .collect();
    if names.len() > SHOWN {
        shown.push(format!("and {} more", names.len() - SHOWN));
    }
    shown.join(", ")
}

fn types() -> String {
    let names = BindingKind::ALL.map(BindingKind::name);
    let (first, second) = names.split_at(names.len() / 2 + 1);
    format!("{},\n{}", first.join(", "), second.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::tests::render;

    #[test]
    fn bindings() {
        let binding = || "ci".to_owned();
        insta::assert_snapshot!(render(&[
            &BindingError::Io(std::io::Error::other("broken")),
            &BindingError::NoType { binding: binding(), file: "type" },
            &BindingError::TypeNotText { binding: binding(), file: "metadata/kind" },
            &BindingError::Several {
                kind: BindingKind::Npmrc,
                bindings: vec!["one".into(), "two".into()],
            },
            &BindingError::NoCertificate { binding: binding(), entry: "ca.der".into() },
        ]), @"
        Machine [Error: The bindings can't be read]
        The operating system gave the reason below.

        Details: broken
        (bindings/io)

        Yours [Error: A binding doesn't say of which type it is]
        The binding ci has no file type, or an empty one.

        It names what the binding is for. Builds read the types
        ca-certificates, git-credentials, netrc, npmrc, pip-conf,
        pnpmrc, Procfile, uv-toml, yarnrc
        and leave others to the app.
        (bindings/no-type)

        Yours [Error: The type of a binding isn't UTF-8]
        The file metadata/kind of the binding ci holds bytes that
        aren't UTF-8 text. Write one of these types into it:
        ca-certificates, git-credentials, netrc, npmrc, pip-conf,
        pnpmrc, Procfile, uv-toml, yarnrc
        (bindings/type-not-text)

        Yours [Error: There are several bindings of type npmrc]
        These bindings are of the type npmrc:
        one, two

        One can be used. Join them, or give the build only one of them.
        (bindings/several)

        Yours [Error: A binding of certificates holds something else]
        The entry ca.der of the binding ci holds no whole
        certificate in PEM form, which is text that begins with
        -----BEGIN CERTIFICATE-----
        and ends with -----END CERTIFICATE-----

        A file in DER form becomes one in PEM form with:
        openssl x509 -inform der -in ca.der -out ca.pem
        (bindings/no-certificate)
        ");
    }

    #[test]
    fn an_entry_that_is_missing() {
        let binding = || "ci".to_owned();
        insta::assert_snapshot!(render(&[
            &BindingError::NoEntry {
                binding: binding(),
                kind: BindingKind::Netrc,
                found: vec!["password".into(), "user".into()],
            },
            &BindingError::NoEntry {
                binding: binding(),
                kind: BindingKind::GitCredentials,
                found: vec![],
            },
        ]), @"
        Yours [Error: A binding of type netrc lacks its entry]
        The binding ci is of the type netrc.
        It has the entries: password, user

        What such a binding is about is the entry: .netrc or netrc
        (bindings/no-entry)

        Yours [Error: A binding of type git-credentials lacks its entry]
        The binding ci is of the type git-credentials.
        It has no entries.

        What such a binding is about is the entry: credentials
        (bindings/no-entry)
        ");
    }
}
