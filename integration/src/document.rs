//! What documents tell to type.

/// The commands of the first `sh` block below a heading of a document of the workspace, word by word.
///
/// # Panics
/// When there is none.
#[track_caller]
#[must_use]
pub fn commands_in(path: &str, heading: &str) -> Vec<Vec<String>> {
    let text = fs_err::read_to_string(testkit::workspace_root().join(path));
    let text = text.expect("the document can be read");
    let commands = commands(&text, heading);
    assert!(
        !commands.is_empty(),
        "no commands below {heading} in {path}"
    );
    commands
}

fn commands(text: &str, heading: &str) -> Vec<Vec<String>> {
    let below = text.lines().skip_while(|line| *line != heading).skip(1);
    let section = below.take_while(|line| !line.starts_with('#'));
    let block = section.skip_while(|line| *line != "```sh").skip(1);
    let block: Vec<&str> = block.take_while(|line| *line != "```").collect();
    let joined = block.join("\n").replace("\\\n", " ");
    let lines = joined.lines().map(|line| {
        let command = line.split(" #").next().unwrap_or_default();
        command.split_whitespace().map(str::to_owned).collect()
    });
    lines
        .filter(|words: &Vec<String>| !words.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_of_the_first_block_of_the_section() {
        let text = "## A\n```sh\nno\n```\n## B\nText\n\n```text\nno\n```\n```sh\na b   # c\n\nd \\\n  e\n```\n\
                    ```sh\nno\n```\n## C\n";
        assert_eq!(commands(text, "## B"), [["a", "b"], ["d", "e"]]);
        assert_eq!(commands(text, "## C"), Vec::<Vec<String>>::new());
    }
}
