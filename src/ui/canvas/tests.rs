//! Layout, detail and flow of the drawing, without a window.

use egui::{Rect, pos2};

use super::View;
use super::flow::{Flow, Lane};
use super::group_blocks::GroupAmount;
use super::layout::{Amounts, Detail, Layout};

fn group(members: usize, is_shown: bool) -> GroupAmount {
    GroupAmount { members, assigned: members, is_shown }
}

fn layout_of(topics: &[usize], groups: &[GroupAmount], view: View) -> Layout {
    let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(880.0, 600.0));
    Layout::new(rect, &Amounts { producers: 3, topics: topics.to_vec(), groups: groups.to_vec() }, view)
}

fn layout(partitions: usize, members: usize, view: View) -> Layout {
    layout_of(&[partitions, 1], &[group(members, true), group(1, false)], view)
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
        assert_eq!(layout.groups[0].members.seen(), 0..members);
    }
}

#[test]
fn eight_partitions_use_the_height_that_there_is() {
    let layout = layout_of(&[8], &[group(4, true)], View::default());
    assert!(layout.content_height > layout.rows.height() * 0.9, "{}", layout.content_height);
}

#[test]
fn detail_follows_the_room() {
    let detail = |partitions, members| layout(partitions, members, View::default()).groups[0].members.detail();
    assert_eq!(detail(8, 4), Detail::Full);
    assert_eq!(detail(100, 16), Detail::Line);
    assert_eq!(detail(1_000, 1_000), Detail::Bar);
    assert!(layout(8, 4, View::default()).topics[0].has_row_detail());
    assert!(!layout(1_000, 4, View::default()).topics[0].has_row_detail());
}

#[test]
fn a_small_topic_beside_a_huge_one_stays_legible() {
    let layout = layout(1_000, 4, View::default());
    assert!(layout.topics[1].has_row_detail());
    let y = layout.row_y(1, 0);
    assert!(layout.rows.y_range().contains(y));
    assert_eq!(layout.row_at(y), Some((1, 0)));
}

#[test]
fn groups_are_open_while_there_is_room_and_the_shown_one_always_is() {
    let open = |groups: &[GroupAmount]| {
        let layout = layout_of(&[8], groups, View::default());
        layout.groups.iter().map(|block| block.is_open).collect::<Vec<_>>()
    };
    assert_eq!(open(&[group(4, true), group(1, false)]), [true, true]);
    assert_eq!(open(&[group(4, false), group(1, true), group(40, false)]), [true, true, false]);
    assert_eq!(open(&[group(2, false), group(1_000, true)]), [false, true]);
}

#[test]
fn a_stretched_drawing_draws_only_what_is_seen() {
    let layout = layout(1_000, 1_000, View { zoom: 60.0, scroll: egui::vec2(0.0, 3_000.0) });
    assert!(layout.topics[0].has_row_detail());
    let rows = layout.visible_rows(0);
    assert!(rows.start > 10 && rows.len() < 60, "{rows:?}");
    assert!(layout.groups[0].members.seen().len() < 60);
}

fn lane(records_per_second: f64, counter: u64) -> Lane {
    Lane {
        key: 1,
        source: 1,
        counter,
        from: pos2(0.0, 0.0),
        to: pos2(100.0, 0.0),
        records_per_second,
        colour: egui::Color32::WHITE,
        is_faint: false,
    }
}

#[test]
fn each_record_that_moved_is_one_dot_while_they_are_few() {
    let mut flow = Flow::default();
    flow.advance(&[lane(20.0, 100)], 0.0, 1.0);
    assert_eq!(flow.dots(), 0, "what had passed before is not shown");
    for (counter, dots) in [(103, 3), (103, 3), (110, 10)] {
        flow.advance(&[lane(20.0, counter)], 0.01, 1.0);
        assert_eq!(flow.dots(), dots);
    }
    flow.advance(&[lane(20.0, 110)], 5.0, 1.0);
    assert_eq!(flow.dots(), 0, "all have arrived");
}

#[test]
fn producers_of_one_partition_share_its_records_by_their_rates() {
    let mut flow = Flow::default();
    let lanes = |counter| [lane(30.0, counter), Lane { key: 2, ..lane(10.0, counter) }];
    flow.advance(&lanes(0), 0.01, 1.0);
    flow.advance(&lanes(8), 0.01, 1.0);
    assert_eq!(flow.dots_on(1), 6);
    assert_eq!(flow.dots_on(2), 2);
}

#[test]
fn a_position_that_was_set_back_sends_nothing() {
    let mut flow = Flow::default();
    flow.advance(&[lane(20.0, 100)], 0.01, 1.0);
    flow.advance(&[lane(20.0, 40)], 0.01, 1.0);
    assert_eq!(flow.dots(), 0);
}

#[test]
fn no_time_moves_no_dot() {
    let mut flow = Flow::default();
    flow.advance(&[lane(20.0, 0)], 0.0, 1.0);
    for _ in 0..100 {
        flow.advance(&[lane(20.0, 5)], 0.0, 1.0);
    }
    assert_eq!(flow.dots(), 5);
}

#[test]
fn many_records_are_aggregated() {
    let mut flow = Flow::default();
    flow.advance(&[lane(200_000.0, 0)], 0.03, 1.0);
    assert!(flow.records_per_dot() >= 500.0, "{}", flow.records_per_dot());
    flow.advance(&[lane(200_000.0, 20_000)], 0.03, 1.0);
    assert!(flow.dots() <= 40, "{}", flow.dots());
    flow.advance(&[lane(0.0, 20_000)], 0.03, 1.0);
    assert!(flow.records_per_dot().abs() < f64::EPSILON, "nothing flows");
}

#[test]
fn the_scale_does_not_flicker_at_a_boundary() {
    let mut flow = Flow::default();
    flow.advance(&[lane(115.0, 0)], 0.0, 1.0);
    let scale = flow.records_per_dot();
    for wobble in 0..50 {
        flow.advance(&[lane(115.0 + f64::from(wobble % 5) * 3.0, 0)], 0.03, 1.0);
        assert!((flow.records_per_dot() - scale).abs() < f64::EPSILON);
    }
}
