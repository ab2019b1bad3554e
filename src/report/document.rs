//! What a report says, as data: sections of words, figures, tables and charts. It knows no format of file.

use std::fmt::Display;

use super::chart::{Basis, Chart};

/// A whole report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// What kind of report it is, such as `Run`.
    pub kind: String,
    pub title: String,
    /// Markdown.
    pub about: String,
    /// How it came about: seed, clock, version.
    pub facts: Vec<(String, String)>,
    pub sections: Vec<Section>,
}

impl Document {
    /// Every chart, in the order in which it stands.
    pub fn charts(&self) -> impl Iterator<Item = &Chart> {
        self.blocks().filter_map(|block| if let Block::Chart(chart) = block { Some(chart) } else { None })
    }

    /// Every table, in the order in which it stands.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks().filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
    }

    fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    pub title: String,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a report has some dozens, and boxes would be in the way of all who read them"
)]
pub enum Block {
    /// A paragraph.
    Words(String),
    /// Figures side by side.
    Figures(Vec<Figure>),
    Table(Table),
    Chart(Chart),
}

/// One number that matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub label: String,
    pub value: String,
    pub basis: Basis,
    pub tone: Tone,
}

impl Figure {
    pub fn new(label: &str, value: String, basis: Basis) -> Self {
        Self { label: label.to_owned(), value, basis, tone: Tone::Plain }
    }

    pub fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

/// Whether something is as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Bad,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Names its file; letters, digits and dashes.
    pub key: String,
    pub title: String,
    pub basis: Basis,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a table: as it reads, and as a spreadsheet takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub shown: String,
    pub plain: String,
    pub is_number: bool,
    pub tone: Tone,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { plain: text.clone(), shown: text, is_number: false, tone: Tone::Plain }
    }

    /// A number with its exact value.
    pub fn number(shown: String, plain: impl Display) -> Self {
        Self { shown, plain: plain.to_string(), is_number: true, tone: Tone::Plain }
    }

    /// Where there is no such figure.
    pub fn none() -> Self {
        Self { shown: "–".to_owned(), plain: String::new(), is_number: true, tone: Tone::Plain }
    }

    pub fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}
