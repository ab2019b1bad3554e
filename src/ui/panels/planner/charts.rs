//! The planner's charts as data: latency by the number of partitions, as the report has it, with what was measured;
//! and the backlog of the candidate that is looked at.

use crate::lab::Snapshot;
use crate::lab::command::Source;
use crate::lab::planning::PlanState;
use crate::planner::fluid::Fluid;
use crate::planner::on_broker;
use crate::planner::simulate::LagSeries;
use crate::planner::sweep::{Answer, Candidate, Simulated};
use crate::planner::words;
use crate::report::chart::{Axis, Band, Basis, Body, Chart, Ink, Line, Mark, Shape, Unit};
use crate::report::format;
use crate::report::plan::document::latency_chart;
use crate::scenario::plan::Plan;

/// Where the backlog in theory is from.
const FLUID: &str = "Σ (rate(t) − capacity) while above it, over all consumers (Newell's fluid)";

/// What was measured of a setup that ran.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    pub partitions: u32,
    /// Seconds.
    pub p99: f64,
    /// Rather than of where the load is heaviest.
    pub is_of_all: bool,
}

/// What the running experiment measured, if it is this plan on the broker and has shown enough.
pub fn measured(snapshot: &Snapshot, plan: &Plan) -> Option<Measured> {
    let Source::Made(scenario) = &snapshot.experiment.source else { return None };
    let group = snapshot.groups.first().filter(|group| group.processed() >= ENOUGH)?;
    let topic = snapshot.topics.first()?;
    let partitions = u32::try_from(topic.partitions.len()).ok()?;
    let is_it = on_broker::is_of(scenario, plan) && !snapshot.experiment.edited;
    let recent = group.latency_recent;
    (is_it && recent.count > 0).then_some(Measured { partitions, p99: recent.p99 / 1e3, is_of_all: true })
}

/// That with what comparisons have measured of the present plan: the newest for each count, the latter first.
pub fn all_measured(running: &[Measured], plan: &PlanState) -> Vec<Measured> {
    let mut all: Vec<Measured> = running.to_vec();
    for comparison in plan.present_comparisons() {
        let found = Measured {
            partitions: comparison.choice.partitions,
            p99: comparison.measured.p99,
            is_of_all: comparison.is_of_all(),
        };
        all.retain(|known| known.partitions != found.partitions);
        all.push(found);
    }
    all.sort_by_key(|found| found.partitions);
    all
}

/// Records from which on a 99th percentile says something.
const ENOUGH: u64 = 5_000;

/// Latency of 99 of 100 records by the number of partitions.
pub fn latency(answer: &Answer, measured: &[Measured]) -> Option<Chart> {
    let mut chart = latency_chart(answer)?;
    "p99 latency by partition count".clone_into(&mut chart.title);
    let ends = (answer.curve.first()?, answer.curve.last()?);
    let (from, to) = (f64::from(ends.0.partitions), f64::from(ends.1.partitions));
    if let Body::Lines { lines, .. } = &mut chart.body {
        for (name, is_of_all) in [("measured", true), ("measured at the peak", false)] {
            let found = measured.iter().filter(|found| found.is_of_all == is_of_all);
            let points: Vec<(f64, f64)> = found.map(|found| (f64::from(found.partitions), found.p99)).collect();
            if !points.is_empty() {
                lines.push(Line::new(name, Ink::Bad, points).shaped(Shape::Diamonds).with_basis(Basis::Measured));
            }
        }
        if let Some(target) = answer.plan().target.p99_latency {
            let points = vec![(from, target.as_secs_f64()), (to, target.as_secs_f64())];
            let name = format!("target {}", words::span(target));
            let basis = Basis::derived("the plan asks for it");
            lines.push(Line::new(&name, Ink::Warn, points).shaped(Shape::Dashed).with_basis(basis));
        }
        for line in lines {
            line.name = line.name.replace("p99 in theory", "theory");
            if line.name == "p99" {
                "simulated".clone_into(&mut line.name);
            }
        }
    }
    let recommended = answer.recommended.map(|recommended| recommended.choice.partitions);
    let mark = recommended.map(|count| Mark { at: f64::from(count), label: count.to_string(), ink: Ink::Text });
    Some(Chart { marks: mark.into_iter().collect(), x: chart.x.with_range(from, to), ..chart })
}

