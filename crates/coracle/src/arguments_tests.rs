use clap::CommandFactory as _;

use super::*;

#[test]
fn the_command_line_is_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn no_process_has_an_empty_name() {
    let build = |process| {
        Arguments::try_parse_from(["coracle", "build", "shop", "--default-process", process])
    };
    assert!(build("worker").is_ok());
    assert_eq!(
        build("").unwrap_err().kind(),
        clap::error::ErrorKind::InvalidValue
    );
}

#[test]
fn arguments_after_two_dashes_belong_to_the_app() {
    let arguments = Arguments::parse_from(["coracle", "run", ".", "--", "--port", "1"]);
    let Command::Run(run) = arguments.command else {
        unreachable!("`run` was given");
    };
    assert_eq!(
        (run.port, run.arguments),
        (None, vec!["--port".into(), "1".into()])
    );
}
