//! Who reads what: the timeline large, the matrix of partitions and members as it is now, and every
//! rebalance with what it moved and how long it stood still.

mod keys;

use egui::{
    Align2, Color32, Frame, Margin, Rect, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::charts::{ChartsState, shown_group};
use super::{timeline, words};
use crate::lab::Snapshot;
use crate::lab::snapshot::GroupView;
use crate::metrics::figures::Rebalance;
use crate::model::group::assign::Assignor;
use crate::ui::command::Ask;
use crate::ui::selection::Selection;
use crate::ui::theme::{self, Tokens, size};
use crate::ui::widgets::convert::{index_to_f32, to_index};
use crate::ui::widgets::format;
use crate::ui::widgets::matrix::{Cells, Matrix, cell_at};
use crate::ui::widgets::rows::{badge_ui, caps, elided};

/// Height of the line with the groups.
const HEAD: f32 = 32.0;

/// Width of the members' names beside the matrix.
const NAMES: f32 = 92.0;

/// Height of a row of the list.
const ROW: f32 = 22.0;

/// Rows below this height have no room for a name each.
const NAME_PITCH: f32 = 12.0;

/// What is kept between two frames.
#[derive(Default)]
pub struct AssignmentState {
    matrix: Matrix,
}

/// Draws the view for the selected group, or the first.
pub fn assignment_panel_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    selection: &Selection,
    state: &mut AssignmentState,
    charts: &mut ChartsState,
    asks: &mut Vec<Ask>,
) {
    let tokens = theme::of(ui.ctx());
    let Some(group) = shown_group(snapshot, selection) else { return empty_ui(ui, tokens) };
    let rect = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(rect);
    let below_head = rect.top() + HEAD;
    let middle = below_head + (rect.bottom() - below_head) * 0.5;
    let split = rect.left() + rect.width() * 0.5;
    part_ui(ui, rect.with_max_y(below_head), |ui| head_ui(ui, snapshot, group, asks));
    part_ui(ui, Rect::from_min_max(pos2(rect.left(), below_head), pos2(rect.right(), middle)), |ui| {
        timeline::timeline_ui(ui, snapshot, Some(group), charts);
    });
    ui.painter().hline(rect.x_range(), middle, Stroke::new(1.0, tokens.border));
    ui.painter().vline(split, middle..=rect.bottom(), Stroke::new(1.0, tokens.border));
    part_ui(ui, Rect::from_min_max(pos2(rect.left(), middle), pos2(split, rect.bottom())), |ui| {
        matrix_ui(ui, group, state, selection, asks);
    });
    part_ui(ui, Rect::from_min_max(pos2(split, middle), rect.max), |ui| rebalances_ui(ui, snapshot, group, charts));
}

/// What comes first where no group reads.
fn empty_ui(ui: &mut Ui, tokens: &Tokens) {
    const TITLE: &str = "No consumer group yet";
    const NEXT: &str = "Add one in the outline: what its members read will be shown here";
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{TITLE}. {NEXT}")));
    let (painter, centre) = (ui.painter(), rect.center());
    painter.text(centre, Align2::CENTER_BOTTOM, TITLE, theme::sans_strong(size::TITLE), tokens.text);
    painter.text(centre + vec2(0.0, 6.0), Align2::CENTER_TOP, NEXT, theme::sans(size::BODY), tokens.text_muted);
}

fn part_ui(ui: &mut Ui, rect: Rect, content: impl FnOnce(&mut Ui)) {
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        Frame::new().inner_margin(Margin { left: 12, right: 12, top: 8, bottom: 2 }).show(ui, content);
    });
}

/// The groups to choose from, and how this one rebalances.
fn head_ui(ui: &mut Ui, snapshot: &Snapshot, shown: &GroupView, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    ScrollArea::horizontal().id_salt("groups").show(ui, |ui| {
        ui.horizontal(|ui| {
            for group in &snapshot.groups {
                if ui.selectable_label(group.name == shown.name, &group.name).clicked() {
                    asks.push(Ask::Select(Selection::Group(group.name.clone())));
                }
            }
            let (word, meaning) = match shown.assignor {
                None => ("no assignor yet", "The group has not agreed on how partitions are divided"),
                Some(Assignor::CooperativeSticky) => {
                    ("· only what moves stops", "Members keep reading what stays theirs while a rebalance goes on")
                }
                Some(Assignor::Range | Assignor::RoundRobin | Assignor::Sticky) => (
                    "· eager, everything stops",
                    "Every member gives up all its partitions before a rebalance divides them again",
                ),
            };
            match snapshot.broker.failure {
                Some(_) => badge_ui(ui, "broker stopped", tokens.bad),
                None => badge_ui(ui, &shown.state, words::group_state_colour(&shown.state, tokens)),
            };
            let name = shown.assignor.map_or("", words::assignor);
            badge_ui(ui, format!("{name} {word}").trim(), tokens.text).on_hover_text(meaning);
        });
    });
}

