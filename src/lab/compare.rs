//! Runs a plan's candidate on the embedded broker in virtual time, simulates the same, and puts both beside theory.

use std::time::Duration;

use crate::clock::{Clock, Driver};
use crate::planner::choice::{Assessment, Choice};
use crate::planner::compare::{Comparison, Measured};
use crate::planner::facts::Facts;
use crate::planner::on_broker;
use crate::planner::simulate::{self, Span, Start, simulate};
use crate::scenario::Scenario;
use crate::scenario::plan::Plan;

use super::command::Command;
use super::experiment::Experiment;
use super::run::RunError;
use super::setup::{Setup, StorePlace};

/// Records that are measured: their 99th percentile is good to some per cent, in some seconds of a core.
const RECORDS: f64 = 1e5;

/// For so long at least, and at the most.
const SPAN: (f64, f64) = (20.0, 600.0);

/// So many times as long is simulated where the load is always the same: a simulated hour costs little.
const LONGER: u32 = 20;

/// The group has all its partitions before anything is sent.
const SETTLING: Duration = Duration::from_secs(20);

/// Theory, simulation and measurement of a plan with these counts. Its outage is left out.
///
/// # Errors
/// When the broker can't be started or gives up.
pub fn compare(plan: &Plan, choice: Choice) -> Result<Comparison, RunError> {
    let plan = Plan { outage: None, ..plan.clone() };
    let facts = Facts::of(&plan);
    let mut scenario = on_broker::scenario(&plan, choice);
    scenario.broker.initial_rebalance_delay = Duration::ZERO;
    let span = Duration::from_secs_f64((RECORDS / facts.average).clamp(SPAN.0, SPAN.1));
    let group = &scenario.groups[0].name;
    let mut setup = simulate::Setup::of_group(&scenario, group).expect("the plan's scenario has its group");
    setup.start = Start::Settled;
    setup.span = Span::For(if facts.load.has_peaks() { span } else { span * LONGER });
    let simulated = simulate(&setup);
    let driver = Driver::simulated();
    let clock = driver.clock().clone();
    let measured = driver.block_on(measure(clock, scenario, span))?;
    Ok(Comparison::new(facts.average, &Assessment::of(&facts, choice), &simulated, measured))
}

async fn measure(clock: Clock, mut scenario: Scenario, span: Duration) -> Result<Measured, RunError> {
    let producers = std::mem::take(&mut scenario.producers);
    let setup = Setup { store: StorePlace::Memory, ..Setup::new(scenario) };
    let mut lab = Experiment::start(clock, setup).await?;
    lab.run_for(SETTLING).await.map_err(RunError::Broker)?;
    for producer in producers {
        lab.command(Command::AddProducer(Box::new(producer))).await;
    }
    let snapshot = lab.run_for(span).await.map_err(RunError::Broker)?;
    lab.stop().await?;
    let group = &snapshot.groups[0];
    let seconds = span.as_secs_f64();
    let busy = group.members.iter().map(|member| member.busy_time.as_secs_f64() / seconds);
    let latency = group.latency;
    Ok(Measured {
        records: group.processed(),
        span,
        busiest: busy.fold(0.0, f64::max),
        mean_wait: latency.mean_wait / 1e3,
        p50: latency.p50 / 1e3,
        p99: latency.p99 / 1e3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::units::Rate;
    use crate::scenario::Keys;

    #[test]
    fn all_three_agree_where_theory_is_exact() {
        let rate = |per_second| Rate::from_per_second(per_second).unwrap();
        let plan = Plan {
            produce_rate: rate(60.0),
            consumer_rate: Some(rate(50.0)),
            keys: Keys::Uniform { count: 10_000 },
            ..Plan::default()
        };
        let comparison = compare(&plan, Choice { partitions: 4, consumers: 2 }).unwrap();
        assert_eq!(comparison.rows.len(), 5);
        for row in &comparison.rows {
            let (simulated, theory) = (row.off(row.simulated).unwrap(), row.off(row.theory.unwrap()).unwrap());
            let slack = if row.name.contains("p99") { 0.12 } else { 0.08 };
            assert!(simulated.abs() < slack && theory.abs() < slack, "{row:?}");
        }
    }
}
