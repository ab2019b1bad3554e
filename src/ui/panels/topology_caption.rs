//! The drawing in words: what a dot and the marks mean, written below it, and all of it in one sentence for who
//! can't see it.

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::words;
use crate::lab::snapshot::ClientStatus;
use crate::ui::canvas::{Flow, Scene};
use crate::ui::theme::{self, size};
use crate::ui::widgets::format;
use crate::ui::widgets::rows::elided;

/// Most members whose state is spoken per group.
const MOST_SPOKEN: usize = 6;

/// The drawing in one sentence, for who can't see it.
pub fn spoken(scene: &Scene<'_>) -> String {
    let snapshot = scene.snapshot;
    let partitions: usize = snapshot.topics.iter().map(|topic| topic.partitions.len()).sum();
    let mut text = format!(
        "Topology: {}, {} with {}, {}",
        format::counted(snapshot.producers.len(), "producer"),
        format::counted(snapshot.topics.len(), "topic"),
        format::counted(partitions, "partition"),
        format::counted(snapshot.groups.len(), "group"),
    );
    if snapshot.broker.failure.is_some() {
        text.push_str("; the broker has stopped");
    }
    for group in &snapshot.groups {
        let lag = group.lag.map_or_else(|| "no commit yet".to_owned(), |lag| format!("lag {}", format::count(lag)));
        text.extend(["; ", &group.name, " ", &group.state, ", ", &lag]);
        let ownerless = group.partitions.iter().filter(|it| it.owner.is_none()).count();
        if ownerless > 0 {
            text.extend([", ", &format::counted(ownerless, "partition"), " with no owner"]);
        }
        let unusual = group.members.iter().filter(|member| member.status != ClientStatus::Running);
        for member in unusual.take(MOST_SPOKEN) {
            text.extend([", ", &member.name, " ", &words::member_state(member, snapshot.clock)]);
        }
    }
    text
}

/// What the marks mean, and what a dot is, at the lower edge of `rect`.
pub fn caption_ui(ui: &Ui, rect: Rect, scene: &Scene<'_>, flow: &Flow) {
    let tokens = scene.tokens;
    let font = theme::sans(size::SMALL - 0.5);
    let y = rect.bottom() - 14.0;
    let dots = match flow.records_per_dot() {
        _ if scene.snapshot.broker.failure.is_some() => "The broker has stopped: nothing flows".to_owned(),
        _ if scene.is_calm => "Motion is reduced".to_owned(),
        n if n <= 0.0 => "Nothing flows".to_owned(),
        n if n <= 1.0 => "Each dot is one record".to_owned(),
        n => format!("Flow is aggregated: a dot is {} records", format::short(n)),
    };
    let dots = if scene.snapshot.clock.paused { format!("Paused · {dots}") } else { dots };
    let shown = scene.snapshot.groups.iter().position(|group| scene.is_shown(group));
    let dots = match shown.map_or(1, |group| scene.layout.members_per_bar(group)) {
        1 => dots,
        consumers => format!("{dots} · a bar is {consumers} consumers"),
    };
    let painter = ui.painter_at(rect);
    let left = rect.left() + 14.0;
    let right = rect.right() - 14.0;
    let galley = elided(&painter, &dots, font.clone(), tokens.text_muted, right - left);
    let legend = Align2::LEFT_CENTER.anchor_size(pos2(left, y), galley.size());
    painter.galley(legend.min, galley, tokens.text_muted);
    let galley = |text: &str| painter.layout_no_wrap(text.to_owned(), font.clone(), tokens.text_muted);
    let shown = scene.group.map_or("", |group| &group.name);
    let whole = format!(
        "committed by {shown} · small wedge: another group · tinted = read · solid = waiting: green under 1 s, \
         amber shrinking, red growing · teeth: retention edge"
    );
    let middle = format!("committed by {shown} · wedge: another group · tinted = read · solid = waiting");
    let room = right - legend.right() - 34.0;
    let texts = [whole.as_str(), middle.as_str(), "committed · tinted = read · solid = waiting"];
    let Some(text) = texts.into_iter().map(galley).find(|galley| galley.size().x <= room) else { return };
    let at = pos2(right - text.size().x, y - text.size().y / 2.0);
    let mark = Rect::from_center_size(pos2(at.x - 8.0, y), vec2(3.0, 13.0));
    painter.rect_filled(mark, 0, tokens.member(0));
    painter.galley(at, text, tokens.text_muted);
}
