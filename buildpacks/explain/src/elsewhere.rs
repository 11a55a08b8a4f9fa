//! Languages by their files, for apps that are of none that the builder has.

use serde::Deserialize;

/// A language, or another kind of project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Language {
    /// As a buildpack's `[metadata.detection]` calls it.
    pub(crate) name: String,
    /// Names at the root of an app; `*` stands for any characters.
    pub(crate) files: Vec<String>,
    /// What can be done all the same.
    pub(crate) way_out: String,
}

#[derive(Deserialize)]
struct File {
    language: Vec<Language>,
}

/// Those of `elsewhere.toml`.
pub(crate) fn languages() -> Vec<Language> {
    // A test reads it, so it can be read.
    toml::from_str(include_str!("elsewhere.toml"))
        .map_or_else(|_| Vec::new(), |file: File| file.language)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a builder has is left out by this name.
    #[test]
    fn what_we_build_is_called_as_its_buildpack_calls_it() {
        for (buildpack, text) in [
            ("python", include_str!("../../python/buildpack.toml")),
            ("node", include_str!("../../node/buildpack.toml")),
        ] {
            let descriptor: toml::Value = toml::from_str(text).unwrap();
            let language = descriptor["metadata"]["detection"]["language"].as_str();
            let mut languages = languages().into_iter();
            assert!(
                languages.any(|one| Some(one.name.as_str()) == language),
                "{buildpack}"
            );
        }
    }

    #[test]
    fn the_file_is_read_and_fits_the_screen() {
        let languages = languages();
        assert!(languages.iter().any(|language| language.name == "Java"));
        for language in languages {
            assert!(language.name.len() <= 9, "{}", language.name);
            assert!(
                language.way_out.lines().all(|line| line.len() <= 61),
                "{}",
                language.way_out
            );
        }
    }
}
