//! Figures of steady groups, and around a crash, within five per cent of each other.
//!
//! A run is a draw. How uncertain its figures are is computed here from runs with different seeds, and a difference
//! counts with that: a steady group's means pass where their difference is less than five per cent by 1.64 standard errors,
//! so that one of five per cent fails, 19 times in 20. Around a crash few records decide, and the standard error is four
//! to five per cent: there the difference itself is held. How many records that takes is known for a queue M/M/1: over n of them the
//! mean wait deviates by √(ρ(2 + 5ρ − 4ρ² + ρ³) / n) / (1 − ρ)² times the processing time (Daley 1968), which is the
//! most where ρ is 0.8, 11 / √n of the mean. Taking off what is explained by how many records came and how long they
//! took to process leaves about half of the variance.

use logyard::lab::snapshot::GroupView;
use logyard::planner::simulate::{Outcome, Setup as Simulation, simulate};
use logyard::scenario::Scenario;

use super::{TOLERANCE, group, measure, real, scenario};

/// Standard errors that a difference must stay below that by, of steady groups.
const CERTAINTY: f64 = 1.64;

/// The same for the 99th percentile: simulated records are read in the order in which they came, those of running
/// consumers partition by partition, so that some wait longer than others: some seven per cent more at half load.
const P99_TOLERANCE: f64 = 0.1;

/// Runs on the broker: two for each of two cores.
const RUNS: u64 = 4;

/// Simulated runs: they cost little, and their error is to be small beside that of the others.
const SIMULATED: u64 = 40;

/// A group of four for each utilisation reads all that comes, 125 a second each.
const UTILISATIONS: [(&str, f64); 4] = [("half", 0.5), ("sixty", 0.6), ("seventy", 0.7), ("eighty", 0.8)];

/// What a consumer takes for a record to be busy so much of its time, with 125 a second.
fn processing(utilisation: f64) -> String {
    let micros = utilisation / 125.0 * 1e6;
    format!("processing = {{ distribution = \"exponential\", mean = \"{micros}us\" }}")
}

/// One run of one group, either way.
#[derive(Clone, Debug)]
struct Run {
    records: f64,
    wait: f64,
    latency: f64,
    p99: f64,
    busy: Vec<f64>,
    rebalances: u64,
}

impl Run {
    fn measured(group: &GroupView, seconds: f64) -> Self {
        Self {
            records: real(group.latency.count),
            wait: group.latency.mean_wait,
            latency: group.latency.mean,
            p99: group.latency.p99,
            busy: group.members.iter().map(|member| member.busy_time.as_secs_f64() / seconds).collect(),
            rebalances: group.rebalance_totals.count,
        }
    }

    fn simulated(outcome: &Outcome) -> Self {
        Self {
            records: real(outcome.records),
            wait: outcome.wait.mean_nanos() / 1e6,
            latency: outcome.sojourn.mean_nanos() / 1e6,
            p99: outcome.sojourn.p99().as_secs_f64() * 1e3,
            busy: outcome.consumers.iter().map(|consumer| consumer.busy).collect(),
            rebalances: outcome.rebalance_count,
        }
    }

    fn load(&self) -> f64 {
        self.busy.iter().sum::<f64>() / 4.0
    }
}

/// The runs of one group both ways.
struct Both {
    simulated: Vec<Run>,
    measured: Vec<Run>,
}

/// Runs a scenario as often as it takes, and gives both sides of each of its groups.
fn both(scenario: &Scenario) -> Vec<Both> {
    let seconds = scenario.duration.expect("it has a length").as_secs_f64();
    let run = |seed| measure(Scenario { seed, ..scenario.clone() });
    let measured: Vec<Vec<GroupView>> = std::thread::scope(|scope| {
        let half = |from: u64| scope.spawn(move || (from..from + RUNS / 2).map(run).collect::<Vec<_>>());
        let halves = [half(1), half(1 + RUNS / 2)];
        halves.into_iter().flat_map(|half| half.join().expect("it runs to its end")).collect()
    });
    let of_group = |(index, group): (usize, &logyard::scenario::GroupSpec)| {
        let setup = Simulation::of_group(scenario, &group.name).expect("the group is there");
        let simulate = |seed| Run::simulated(&simulate(&Simulation { seed, ..setup.clone() }));
        Both {
            simulated: (1..=SIMULATED).map(simulate).collect(),
            measured: measured.iter().map(|groups| Run::measured(&groups[index], seconds)).collect(),
        }
    };
    scenario.groups.iter().enumerate().map(of_group).collect()
}

impl Both {
    /// Says what is wrong of a figure: the difference of the means with its standard error is too large.
    fn difference(
        &self,
        what: &str,
        (tolerance, certainty): (f64, f64),
        figure: impl Fn(&Run) -> f64,
    ) -> Option<String> {
        let (slopes, means) = self.explained(&figure);
        let rest = |run: &Run| {
            let [records, load] = [run.records / means.0 - 1.0, run.load() / means.1 - 1.0];
            figure(run) - slopes.0 * records - slopes.1 * load
        };
        let values = |runs: &[Run]| runs.iter().map(rest).collect::<Vec<f64>>();
        let (simulated, measured) = (mean_and_error(&values(&self.simulated)), mean_and_error(&values(&self.measured)));
        // Of a few runs the spread is not well known; of the many simulated ones it is, and it is the same.
        let spread = simulated.1 * real(SIMULATED).sqrt();
        let error = spread * (1.0 / real(SIMULATED) + 1.0 / real(RUNS)).sqrt() / measured.0;
        let off = simulated.0 / measured.0 - 1.0;
        let words = format!(
            "{what}: simulated {:.4}, measured {:.4}, {:+.2} % ± {:.2} %",
            simulated.0,
            measured.0,
            off * 100.0,
            error * 100.0
        );
        (off.abs() + certainty * error >= tolerance).then_some(words)
    }

