use super::*;

fn table(cases: &[(&str, &str)]) -> String {
    let line = |(name, text): &(&str, &str)| match ProjectDescriptor::parse(text) {
        Ok(descriptor) => format!("{name}: {descriptor:?}\n"),
        Err(error) => format!("{name}: error: {error}\n"),
    };
    cases.iter().map(line).collect()
}

#[test]
fn the_schemas_are_read_as_pack_reads_them() {
    let cases = [
        ("empty", ""),
        (
            "0.1",
            "[build]\nexclude = ['*.md']\n[[build.env]]\nname = 'A'\nvalue = '1'",
        ),
        (
            "0.2",
            "[_]\nschema-version = '0.2'\n[io.buildpacks]\ninclude = ['src/']\nexclude = []\n\
             [[io.buildpacks.build.env]]\nname = 'A'\nvalue = '1'",
        ),
        (
            "0.2 with the old key",
            "[_]\nschema-version = '0.2'\n[[io.buildpacks.env.build]]\nname = 'A'\nvalue = '1'",
        ),
        (
            "0.3",
            "[_]\nschema-version = '0.3'\n\
             [[io.buildpacks.build.env]]\nname = 'T'\nvalue = '1'\nexec-env = ['test']\n\
             [[io.buildpacks.build.env]]\nname = 'P'\nvalue = '1'\nexec-env = ['production']",
        ),
        ("no schema", "[io.buildpacks]\nexclude = ['a']"),
        (
            "the wrong table",
            "[_]\nschema-version = '0.2'\n[build]\nexclude = ['a']",
        ),
        (
            "typing error",
            "[_]\nschema-version = '0.2'\n[io.buildpacks]\nexlude = ['a']",
        ),
        (
            "for pack",
            "[_]\nschema-version = '0.2'\n[io.buildpacks]\nbuilder = 'x'\n[[io.buildpacks.group]]\nid = 'y'",
        ),
        ("foreign tables", "[project]\nid = 'x'\n[tool.other]\na = 1"),
    ];
    insta::assert_snapshot!(table(&cases), @r#"
    empty: ProjectDescriptor { selection: Everything, environment: {}, ignored: [] }
    0.1: ProjectDescriptor { selection: Exclude(["*.md"]), environment: {"A": "1"}, ignored: [] }
    0.2: ProjectDescriptor { selection: Include(["src/"]), environment: {"A": "1"}, ignored: [] }
    0.2 with the old key: ProjectDescriptor { selection: Everything, environment: {"A": "1"}, ignored: [] }
    0.3: ProjectDescriptor { selection: Everything, environment: {"P": "1"}, ignored: [] }
    no schema: ProjectDescriptor { selection: Everything, environment: {}, ignored: ["[io.buildpacks] is of schema 0.2 and is ignored; to have it read, write in [_]: schema-version = \"0.2\""] }
    the wrong table: ProjectDescriptor { selection: Everything, environment: {}, ignored: ["[build] is of schema 0.1 and is ignored; write [io.buildpacks] instead"] }
    typing error: ProjectDescriptor { selection: Everything, environment: {}, ignored: ["line 4: io.buildpacks.exlude is no key of a project descriptor and is ignored; correct or remove it"] }
    for pack: ProjectDescriptor { selection: Everything, environment: {}, ignored: ["`builder` is for pack; choose Coracle's builder with --builder", "buildpacks named here are for pack; Coracle uses its own"] }
    foreign tables: ProjectDescriptor { selection: Everything, environment: {}, ignored: [] }
    "#);
}

#[test]
fn what_cannot_be_used_is_an_error_with_its_line() {
    let cases = [
        ("no TOML", "[build]\nexclude = [\n"),
        ("wrong type", "[build]\n\nexclude = 'a'"),
        ("unknown schema", "[_]\nname = 'x'\nschema-version = '0.9'"),
        ("schema as a number", "[_]\nschema-version = 0.2"),
        ("both", "[build]\ninclude = ['a']\nexclude = ['b']"),
        ("no value", "[[build.env]]\nname = 'A'"),
    ];
    insta::assert_snapshot!(table(&cases), @"
    no TOML: error: line 2 can't be understood
    wrong type: error: line 3 can't be understood
    unknown schema: error: line 3 asks for schema 0.9
    schema as a number: error: line 2 can't be understood
    both: error: both include and exclude are given
    no value: error: line 1 can't be understood
    ");
}
