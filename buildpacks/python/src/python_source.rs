//! What a Python file says of itself, read and not run: what it imports, what its variables are, whether it is a script.

use std::collections::{BTreeMap, BTreeSet};

use crate::token_runs::{dotted, is_main_guard, strings};
use crate::tokens::{LogicalLine, Token, logical_lines};

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PythonSource {
    /// The modules that it imports by their absolute names, wherever in the file.
    pub(crate) imports: BTreeSet<String>,
    /// Those of them that it can do without: in a `try`, in a function, for type checkers.
    pub(crate) optional_imports: BTreeSet<String>,
    /// What is there when it was imported, in its order.
    pub(crate) assignments: Vec<Assignment>,
    /// The functions of the module, in their order.
    pub(crate) functions: Vec<String>,
    /// Whether it has `if __name__ == "__main__":`.
    pub(crate) is_script: bool,
    /// What it calls, wherever in the file: `uvicorn.run`.
    pub(crate) calls: BTreeSet<String>,
    /// The module that it takes for Django's settings where nobody names another.
    pub(crate) settings_module: Option<String>,
}

/// `name = …` of a module, outside of functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    /// What is called, by its absolute name: `flask.Flask`.
    pub(crate) call: Option<String>,
    /// Another name, by its absolute name: `app.server`.
    pub(crate) reference: Option<String>,
    /// Every string in the value.
    pub(crate) strings: Vec<String>,
}

/// A block that a line is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// A function or a class: what it assigns isn't the module's.
    Scope,
    /// `if __name__ == "__main__"`: not there when the module is imported.
    Script,
    /// `try`, `if TYPE_CHECKING`: what it imports may not be there.
    Optional,
    Other,
}

/// Reads a file. Text that is no Python says little.
pub(crate) fn read(text: &str) -> PythonSource {
    let mut reading = Reading::default();
    for line in logical_lines(text) {
        reading.line(&line);
    }
    reading.source
}

#[derive(Default)]
struct Reading {
    source: PythonSource,
    /// What names of the file mean.
    names: BTreeMap<String, String>,
    /// The blocks that are open, with the indent of what began them.
    blocks: Vec<(usize, Block)>,
}

impl Reading {
    fn line(&mut self, line: &LogicalLine) {
        self.blocks.retain(|(indent, _)| *indent < line.indent);
        let tokens = line.tokens.as_slice();
        let first = tokens[0].as_name().unwrap_or_default();
        self.collect_settings_module(tokens);
        match first {
            "import" => self.import(&tokens[1..]),
            "from" => self.import_from(&tokens[1..]),
            "def" | "async" | "class" => return self.definition(line),
            "if" if is_main_guard(tokens) => {
                self.source.is_script = true;
                self.open(line.indent, Block::Script);
            }
            "if" | "elif" if tokens.iter().any(|token| token.is_word("TYPE_CHECKING")) => {
                self.open(line.indent, Block::Optional);
            }
            "try" | "except" => self.open(line.indent, Block::Optional),
            "if" | "elif" | "else" | "for" | "while" | "with" | "finally" => {
                self.open(line.indent, Block::Other);
            }
            _ if self.is_module_level() => self.assignment(tokens),
            _ => {}
        }
        self.collect_calls(tokens);
    }

    /// `def name`, `async def name`, `class name`; or `async with`, which is none.
    fn definition(&mut self, line: &LogicalLine) {
        let mut tokens = line.tokens.iter();
        let is_class = tokens.next().is_some_and(|token| token.is_word("class"));
        let mut names = line.tokens.iter().skip_while(|token| !token.is_word("def"));
        let name = names.nth(1).and_then(Token::as_name);
        if let Some(name) = name.filter(|_| self.is_module_level()) {
            self.source.functions.push(name.to_owned());
        }
        let is_scope = is_class || name.is_some();
        self.open(
            line.indent,
            if is_scope { Block::Scope } else { Block::Other },
        );
    }

    fn open(&mut self, indent: usize, block: Block) {
        self.blocks.push((indent, block));
    }

    fn is_module_level(&self) -> bool {
        let hides = |block: &Block| matches!(block, Block::Scope | Block::Script);
        !self.blocks.iter().any(|(_, block)| hides(block))
    }