    /// What of a figure is explained by how many records came and how busy consumers were, by least squares over the
    /// simulated runs; with the means of both.
    fn explained(&self, figure: &impl Fn(&Run) -> f64) -> ((f64, f64), (f64, f64)) {
        let mean = |of: &dyn Fn(&Run) -> f64| self.simulated.iter().map(of).sum::<f64>() / real(SIMULATED);
        let means = (mean(&|run| run.records), mean(&Run::load));
        let (x, y) = (|run: &Run| run.records / means.0 - 1.0, |run: &Run| run.load() / means.1 - 1.0);
        let (xx, xy, yy) = (mean(&|run| x(run) * x(run)), mean(&|run| x(run) * y(run)), mean(&|run| y(run) * y(run)));
        let (xf, yf) = (mean(&|run| x(run) * figure(run)), mean(&|run| y(run) * figure(run)));
        let determinant = xx * yy - xy * xy;
        (((xf * yy - yf * xy) / determinant, (yf * xx - xf * xy) / determinant), means)
    }

    /// Records, mean wait, mean latency, p99 and the busy share of each consumer.
    fn disagreements(&self, of: &str, certainty: f64) -> Vec<String> {
        let plain = |what: &str, figure: &dyn Fn(&Run) -> f64| self.plain_difference(&format!("{of}, {what}"), figure);
        let mut wrong: Vec<String> = vec![];
        wrong.extend(plain("records", &|run| run.records));
        wrong.extend(self.difference(&format!("{of}, mean wait"), (TOLERANCE, certainty), |run| run.wait));
        wrong.extend(self.difference(&format!("{of}, mean latency"), (TOLERANCE, certainty), |run| run.latency));
        wrong.extend(self.difference(&format!("{of}, p99"), (P99_TOLERANCE, 0.0), |run| run.p99));
        let consumers = 0..self.measured[0].busy.len();
        wrong.extend(consumers.filter_map(|one| plain(&format!("busy {}", one + 1), &|run| run.busy[one])));
        let rebalances = |runs: &[Run]| runs.iter().map(|run| run.rebalances).max();
        let (simulated, measured) = (rebalances(&self.simulated), rebalances(&self.measured));
        wrong.extend((simulated != measured).then(|| format!("{of}, rebalances: {simulated:?} and {measured:?}")));
        wrong
    }

    /// What explains other figures is compared as it is.
    fn plain_difference(&self, what: &str, figure: &dyn Fn(&Run) -> f64) -> Option<String> {
        let values = |runs: &[Run]| runs.iter().map(figure).collect::<Vec<f64>>();
        let (simulated, measured) = (mean_and_error(&values(&self.simulated)), mean_and_error(&values(&self.measured)));
        let error = simulated.1 * (1.0 + real(SIMULATED) / real(RUNS)).sqrt() / measured.0;
        let off = simulated.0 / measured.0 - 1.0;
        (off.abs() + CERTAINTY * error >= TOLERANCE).then(|| {
            format!("{what}: simulated {:.4}, measured {:.4}, ± {:.2} %", simulated.0, measured.0, error * 100.0)
        })
    }
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = real(u64::try_from(values.len()).expect("a few"));
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

#[test]
fn a_crash_and_its_rebalances_cost_what_was_simulated() {
    let events = |name: &str| {
        format!("[[event]]\nat = \"21s\"\ncrash = \"{name}-2\"\n[[event]]\nat = \"41s\"\nstart = \"{name}-2\"\n")
    };
    let two = [("half", 0.5, "cooperative-sticky", "auto"), ("sixty", 0.6, "range", "after")];
    let one = |(name, utilisation, assignor, commit): &(&str, f64, &str, &str)| {
        group(name, &format!("{}\nassignor = \"{assignor}\"\ncommit = \"{commit}\"", processing(*utilisation)))
    };
    let groups: Vec<String> = two.iter().map(one).collect();
    let events: Vec<String> = two.iter().map(|(name, ..)| events(name)).collect();
    let scenario = scenario(60, 500.0, &groups.concat(), &events.concat());
    let wrong = both(&scenario).into_iter().zip(two).flat_map(|(both, (name, ..))| both.disagreements(name, 0.0));
    assert_eq!(wrong.collect::<Vec<String>>(), Vec::<String>::new());
}

#[test]
fn steady_groups_wait_as_long_as_was_simulated_at_every_utilisation() {
    let one = |(name, utilisation): &(&str, f64)| group(name, &processing(*utilisation));
    let groups: Vec<String> = UTILISATIONS.iter().map(one).collect();
    let scenario = scenario(80, 500.0, &groups.concat(), "");
    let wrong =
        both(&scenario).into_iter().zip(UTILISATIONS).flat_map(|(both, (name, _))| both.disagreements(name, CERTAINTY));
    assert_eq!(wrong.collect::<Vec<String>>(), Vec::<String>::new());
}
