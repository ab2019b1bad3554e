//! A chart's visible values as a table, and as text to paste into a spreadsheet.

use egui::{Rect, ScrollArea, Ui, UiBuilder};

use super::axis::clock;
use super::chart::{Chart, Line};
use super::thinning::value_at;
use super::time_axis::ChartsState;
use crate::ui::theme::{self, size};

/// Height of a row.
const ROW: f32 = 18.0;

/// Least width of a column.
const COLUMN: f32 = 86.0;

/// Draws the table into `rect`, newest first.
pub fn table_ui(ui: &mut Ui, rect: Rect, chart: &Chart<'_>, state: &ChartsState) {
    let tokens = theme::of(ui.ctx());
    let lines = shown(chart, state);
    let times = times(&lines, chart.span);
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        if times.is_empty() {
            ui.label(egui::RichText::new(chart.empty).color(tokens.text_muted));
            return;
        }
        let mut heads = vec!["Time"];
        heads.extend(lines.iter().map(|line| line.name.as_str()));
        row_ui(ui, &heads, tokens.text_muted);
        let area = ScrollArea::both().id_salt(("table", chart.key)).auto_shrink(false);
        area.show_rows(ui, ROW - ui.spacing().item_spacing.y, times.len(), |ui, rows| {
            for row in rows {
                let cells = cells(&lines, times[times.len() - 1 - row], chart);
                row_ui(ui, &cells.iter().map(String::as_str).collect::<Vec<_>>(), tokens.text);
            }
        });
    });
}

/// The same, oldest first, with tabs between the columns.
pub fn tab_separated(chart: &Chart<'_>, state: &ChartsState) -> String {
    let lines = shown(chart, state);
    let mut text = "seconds".to_owned();
    for line in &lines {
        text.push('\t');
        text.push_str(&line.name);
    }
    for time in times(&lines, chart.span) {
        text.push('\n');
        text.push_str(&seconds(time));
        for line in &lines {
            text.push('\t');
            text.push_str(&value_at(&line.points, time).map_or_else(String::new, |value| format!("{value:.3}")));
        }
    }
    text
}

fn shown<'a>(chart: &'a Chart<'_>, state: &ChartsState) -> Vec<&'a Line> {
    let is_shown = |line: &&Line| !line.is_dashed && !state.hidden.contains(chart.key, &line.name);
    chart.lines.iter().filter(is_shown).collect()
}

/// Every moment of which some line says something.
fn times(lines: &[&Line], span: (f64, f64)) -> Vec<f64> {
    let points = lines.iter().flat_map(|line| &line.points);
    let mut times: Vec<f64> =
        points.filter(|point| !point.1.is_nan() && point.0 >= span.0 && point.0 <= span.1).map(|it| it.0).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

fn cells(lines: &[&Line], time: f64, chart: &Chart<'_>) -> Vec<String> {
    let value = |line: &&Line| value_at(&line.points, time).map_or_else(|| "–".to_owned(), chart.format);
    std::iter::once(clock(time)).chain(lines.iter().map(value)).collect()
}

/// One row, one name for a screen reader.
fn row_ui(ui: &mut Ui, cells: &[&str], colour: egui::Color32) {
    let width = COLUMN.max(ui.available_width() / super::convert::index_to_f32(cells.len().max(1)));
    let wanted = egui::vec2(width * super::convert::index_to_f32(cells.len()), ROW - ui.spacing().item_spacing.y);
    let (rect, response) = ui.allocate_exact_size(wanted, egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, cells.join(", ")));
    for (index, cell) in cells.iter().enumerate() {
        let at = rect.left_center() + egui::vec2(width * super::convert::index_to_f32(index), 0.0);
        ui.painter().text(at, egui::Align2::LEFT_CENTER, *cell, theme::mono(size::SMALL), colour);
    }
}

fn seconds(time: f64) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_row_for_every_moment_and_a_column_for_every_shown_line() {
        let line = |name: &str, points: Vec<(f64, f64)>| Line {
            name: name.into(),
            points,
            colour: egui::Color32::WHITE,
            is_dashed: false,
            now: None,
        };
        let chart = Chart {
            key: "lag",
            title: "Lag".into(),
            lines: vec![line("a", vec![(0.0, 1.0), (1.0, 2.0)]), line("b", vec![(0.5, 7.0)]), line("c", vec![])],
            span: (0.0, 2.0),
            now: 2.0,
            is_paused: false,
            format: super::super::format::short,
            unit: "",
            empty: "",
            meaning: "",
            choices: &[],
        };
        let mut state = ChartsState::default();
        state.hidden.toggle("lag", "c");
        let expected = "seconds\ta\tb\n0.000\t1.000\t\n0.500\t1.000\t7.000\n1.000\t2.000\t7.000";
        assert_eq!(tab_separated(&chart, &state), expected);
    }
}