/// Records that wait over one period, and with the outage that is planned for.
pub fn backlog(answer: &Answer, candidate: &Candidate) -> Chart {
    let until = until(answer, candidate);
    let mut lines = Vec::new();
    let mut marks = Vec::new();
    let mut basis = Basis::Simulated;
    if let Some(simulated) = &candidate.simulated {
        let usual = points(&simulated.lag, 0.0, until.min(simulated.span.as_secs_f64()));
        let hit = with_outage(candidate, simulated, until);
        marks.extend(peak(answer, &usual).filter(|_| is_seen_beside(&usual, hit.as_deref())));
        lines.push(Line::new("simulated", Ink::Accent, usual).shaped(Shape::Area));
        lines.extend(hit.map(|hit| Line::new("with the outage", Ink::Bad, hit)));
    } else if let Some(fluid) = fluid(answer, candidate) {
        basis = Basis::derived(FLUID);
        marks.extend(peak(answer, &fluid));
        lines.push(Line::new("theory", Ink::Accent, fluid).shaped(Shape::Dashed));
    }
    let x = Axis::new("", Unit::Seconds);
    Chart {
        key: "backlog-of-candidate".to_owned(),
        title: format!(
            "Backlog over {} · {}",
            span_words(until),
            words::of(candidate.assessment.choice.partitions, "partition")
        ),
        meaning: "records that have come and are not processed".to_owned(),
        basis,
        x: if until.is_finite() { x.with_range(0.0, until) } else { x },
        body: Body::Lines { y: Axis::new("", Unit::Count("records")).with_range(0.0, 10.0), lines },
        marks,
        bands: outage(answer, candidate).into_iter().collect(),
    }
}

/// One period of the load, or for as long as an outage in it is caught up from; no end where the load never changes.
fn until(answer: &Answer, candidate: &Candidate) -> f64 {
    let period = answer.facts.load.period();
    let outage = answer.plan().outage.zip(candidate.assessment.catch_up);
    let caught_up = outage.map(|(outage, it)| it.begins + outage.length.as_secs_f64() + it.seconds * AFTERWARDS);
    caught_up.map_or(period, |caught_up| period.max(caught_up))
}

/// How long it is looked at, in lengths of what catching up takes.
const AFTERWARDS: f64 = 1.2;

/// A peak that is nothing beside what the outage leaves needs no words.
fn is_seen_beside(usual: &[(f64, f64)], hit: Option<&[(f64, f64)]>) -> bool {
    let highest = |points: &[(f64, f64)]| points.iter().map(|point| point.1).fold(0.0, f64::max);
    highest(usual) >= 0.1 * hit.map_or(0.0, highest)
}

fn span_words(period: f64) -> String {
    match period {
        86_400.0 => "the day".to_owned(),
        604_800.0 => "the week".to_owned(),
        _ if period.is_finite() => words::seconds(period),
        _ => "time".to_owned(),
    }
}

fn points(lag: &LagSeries, begin: f64, until: f64) -> Vec<(f64, f64)> {
    let points = lag.points().map(|(at, records)| (at + begin, records));
    points.skip_while(|point| point.0 < 0.0).take_while(|point| point.0 <= until).collect()
}

/// The run with the outage begins some while before it, wherever in the pattern that is.
fn with_outage(candidate: &Candidate, simulated: &Simulated, until: f64) -> Option<Vec<(f64, f64)>> {
    let (at, lag) = simulated.outage_lag.as_ref()?;
    let begins = candidate.assessment.catch_up?.begins;
    Some(points(lag, begins - at.as_secs_f64(), until))
}

/// The highest point, where it is the load's and not chance's.
fn peak(answer: &Answer, points: &[(f64, f64)]) -> Option<Mark> {
    let highest = points.iter().max_by(|one, other| one.1.total_cmp(&other.1))?;
    let is_worth_it = answer.facts.load.has_peaks() && highest.1 >= 1.0;
    is_worth_it.then(|| Mark { at: highest.0, label: format!("peak {}", format::short(highest.1)), ink: Ink::Muted })
}

fn outage(answer: &Answer, candidate: &Candidate) -> Option<Band> {
    let length = answer.plan().outage?.length.as_secs_f64();
    let from = candidate.assessment.catch_up?.begins;
    Some(Band { from, to: from + length, ink: Ink::Bad })
}

/// What piles up before all consumers together, as a fluid.
fn fluid(answer: &Answer, candidate: &Candidate) -> Option<Vec<(f64, f64)>> {
    let (facts, pieces) = (&answer.facts, answer.facts.load.pieces());
    candidate.assessment.backlog?;
    if !facts.load.has_peaks() {
        return None;
    }
    let mut sums = vec![0.0; pieces.len()];
    for share in &candidate.assessment.shares.consumers {
        let backlogs = Fluid::new(&facts.load, *share, facts.consumer).backlogs(pieces);
        sums.iter_mut().zip(backlogs).for_each(|(sum, (before, _))| *sum += before);
    }
    let mut at = 0.0;
    let points = pieces.iter().zip(sums).map(|(piece, records)| {
        let point = (at, records);
        at += piece.seconds;
        point
    });
    Some(points.collect())
}