    fn imported(&mut self, module: &str) {
        let can_do_without = self
            .blocks
            .iter()
            .any(|(_, block)| matches!(block, Block::Scope | Block::Optional));
        let imports = if can_do_without {
            &mut self.source.optional_imports
        } else {
            &mut self.source.imports
        };
        imports.insert(module.to_owned());
    }

    /// `a.b as c, d`.
    fn import(&mut self, tokens: &[Token]) {
        for part in tokens.split(|token| token.is_sign(",")) {
            let (module, rest) = dotted(part);
            if module.is_empty() {
                continue;
            }
            match rest {
                [keyword, name, ..] if keyword.is_word("as") => {
                    let name = name.as_name().unwrap_or_default();
                    self.names.insert(name.to_owned(), module.clone());
                }
                _ => {
                    let top = module.split('.').next().unwrap_or_default();
                    self.names.insert(top.to_owned(), top.to_owned());
                }
            }
            self.imported(&module);
        }
    }

    /// `a.b import c as d, e`; what begins with a dot is of the app itself.
    fn import_from(&mut self, tokens: &[Token]) {
        let Some(import) = tokens.iter().position(|token| token.is_word("import")) else {
            return;
        };
        let (module, _) = dotted(&tokens[..import]);
        let is_relative = tokens[0].is_sign(".") || module.is_empty();
        if !is_relative {
            self.imported(&module);
        }
        let base = if is_relative {
            format!(".{module}")
        } else {
            module
        };
        for part in tokens[import + 1..].split(|token| token.is_sign(",")) {
            let names: Vec<&str> = part.iter().filter_map(Token::as_name).collect();
            let (what, name) = match names.as_slice() {
                [what, "as", name] => (what, name),
                [what] => (what, what),
                _ => continue,
            };
            self.names
                .insert((*name).to_owned(), format!("{base}.{what}"));
        }
    }

    fn assignment(&mut self, tokens: &[Token]) {
        let Some(name) = tokens[0].as_name() else {
            return;
        };
        let is_assigned = |token: &Token| token.is_sign("=") || token.is_sign("+=");
        let Some(sign) = tokens.iter().position(is_assigned) else {
            return;
        };
        // `name: type = …` is an assignment, `name[0] = …` and `a, b = …` are none of one name.
        let is_plain = sign == 1 || tokens[1].is_sign(":");
        if !is_plain {
            return;
        }
        let value = &tokens[sign + 1..];
        let (path, rest) = dotted(value);
        let resolved = (!path.is_empty()).then(|| self.resolved(&path));
        let is_call = rest.first().is_some_and(|token| token.is_sign("("));
        self.source.assignments.push(Assignment {
            name: name.to_owned(),
            call: resolved.clone().filter(|_| is_call),
            reference: resolved.filter(|_| rest.is_empty()),
            strings: strings(value),
        });
    }

    /// A name of the file by what it was imported as.
    fn resolved(&self, path: &str) -> String {
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let meaning = self.names.get(first).map_or(first, String::as_str);
        if rest.is_empty() {
            meaning.to_owned()
        } else {
            format!("{meaning}.{rest}")
        }
    }

    fn collect_calls(&mut self, tokens: &[Token]) {
        let mut start = 0;
        while start < tokens.len() {
            let (path, rest) = dotted(&tokens[start..]);
            if !path.is_empty() && rest.first().is_some_and(|token| token.is_sign("(")) {
                let call = self.resolved(&path);
                self.source.calls.insert(call);
            }
            start = tokens.len() - rest.len() + usize::from(path.is_empty());
        }
    }

    /// `setdefault("DJANGO_SETTINGS_MODULE", "site.settings")` and `environ["…"] = "…"`.
    fn collect_settings_module(&mut self, tokens: &[Token]) {
        const VARIABLE: &str = "DJANGO_SETTINGS_MODULE";
        let is_variable = |token: &Token| matches!(token, Token::Text(text) if text == VARIABLE);
        let Some(position) = tokens.iter().position(is_variable) else {
            return;
        };
        let mut after = tokens[position + 1..].iter();
        let next = after.find_map(|token| match token {
            Token::Text(text) => Some(text.clone()),
            _ => None,
        });
        self.source.settings_module = self.source.settings_module.take().or(next);
    }
}

#[cfg(test)]
#[path = "python_source_tests.rs"]
mod tests;
