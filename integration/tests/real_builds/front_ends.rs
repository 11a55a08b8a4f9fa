//! Front ends that Node builds for apps in other languages: those of `integration/apps/front-ends`.

use integration::{Case, Layout, Machine, WrittenApp};

pub(crate) const CASES: &[Case] = &[
    Case::new("front_ends::are_built_first_and_leave_no_node", |machine| {
        for app in apps(|app| !app.is_refused() && !app.name.starts_with("node-app")) {
            let layout = check(machine, &app);
            assert_eq!(
                layout.programs_called(&["node", "npm"]),
                [""; 0],
                "{}",
                app.name
            );
            // A package that the app serves lies where the app has its own files.
            let packages = layout.entries().filter(|entry| {
                entry.path.contains("/node_modules/") && !entry.path.contains("/public/")
            });
            let packages: Vec<&str> = packages.map(|entry| entry.path.as_str()).collect();
            assert_eq!(packages, [""; 0], "{}", app.name);
        }
    }),
    Case::new("front_ends::are_apps_of_node_themselves", |machine| {
        for app in apps(|app| app.name.starts_with("node-app")) {
            let layout = check(machine, &app);
            assert_eq!(layout.programs_called(&["node"]).len(), 1, "{}", app.name);
        }
    }),
    Case::new("front_ends::are_refused_with_a_reason", |machine| {
        for app in apps(WrittenApp::is_refused) {
            let home = machine.home();
            let directory = app.directory(machine);
            let built = app.build(&home, directory.path()).run();
            app.check(&home, built);
        }
    }),
];

fn apps(is_meant: fn(&WrittenApp) -> bool) -> impl Iterator<Item = WrittenApp> {
    let apps = WrittenApp::all("front-ends").into_iter();
    let apps: Vec<WrittenApp> = apps.filter(is_meant).collect();
    assert!(apps.len() > 1);
    apps.into_iter()
}

#[track_caller]
fn check(machine: &Machine, app: &WrittenApp) -> Layout {
    let home = machine.home();
    let directory = app.directory(machine);
    let layout = home.path().join("layout");
    let build = app.build(&home, directory.path());
    let output = format!("oci:{}", layout.display());
    app.check(&home, build.args(["--output", &output]).run());
    Layout::read(&layout)
}
