//! Rust source as words and signs with their lines: comments are dropped and literals have no content, so
//! that nothing written in a text is taken for code. It knows no grammar.

use std::iter::Peekable;
use std::str::Chars;

/// A piece of source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Word(String),
    /// One sign of punctuation; `::` is one piece of its own.
    Sign(char),
    PathSeparator,
    Literal,
}

/// A piece and the line on which it begins, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub piece: Piece,
    pub line: usize,
}

impl Token {
    pub fn word(&self) -> Option<&str> {
        if let Piece::Word(word) = &self.piece { Some(word) } else { None }
    }

    pub fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    pub fn is_sign(&self, sign: char) -> bool {
        self.piece == Piece::Sign(sign)
    }
}

/// Takes a file apart.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: source.chars().peekable(), line: 1 };
    let mut tokens = Vec::new();
    loop {
        let Some(first) = lexer.next() else { return tokens };
        let line = lexer.line;
        if let Some(piece) = lexer.piece(first) {
            tokens.push(Token { piece, line });
        }
    }
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        if next == Some('\n') {
            self.line += 1;
        }
        next
    }

    fn next_is(&mut self, sign: char) -> bool {
        self.rest.peek() == Some(&sign)
    }

    fn piece(&mut self, first: char) -> Option<Piece> {
        match first {
            '/' if self.next_is('/') => self.line_comment(),
            '/' if self.next_is('*') => self.block_comment(),
            '"' => Some(self.text()),
            '\'' => self.char_or_lifetime(),
            ':' if self.next_is(':') => {
                self.next();
                Some(Piece::PathSeparator)
            }
            first if first.is_whitespace() => None,
            first if first.is_alphanumeric() || first == '_' => Some(self.word(first)),
            sign => Some(Piece::Sign(sign)),
        }
    }

    fn line_comment(&mut self) -> Option<Piece> {
        while !self.next_is('\n') && self.next().is_some() {}
        None
    }

    // They nest.
    fn block_comment(&mut self) -> Option<Piece> {
        self.next();
        let mut depth = 1;
        while depth > 0 {
            match self.next()? {
                '/' if self.next_is('*') => {
                    self.next();
                    depth += 1;
                }
                '*' if self.next_is('/') => {
                    self.next();
                    depth -= 1;
                }
                _ => {}
            }
        }
        None
    }

    fn text(&mut self) -> Piece {
        while let Some(next) = self.next() {
            match next {
                '"' => break,
                '\\' => drop(self.next()),
                _ => {}
            }
        }
        Piece::Literal
    }

    // A quote opens a character when one character and a quote follow; otherwise it names a lifetime.
    fn char_or_lifetime(&mut self) -> Option<Piece> {
        let first = self.next()?;
        if first == '\\' {
            self.next();
            while self.next()? != '\'' {}
            return Some(Piece::Literal);
        }
        if self.next_is('\'') {
            self.next();
            return Some(Piece::Literal);
        }
        self.rest_of_word();
        None
    }

    fn word(&mut self, first: char) -> Piece {
        let mut word = String::from(first);
        word.push_str(&self.rest_of_word());
        let is_prefix = matches!(word.as_str(), "r" | "b" | "c" | "br" | "cr");
        if first.is_numeric() {
            Piece::Literal
        } else if is_prefix && self.next_is('"') {
            self.next();
            if word.ends_with('r') { self.raw_text(0) } else { self.text() }
        } else if is_prefix && word.ends_with('r') && self.next_is('#') {
            self.hashed()
        } else if word == "b" && self.next_is('\'') {
            self.next();
            self.char_or_lifetime().unwrap_or(Piece::Literal)
        } else {
            Piece::Word(word)
        }
    }

    fn rest_of_word(&mut self) -> String {
        let mut word = String::new();
        while let Some(&next) = self.rest.peek() {
            if !next.is_alphanumeric() && next != '_' {
                break;
            }
            word.push(next);
            self.next();
        }
        word
    }

    // After `r`: either `r#"text"#` or the raw word `r#type`.
    fn hashed(&mut self) -> Piece {
        let mut hashes = 0;
        while self.next_is('#') {
            self.next();
            hashes += 1;
        }
        if self.next_is('"') {
            self.next();
            return self.raw_text(hashes);
        }
        Piece::Word(self.rest_of_word())
    }

    fn raw_text(&mut self, hashes: usize) -> Piece {
        let mut seen = None;
        while let Some(next) = self.next() {
            seen = match (next, seen) {
                ('"', _) => Some(0),
                ('#', Some(count)) => Some(count + 1),
                _ => None,
            };
            if seen == Some(hashes) {
                break;
            }
        }
        Piece::Literal
    }
}

#[test]
fn what_is_written_in_texts_and_comments_is_not_code() {
    let source = r##"
        /* crate::a /* crate::b */ crate::c */ // crate::d
        let x = "crate::e \" crate::f"; let y = r#"crate::g " crate::h"#; let q = '"'; let z = b'\'';
        fn after<'a>(n: u32) {}
    "##;
    let found = tokens(source);
    assert!(!found.iter().any(|token| token.is_word("crate")), "{found:?}");
    let after = found.iter().find(|token| token.is_word("after")).unwrap();
    assert_eq!(after.line, 4);
}

#[test]
fn words_signs_and_separators_keep_their_order() {
    let found: Vec<Piece> = tokens("r#type::x{").into_iter().map(|token| token.piece).collect();
    let expected = [Piece::Word("type".into()), Piece::PathSeparator, Piece::Word("x".into()), Piece::Sign('{')];
    assert_eq!(found, expected);
}
