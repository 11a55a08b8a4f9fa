//! What frameworks build, and what serves it.

use crate::package_json::PackageJson;

/// What Nitro tells of its build, and the server: Nuxt, Analog and others build with it.
pub(crate) const NITRO: (&str, &str) = (".output/nitro.json", ".output/server/index.mjs");

/// What frameworks build, with their packages.
pub(crate) const BUILT: [(&str, &str); 4] = [
    ("nuxt", NITRO.1),
    ("@sveltejs/adapter-node", "build/index.js"),
    ("@astrojs/node", "dist/server/entry.mjs"),
    ("@nestjs/core", "dist/main.js"),
];

/// Frameworks whose servers are commands.
pub(crate) const COMMANDS: [(&str, &str); 3] = [
    ("next", "next start"),
    ("@remix-run/serve", "remix-serve build/server/index.js"),
    (
        "@react-router/serve",
        "react-router-serve build/server/index.js",
    ),
];

/// Where tools put files for browsers, the first with an `index.html` counts.
pub(crate) const SITE_DIRECTORIES: [&str; 6] =
    ["dist", "build", "out", "public", "_site", ".output/public"];

/// Frameworks that have a server if an adapter makes it.
pub(crate) const ADAPTERS: [(&str, &str, &str); 1] =
    [("@sveltejs/kit", "SvelteKit", "@sveltejs/adapter-node")];

/// What makes files for browsers and nothing that serves them.
pub(crate) const SITES: [(&str, &str); 12] = [
    ("react-scripts", "Create React App"),
    ("@angular/core", "Angular"),
    ("astro", "Astro"),
    ("@docusaurus/core", "Docusaurus"),
    ("vitepress", "VitePress"),
    ("vite", "Vite"),
    ("@vue/cli-service", "Vue CLI"),
    ("gatsby", "Gatsby"),
    ("next", "Next"),
    ("nuxt", "Nuxt"),
    ("parcel", "Parcel"),
    ("@11ty/eleventy", "Eleventy"),
];

/// Whether a package makes files for browsers.
pub(crate) fn is_site(manifest: &PackageJson) -> bool {
    site(manifest).is_some_and(|tool| !["Next", "Nuxt"].contains(&tool))
}

pub(crate) fn site(manifest: &PackageJson) -> Option<&'static str> {
    let has = |name: &str| {
        manifest.dependencies.contains_key(name) || manifest.development.contains_key(name)
    };
    let (_, tool) = SITES.iter().find(|(name, _)| has(name))?;
    Some(tool)
}
