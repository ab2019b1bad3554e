//! A TOML file as sections and fields that know where they stand. Every wrong key and type is noted and
//! reading goes on, so that one look tells all that is wrong. What the keys mean is for [`super::check`].

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::units::UnitError;

use super::nearest;
use super::problem::{Position, Problem};

/// The text of a file and what was found wrong with it so far.
pub(crate) struct Source<'i> {
    text: &'i str,
    problems: RefCell<Vec<(usize, String)>>,
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

/// A value of the file with the key that it stands at.
#[derive(Clone)]
pub(crate) struct Field<'d, 'i> {
    source: &'d Source<'i>,
    key: String,
    value: &'d Spanned<DeValue<'i>>,
}

impl<'i> Source<'i> {
    pub(crate) fn new(text: &'i str) -> Self {
        Self { text, problems: RefCell::default() }
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
        let mut noted = self.problems.into_inner();
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

impl<'d, 'i> Field<'d, 'i> {
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Notes that something is wrong with this value.
    pub(crate) fn note(&self, message: impl Into<String>) {
        self.source.note(self.value.span().start, message);
    }

    /// Notes a problem at a byte of this text.
    pub(crate) fn note_within(&self, at: usize, message: impl Into<String>) {
        let span = self.value.span();
        let is_verbatim = self.value.get_ref().as_str().is_some_and(|text| text.len() + 2 == span.len());
        self.source.note(span.start + if is_verbatim { at + 1 } else { 0 }, message);
    }

    /// The text, when it is one.
    pub(crate) fn as_str(&self) -> Option<&'d str> {
        self.value.get_ref().as_str()
    }

    pub(crate) fn string(&self) -> Option<&'d str> {
        let text = self.as_str();
        if text.is_none() {
            self.note_type("a string");
        }
        text
    }

    pub(crate) fn boolean(&self) -> Option<bool> {
        let value = self.value.get_ref().as_bool();
        if value.is_none() {
            self.note_type("true or false");
        }
        value
    }

    /// A whole number within bounds.
    pub(crate) fn integer(&self, bounds: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let Some(integer) = self.value.get_ref().as_integer() else {
            self.note_type("a whole number");
            return None;
        };
        let number = u64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| bounds.contains(number));
        if number.is_none() {
            let (least, most) = bounds.into_inner();
            self.note(match most {
                u64::MAX => format!("{} must be at least {least}", self.key),
                _ => format!("{} must be {least} to {most}", self.key),
            });
        }
        number
    }

    /// [`Field::integer`] for bounds that a `u32` holds.
    pub(crate) fn small_integer(&self, bounds: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let (least, most) = bounds.into_inner();
        self.integer(u64::from(least)..=u64::from(most)).and_then(|number| u32::try_from(number).ok())
    }

    /// A number, whole or not, within bounds.
    pub(crate) fn number(&self, bounds: std::ops::RangeInclusive<f64>) -> Option<f64> {
        let value = match self.value.get_ref() {
            DeValue::Float(float) => float.as_str().parse().ok(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
            DeValue::Integer(_)
            | DeValue::String(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        let Some(number) = value else {
            self.note_type("a number");
            return None;
        };
        if bounds.contains(&number) {
            return Some(number);
        }
        self.note(format!("{} must be {} to {}", self.key, bounds.start(), bounds.end()));
        None
    }

    /// A quantity with a unit, written as text.
    pub(crate) fn quantity<T: FromStr<Err = UnitError>>(&self) -> Option<T> {
        let Some(text) = self.as_str() else {
            // What it should be is said by what it says of nothing.
            let expected = T::from_str("").err().map_or("a quantity", |error| error.expected);
            self.note(format!("{} must be {expected}, in quotes", self.key));
            return None;
        };
        text.parse().map_err(|error: UnitError| self.note(format!("{}: {error}", self.key))).ok()
    }

    /// One of a few names.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.string()?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|&(_, value)| value);
        if found.is_none() {
            let names: Vec<_> = choices.iter().map(|&(name, _)| name).collect();
            self.note_unknown(text, &names);
        }
        found
    }

    /// Notes that a name is none of `names`.
    pub(crate) fn note_unknown(&self, name: &str, names: &[&str]) {
        let hint = nearest::hint(name, names.iter().copied());
        let listed = if hint.is_empty() { format!("; it must be {}", either(names)) } else { hint };
        self.note(format!("unknown {} \"{name}\"{listed}", self.key));
    }

    /// The table, when it is one.
    pub(crate) fn as_section(&self) -> Option<Section<'d, 'i>> {
        let table = self.value.get_ref().as_table()?;
        Some(Section::new(self.source, self.key.clone(), self.value.span().start, table))
    }

    pub(crate) fn is_array(&self) -> bool {
        self.value.get_ref().is_array()
    }

    pub(crate) fn section(&self) -> Option<Section<'d, 'i>> {
        let section = self.as_section();
        if section.is_none() {
            self.note_type("a table");
        }
        section
    }

    /// The texts of an array.
    pub(crate) fn elements(&self) -> Option<Vec<Self>> {
        let Some(array) = self.value.get_ref().as_array() else {
            self.note_type("an array");
            return None;
        };
        Some(array.iter().map(|value| Field { source: self.source, key: self.key.clone(), value }).collect())
    }

    pub(crate) fn tables(&self, key: &str) -> Vec<Section<'d, 'i>> {
        let Some(array) = self.value.get_ref().as_array() else {
            self.note(format!("\"{key}\" is a list of tables: write [[{key}]]"));
            return Vec::new();
        };
        let tables = array.iter().filter_map(|value| {
            let Some(table) = value.get_ref().as_table() else {
                self.source.note(value.span().start, format!("\"{key}\" is a list of tables: write [[{key}]]"));
                return None;
            };
            Some(Section::new(self.source, format!("[[{key}]]"), value.span().start, table))
        });
        tables.collect()
    }

    /// What a setting of Kafka's is written as: text, or a number.
    pub(crate) fn scalar(&self) -> Option<String> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(integer) => Some(integer.to_string()),
            DeValue::Boolean(value) => Some(value.to_string()),
            DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                self.note_type("a string or a whole number");
                None
            }
        }
    }

    fn note_type(&self, expected: &str) {
        let found = match self.value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.note(format!("{} must be {expected}, not {found}", self.key));
    }
}

/// `a, b or c`.
pub(crate) fn either(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A message of the parser's on one line.
fn sentence(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
