use super::*;

fn name() -> crate::ImageName {
    "registry.example/app:1".parse().unwrap()
}

fn rendered(errors: &[&dyn Explain]) -> String {
    let messages = errors.iter().map(|error| error.explain().render());
    messages.collect::<Vec<_>>().join("\n")
}

#[test]
fn of_the_run() {
    insta::assert_snapshot!(rendered(&[
        &RunError::NoImage(name()),
        &RunError::NoProcess { image: name(), process: "x".into(), known: vec!["web".into()] },
        &RunError::NotListening { port: 8080, waited: std::time::Duration::from_secs(30) },
    ]), @"
    [Error: There is no such image]
    The local store has no image
    registry.example/app:1

    Build it:
    coracle build registry.example/app:1 --path DIR
    (run/no-image)

    [Error: The image has no such process]
    registry.example/app:1 has no process called x.

    Its processes: web

    Choose one of them:
    --process web
    (run/no-process)

    [Error: The app doesn't listen]
    Nothing listens on port 8080 after 30 seconds. An app must listen on the
    address 0.0.0.0 and the port in the variable PORT.
    (run/not-listening)
    ");
}

#[test]
fn of_an_end() {
    let status = |code: i32| ExitStatus::from_raw(code << 8);
    let ends = [
        status(1),
        status(128),
        status(137),
        status(139),
        status(130),
        status(255),
        ExitStatus::from_raw(11),
    ];
    insta::assert_snapshot!(ends.map(end).join("\n"), @"
    status 1
    status 128
    status 137, which stands for the signal SIGKILL: it was killed,
    perhaps by the kernel because memory ran out
    status 139, which stands for the signal SIGSEGV: it used memory that
    isn't its own, or too much stack
    status 130, which stands for signal 2
    status 255
    status 139, which stands for the signal SIGSEGV: it used memory that
    isn't its own, or too much stack
    ");
    let ended = RunError::Ended {
        status: status(3),
        port: 8080,
    };
    insta::assert_snapshot!(ended.explain().render(), @"
    [Error: The app ended before it listened]
    It ended with status 3.

    What it said is above. An app must listen on the address 0.0.0.0 and the port in
    the variable PORT, here 8080.
    (run/ended)
    ");
}
