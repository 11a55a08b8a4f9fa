//! Variables before `go run` in a start command: what the compiler would have read of them. Pure.

use start_command::{CompilerFix, Missing};

use crate::build_flags::quoted;

/// Beside those of cgo, what decides on the program; all of them are read in the build, too. `GOOS` and its like
/// can only be what the image is.
const OF_THE_COMPILER: [&str; 8] = [
    "CC",
    "CXX",
    "GOAMD64",
    "GOARM64",
    "GOEXPERIMENT",
    "GOFIPS140",
    "GOFLAGS",
    "PKG_CONFIG",
];

/// The first variable that asks for another program than the one that was compiled with what `had` tells.
pub(crate) fn lost(
    variables: &[(String, Option<String>)],
    had: &dyn Fn(&str) -> Option<String>,
) -> Option<Missing> {
    let is_read = |name: &str| name.starts_with("CGO_") || OF_THE_COMPILER.contains(&name);
    let is_lost = |(name, value): &&(String, Option<String>)| {
        let had = had(name).unwrap_or_default();
        let is_had = |value: &String| match name.as_str() {
            // The flags of the build are among ours.
            "GOFLAGS" => {
                let had: Vec<&str> = had.split_whitespace().collect();
                value.split_whitespace().all(|flag| had.contains(&flag))
            }
            _ => *value == had,
        };
        is_read(name) && !value.as_ref().is_some_and(is_had)
    };
    let (name, value) = variables.iter().find(is_lost)?;
    let value = value.as_deref().unwrap_or("…");
    let set = match name.as_str() {
        "GOFLAGS" => "BP_GO_BUILD_FLAGS",
        name => name,
    };
    Some(Missing::CompilerOption {
        option: quoted(&format!("{name}={value}")),
        fix: CompilerFix::Variable(quoted(&format!("{set}={value}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_compiler_would_have_read_must_have_been_set_for_the_build() {
        let had = |name: &str| {
            let value = match name {
                "CGO_ENABLED" => "0",
                "GOFLAGS" => "-modcacherw -tags=prod",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let of = |text: &str| {
            let variables = text.split(' ').map(|word| {
                let (name, value) = word.split_once('=').unwrap();
                (
                    name.to_owned(),
                    Some(value.to_owned()).filter(|value| value != "?"),
                )
            });
            match lost(&variables.collect::<Vec<_>>(), &had) {
                None => format!("{text}: fine"),
                Some(Missing::CompilerOption { option, fix }) => {
                    format!("{text}: {option}, {fix:?}")
                }
                other => panic!("{other:?}"),
            }
        };
        let table = [
            "PORT=80 GODEBUG=x GOOS=linux",
            "CGO_ENABLED=0 GOFLAGS=-tags=prod",
            "PORT=80 CGO_ENABLED=1",
            "GOFLAGS=-race",
            "GOFLAGS=?",
            "GOEXPERIMENT=jsonv2",
        ];
        insta::assert_snapshot!(table.map(of).join("\n"), @r#"
        PORT=80 GODEBUG=x GOOS=linux: fine
        CGO_ENABLED=0 GOFLAGS=-tags=prod: fine
        PORT=80 CGO_ENABLED=1: CGO_ENABLED=1, Variable("CGO_ENABLED=1")
        GOFLAGS=-race: GOFLAGS=-race, Variable("BP_GO_BUILD_FLAGS=-race")
        GOFLAGS=?: GOFLAGS=…, Variable("BP_GO_BUILD_FLAGS=…")
        GOEXPERIMENT=jsonv2: GOEXPERIMENT=jsonv2, Variable("GOEXPERIMENT=jsonv2")
        "#);
    }
}
