//! A TOML file as sections and fields that know where they stand. Every wrong key and type is noted and
//! reading goes on, so that one look tells all that is wrong. What the keys mean is for [`super::check`].

mod field;

use std::cell::RefCell;
use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::nearest;
use super::problem::{Position, Problem};

pub(crate) use self::field::Field;

/// The text of a file and what was found wrong with it so far.
pub(crate) struct Source<'i> {
    text: &'i str,
    problems: RefCell<Vec<(usize, String)>>,
    /// What is not wrong, and should be known.
    remarks: RefCell<Vec<(usize, String)>>,
}

/// A table of the file. Fields are taken out one by one; [`Section::finish`] refuses what is left.
pub(crate) struct Section<'d, 'i> {
    source: &'d Source<'i>,
    /// As messages call it, such as `[[topic]]`.
    title: String,
    start: usize,
    entries: BTreeMap<&'d str, Entry<'d, 'i>>,
    known: Vec<&'static str>,
}

/// What stands at a key: where the key is, and its value.
type Entry<'d, 'i> = (&'d Source<'i>, usize, &'d Spanned<DeValue<'i>>);

impl<'i> Source<'i> {
    pub(crate) fn new(text: &'i str) -> Self {
        Self { text, problems: RefCell::default(), remarks: RefCell::default() }
    }

    /// The document, or `None` when it isn't TOML, which is noted.
    pub(crate) fn parse(&self) -> Option<DeTable<'i>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            self.note(error.span().map_or(0, |span| span.start), sentence(error.message()));
        }
        errors.is_empty().then(|| table.into_inner())
    }

    pub(crate) fn note(&self, offset: usize, message: impl Into<String>) {
        self.problems.borrow_mut().push((offset, message.into()));
    }

    /// What was noted, in the order of the file.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.in_order(self.problems.take())
    }

    /// What was remarked, in the order of the file.
    pub(crate) fn take_remarks(&self) -> Vec<Problem> {
        self.in_order(self.remarks.take())
    }

    fn in_order(&self, mut noted: Vec<(usize, String)>) -> Vec<Problem> {
        noted.sort_by_key(|&(offset, _)| offset);
        noted.dedup();
        let place = |offset| Some(Position::of(offset, self.text));
        noted.into_iter().map(|(offset, message)| Problem { position: place(offset), message }).collect()
    }
}

impl<'d, 'i> Section<'d, 'i> {
    pub(crate) fn root(source: &'d Source<'i>, table: &'d DeTable<'i>) -> Self {
        Self::new(source, "the file".to_owned(), 0, table)
    }

    fn new(source: &'d Source<'i>, title: String, start: usize, table: &'d DeTable<'i>) -> Self {
        let entry = |value, at| (source, at, value);
        let entries = table.iter().map(|(key, value)| (key.get_ref().as_ref(), entry(value, key.span().start)));
        Self { source, title, start, entries: entries.collect(), known: Vec::new() }
    }

    /// Takes the field of that name, if it is there.
    pub(crate) fn take(&mut self, key: &'static str) -> Option<Field<'d, 'i>> {
        self.known.push(key);
        let (source, _, value) = self.entries.remove(key)?;
        Some(Field { source, key: key.to_owned(), value })
    }

    /// Takes a field that must be there.
    pub(crate) fn require(&mut self, key: &'static str, example: &str) -> Option<Field<'d, 'i>> {
        let field = self.take(key);
        if field.is_none() {
            self.note(format!("{} needs \"{key}\", such as {key} = {example}", self.title));
        }
        field
    }

    /// Takes the tables `[[key]]`.
    pub(crate) fn tables(&mut self, key: &'static str) -> Vec<Self> {
        self.take(key).map_or_else(Vec::new, |field| field.tables(key))
    }

    /// Refuses each of `keys` that is there: they are known, but not to this version.
    pub(crate) fn refuse_unsupported(&mut self, keys: &[&'static str]) {
        for &key in keys {
            if let Some((source, at, _)) = self.entries.remove(key) {
                source.note(at, format!("\"{key}\" is not supported yet"));
            }
        }
    }

    /// Moves the fields of `other` here, as if they had been written in this table.
    pub(crate) fn absorb(&mut self, other: Self) {
        for (key, entry) in other.entries {
            let (source, at, _) = entry;
            if self.entries.insert(key, entry).is_some() {
                source.note(at, format!("\"{key}\" is given twice"));
            }
        }
    }

    /// Puts the fields of `other` here, in place of those that have their names.
    pub(crate) fn overlay(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// All fields, whatever their names.
    pub(crate) fn take_all(&mut self) -> Vec<(usize, Field<'d, 'i>)> {
        let entries = std::mem::take(&mut self.entries).into_iter();
        entries.map(|(key, (source, at, value))| (at, Field { source, key: key.to_owned(), value })).collect()
    }

    /// Names of the fields that were not taken yet.
    pub(crate) fn remaining(&self) -> impl Iterator<Item = &'d str> + '_ {
        self.entries.keys().copied()
    }

    /// Notes a problem of the table as a whole.
    pub(crate) fn note(&self, message: impl Into<String>) {
        self.source.note(self.start, message);
    }

    /// Notes a problem at a place that the file's fields gave.
    pub(crate) fn note_at(&self, at: usize, message: impl Into<String>) {
        self.source.note(at, message);
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// Refuses every field that nobody took.
    pub(crate) fn finish(self) {
        for (key, (source, at, _)) in &self.entries {
            let hint = nearest::hint(key, self.known.iter().copied());
            let listed = if hint.is_empty() { format!("; known are {}", self.known.join(", ")) } else { hint };
            source.note(*at, format!("unknown key \"{key}\" in {}{listed}", self.title));
        }
    }
}

/// A message of the parser's on one line.
fn sentence(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
