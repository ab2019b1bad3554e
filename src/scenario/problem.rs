//! What is wrong with a file, and where: as people read it, `orders.toml:12:5: unknown key "partitons"`.

use std::fmt;

use thiserror::Error;

/// A place in a file: lines and columns from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// `None` where it is about the file as a whole.
    pub position: Option<Position>,
    pub message: String,
}

/// Everything that is wrong with one file, in the order of the file; at least one problem.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct ScenarioErrors {
    /// The file as it was named.
    pub file: String,
    pub problems: Vec<Problem>,
}

impl Position {
    /// The place of the byte `offset` of `text`.
    pub(crate) fn of(offset: usize, text: &str) -> Self {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        Self { line, column: before[line_start..].chars().count() + 1 }
    }
}

impl Problem {
    /// With the file and the place in it, as editors can follow.
    pub fn in_file(&self, file: &str) -> String {
        match self.position {
            Some(Position { line, column }) => format!("{file}:{line}:{column}: {}", self.message),
            None => format!("{file}: {}", self.message),
        }
    }
}

impl fmt::Display for ScenarioErrors {
    /// One line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            f.write_str(&problem.in_file(&self.file))?;
        }
        Ok(())
    }
}
