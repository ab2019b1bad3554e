//! Whatever a chart is told, no two of its texts meet, none leaves it, and its axes have round numbers.

use resvg::usvg::{Group, Node, Rect, Tree};

use super::ticks::{Range, ticks};
use crate::report::chart::{Axis, Band, Basis, Body, Chart, Ink, Line, Mark, Scale, Shape, Span, Unit};
use crate::report::export::svg::{tree, with_text};
use crate::report::palette::Theme;

fn chart(x: Axis, body: Body) -> Chart {
    Chart {
        key: "chart".into(),
        title: "A title & more".into(),
        meaning: "what is shown".into(),
        basis: Basis::derived("a − b"),
        x,
        body,
        marks: vec![],
        bands: vec![],
    }
}

fn lines(unit: Unit, high: f64, scale: Scale) -> Body {
    let points: Vec<(f64, f64)> = (0..400).map(|at| (f64::from(at), high * f64::from(at % 97 + 1) / 97.0)).collect();
    let shapes = [Shape::Solid, Shape::Dashed, Shape::Area, Shape::Dots, Shape::Diamonds];
    let line = |(number, shape): (usize, Shape)| {
        let line = Line::new(&format!("a line with a name {number}"), Ink::Member(number), points.clone());
        line.shaped(shape).with_note("mean 12.5 /s".into())
    };
    let y = Axis { scale, ..Axis::new("", unit) };
    Body::Lines { y, lines: shapes.into_iter().enumerate().map(line).collect() }
}

fn texts(tree: &Tree) -> Vec<(String, Rect)> {
    fn walk(group: &Group, into: &mut Vec<(String, Rect)>) {
        for node in group.children() {
            match node {
                Node::Group(group) => walk(group, into),
                Node::Text(text) => {
                    let words = text.chunks().iter().map(|chunk| chunk.text().trim()).collect();
                    into.push((words, text.abs_bounding_box()));
                }
                Node::Path(_) | Node::Image(_) => {}
            }
        }
    }
    let mut found = vec![];
    walk(tree.root(), &mut found);
    found
}

/// Draws it in both themes and looks at where its texts came to stand.
fn assert_legible(chart: &Chart) -> Vec<String> {
    let mut words = vec![];
    for theme in Theme::BOTH {
        let tree = tree(&with_text(chart, theme));
        let found = texts(&tree);
        let whole = tree.root().abs_bounding_box();
        for (index, (text, place)) in found.iter().enumerate() {
            let is_inside = place.left() >= 0.0 && place.right() <= whole.right() && place.bottom() <= whole.bottom();
            assert!(is_inside, "{:?}: \"{text}\" leaves the chart", chart.title);
            for (other, there) in &found[..index] {
                let meets = place.left() < there.right()
                    && there.left() < place.right()
                    && place.top() < there.bottom()
                    && there.top() < place.bottom();
                assert!(!meets, "\"{text}\" {place:?} and \"{other}\" {there:?} meet in {chart:#?}");
            }
        }
        words = found.into_iter().map(|(text, _)| text).collect();
    }
    words
}

#[test]
fn no_two_texts_meet_whatever_the_numbers_are() {
    let units = [
        Unit::Count("records"),
        Unit::Rate("records"),
        Unit::Seconds,
        Unit::Millis,
        Unit::Share,
        Unit::Bytes,
        Unit::Rate("things with a very long name indeed"),
    ];
    for unit in units {
        for high in [0.000_03, 0.7, 1.0, 42.0, 999.0, 12_345.0, 6.5e7, 3.2e11] {
            for scale in [Scale::Linear, Scale::Logarithmic] {
                let words = assert_legible(&chart(Axis::new("", unit), lines(unit, high, scale)));
                assert!(words.iter().any(|text| text == "A title & more"), "{words:?}");
                assert!(words.iter().any(|text| text == "what is shown · derived: a − b"), "{words:?}");
            }
        }
    }
}

#[test]
fn crowded_marks_and_long_names_keep_apart() {
    let mark =
        |at: u32| Mark { at: f64::from(at) * 7.0, label: format!("something happened to billing-{at}"), ink: Ink::Bad };
    let many = chart(Axis::time(400.0), lines(Unit::Rate("records"), 400.0, Scale::Linear));
    let many = Chart {
        marks: (0..57).map(mark).collect(),
        bands: vec![Band { from: 3.0, to: 3.0, ink: Ink::Warn }],
        title: "A title that goes on and on ".repeat(20),
        meaning: "words ".repeat(100),
        ..many
    };
    let words = assert_legible(&many);
    assert!(words.iter().filter(|text| text.contains("happened")).count() >= 4, "{words:?}");
}

