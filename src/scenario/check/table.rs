//! CSV files that a scenario or a plan names, as rows that know their lines. What the columns mean is for
//! those who ask; the files come through a closure, nothing here opens one.

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::scenario::file::Field;

use super::Check;

/// Most rows of a file: a week of seconds, with room.
const MAX_ROWS: usize = 1_000_000;

/// A file by the name that the scenario gives it, and its text.
pub(super) struct Table {
    pub file: String,
    text: String,
}

/// One row that isn't empty.
pub(super) struct Row {
    line: u64,
    record: StringRecord,
}

impl Table {
    /// The file that the field names; that it can't be read is noted.
    pub(super) fn read(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<Self> {
        let file = field.string()?.to_owned();
        match (check.read)(&file) {
            Ok(text) => Some(Self { file, text }),
            Err(error) => {
                field.note(format!("the file \"{file}\" can't be read: {error}"));
                None
            }
        }
    }

    /// What `read` makes of each row, a heading left out. The first thing that is wrong is noted at `field`
    /// with its line.
    pub(super) fn rows<T>(
        &self,
        field: &Field<'_, '_>,
        mut read: impl FnMut(&Row) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let found = self.try_rows(&mut read);
        if let Err(wrong) = &found {
            field.note(wrong);
        }
        found.ok()
    }

    fn try_rows<T>(&self, read: &mut impl FnMut(&Row) -> Result<T, String>) -> Result<Vec<T>, String> {
        let delimiter = self.delimiter();
        let mut reader = ReaderBuilder::new();
        reader.has_headers(false).flexible(true).trim(Trim::All).comment(Some(b'#')).delimiter(delimiter);
        let mut values = Vec::new();
        let mut is_first = true;
        for record in reader.from_reader(self.text.as_bytes()).records() {
            let record = record.map_err(|error| format!("the file \"{}\" is no CSV: {error}", self.file))?;
            let row = Row { line: record.position().map_or(0, csv::Position::line), record };
            if std::mem::take(&mut is_first) && row.is_heading() {
                continue;
            }
            values.push(read(&row).map_err(|reason| self.at(row.line, &reason))?);
            if values.len() > MAX_ROWS {
                return Err(format!("the file \"{}\" has more than {MAX_ROWS} rows", self.file));
            }
        }
        if values.is_empty() { Err(format!("the file \"{}\" holds no values", self.file)) } else { Ok(values) }
    }

    /// A message about one line of the file.
    pub(super) fn at(&self, line: u64, reason: &str) -> String {
        format!("{}, line {line}: {reason}", self.file)
    }

    /// Commas, unless the first row has others.
    fn delimiter(&self) -> u8 {
        let first = self.text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or("");
        [b';', b'\t'].into_iter().find(|&delimiter| first.contains(char::from(delimiter))).unwrap_or(b',')
    }
}

impl Row {
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn columns(&self) -> Vec<&str> {
        self.record.iter().collect()
    }

    /// Whether its last column is a word where others have numbers.
    fn is_heading(&self) -> bool {
        let last = self.record.iter().next_back().unwrap_or("");
        last.starts_with(|first: char| !first.is_ascii_digit() && !"+-.".contains(first))
    }
}