fn matrix_ui(ui: &mut Ui, group: &GroupView, state: &mut AssignmentState, selection: &Selection, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click());
    let owned = group.partitions.iter().filter(|it| it.owner.is_some()).count();
    let partitions = format::counted(group.partitions.len(), "partition");
    let members = format::counted(group.members.len(), "member");
    let spoken =
        format!("Matrix of {}, {partitions} and {members}, {} owned", group.name, format::counted(owned, "partition"));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &spoken));
    caps(ui, pos2(rect.left(), rect.top() + 8.0), "Partitions and members now", tokens.text_muted);
    let plot = Rect::from_min_max(rect.min + vec2(NAMES, 24.0), rect.max - vec2(0.0, 16.0));
    let (rows, columns) = (group.members.len(), group.partitions.len());
    if rows == 0 || columns == 0 || plot.height() < 4.0 || plot.width() < 4.0 {
        let word = if rows == 0 { "No member yet" } else { "No partition to read yet" };
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, word, theme::sans(size::SMALL), tokens.text_muted);
        return;
    }
    let most = vec2(index_to_f32(columns) * 40.0, index_to_f32(rows) * 26.0);
    let plot = Rect::from_min_size(plot.min, plot.size().min(most));
    state.matrix.paint(ui.painter(), plot, cells(group, tokens));
    grid(ui, plot, (rows, columns), tokens);
    names(ui, plot, group, tokens);
    keys::keys_ui(ui, &response, group, selection, asks);
    let Some(pointer) = response.hover_pos() else { return };
    let member = cell_at((pointer.y - plot.top()) / plot.height(), rows).map(|row| &group.members[row]);
    let partition = cell_at((pointer.x - plot.left()) / plot.width(), columns).map(|at| &group.partitions[at]);
    if response.clicked() {
        asks.extend(
            member.filter(|_| pointer.x < plot.left()).map(|member| {
                Ask::Select(Selection::Consumer { group: group.name.clone(), name: member.name.clone() })
            }),
        );
        asks.extend(partition.filter(|_| plot.contains(pointer)).map(|it| {
            let (topic, partition) = (it.partition.topic.to_string(), it.partition.partition);
            Ask::Select(Selection::Partition { topic, partition })
        }));
    }
    let Some(member) = member else { return };
    response.on_hover_ui_at_pointer(|ui| match partition.filter(|_| plot.contains(pointer)) {
        Some(seen) => {
            let owner = seen.owner.and_then(|owner| group.members.get(owner)).map_or("nobody", |it| it.name.as_str());
            let lag = seen.lag.map_or_else(|| "no commit yet".to_owned(), |lag| format!("lag {}", format::count(lag)));
            ui.label(format!("{} × {}", seen.partition, member.name));
            ui.label(format!("Read by {owner}, {lag}"));
        }
        None => {
            ui.label(format!("{} has {}", member.name, format::counted(member.assignment.len(), "partition")));
        }
    });
}

fn cells(group: &GroupView, tokens: &Tokens) -> Cells {
    let colour = |owner: usize| group.members.get(owner).map(|member| (owner, tokens.member(member.colour)));
    let columns = group.partitions.iter().map(|it| it.owner.and_then(colour)).collect();
    Cells { rows: group.members.len(), columns, ground: tokens.sunken }
}

/// Lines between cells that are large enough for them.
fn grid(ui: &Ui, plot: Rect, (rows, columns): (usize, usize), tokens: &Tokens) {
    let stroke = Stroke::new(1.0, tokens.border);
    if plot.width() / index_to_f32(columns) >= 5.0 {
        for column in 0..=columns {
            let x = plot.left() + plot.width() * index_to_f32(column) / index_to_f32(columns);
            ui.painter().vline(x, plot.y_range(), stroke);
        }
    }
    if plot.height() / index_to_f32(rows) >= 5.0 {
        for row in 0..=rows {
            let y = plot.top() + plot.height() * index_to_f32(row) / index_to_f32(rows);
            ui.painter().hline(plot.x_range(), y, stroke);
        }
    }
}