#[test]
fn rows_of_any_number_can_be_read() {
    for (rows, owners) in [(1, 1), (8, 3), (64, 30), (1_000, 200)] {
        let span = |row: usize| Span {
            row,
            from: super::float(row % 7),
            to: 60.0,
            owner: format!("a consumer with a name {}", row % owners),
            ink: Ink::Member(row % owners),
            is_active: !row.is_multiple_of(5),
        };
        let names = (0..rows).map(|row| format!("a topic with a rather long name {row}")).collect();
        let words =
            assert_legible(&chart(Axis::time(60.0), Body::Spans { rows: names, spans: (0..rows).map(span).collect() }));
        assert!(words.iter().any(|text| text.starts_with("a topic with")), "{words:?}");
    }
}

#[test]
fn what_is_pointed_at_is_in_the_chart() {
    let chart = chart(Axis::new("partitions", Unit::Count("partitions")), lines(Unit::Seconds, 3.0, Scale::Linear));
    let chart = Chart { marks: vec![Mark { at: -50.0, label: "before".into(), ink: Ink::Good }], ..chart };
    let frame = super::frame::Frame::of(&chart);
    assert!(frame.marks[0].x >= frame.left, "{frame:?}");
    assert!(assert_legible(&chart).contains(&"before".to_owned()));
}

#[test]
fn a_chart_without_values_says_so() {
    let body =
        Body::Lines { y: Axis::new("", Unit::Count("records")), lines: vec![Line::new("none", Ink::Accent, vec![])] };
    assert!(assert_legible(&chart(Axis::time(0.0), body)).contains(&"there was nothing to measure".to_owned()));
}

#[test]
fn signs_of_markup_in_names_stay_signs() {
    let name = "<b>&\"'\u{1}\n";
    let body =
        Body::Lines { y: Axis::new("", Unit::Share), lines: vec![Line::new(name, Ink::Accent, vec![(0.0, 1.0)])] };
    let hostile = Chart { title: name.to_owned(), ..chart(Axis::time(1.0), body) };
    assert!(assert_legible(&hostile).iter().any(|text| text.starts_with("<b>&\"'")));
}

#[test]
fn axes_have_round_numbers_with_their_unit() {
    let table: [(Unit, f64, &[&str]); 12] = [
        (Unit::Count("records"), 4.0, &["0", "1", "2", "3", "4"]),
        (Unit::Count("records"), 1_000.0, &["0", "200", "400", "600", "800", "1,000"]),
        (Unit::Rate("records"), 25_000.0, &["0", "5k", "10k", "15k", "20k", "25k"]),
        (Unit::Rate("records"), 0.5, &["0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
        (Unit::Share, 1.0, &["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]),
        (Unit::Bytes, 2.5e9, &["0", "0.5 GB", "1.0 GB", "1.5 GB", "2.0 GB", "2.5 GB"]),
        (Unit::Millis, 0.05, &["0", "10 µs", "20 µs", "30 µs", "40 µs", "50 µs"]),
        (Unit::Millis, 2_500.0, &["0", "0.5 s", "1.0 s", "1.5 s", "2.0 s", "2.5 s"]),
        (Unit::Seconds, 80.0, &["0", "20 s", "40 s", "60 s", "80 s"]),
        (Unit::Seconds, 150.0, &["0", "0:30 min", "1:00 min", "1:30 min", "2:00 min", "2:30 min"]),
        (Unit::Seconds, 1_500.0, &["0", "5 min", "10 min", "15 min", "20 min", "25 min"]),
        (Unit::Seconds, 86_400.0, &["0", "6 h", "12 h", "18 h", "24 h"]),
    ];
    for (unit, high, expected) in table {
        let found = ticks(unit, Range { low: 0.0, high, scale: Scale::Linear }, 5);
        let labels: Vec<&str> = found.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, expected, "{unit:?} to {high}");
    }
}

#[test]
fn a_logarithmic_axis_has_powers_of_ten() {
    let axis = Axis::new("", Unit::Millis).logarithmic();
    let range = Range::of(&axis, [0.0, 3.0, 10_400.0].into_iter());
    assert_eq!((range.low, range.high), (2.0, 20_000.0));
    let labels: Vec<String> = ticks(Unit::Millis, range, 6).into_iter().map(|tick| tick.label).collect();
    assert_eq!(labels, ["10 ms", "100 ms", "1 s", "10 s"]);
    assert_eq!(range.share(0.0), 0.0);
    let range = Range { low: 0.01, high: 20_000.0, scale: Scale::Logarithmic };
    let labels: Vec<String> = ticks(Unit::Seconds, range, 4).into_iter().map(|tick| tick.label).collect();
    assert_eq!(labels, ["10 ms", "1 s", "100 s", "10,000 s"]);
}
