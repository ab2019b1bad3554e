//! What one file must look like by itself: it says what it is for, and it stays short enough to be read.

use super::lexer::Token;

/// Most lines of a file. Beyond it a file has more than one subject.
const MAX_FILE_LINES: usize = 500;

/// Most lines of a function, from `fn` to its last brace: what fits on a screen.
const MAX_FUNCTION_LINES: usize = 70;

/// Most lines of `src/main.rs`, which only starts what was asked for.
const MAX_MAIN_LINES: usize = 60;

/// What is wrong with the file, each with its line.
pub fn objections(path: &str, source: &str, tokens: &[Token]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    if source.lines().next().and_then(|first| first.strip_prefix("//! ")).is_none() {
        found.push((1, "the file doesn't open with `//!` and what it is for".into()));
    }
    let (lines, limit) = (source.lines().count(), if path == "src/main.rs" { MAX_MAIN_LINES } else { MAX_FILE_LINES });
    if lines > limit {
        found.push((limit, format!("the file has {lines} lines, {limit} are allowed")));
    }
    found.extend(long_functions(tokens));
    found.extend(ignored_tests(tokens));
    found
}

fn long_functions(tokens: &[Token]) -> impl Iterator<Item = (usize, String)> + '_ {
    functions(tokens).filter_map(|(name, first, last)| {
        let lines = last - first + 1;
        let text = format!("the function `{name}` has {lines} lines, {MAX_FUNCTION_LINES} are allowed");
        (lines > MAX_FUNCTION_LINES).then_some((first, text))
    })
}

fn ignored_tests(tokens: &[Token]) -> impl Iterator<Item = (usize, String)> + '_ {
    let is_ignore = |three: &[Token]| three[0].is_sign('#') && three[1].is_sign('[') && three[2].is_word("ignore");
    tokens
        .windows(3)
        .filter(move |three| is_ignore(three))
        .map(|three| (three[0].line, "a test that is ignored tests nothing".into()))
}

/// Functions with bodies: name, first and last line.
fn functions(tokens: &[Token]) -> impl Iterator<Item = (&str, usize, usize)> {
    tokens.windows(2).enumerate().filter_map(|(at, pair)| {
        let name = pair[0].is_word("fn").then(|| pair[1].word())??;
        let last = last_line_of_body(&tokens[at..])?;
        Some((name, pair[0].line, last))
    })
}

// A signature ends at the first brace or semicolon outside of brackets; the body at its matching brace.
fn last_line_of_body(tokens: &[Token]) -> Option<usize> {
    let (mut brackets, mut braces) = (0_i32, 0_i32);
    for token in tokens {
        if token.is_sign('(') || token.is_sign('[') {
            brackets += 1;
        } else if token.is_sign(')') || token.is_sign(']') {
            brackets -= 1;
        } else if token.is_sign('{') {
            braces += 1;
        } else if token.is_sign('}') {
            braces -= 1;
            if braces == 0 && brackets == 0 {
                return Some(token.line);
            }
        } else if token.is_sign(';') && braces == 0 && brackets == 0 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::objections;
    use crate::lexer::tokens;

    fn found(path: &str, source: &str) -> Vec<(usize, String)> {
        objections(path, source, &tokens(source))
    }

    #[test]
    fn a_short_file_that_says_what_it_is_for_is_fine() {
        assert_eq!(found("src/a.rs", "//! What a is.\n\nfn f(x: [u8; { 3 }]) {\n}\n"), []);
    }

    #[test]
    fn a_file_without_a_header_is_named() {
        assert_eq!(found("src/a.rs", "use std::fmt;\n")[0].0, 1);
        assert_eq!(found("src/a.rs", "//!\n")[0].0, 1);
    }

    #[test]
    fn limits_are_reached_but_not_passed() {
        let file = |lines: usize| format!("//! A file.\n{}", "\n".repeat(lines - 1));
        assert_eq!(found("src/a.rs", &file(500)), []);
        assert_eq!(found("src/a.rs", &file(501)).len(), 1);
        assert_eq!(found("src/main.rs", &file(60)), []);
        assert_eq!(found("src/main.rs", &file(61)).len(), 1);

        let function =
            |lines: usize| format!("//! A file.\ntrait T {{ fn g(); }}\nfn f() {{{}}}\n", "\n".repeat(lines - 1));
        assert_eq!(found("src/a.rs", &function(70)), []);
        let long = found("src/a.rs", &function(71));
        assert_eq!(long, [(3, "the function `f` has 71 lines, 70 are allowed".to_owned())]);
    }

    #[test]
    fn an_ignored_test_is_named() {
        assert_eq!(found("tests/a.rs", "//! A file.\n#[test]\n#[ignore]\nfn f() {}\n")[0].0, 3);
    }
}
