//! Layout, detail and flow of the drawing, without a window.

use egui::{Rect, pos2};

use super::View;
use super::flow::{Flow, Lane};
use super::layout::{Amounts, Detail, Layout};

fn layout(partitions: usize, members: usize, view: View) -> Layout {
    let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(880.0, 600.0));
    let amounts = Amounts { producers: 3, topics: vec![partitions, 1], members, assigned: members, other_groups: 1 };
    Layout::new(rect, &amounts, view)
}

#[test]
fn everything_fits_at_first() {
    for (partitions, members) in [(1, 1), (8, 4), (100, 10), (1_000, 1_000)] {
        let layout = layout(partitions, members, View::default());
        assert!(
            layout.content_height <= layout.rows.height() + 1.0,
            "{partitions} x {members}: {}",
            layout.content_height
        );
        assert_eq!(layout.visible_rows(0), 0..partitions);
        assert_eq!(layout.members.seen(), 0..members);
    }
}

#[test]
fn detail_follows_the_room() {
    assert_eq!(layout(8, 4, View::default()).members.detail(), Detail::Full);
    assert_eq!(layout(100, 16, View::default()).members.detail(), Detail::Line);
    assert_eq!(layout(1_000, 1_000, View::default()).members.detail(), Detail::Bar);
    assert!(layout(8, 4, View::default()).has_row_detail());
    assert!(!layout(1_000, 4, View::default()).has_row_detail());
}

#[test]
fn a_stretched_drawing_draws_only_what_is_seen() {
    let layout = layout(1_000, 1_000, View { zoom: 60.0, scroll: 3_000.0 });
    assert!(layout.has_row_detail());
    let rows = layout.visible_rows(0);
    assert!(rows.start > 10 && rows.len() < 60, "{rows:?}");
    assert!(layout.members.seen().len() < 60);
}

fn lane(records_per_second: f64) -> Lane {
    Lane { key: 1, from: pos2(0.0, 0.0), to: pos2(100.0, 0.0), records_per_second, colour: egui::Color32::WHITE }
}

#[test]
fn few_records_are_drawn_one_by_one_and_many_are_aggregated() {
    let mut flow = Flow::default();
    flow.advance(&[lane(20.0)], 0.0, 1.0);
    assert!((flow.records_per_dot() - 1.0).abs() < f64::EPSILON);
    flow.advance(&[lane(200_000.0)], 0.03, 1.0);
    assert!(flow.records_per_dot() >= 500.0, "{}", flow.records_per_dot());
    flow.advance(&[lane(0.0)], 0.03, 1.0);
    assert!(flow.records_per_dot().abs() < f64::EPSILON, "nothing flows");
}

#[test]
fn the_scale_does_not_flicker_at_a_boundary() {
    let mut flow = Flow::default();
    flow.advance(&[lane(115.0)], 0.0, 1.0);
    let scale = flow.records_per_dot();
    for wobble in 0..50 {
        flow.advance(&[lane(115.0 + f64::from(wobble % 5) * 3.0)], 0.03, 1.0);
        assert!((flow.records_per_dot() - scale).abs() < f64::EPSILON);
    }
}
