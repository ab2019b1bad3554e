//! What `logyard plan --json` writes: its keys are promises to the outside. Add to them, don't rename them.

pub mod comparison;
pub mod document;

use serde::Serialize;

use self::comparison::ComparisonSummary;
use crate::planner::capacity::{Figure, Row};
use crate::planner::choice::Need;
use crate::planner::compare::Comparison;
use crate::planner::sweep::{Answer, Candidate, Simulated};
use crate::planner::theory::Theory;

/// An input that wasn't thought of, but measured or taken over from what ran.
#[derive(Clone, Debug, Serialize)]
pub struct MeasuredInput {
    pub name: String,
    /// How, when and of what.
    pub how: String,
}

/// An answer as it is written.
#[derive(Clone, Debug, Serialize)]
pub struct PlanSummary {
    pub title: String,
    pub seed: u64,
    /// `None` where no count meets everything.
    pub recommended: Option<RecommendationSummary>,
    pub limits: Vec<LimitSummary>,
    pub candidates: Vec<CandidateSummary>,
    /// The count beyond which more partitions make little difference.
    pub knee: Option<u32>,
    pub reasons: Vec<String>,
    pub formulas: Vec<FormulaSummary>,
    /// Inputs that were measured, where some were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measured: Vec<MeasuredInput>,
    /// Of a candidate that ran on the broker, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compared: Option<ComparisonSummary>,
    /// Whether it was ended before everything was simulated and compared.
    pub interrupted: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct RecommendationSummary {
    pub partitions: u32,
    pub consumers: u32,
    pub binding: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct LimitSummary {
    pub name: &'static str,
    /// `None` where no number of partitions is enough.
    pub partitions: Option<u32>,
    pub formula: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct CandidateSummary {
    pub partitions: u32,
    pub consumers: u32,
    pub idle_consumers: u32,
    pub utilisation: f64,
    pub busiest_utilisation: f64,
    pub peak_utilisation: f64,
    /// `None` where the line grows without end.
    pub theory: Option<TheorySummary>,
    /// `None` where it was not simulated.
    pub simulated: Option<SimulatedSummary>,
    /// How long a record lies behind the others of a peak, in theory; `None` where the backlog grows.
    pub backlog_s: Option<f64>,
    /// After the outage, in theory; `None` without one, and where it is never caught up.
    pub catch_up_s: Option<f64>,
    /// `None` where records are kept for ever.
    pub disk_bytes: Option<u64>,
    pub meets: Vec<&'static str>,
    pub misses: Vec<&'static str>,
    pub verdict: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct TheorySummary {
    pub mean_wait_ms: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub queue: String,
    pub exact: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct SimulatedSummary {
    pub mean_wait_ms: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// `None` of a single run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<CertaintySummary>,
    pub max_lag: u64,
    pub catch_up_s: Option<f64>,
    pub records: u64,
    pub span_s: f64,
    pub wall_s: f64,
}

/// Half the widths of 95 % confidence intervals over runs with different seeds.
#[derive(Clone, Debug, Serialize)]
pub struct CertaintySummary {
    pub runs: u32,
    pub mean_wait_ms: f64,
    pub p99_ms: f64,
    pub as_asked: bool,
}

/// A formula that was worked out.
#[derive(Clone, Debug, Serialize)]
pub struct FormulaSummary {
    pub name: &'static str,
    pub title: &'static str,
    pub formula: &'static str,
    pub inputs: Vec<InputSummary>,
    /// `None` where it never ends or no number does it.
    pub result: Option<f64>,
    pub unit: &'static str,
    pub explanation: String,
    pub source: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct InputSummary {
    pub name: &'static str,
    pub value: String,
}

impl PlanSummary {
    /// As programs read it: one object on one line.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("plain values with names for keys") + "\n"
    }

    /// With theory, simulation and measurement of one of its candidates.
    #[must_use]
    pub fn with(self, comparison: &Comparison) -> Self {
        Self { compared: Some(ComparisonSummary::of(comparison)), ..self }
    }

    pub fn of(answer: &Answer) -> Self {
        let recommended = answer.recommended.map(|recommended| RecommendationSummary {
            partitions: recommended.choice.partitions,
            consumers: recommended.choice.consumers,
            binding: recommended.binding,
        });
        Self {
            title: answer.plan().title.clone(),
            seed: answer.plan().seed,
            recommended,
            limits: answer.limits.iter().map(limit).collect(),
            candidates: answer.candidates.iter().map(|candidate| candidate_summary(answer, candidate)).collect(),
            knee: answer.knee,
            reasons: answer.reasons.clone(),
            formulas: answer.rows.iter().map(formula).collect(),
            measured: Vec::new(),
            compared: None,
            interrupted: false,
        }
    }
}

fn limit(row: &Row) -> LimitSummary {
    LimitSummary { name: row.name, partitions: row.partitions(), formula: row.formula }
}

fn candidate_summary(answer: &Answer, candidate: &Candidate) -> CandidateSummary {
    let assessment = &candidate.assessment;
    let keys = |needs: &[Need]| {
        let mut keys: Vec<&'static str> = needs.iter().map(|need| need.key()).collect();
        keys.dedup();
        keys
    };
    let misses = keys(&assessment.misses);
    let meets = keys(&assessment.meets).into_iter().filter(|key| !misses.contains(key)).collect();
    CandidateSummary {
        partitions: assessment.choice.partitions,
        consumers: assessment.choice.consumers,
        idle_consumers: assessment.choice.idle(),
        utilisation: assessment.utilisation,
        busiest_utilisation: assessment.busiest_utilisation,
        peak_utilisation: assessment.peak_utilisation,
        theory: assessment.theory.as_ref().map(theory),
        simulated: candidate.simulated.as_ref().map(simulated),
        backlog_s: assessment.backlog.map(|backlog| backlog.wait),
        catch_up_s: assessment.catch_up.map(|catch_up| catch_up.seconds),
        disk_bytes: answer.facts.disk_bytes().map(whole),
        meets,
        misses,
        verdict: answer.verdict(candidate),
    }
}

fn theory(theory: &Theory) -> TheorySummary {
    TheorySummary {
        mean_wait_ms: theory.mean_wait * 1e3,
        p50_ms: theory.p50 * 1e3,
        p99_ms: theory.p99 * 1e3,
        queue: theory.queue.clone(),
        exact: theory.is_exact,
    }
}

fn simulated(simulated: &Simulated) -> SimulatedSummary {
    SimulatedSummary {
        mean_wait_ms: simulated.mean_wait * 1e3,
        p50_ms: simulated.p50 * 1e3,
        p99_ms: simulated.p99 * 1e3,
        certainty: simulated.certainty.map(|it| CertaintySummary {
            runs: it.runs,
            mean_wait_ms: it.mean_wait * 1e3,
            p99_ms: it.p99 * 1e3,
            as_asked: it.is_as_asked,
        }),
        max_lag: simulated.max_lag,
        catch_up_s: simulated.catch_up,
        records: simulated.records,
        span_s: simulated.span.as_secs_f64(),
        wall_s: simulated.wall.as_secs_f64(),
    }
}

fn formula(row: &Row) -> FormulaSummary {
    let (result, unit) = figure(row.result);
    let inputs = row.inputs.iter().map(|(name, value)| InputSummary { name, value: value.clone() });
    FormulaSummary {
        name: row.name,
        title: row.title,
        formula: row.formula,
        inputs: inputs.collect(),
        result,
        unit,
        explanation: row.sentence.clone(),
        source: row.source,
    }
}

fn figure(figure: Figure) -> (Option<f64>, &'static str) {
    match figure {
        Figure::Partitions(count) => (Some(f64::from(count)), "partitions"),
        Figure::Consumers(count) => (Some(f64::from(count)), "consumers"),
        Figure::Records(records) => (Some(records), "records"),
        Figure::Seconds(seconds) => (Some(seconds), "seconds"),
        Figure::Share(share) => (Some(share), "share"),
        Figure::Bytes(bytes) => (Some(bytes), "bytes"),
        Figure::Count(count) => (Some(count), ""),
        Figure::Never => (None, ""),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; bytes are not negative")]
fn whole(bytes: f64) -> u64 {
    bytes.round() as u64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::PlanSummary;
    use crate::model::units::Rate;
    use crate::planner::sweep;
    use crate::scenario::plan::Plan;

    #[test]
    fn the_textbook_case_has_its_two_limits_and_is_20() {
        let limit = Rate::from_per_second(100.0);
        let plan = Plan { title: "textbook".to_owned(), partition_write_limit: limit, ..Plan::default() };
        let summary = serde_json::to_value(PlanSummary::of(&sweep::answer(&plan))).unwrap();
        assert_eq!(summary["recommended"], json!({"partitions": 20, "consumers": 20, "binding": "consume-rate"}));
        let limits = json!([
            {"name": "produce-rate", "partitions": 10, "formula": "ceil(produce_rate / partition_write_limit)"},
            {"name": "consume-rate", "partitions": 20, "formula": "ceil(produce_rate / consumer_rate)"},
        ]);
        assert_eq!(summary["limits"], limits);
        assert_eq!((&summary["title"], &summary["seed"]), (&json!("textbook"), &json!(1)));
        let candidates = summary["candidates"].as_array().unwrap();
        let best = candidates.iter().find(|candidate| candidate["partitions"] == 20).unwrap();
        assert_eq!((&best["utilisation"], &best["theory"]), (&json!(1.0), &json!(null)));
        assert_eq!(best["disk_bytes"], json!(1_814_400_000_000_u64));
        let roomy = candidates.iter().find(|candidate| candidate["partitions"] == 25).unwrap();
        assert!((roomy["theory"]["mean_wait_ms"].as_f64().unwrap() - 80.0).abs() < 1e-6, "{roomy}");
        assert_eq!(roomy["theory"]["queue"], "M/M/1");
    }
}
