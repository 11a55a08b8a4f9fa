use super::*;

fn read(text: &str) -> (tempfile::TempDir, Result<Bindings, BindingError>) {
    let root = testkit::directory(text);
    let bindings = Bindings::read(root.path());
    (root, bindings)
}

#[track_caller]
fn described(text: &str) -> String {
    let (root, bindings) = read(text);
    let lines = bindings.unwrap().bindings.into_iter().map(|binding| {
        let entries = binding.entries.iter().map(|(name, path)| {
            let path = path.strip_prefix(root.path()).unwrap();
            format!(" {name}={}", path.display())
        });
        let entries: String = entries.collect();
        format!("{}: {}{entries}", binding.name, binding.kind)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_form_of_a_binding_is_read() {
    insta::assert_snapshot!(described("
-- plain/type --
netrc
-- plain/provider --
example
-- plain/.netrc --
machine example.com
-- plain/deeper/more --
-- old/metadata/kind --
CA-Certificates
-- old/metadata/provider --
example
-- old/secret/one.pem --
-- kubernetes/..2026_11_21/type --
git-credentials
-- kubernetes/..2026_11_21/credentials --
-- kubernetes/..data -> ..2026_11_21 --
-- kubernetes/type -> ..data/type --
-- kubernetes/credentials -> ..data/credentials --
-- ..data -> kubernetes --
-- a-file --
"), @"
    kubernetes: git-credentials credentials=kubernetes/credentials
    old: CA-Certificates one.pem=old/secret/one.pem
    plain: netrc .netrc=plain/.netrc
    ");
    assert_eq!(described("-- other --\n"), "");
    let nowhere = Bindings::read(Path::new("/nowhere")).unwrap();
    assert_eq!(nowhere, Bindings::default());
}

#[test]
fn a_binding_says_of_which_type_it_is() {
    for (text, message) in [
        ("-- a/.netrc --\n", "the binding a has no type"),
        ("-- a/type --\n \n", "the binding a has no type"),
        ("-- a/metadata/provider --\n", "the binding a has no type"),
    ] {
        let (_root, bindings) = read(text);
        assert_eq!(bindings.unwrap_err().to_string(), message, "{text}");
    }
    let (root, _) = read("-- a/type --\n");
    fs_err::write(root.path().join("a/type"), [0xff]).unwrap();
    let error = Bindings::read(root.path()).unwrap_err();
    assert_eq!(error.to_string(), "the type of the binding a is not UTF-8");
}

#[test]
fn a_client_is_pointed_to_one_file() {
    for (text, expected) in [
        ("-- a/type --\nNetrc\n-- a/netrc --\n", Ok("a/netrc")),
        (
            "-- a/type --\nnetrc\n-- a/.netrc --\n-- a/netrc --\n",
            Ok("a/.netrc"),
        ),
        (
            "-- a/type --\nnetrc\n-- a/.netrcs --\n",
            Err("the binding a has no entry for netrc"),
        ),
        (
            "-- a/type --\nnetrc\n-- b/type --\nnetrc\n",
            Err("there are several bindings of type netrc"),
        ),
    ] {
        let (root, bindings) = read(text);
        let file = bindings.unwrap().file(BindingKind::Netrc);
        let found = file
            .map(|file| file.unwrap().path)
            .map_err(|error| error.to_string());
        let expected = expected.map(|path| root.path().join(path));
        assert_eq!(found, expected.map_err(str::to_owned), "{text}");
    }
    let (_root, bindings) = read("-- a/type --\npostgresql\n");
    assert_eq!(bindings.unwrap().file(BindingKind::Netrc).unwrap(), None);
}

#[test]
fn the_kinds_are_all_and_sorted() {
    let names = BindingKind::ALL.map(|kind| kind.name().to_ascii_lowercase());
    assert!(names.is_sorted());
    let without_entry = BindingKind::ALL.map(|kind| kind.entries().is_empty());
    let count = without_entry.iter().filter(|is_empty| **is_empty).count();
    assert_eq!(count, 1, "certificates alone are all of their entries");
}