fn names(ui: &Ui, plot: Rect, group: &GroupView, tokens: &Tokens) {
    let pitch = plot.height() / index_to_f32(group.members.len());
    let stride = to_index((NAME_PITCH / pitch).ceil()).max(1);
    let painter = ui.painter();
    for (row, member) in group.members.iter().enumerate().step_by(stride) {
        let at = pos2(plot.left() - 6.0, plot.top() + pitch * (index_to_f32(row) + 0.5));
        let colour = if member.in_group { tokens.text } else { tokens.text_muted };
        let font = theme::sans(size::SMALL);
        let name = painter.text(at, Align2::RIGHT_CENTER, &member.name, font, colour);
        let swatch = Rect::from_center_size(pos2(name.left() - 8.0, at.y), vec2(6.0, 6.0));
        painter.rect_filled(swatch, 1, tokens.member(member.colour));
    }
    let pitch = plot.width() / index_to_f32(group.partitions.len());
    let stride = to_index((24.0 / pitch).ceil()).max(1);
    for (column, seen) in group.partitions.iter().enumerate().step_by(stride) {
        let at = pos2(plot.left() + pitch * (index_to_f32(column) + 0.5), plot.bottom() + 3.0);
        let text = seen.partition.partition.to_string();
        painter.text(at, Align2::CENTER_TOP, text, theme::mono(size::TINY - 0.5), tokens.text_muted);
    }
}

fn rebalances_ui(ui: &mut Ui, snapshot: &Snapshot, group: &GroupView, charts: &mut ChartsState) {
    let tokens = theme::of(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
    caps(ui, pos2(rect.left(), rect.top() + 8.0), "Rebalances", tokens.text_muted);
    let totals = group.rebalance_totals;
    let stood = format!("{} in all, stood still for {}", format::count(totals.count), format::duration(totals.paused));
    let text = if totals.count > 0 { stood } else { format::counted(group.rebalances.len(), "rebalance") };
    let at = pos2(rect.right(), rect.top() + 8.0);
    ui.painter().text(at, Align2::RIGHT_CENTER, text, theme::mono(size::SMALL), tokens.text_muted);
    if group.rebalances.is_empty() {
        let text = "No rebalance yet. One begins when a member joins, leaves or is lost";
        ui.painter().text(
            ui.available_rect_before_wrap().center(),
            Align2::CENTER_CENTER,
            text,
            theme::sans(size::SMALL),
            tokens.text_muted,
        );
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    let count = group.rebalances.len();
    ScrollArea::vertical().id_salt("rebalances").auto_shrink(false).show_rows(ui, ROW, count, |ui, rows| {
        for row in rows {
            let rebalance = &group.rebalances[count - 1 - row];
            rebalance_ui(ui, snapshot, (group, rebalance), charts, tokens);
        }
    });
}

fn rebalance_ui(
    ui: &mut Ui,
    snapshot: &Snapshot,
    (group, rebalance): (&GroupView, &Rebalance),
    charts: &mut ChartsState,
    tokens: &Tokens,
) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let sentence = timeline::sentence(rebalance, group.assignor);
    let at = rebalance.at.as_secs_f64();
    let is_marked = charts.cursor.is_some_and(|cursor| (cursor - at).abs() < 1e-6);
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_marked, format!("Rebalance, {sentence}")));
    if is_marked || response.hovered() || response.has_focus() {
        let fill = if is_marked { tokens.selected() } else { tokens.hovered };
        ui.painter().rect_filled(rect, 0, fill);
    }
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let text = |x: f32, text: String, colour: Color32| {
        let at = pos2(rect.left() + x, rect.center().y);
        painter.text(at, Align2::LEFT_CENTER, text, theme::mono(size::SMALL), colour);
    };
    text(4.0, format!("gen {}", rebalance.generation), tokens.text);
    text(50.0, rebalance.at.to_string(), tokens.text_muted);
    text(124.0, format!("{} moved", rebalance.moved), tokens.text);
    text(192.0, format!("{} kept", rebalance.kept), tokens.text_muted);
    text(254.0, format::duration(rebalance.paused), tokens.warn);
    let x = rect.left() + 308.0;
    let reason = elided(&painter, &rebalance.reason, theme::sans(size::SMALL), tokens.text, rect.right() - x);
    painter.galley(pos2(x, rect.center().y - reason.size().y / 2.0), reason, tokens.text);
    if response.clicked() {
        charts.show(at, snapshot.clock.time.as_secs_f64(), snapshot.clock.speed);
        ui.ctx().request_repaint();
    }
    response.on_hover_text(sentence);
}
