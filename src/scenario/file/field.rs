//! One value of a file, read as what it should be: a text, a number within bounds, a quantity, one of a few names, a
//! table. What it is instead is noted.

use std::str::FromStr;

use toml::Spanned;
use toml::de::DeValue;

use super::{Section, Source};
use crate::model::units::UnitError;
use crate::scenario::nearest;

/// A value of the file with the key that it stands at.
#[derive(Clone)]
pub(crate) struct Field<'d, 'i> {
    pub(super) source: &'d Source<'i>,
    pub(super) key: String,
    pub(super) value: &'d Spanned<DeValue<'i>>,
}

impl<'d, 'i> Field<'d, 'i> {
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Notes that something is wrong with this value.
    pub(crate) fn note(&self, message: impl Into<String>) {
        self.source.note(self.value.span().start, message);
    }

    /// Says of this value what is not wrong and should be known.
    pub(crate) fn remark(&self, message: impl Into<String>) {
        self.source.remarks.borrow_mut().push((self.value.span().start, message.into()));
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
fn either(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
