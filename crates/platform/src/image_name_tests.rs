use super::*;

#[test]
fn names_are_completed_as_docker_does() {
    let table = [
        "app",
        "app:1.0",
        "me/app",
        "localhost/app",
        "localhost:5000/app",
        "docker.io/app",
        "index.docker.io/me/app:x",
        "registry.example/team/a-b__c.d:V1_2",
        "Host/app",
    ]
    .map(|text| {
        let name: ImageName = text.parse().unwrap();
        format!(
            "{text} = {name} = {} in {} and {}",
            name.familiar(),
            name.store_path().display(),
            name.layout_path().display()
        )
    });
    insta::assert_snapshot!(table.join("\n"), @"
    app = docker.io/library/app:latest = app:latest in images/docker.io/library/app:latest and index.docker.io/library/app/latest
    app:1.0 = docker.io/library/app:1.0 = app:1.0 in images/docker.io/library/app:1.0 and index.docker.io/library/app/1.0
    me/app = docker.io/me/app:latest = me/app:latest in images/docker.io/me/app:latest and index.docker.io/me/app/latest
    localhost/app = localhost/app:latest = localhost/app:latest in images/localhost/app:latest and localhost/app/latest
    localhost:5000/app = localhost:5000/app:latest = localhost:5000/app:latest in images/localhost:5000/app:latest and localhost:5000/app/latest
    docker.io/app = docker.io/library/app:latest = app:latest in images/docker.io/library/app:latest and index.docker.io/library/app/latest
    index.docker.io/me/app:x = docker.io/me/app:x = me/app:x in images/docker.io/me/app:x and index.docker.io/me/app/x
    registry.example/team/a-b__c.d:V1_2 = registry.example/team/a-b__c.d:V1_2 = registry.example/team/a-b__c.d:V1_2 in images/registry.example/team/a-b__c.d:V1_2 and registry.example/team/a-b__c.d/V1_2
    Host/app = Host/app:latest = Host/app:latest in images/Host/app:latest and Host/app/latest
    ");
}

#[test]
fn what_is_no_name_says_why() {
    let table = [
        "",
        "app@sha256:00",
        "App",
        "me/App",
        "../app",
        "a//b",
        "a/../b",
        "/app",
        "app/",
        "app:",
        "app:-x",
        "a..b",
        "a___b",
        "-a",
        "exa mple.com/app",
        "example.com:99999/app",
        &"a".repeat(300),
    ]
    .map(|text| {
        let error = text.parse::<ImageName>().unwrap_err();
        format!("{:.20}: {}", error.text, error.reason)
    });
    insta::assert_snapshot!(table.join("\n"), @"
    : it is empty
    app@sha256:00: it has a digest, and a build gives a new one
    App: its repository has upper-case letters
    me/App: its repository has upper-case letters
    ../app: its registry is malformed
    a//b: a part of its repository is malformed
    a/../b: a part of its repository is malformed
    /app: a part of its repository is malformed
    app/: a part of its repository is malformed
    app:: its tag is malformed
    app:-x: its tag is malformed
    a..b: a part of its repository is malformed
    a___b: a part of its repository is malformed
    -a: a part of its repository is malformed
    exa mple.com/app: its registry is malformed
    example.com:99999/ap: its registry is malformed
    aaaaaaaaaaaaaaaaaaaa: it is longer than 255 characters
    ");
}
