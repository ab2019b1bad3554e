//! Every path that a file names, as written from the crate's root: `use` trees are spread out, `super` and
//! `self` are resolved. What macros generate is not seen.

use super::lexer::{Piece, Token};

/// Words that may stand before a path that begins with `::` but are no part of it.
const KEYWORDS: [&str; 12] = ["as", "dyn", "else", "for", "if", "impl", "in", "let", "match", "mut", "return", "use"];

/// A path such as `["crate", "model", "topic"]` or `["redb", "Database"]`, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPath {
    pub segments: Vec<String>,
    pub line: usize,
}

/// The paths in `tokens`, the source of the module `module` (for `src/lib.rs` an empty slice).
pub fn named_paths(tokens: &[Token], module: &[String]) -> Vec<NamedPath> {
    let mut reader = Reader { tokens, at: 0, found: Vec::new() };
    let mut scope = Scope { module: module.to_vec(), inline: Vec::new(), depth: 0 };
    while let Some(token) = reader.peek(0) {
        if let Some(inline) = reader.inline_module() {
            scope.enter(inline);
            reader.at += 3;
        } else if is_name(token) && reader.begins_path() {
            reader.path(&scope);
        } else {
            scope.note(token);
            reader.at += 1;
        }
    }
    reader.found
}

fn is_name(token: &Token) -> bool {
    token.word().is_some_and(|word| !KEYWORDS.contains(&word))
}

/// Which module the reader is in: that of the file and the inline ones around.
struct Scope {
    module: Vec<String>,
    /// With the depth of braces at which each ends.
    inline: Vec<(String, usize)>,
    depth: usize,
}

impl Scope {
    fn enter(&mut self, module: String) {
        self.inline.push((module, self.depth));
        self.depth += 1;
    }

    fn note(&mut self, token: &Token) {
        if token.is_sign('{') {
            self.depth += 1;
        } else if token.is_sign('}') {
            self.depth = self.depth.saturating_sub(1);
            if self.inline.last().is_some_and(|(_, ends_at)| *ends_at == self.depth) {
                self.inline.pop();
            }
        }
    }

    /// `super::a` and `self::a` as paths from `crate`.
    fn resolve(&self, mut segments: Vec<String>) -> Vec<String> {
        let is_relative = segments.first().is_some_and(|first| first == "super" || first == "self");
        if !is_relative {
            return segments;
        }
        let inline = self.inline.iter().map(|(module, _)| module.clone());
        let mut resolved: Vec<String> = self.module.iter().cloned().chain(inline).collect();
        let steps = segments.iter().take_while(|segment| *segment == "super" || *segment == "self").count();
        for step in segments.drain(..steps) {
            if step == "super" {
                resolved.pop();
            }
        }
        resolved.insert(0, "crate".into());
        resolved.extend(segments);
        resolved
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    found: Vec<NamedPath>,
}

impl<'a> Reader<'a> {
    fn peek(&self, ahead: usize) -> Option<&'a Token> {
        self.tokens.get(self.at + ahead)
    }

    fn is_separator(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(|token| token.piece == Piece::PathSeparator)
    }

    fn previous(&self) -> Option<&'a Token> {
        self.at.checked_sub(1).and_then(|before| self.tokens.get(before))
    }

    /// `mod name {` opens a scope.
    fn inline_module(&self) -> Option<String> {
        let is_module = self.peek(0)?.is_word("mod") && self.peek(2)?.is_sign('{');
        if is_module { self.peek(1)?.word().map(str::to_owned) } else { None }
    }

    // A word goes on with `::`, or stands behind `use`: `use redb;` names a crate too.
    fn begins_path(&self) -> bool {
        let follows_path = self.previous().is_some_and(|before| before.piece == Piece::PathSeparator);
        let follows_use = self.previous().is_some_and(|before| before.is_word("use"));
        // `use ::redb` and `::redb::f()` begin with a separator.
        let is_global = follows_path && !self.follows_segment();
        (!follows_path || is_global) && (follows_use || self.is_separator(1))
    }

    // Whether what stands before the separator before this word belongs to a path.
    fn follows_segment(&self) -> bool {
        let before = self.at.checked_sub(2).and_then(|before| self.tokens.get(before));
        before.is_some_and(|token| token.is_sign('>') || is_name(token))
    }

    fn path(&mut self, scope: &Scope) {
        let begins = self.found.len();
        self.tree(&[]);
        for path in &mut self.found[begins..] {
            path.segments = scope.resolve(std::mem::take(&mut path.segments));
        }
    }

    /// Reads a path or a `use` tree behind `prefix`, up to what doesn't belong to it.
    fn tree(&mut self, prefix: &[String]) {
        let mut segments = prefix.to_vec();
        let line = self.peek(0).map_or(0, |token| token.line);
        while let Some(word) = self.peek(0).and_then(Token::word) {
            segments.push(word.to_owned());
            self.at += 1;
            if !self.is_separator(0) {
                break;
            }
            self.at += 1;
        }
        if self.peek(0).is_some_and(|token| token.is_sign('{')) && self.previous_is_separator() {
            self.at += 1;
            self.branches(&segments);
        } else {
            self.found.push(NamedPath { segments, line });
        }
    }

    fn previous_is_separator(&self) -> bool {
        self.previous().is_some_and(|before| before.piece == Piece::PathSeparator)
    }

    fn branches(&mut self, prefix: &[String]) {
        while let Some(token) = self.peek(0) {
            if token.is_sign('}') {
                self.at += 1;
                return;
            }
            if token.word() == Some("as") {
                self.at += 2;
            } else if token.word().is_some() {
                self.tree(prefix);
            } else {
                self.at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named_paths;
    use crate::lexer::tokens;

    fn found(source: &str) -> Vec<String> {
        let module = ["broker".to_owned(), "store".to_owned()];
        named_paths(&tokens(source), &module).into_iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn paths_are_found_however_they_are_written() {
        let table: &[(&str, &[&str])] = &[
            ("use crate::model::topic;", &["crate::model::topic"]),
            ("use crate::{model::{a, b as c}, lab};", &["crate::model::a", "crate::model::b", "crate::lab"]),
            ("fn f() { crate::lab::run::<u8>() }", &["crate::lab::run"]),
            ("use super::super::ui;", &["crate::ui"]),
            ("use super::log;", &["crate::broker::log"]),
            ("mod tests { use super::super::x; } use super::y;", &["crate::broker::x", "crate::broker::y"]),
            ("use redb;", &["redb"]),
            ("let t = ::redb::Database::open();", &["redb::Database::open"]),
            ("use ::redb::Database;", &["redb::Database"]),
            ("Vec::<u8>::new(); <T as crate::lab::X>::f()", &["Vec", "crate::lab::X"]),
            ("matches!(x, crate::ui::X { .. })", &["crate::ui::X"]),
            ("pub(crate) fn f(self: &Self) {}", &[]),
        ];
        for (source, expected) in table {
            assert_eq!(&found(source), expected, "{source}");
        }
    }

    #[test]
    fn a_path_knows_its_line() {
        let lines: Vec<usize> =
            named_paths(&tokens("\nuse crate::{\n a,\n b};"), &[]).iter().map(|path| path.line).collect();
        assert_eq!(lines, [3, 4]);
    }
}
