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
