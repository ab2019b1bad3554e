//! The charts of a plan: latency by the number of partitions, and what waits over time.

use crate::planner::sweep::{Answer, Candidate};
use crate::report::chart::{Axis, Basis, Body, Chart, Ink, Line, Mark, Shape, Unit};

/// Candidates whose backlog is drawn: the values have all.
const MOST_LINES: usize = 8;

/// Theory as a line, simulations as dots.
pub fn latency_chart(answer: &Answer) -> Option<Chart> {
    let theory = answer.curve.iter().map(|point| (f64::from(point.partitions), point.p99.map_or(f64::NAN, |p99| p99)));
    let simulated = answer
        .candidates
        .iter()
        .filter_map(|candidate| Some((f64::from(candidate.assessment.choice.partitions), candidate.simulated_p99()?)));
    let simulated: Vec<(f64, f64)> = simulated.collect();
    let basis = answer.best().and_then(|best| best.assessment.theory.as_ref());
    let queue = basis.map_or_else(|| "queueing theory".to_owned(), |theory| theory.queue.clone());
    let mut lines =
        vec![Line::new("p99 in theory", Ink::Accent, theory.collect()).with_basis(Basis::Derived(queue.clone()))];
    if !simulated.is_empty() {
        let dots = Line::new("p99", Ink::Text, simulated).shaped(Shape::Dots);
        lines.push(dots.with_basis(Basis::Simulated));
    }
    if lines.iter().all(|line| line.values().next().is_none()) {
        return None;
    }
    let mark = |partitions: u32, label: &str, ink| Mark { at: f64::from(partitions), label: label.to_owned(), ink };
    let recommended = answer.recommended.map(|one| mark(one.choice.partitions, "recommended", Ink::Good));
    let knee = answer.knee.filter(|knee| answer.recommended.is_none_or(|one| one.choice.partitions != *knee));
    let knee = knee.map(|knee| mark(knee, "more make little difference", Ink::Muted));
    Some(Chart {
        key: "latency-by-partitions".to_owned(),
        title: "Latency by the number of partitions".to_owned(),
        meaning: "99 of 100 records are processed within".to_owned(),
        basis: Basis::Derived(queue),
        x: Axis::new("partitions", Unit::Count("partitions")),
        body: Body::Lines { y: Axis::new("p99", Unit::Seconds).logarithmic(), lines },
        marks: recommended.into_iter().chain(knee).collect(),
        bands: vec![],
    })
}

/// What waits over the simulated time.
pub fn backlog_chart(answer: &Answer) -> Option<Chart> {
    let lag = |candidate: &Candidate| candidate.simulated.as_ref().map(|simulated| simulated.lag.points().collect());
    chart(answer, "backlog", "Backlog over time", "records that wait, without the outage", lag)
}

/// What waits after the outage.
pub fn outage_chart(answer: &Answer) -> Option<Chart> {
    let lag = |candidate: &Candidate| {
        let (_, lag) = candidate.simulated.as_ref()?.outage_lag.as_ref()?;
        Some(lag.points().collect())
    };
    let begins = answer.best().and_then(|best| best.simulated.as_ref()?.outage_lag.as_ref().map(|(begins, _)| *begins));
    let mark = begins.map(|at| Mark { at: at.as_secs_f64(), label: "outage begins".to_owned(), ink: Ink::Bad });
    let chart = chart(answer, "outage", "Backlog around the outage", "records that wait", lag)?;
    Some(Chart { marks: mark.into_iter().collect(), ..chart })
}

fn chart(
    answer: &Answer,
    key: &str,
    title: &str,
    meaning: &str,
    lag: impl Fn(&Candidate) -> Option<Vec<(f64, f64)>>,
) -> Option<Chart> {
    let best = answer.recommended.map(|one| one.choice);
    let lines: Vec<Line> = answer
        .candidates
        .iter()
        .filter_map(|candidate| {
            let choice = candidate.assessment.choice;
            let name = format!("{} partitions, {} consumers", choice.partitions, choice.consumers);
            let line = Line::new(&name, Ink::Muted, lag(candidate)?);
            Some(if best == Some(choice) { Line { ink: Ink::Accent, shape: Shape::Area, ..line } } else { line })
        })
        .collect();
    let coloured = lines.into_iter().enumerate().map(|(number, line)| {
        let ink = if line.ink == Ink::Muted { Ink::Member(number) } else { line.ink };
        Line { ink, is_drawn: number < MOST_LINES || line.ink == Ink::Accent, ..line }
    });
    let mut lines: Vec<Line> = coloured.collect();
    // The first is drawn on top.
    lines.sort_by_key(|line| line.ink != Ink::Accent);
    (!lines.is_empty()).then(|| Chart {
        key: key.to_owned(),
        title: title.to_owned(),
        meaning: meaning.to_owned(),
        basis: Basis::Simulated,
        x: Axis::new("", Unit::Seconds),
        body: Body::Lines { y: Axis::new("", Unit::Count("records")), lines },
        marks: vec![],
        bands: vec![],
    })
}
