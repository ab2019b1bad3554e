//! A comparison in words: its figures, and what they are of. The same for a terminal, a window and a report.

use super::{Comparison, MeasuredOn, Row, Unit};
use crate::model::durability::Durability;
use crate::planner::words;
use crate::scenario::Keys;

/// Of fewer records one in a hundred is too few to tell.
const FEW_RECORDS: u64 = 2_000;

/// What was measured where nobody says who sends.
const WITHOUT_KEYS: &str = "Each record had a key of its own and went its own way, as from very many producers: few that send \
    without keys make records wait longer. Say how many with producers.";

/// Where consumers have several partitions.
const IN_TURN: &str = "A running consumer reads what waits of one partition and then of the next, a simulated one in the order \
    in which records came: the mean is the same, and one in a hundred waits some per cent longer than simulated.";

/// Where there is no such figure.
const NONE: &str = "–";

impl Row {
    /// Titles of [`Row::cells`].
    pub const HEADS: [&'static str; 5] = ["theory", "off", "simulated", "off", "measured"];

    /// Theory, how far it is off, the simulation, how far that is off, and what was measured.
    pub fn cells(&self) -> [String; 5] {
        let percent = |share: f64| format!("{:+.1} %", share * 100.0).replace('-', "−");
        let off = |figure| self.off(figure).map_or_else(|| NONE.to_owned(), percent);
        let written = |figure| match self.unit {
            Unit::PerSecond => words::rate(figure),
            Unit::Share => words::percent(figure),
            Unit::Seconds => words::seconds(figure),
        };
        [
            self.theory.map_or_else(|| NONE.to_owned(), written),
            self.theory.map_or_else(|| NONE.to_owned(), off),
            written(self.simulated),
            off(self.simulated),
            written(self.measured),
        ]
    }
}

impl Comparison {
    /// On which clock it was measured, in a few words.
    pub fn clock(&self) -> String {
        match self.measured.on {
            MeasuredOn::Virtual => "in virtual time".to_owned(),
            MeasuredOn::Real(durability) => format!("in real time, durability {}", promise(durability)),
        }
    }

    /// How each of the three came about, and what keeps them apart.
    pub fn basis(&self) -> Vec<String> {
        let mut sentences = vec![self.measuring(), self.simulating()];
        sentences.extend(self.stretch_words());
        if self.measured.records < FEW_RECORDS {
            let records = words::count(self.measured.records);
            sentences.push(format!("{records} records are few: their 99th percentile is that of some single ones."));
        }
        sentences.push(self.left_out());
        if self.choice.partitions > self.choice.consumers {
            sentences.push(IN_TURN.to_owned());
        }
        if self.plan.keys == Keys::None && self.plan.producers.is_none() {
            sentences.push(WITHOUT_KEYS.to_owned());
        }
        sentences
    }

    fn measuring(&self) -> String {
        let (records, span) = (words::count(self.measured.records), words::seconds(self.measured.span.as_secs_f64()));
        format!(
            "Measured on the embedded broker {}: {records} records in {span}, seed {}; off is the difference from \
             what was measured.",
            self.clock(),
            self.plan.seed
        )
    }

    fn simulating(&self) -> String {
        let (records, span) = (words::count(self.simulated.records), words::seconds(self.simulated.span.as_secs_f64()));
        let theory = self.queue.as_ref().map_or_else(
            || "In theory the line grows without end.".to_owned(),
            |queue| format!("In theory each consumer is a queue {queue}."),
        );
        format!("Simulated with the same seed: {records} records in {span}. {theory}")
    }

    fn stretch_words(&self) -> Option<String> {
        let begins = self.stretch.begins?.as_secs_f64();
        Some(format!(
            "All of it is of the heaviest {} of the load's pattern, {} into it, at {} on average, with nothing waiting \
             at its beginning.",
            words::seconds(self.stretch.span.as_secs_f64()),
            words::seconds(begins),
            words::rate(self.stretch.per_second)
        ))
    }

    fn left_out(&self) -> String {
        let left_out = match self.measured.on {
            MeasuredOn::Virtual => {
                "On the virtual clock appends, fetches and commits take no time, as in theory and \
                                    in simulations"
            }
            MeasuredOn::Real(_) => {
                "Theory and simulation leave out what appends, fetches and commits take here, and \
                                    what else this machine does"
            }
        };
        let outage = if self.plan.outage.is_some() { "; all three leave out the plan's outage" } else { "" };
        format!("{left_out}{outage}.")
    }
}

fn promise(durability: Durability) -> String {
    match durability {
        Durability::Immediate | Durability::Memory => durability.name().to_owned(),
        Durability::Interval(every) => format!("{} of {}", durability.name(), words::span(every)),
    }
}
