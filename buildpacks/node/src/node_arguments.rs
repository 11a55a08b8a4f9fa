//! The words of a call of Node: which of them are files.

/// Options of Node that take a word.
const WITH_WORD: [&str; 9] = [
    "--conditions",
    "--env-file",
    "--env-file-if-exists",
    "--experimental-loader",
    "--import",
    "--loader",
    "--require",
    "-C",
    "-r",
];

/// Options after which no file comes.
const WITHOUT_FILE: [&str; 8] = [
    "-e", "--eval", "-p", "--print", "-h", "--help", "--run", "--test",
];

/// Options whose word is loaded before the file: of a package, or a file of the app.
pub(crate) const LOADING: [&str; 5] = [
    "--experimental-loader",
    "--import",
    "--loader",
    "--require",
    "-r",
];

/// What Node runs: the first word that is no option, with its index.
pub(crate) fn main_file(words: &[String]) -> Option<(usize, &str)> {
    loaded_and_run(words).1
}

/// The files of the app that are loaded, with the index of the word of each: those of options, and the first word that is
/// no option.
pub(crate) fn files(words: &[String]) -> impl Iterator<Item = (usize, &str)> {
    let (loaded, run) = loaded_and_run(words);
    loaded.into_iter().chain(run)
}

/// A word of a call, and its index.
type Placed<'a> = (usize, &'a str);

fn loaded_and_run(words: &[String]) -> (Vec<Placed<'_>>, Option<Placed<'_>>) {
    let mut loaded = Vec::new();
    let mut index = 1;
    while let Some(word) = words.get(index) {
        let (name, value) = word
            .split_once('=')
            .map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
        if WITHOUT_FILE.contains(&name) {
            break;
        } else if !word.starts_with('-') {
            return (loaded, Some((index, word)));
        }
        let takes_next = value.is_none() && WITH_WORD.contains(&name);
        index += usize::from(takes_next);
        let value = value.or_else(|| words.get(index).map(String::as_str));
        let is_path = |value: &&str| value.starts_with("./") || value.starts_with("../");
        if let Some(value) = value.filter(is_path)
            && LOADING.contains(&name)
        {
            loaded.push((index, value));
        }
        index += 1;
    }
    (loaded, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_no_word_of_an_option() {
        for (text, expected) in [
            ("node -r ./a.js b.js", Some((3, "b.js"))),
            ("node --require=./a.js b.js", Some((2, "b.js"))),
            ("node -r ./a.js", None),
            ("node --test x.js", None),
        ] {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            assert_eq!(main_file(&words), expected, "{text}");
        }
    }

    #[test]
    fn files_are_told_from_packages_and_options() {
        let of = |text: &str| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            let files = files(&words).map(|(index, file)| format!("{index} {file}"));
            files.collect::<Vec<_>>().join(", ")
        };
        let rows = [
            ("node server.js x.js", "1 server.js"),
            ("node --inspect=0 -r dotenv/config a", "4 a"),
            (
                "node -r ./a.js --import ../b.mjs c",
                "2 ./a.js, 4 ../b.mjs, 5 c",
            ),
            ("node --require=./a.js", "1 ./a.js"),
            ("node --env-file ./.env a", "3 a"),
            ("node -r ./a.js -e 1", "2 ./a.js"),
            ("node", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
