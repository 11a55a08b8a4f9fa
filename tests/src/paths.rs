//! Which paths a Rust file names: `use` lines, expressions, types and macros.

use std::collections::BTreeSet;

use syn::visit::Visit;
use syn::{Attribute, Item, UseTree};

/// Every path of two segments and more and every macro that a file names outside its tests, with
/// `super` resolved.
pub(crate) fn paths_of(path: &str, text: &str) -> Result<BTreeSet<String>, syn::Error> {
    let mut collector = Collector::default();
    collector.visit_file(&syn::parse_file(text)?);
    let parent = path.rsplit_once('/').map(|(folder, _)| folder);
    let parent = parent.map_or("crate".to_owned(), |folder| {
        format!("crate::{}", folder.replace('/', "::"))
    });
    let resolve = |named: String| match named.strip_prefix("super::super::") {
        Some(rest) => format!("crate::{rest}"),
        None => match named.strip_prefix("super::") {
            Some(rest) => format!("{parent}::{rest}"),
            None => named,
        },
    };
    Ok(collector.paths.into_iter().map(resolve).collect())
}

#[derive(Default)]
struct Collector {
    paths: BTreeSet<String>,
}

impl Collector {
    fn add_use(&mut self, prefix: &str, tree: &UseTree) {
        let join = |name: &syn::Ident| {
            if prefix.is_empty() {
                name.to_string()
            } else if name == "self" {
                prefix.to_owned()
            } else {
                format!("{prefix}::{name}")
            }
        };
        match tree {
            UseTree::Path(path) => self.add_use(&join(&path.ident), &path.tree),
            UseTree::Name(name) => {
                self.paths.insert(join(&name.ident));
            }
            UseTree::Rename(rename) => {
                self.paths.insert(join(&rename.ident));
            }
            UseTree::Glob(_) => {
                self.paths.insert(prefix.to_owned());
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(prefix, tree);
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(module) => module.attrs.as_slice(),
            Item::Fn(function) => function.attrs.as_slice(),
            Item::Use(import) => import.attrs.as_slice(),
            _ => &[],
        };
        if !attributes.iter().any(is_for_tests) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, import: &'ast syn::ItemUse) {
        self.add_use("", &import.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            let names: Vec<String> = path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect();
            self.paths.insert(names.join("::"));
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.get_ident() {
            self.paths.insert(name.to_string());
        }
        syn::visit::visit_macro(self, call);
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute
            .parse_args::<syn::Ident>()
            .is_ok_and(|condition| condition == "test")
}
