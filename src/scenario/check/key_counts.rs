//! Key counts from a CSV file: what the keys of a load really are, and how often each comes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::scenario::KeyCount;
use crate::scenario::file::Field;

use super::Check;
use super::table::{Row, Table};

/// The file that the field names: rows of a key and how often it comes.
pub(super) fn key_counts(field: &Field<'_, '_>, check: &mut Check<'_>) -> Option<(String, Arc<[KeyCount]>)> {
    let table = Table::read(field, check)?;
    let mut lines = BTreeMap::new();
    let mut counts = table.rows(field, |row| {
        let count = key_count(row)?;
        match lines.insert(count.key.clone(), row.line()) {
            Some(line) => Err(format!("the key \"{}\" has a count in line {line} already: add them up", count.key)),
            None => Ok(count),
        }
    })?;
    if counts.iter().all(|count| count.count == 0) {
        field.note(format!("in \"{}\" all counts are 0: give the keys that come", table.file));
        return None;
    }
    // The most frequent first, as with every other distribution; of equals, as their names.
    counts.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.key.cmp(&other.key)));
    Some((table.file, counts.into()))
}

fn key_count(row: &Row) -> Result<KeyCount, String> {
    let columns = row.columns();
    let [key, count] = columns[..] else {
        let count = columns.len();
        return Err(format!(
            "a row holds a key and its count, such as customer-17,420, and this one has {count} columns"
        ));
    };
    if count.is_empty() {
        return Err(format!("the count of \"{key}\" is missing: fill it in, or remove the row"));
    }
    let count = count.parse().map_err(|_| {
        format!("\"{count}\" is no count: write how often \"{key}\" comes as a whole number that isn't negative")
    })?;
    Ok(KeyCount { key: key.into(), count })
}
