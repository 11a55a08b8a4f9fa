use super::*;

#[test]
fn names_are_completed_as_docker_does() {
    let table = [
        "app",
        "app:1.0",
        "me/app",
        "localhost/app",
        "localhost:5000/app",
        "registry.example/team/a-b__c.d:V1_2",
        "Host/app",
        "docker.io/app:1",
        "docker.io/me/app",
        "index.docker.io/app",
        "[::1]:5000/app:1",
        "[2001:db8::1]/me/app",
    ]
    .map(|text| {
        let name: ImageName = text.parse().unwrap();
        format!(
            "{text} = {name} in {} and {}",
            name.store_path().display(),
            name.layout_path().display()
        )
    });
    insta::assert_snapshot!(table.join("\n"), @"
    app = app:latest in images/local/app:latest and index.docker.io/library/app/latest
    app:1.0 = app:1.0 in images/local/app:1.0 and index.docker.io/library/app/1.0
    me/app = me/app:latest in images/local/me/app:latest and index.docker.io/me/app/latest
    localhost/app = localhost/app:latest in images/localhost/app:latest and localhost/app/latest
    localhost:5000/app = localhost:5000/app:latest in images/localhost:5000/app:latest and localhost:5000/app/latest
    registry.example/team/a-b__c.d:V1_2 = registry.example/team/a-b__c.d:V1_2 in images/registry.example/team/a-b__c.d:V1_2 and registry.example/team/a-b__c.d/V1_2
    Host/app = Host/app:latest in images/Host/app:latest and Host/app/latest
    docker.io/app:1 = docker.io/app:1 in images/docker.io/app:1 and index.docker.io/library/app/1
    docker.io/me/app = docker.io/me/app:latest in images/docker.io/me/app:latest and index.docker.io/me/app/latest
    index.docker.io/app = index.docker.io/app:latest in images/index.docker.io/app:latest and index.docker.io/library/app/latest
    [::1]:5000/app:1 = [::1]:5000/app:1 in images/[::1]:5000/app:1 and [::1]:5000/app/1
    [2001:db8::1]/me/app = [2001:db8::1]/me/app:latest in images/[2001:db8::1]/me/app:latest and [2001:db8::1]/me/app/latest
    ");
}

#[test]
fn names_are_compared_as_the_lifecycle_does() {
    for (one, other, same) in [
        ("me/app", "docker.io/me/app:latest", true),
        ("app:1", "index.docker.io/library/app:1", true),
        ("me/app:1", "me/app:2", false),
        ("me/app", "registry.example/me/app", false),
    ] {
        let name = |text: &str| text.parse::<ImageName>().unwrap();
        assert_eq!(name(one).is_same(&name(other)), same, "{one} {other}");
    }
}

#[test]
fn a_path_of_the_store_leads_back_to_its_name() {
    for text in [
        "app:1",
        "local/app:latest",
        "me/app:2",
        "registry.example:5000/a/b:c",
    ] {
        let name: ImageName = text.parse().unwrap();
        let path = name.store_path();
        let below = path.strip_prefix("images").unwrap().to_str().unwrap();
        assert_eq!(ImageName::from_store_path(below), Some(name));
    }
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
        "[::1]5000/app",
        "[example.com]/app",
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
    [::1]5000/app: its registry is malformed
    [example.com]/app: its registry is malformed
    aaaaaaaaaaaaaaaaaaaa: it is longer than 255 characters
    ");
}
