//! The words above a chart: its title, what it shows and how that is known, and a legend that takes as many
//! lines as it needs.

use super::canvas::{Align, At, Canvas, Look};
use super::fonts::{shortened, width};
use super::{MARGIN, WIDTH, colour};
use crate::report::chart::{Body, Chart, Ink, Shape};

const TITLE: f64 = 14.0;
const MEANING: f64 = 11.0;
const ENTRY: f64 = 11.0;

/// From one line of the legend to the next.
const LINE: f64 = 16.0;

/// Between two entries of the legend.
const BETWEEN: f64 = 18.0;

/// Room for what an entry's line looks like.
const SAMPLE: f64 = 20.0;

/// Entries that a legend names; the others are told in one word.
const MOST: usize = 24;

/// The words with their places.
#[derive(Debug)]
pub struct Header {
    title: String,
    meaning: String,
    entries: Vec<(At, Entry)>,
    pub height: f64,
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    note: String,
    ink: Ink,
    /// `None` for what has no line.
    sample: Option<Sample>,
}

#[derive(Clone, Copy, Debug)]
enum Sample {
    Line(Shape),
    Block,
}

impl Header {
    pub fn of(chart: &Chart) -> Self {
        let room = WIDTH - 2.0 * MARGIN;
        let basis = chart.basis.words();
        let meaning = if chart.meaning.is_empty() { basis } else { format!("{} · {basis}", chart.meaning) };
        let mut place = (MARGIN, 56.0);
        let mut placed = vec![];
        for entry in entries(chart) {
            let wide = entry.width();
            if place.0 > MARGIN && place.0 + wide > WIDTH - MARGIN {
                place = (MARGIN, place.1 + LINE);
            }
            placed.push((place, entry));
            place.0 += wide + BETWEEN;
        }
        Self {
            title: shortened(&chart.title, TITLE, true, room),
            meaning: shortened(&meaning, MEANING, false, room),
            height: if placed.is_empty() { 48.0 } else { place.1 + LINE / 2.0 + 2.0 },
            entries: placed,
        }
    }
}

impl Entry {
    fn width(&self) -> f64 {
        let note = if self.note.is_empty() { 0.0 } else { 5.0 + width(&self.note, ENTRY, false) };
        self.indent() + width(&self.name, ENTRY, false) + note
    }

    fn indent(&self) -> f64 {
        if self.sample.is_some() { SAMPLE } else { 0.0 }
    }
}

fn entries(chart: &Chart) -> Vec<Entry> {
    let mut entries = match &chart.body {
        Body::Lines { lines, .. } => {
            let drawn = lines.iter().filter(|line| line.is_drawn);
            let mut entries: Vec<Entry> = drawn.map(line_entry).collect();
            let hidden = lines.len() - entries.len();
            if hidden > 0 {
                entries.push(words(&format!("and {hidden} more in the table of values")));
            }
            entries
        }
        Body::Spans { spans, .. } => {
            let mut owners: Vec<(&str, Ink)> = spans.iter().map(|span| (span.owner.as_str(), span.ink)).collect();
            owners.sort_by_key(|(owner, _)| natural(owner));
            owners.dedup();
            let entry = |(owner, ink): (&str, Ink)| Entry { sample: Some(Sample::Block), ink, ..words(owner) };
            owners.into_iter().map(entry).collect()
        }
    };
    if entries.len() > MOST {
        let hidden = entries.len() - MOST;
        entries.truncate(MOST);
        entries.push(words(&format!("and {hidden} more")));
    }
    entries
}

fn line_entry(line: &crate::report::chart::Line) -> Entry {
    let basis = line.basis.as_ref().map_or_else(String::new, |basis| format!("{} ", basis.word()));
    let note = format!("{basis}{}", line.note).trim_end().to_owned();
    let name = shortened(&line.name, ENTRY, false, WIDTH / 3.0);
    Entry { name, note, ink: line.ink, sample: Some(Sample::Line(line.shape)) }
}

fn words(name: &str) -> Entry {
    Entry { name: shortened(name, ENTRY, false, WIDTH / 3.0), note: String::new(), ink: Ink::Muted, sample: None }
}

/// Names that end in numbers in the order of the numbers.
fn natural(name: &str) -> (String, u64, String) {
    let stem = name.trim_end_matches(|sign: char| sign.is_ascii_digit());
    (stem.to_owned(), name[stem.len()..].parse().unwrap_or(0), name.to_owned())
}

/// Writes the words.
pub fn paint(canvas: &mut Canvas<'_>, header: &Header) {
    let (text, muted) = (canvas.palette.text, canvas.palette.text_muted);
    canvas.text((MARGIN, 20.0), &header.title, Look::new(TITLE, text).strong());
    canvas.text((MARGIN, 38.0), &header.meaning, Look::new(MEANING, muted));
    for (place, entry) in &header.entries {
        sample(canvas, *place, entry);
        let (x, y) = (place.0 + entry.indent(), place.1);
        let look = Look::new(ENTRY, if entry.sample.is_some() { text } else { muted });
        canvas.text((x, y), &entry.name, look);
        if !entry.note.is_empty() {
            let beside = x + width(&entry.name, ENTRY, false) + 5.0;
            canvas.text((beside, y), &entry.note, Look::new(ENTRY, muted).aligned(Align::Start));
        }
    }
}

fn sample(canvas: &mut Canvas<'_>, (x, y): At, entry: &Entry) {
    let colour = colour(canvas.palette, entry.ink);
    let line = [(x, y), (x + SAMPLE - 6.0, y)];
    let middle = (x + (SAMPLE - 6.0) / 2.0, y);
    match entry.sample {
        None => {}
        Some(Sample::Block) => canvas.rect((x, y - 4.5), (x + SAMPLE - 8.0, y + 4.5), colour, 0.85),
        Some(Sample::Line(Shape::Solid | Shape::Area)) => canvas.path(&line, colour, 2.0),
        Some(Sample::Line(Shape::Dashed)) => canvas.dashes(&line, colour, 2.0, (4.0, 3.0)),
        Some(Sample::Line(Shape::Dots)) => canvas.dot(middle, 3.0, colour),
        Some(Sample::Line(Shape::Diamonds)) => canvas.diamond(middle, 4.5, colour),
    }
}
