//! `pack build --publish` and `coracle build --publish` to a registry that asks who is there, again and again.

use integration::{Case, Home, Machine, Need, Pack};

use crate::team::Team;

pub(crate) const CASES: &[Case] = &[Case::new(
    "pack_publishing::an_edit_pushes_little_but_the_program",
    edit,
)
.needing(&[Need::Docker])];

fn edit(machine: &Machine) {
    let team = Team::new(machine);
    let pack = Pack::of(machine);
    for (name, options) in [
        ("trusted", vec!["--trust-builder"]),
        ("untrusted", vec!["--lifecycle-image", &team.lifecycle]),
    ] {
        let build = team.pack(&pack, name).args(options);
        let build = || build.clone().run().succeeded().text().to_owned();
        let _ = team.builds(&format!("pack {name}"), name, build);
    }
    // The same home that published the builder, as on the machine of who keeps one.
    let build = Home::of_publications(machine).build(&team.image("embedded"), team.source.path());
    let build = team.logged_in(build.args(["--publish", "--prefix", &team.prefix()]));
    let build = || build.clone().run().succeeded().text().to_owned();
    let _ = team.builds("coracle", "embedded", build);
}
