//! What the files of a report say, and what they must not say.

use super::{csv, html, png, svg};
use crate::report::chart::{Axis, Basis, Body, Chart, Ink, Line, Shape, Span, Unit};
use crate::report::document::{Block, Cell, Document, Figure, Section, Table};
use crate::report::palette::{DARK, LIGHT, Theme, hex};

fn chart() -> Chart {
    let first = vec![(0.0, 1.5), (0.25, f64::NAN), (0.5, 2.0)];
    let second = vec![(0.5, 7.0), (0.75, 1e-7)];
    let lines = vec![
        Line::new("in, all", Ink::Accent, first).shaped(Shape::Area),
        Line { is_drawn: false, ..Line::new("out \"x\"", Ink::Member(1), second) },
    ];
    Chart {
        key: "throughput".into(),
        title: "In <and> out".into(),
        meaning: "per second".into(),
        basis: Basis::Measured,
        x: Axis::time(1.0),
        body: Body::Lines { y: Axis::new("", Unit::Rate("records")), lines },
        marks: vec![],
        bands: vec![],
    }
}

fn table(rows: usize) -> Table {
    let row = |number: usize| {
        vec![Cell::text(format!("billing-{number}")), Cell::number("1,204".into(), 1_204), Cell::none()]
    };
    Table {
        key: "ledger".into(),
        title: "Ledger".into(),
        basis: Basis::derived("a + b = c"),
        columns: ["group", "lag, records", "none"].map(str::to_owned).to_vec(),
        rows: (0..rows).map(row).collect(),
    }
}

fn document() -> Document {
    let figure = Figure::new("accepted", "14,208".into(), Basis::derived("x < y"));
    let blocks = vec![
        Block::Words("Words & more.".into()),
        Block::Figures(vec![figure]),
        Block::Table(table(41)),
        Block::Chart(chart()),
    ];
    Document {
        kind: "Run".into(),
        title: "Orders <script>".into(),
        about: "See [this](https://example.org) ![it](http://example.org/x.png) and *that*.".into(),
        facts: vec![("seed".into(), "7".into())],
        sections: vec![Section { title: "Throughput".into(), blocks }],
    }
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_values_of_a_chart_come_back_as_they_were() {
    let found = rows(&csv::chart(&chart()));
    assert_eq!(found[0], ["time (s)", "in, all (records/s)", "out \"x\" (records/s)"]);
    let values: Vec<Vec<Option<f64>>> =
        found[1..].iter().map(|row| row.iter().map(|value| value.parse().ok()).collect()).collect();
    assert_eq!(
        values,
        [[Some(0.0), Some(1.5), None], [Some(0.5), Some(2.0), Some(7.0)], [Some(0.75), None, Some(1e-7)],]
    );
}

#[test]
fn tables_and_holdings_come_back_too() {
    assert_eq!(rows(&csv::table(&table(1))), [["group", "lag, records", "none"], ["billing-0", "1204", ""]]);
    let span = Span { row: 0, from: 0.5, to: 2.0, owner: "a, b".into(), ink: Ink::Text, is_active: false };
    let body = Body::Spans { rows: vec!["partition 3".into()], spans: vec![span] };
    let found = rows(&csv::chart(&Chart { body, ..chart() }));
    assert_eq!(found[1], ["partition 3", "a, b", "0.5", "2", "false"]);
}

#[test]
fn the_page_needs_nothing_and_runs_nothing() {
    let page = html(&document());
    for forbidden in ["http:", "https:", "<script", "<link", "<img", "@import", "src=", "url(/", "xmlns"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert_eq!(page.matches("url(").count(), page.matches("url(data:font/ttf;base64,").count());
}

#[test]
fn the_page_says_everything_with_how_it_is_known() {
    let page = html(&document());
    for expected in [
        "<title>Orders &lt;script&gt; · Run report</title>",
        "<dt>seed</dt><dd>7</dd>",
        "and <em>that</em>.",
        "Words &amp; more.",
        "<dd>14,208</dd><small title=\"derived: x &lt; y\">derived</small>",
        "Ledger <small>derived: a + b = c</small>",
        "<td class=\"number\">1,204</td>",
        "and 1 more rows in data/ledger.csv",
        "aria-label=\"In &lt;and&gt; out: per second\"",
        ">\nIn &lt;and&gt; out\n</text>",
    ] {
        assert!(page.contains(expected), "{expected}");
    }
}

#[test]
fn the_page_has_both_themes() {
    let page = html(&document());
    assert!(page.contains("prefers-color-scheme:dark"));
    for ((name, light), (_, dark)) in LIGHT.roles().into_iter().zip(DARK.roles()) {
        assert!(
            page.contains(&format!("--{name}:{};", hex(light))) && page.contains(&format!("--{name}:{};", hex(dark)))
        );
    }
    // Whatever colour the charts use has a dark one in its place.
    let known: Vec<String> = LIGHT.roles().into_iter().map(|(_, colour)| hex(colour)).collect();
    let drawing = svg::inline(&chart());
    let used = drawing.split("=\"#").skip(1).map(|rest| format!("#{}", &rest[..6]));
    for colour in used {
        assert!(known.contains(&colour), "{colour}");
    }
}

#[test]
fn a_picture_has_its_size_and_is_not_blank() {
    for theme in Theme::BOTH {
        let text = svg::with_text(&chart(), theme);
        let tree = svg::tree(&text);
        let picture = image::load_from_memory(&png::png(&tree).unwrap()).unwrap().to_rgb8();
        let points = tree.size();
        assert_eq!((f64::from(points.width()), png::SCALE), (960.0, 2.0));
        assert_eq!(
            (f64::from(picture.width()), f64::from(picture.height())),
            (1_920.0, f64::from(points.height()) * 2.0)
        );
        let [_, red, green, blue] = theme.palette().ground.to_be_bytes();
        assert_eq!(picture.get_pixel(2, 2).0, [red, green, blue]);
        let [_, red, green, blue] = theme.palette().accent.to_be_bytes();
        let near = |pixel: &image::Rgb<u8>| {
            pixel.0.into_iter().zip([red, green, blue]).all(|(is, should)| is.abs_diff(should) < 12)
        };
        assert!(picture.pixels().filter(|pixel| near(pixel)).count() > 60, "the line is there");
    }
}

#[test]
fn a_file_of_outlines_needs_no_font_and_keeps_its_name() {
    let chart = chart();
    let text = svg::outlined(&chart, &svg::tree(&svg::with_text(&chart, Theme::Dark)));
    assert!(text.contains("<title>In &lt;and&gt; out</title>") && text.contains("<desc>per second</desc>"));
    assert!(!text.contains("<text") && !text.contains("font-family"));
    // And any viewer reads it.
    assert_eq!(svg::tree(&text).size(), svg::tree(&svg::with_text(&chart, Theme::Dark)).size());
}
