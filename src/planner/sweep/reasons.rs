//! Why a count is recommended, or why none is: sentences in the order in which somebody would ask.

use super::Answer;
use crate::planner::capacity::Row;
use crate::planner::choice::Need;
use crate::planner::facts::ceil;
use crate::planner::words::{self, percent, sentence};
use crate::scenario::Keys;

/// Busy share from which chance alone makes long lines.
const BUSY: f64 = 0.95;

/// Busy share that is advised where the plan names none.
const ADVISED: f64 = 0.85;

/// How much more than an even part the busiest partition has before it is worth a sentence.
const UNEVEN: f64 = 1.1;

/// What theory and simulation take for granted where nobody says it.
const WITHOUT_KEYS: &str = "records without keys are taken to go their own way each, as from very many producers; few make them \
    wait longer: say how many with producers";

pub(super) fn reasons(answer: &Answer) -> Vec<String> {
    let mut reasons = Vec::new();
    match answer.recommended {
        Some(_) => recommended(answer, &mut reasons),
        None => none(answer, &mut reasons),
    }
    if let (Some(knee), Some(recommended)) = (answer.knee, answer.recommended)
        && knee > recommended.choice.partitions
    {
        reasons.push(sentence(&format!("latency falls until about {knee} partitions; more make little difference")));
    }
    if answer.plan().keys == Keys::None && answer.plan().producers.is_none() {
        reasons.push(sentence(WITHOUT_KEYS));
    }
    reasons
}

fn recommended(answer: &Answer, reasons: &mut Vec<String>) {
    let (Some(recommended), Some(best)) = (answer.recommended, answer.best()) else { return };
    let choice = recommended.choice;
    let binding = answer.limits.iter().find(|row| row.name == recommended.binding);
    if let Some(row) = binding {
        reasons.push(sentence(&format!("set by: {}", lower(row.title))));
        reasons.push(row.sentence.clone());
    }
    if let Some(alone) = binding.and_then(Row::partitions).filter(|alone| *alone < choice.partitions) {
        reasons.push(sentence(&format!(
            "were keys and partitions even, {} would do; as they are it takes {}",
            words::count(u64::from(alone)),
            words::count(u64::from(choice.partitions))
        )));
    }
    reasons.extend(others(answer, recommended.binding));
    if choice.consumers < choice.partitions {
        reasons.push(sentence(&format!(
            "{} {} enough to read {}",
            words::of(choice.consumers, "consumer"),
            be(choice.consumers),
            words::of(choice.partitions, "partition")
        )));
    }
    let failures = answer.plan().tolerate_consumer_failures;
    if failures > 0 {
        let idle = choice.idle();
        let spare = if idle > 0 {
            format!("; {} {} without a partition, ready to stand in", words::of(idle, "consumer"), be(idle))
        } else {
            String::new()
        };
        reasons.push(sentence(&format!("with {failures} of them failed the others still keep up{spare}")));
    }
    let busiest = best.assessment.shares.busiest_partition() * f64::from(choice.partitions);
    if busiest > UNEVEN {
        reasons.push(sentence(&format!("keys are uneven: the busiest partition gets {busiest:.2} times the mean")));
    }
    reasons.extend(busy(answer, best.assessment.busiest_utilisation));
}

/// What the other limits would be content with, the largest first.
fn others(answer: &Answer, binding: &str) -> Option<String> {
    let mut others: Vec<&Row> = answer.limits.iter().filter(|row| row.name != binding).collect();
    others.sort_by_key(|row| std::cmp::Reverse(row.partitions()));
    let words: Vec<String> = others
        .into_iter()
        .filter_map(|row| Some(format!("{} ({})", words::count(u64::from(row.partitions()?)), lower(row.title))))
        .collect();
    (!words.is_empty())
        .then(|| sentence(&format!("each of the other limits alone would do with: {}", words.join(", "))))
}

/// That no headroom is left, where nobody asked for any.
fn busy(answer: &Answer, utilisation: f64) -> Option<String> {
    if utilisation < BUSY || answer.plan().target.utilisation.is_some() {
        return None;
    }
    let roomy = ceil(answer.facts.average / (answer.facts.consumer * ADVISED));
    Some(sentence(&format!(
        "the busiest consumer is then {} busy, so that chance alone makes lines grow; {roomy} would keep them {} busy: \
         set the target utilisation to plan for it",
        percent(utilisation),
        percent(ADVISED)
    )))
}

fn none(answer: &Answer, reasons: &mut Vec<String>) {
    let never: Vec<&Row> = answer.limits.iter().filter(|row| row.partitions().is_none()).collect();
    reasons.extend(never.iter().map(|row| row.sentence.clone()));
    if !never.is_empty() {
        return;
    }
    let last = answer.candidates.last().map(|candidate| &candidate.assessment);
    let Some(last) = last else { return };
    if let (Some(consumers), None) = (answer.plan().consumers, answer.needed) {
        let needed = answer.limits.iter().filter(|row| row.name != "produce-rate").filter_map(Row::partitions).max();
        reasons.push(sentence(&format!(
            "{} {} too few, whatever the number of partitions{}",
            words::of(consumers, "consumer"),
            be(consumers),
            needed
                .filter(|needed| *needed > consumers)
                .map_or_else(String::new, |needed| format!(": {needed} {} needed", be(needed)))
        )));
    }
    if let Some(needed) = answer.needed {
        let (partitions, consumers) = (needed.choice.partitions, needed.choice.consumers);
        reasons.push(sentence(&format!(
            "in theory {} with {} would do",
            words::of(partitions, "partition"),
            words::of(consumers, "consumer")
        )));
    }
    let misses: Vec<&str> = last.misses.iter().copied().map(Need::key).collect();
    reasons.push(sentence(&format!(
        "none of the counts that were compared meets everything: {} misses {}",
        words::of(last.choice.partitions, "partition"),
        misses.join(", ")
    )));
}

fn lower(title: &str) -> String {
    let mut letters = title.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

fn be(count: u32) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
