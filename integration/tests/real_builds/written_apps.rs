//! Apps of the shapes that people bring: some of `integration/apps`, of which
//! `cargo bench -p integration --bench written_apps` takes all.

use integration::{Case, Machine, WrittenApp};

pub(crate) const CASES: &[Case] = &[
    Case::new("written_apps::are_built_and_run", |machine| {
        check(machine, "python", |app| !app.is_refused());
    }),
    Case::new("written_apps::are_refused_with_a_reason", |machine| {
        check(machine, "python", WrittenApp::is_refused);
    }),
    Case::new("written_apps::of_node_are_built_and_run", |machine| {
        check(machine, "node", |app| !app.is_refused());
    }),
    Case::new(
        "written_apps::of_node_are_refused_with_a_reason",
        |machine| {
            check(machine, "node", WrittenApp::is_refused);
        },
    ),
];

#[track_caller]
fn check(machine: &Machine, language: &str, is_meant: fn(&WrittenApp) -> bool) {
    let apps = WrittenApp::all(language).into_iter();
    let apps = apps.filter(|app| app.stands_for_others() && is_meant(app));
    let mut count = 0;
    for app in apps {
        let home = machine.home();
        let directory = app.directory(machine);
        let built = app.build(&home, directory.path()).run();
        app.check(&home, built);
        count += 1;
    }
    assert!(count > 1, "only {count} apps");
}
