//! How many records per second one core simulates, at 1 to 4,096 partitions, and a whole day at 1,000 records a
//! second; best of several rounds. With `--like-simpy SECONDS` one line for `tests/interop/simpy/compare.sh`: the
//! same model as its Python script, in records per second.
#![expect(clippy::print_stdout, reason = "a benchmark's output is what it is for")]

use std::time::Duration;

use logyard::model::units::Rate;
use logyard::planner::simulate::{Action, Change, Outcome, Setup, Span, Spread, simulate};
use logyard::scenario::{Keys, ServiceTime};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;
const RECORDS: f64 = 2e7;
const UTILISATION: f64 = 0.8;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(at) = words.iter().position(|word| word == "--like-simpy") {
        let seconds = words.get(at + 1).and_then(|word| word.parse().ok()).unwrap_or(1_000.0);
        return println!("{:.0}", best(&like_simpy(seconds)).speed());
    }
    for (partitions, consumers) in [(1, 1), (16, 16), (16, 4), (256, 64), (4_096, 256), (4_096, 4_096)] {
        let setup = setup(partitions, consumers, 1_000.0, RECORDS / 1_000.0);
        report(&format!("{partitions} partitions, {consumers} consumers"), &best(&setup));
    }
    let mut constant = setup(16, 16, 1_000.0, RECORDS / 1_000.0);
    let mean = constant.group.template.processing.mean();
    constant.group.consumers.iter_mut().for_each(|consumer| consumer.processing = ServiceTime::Constant(mean));
    report("16 partitions, 16 consumers, constant processing", &best(&constant));
    let mut sticky = setup(16, 16, 1_000.0, RECORDS / 1_000.0);
    sticky.streams[0].spread = Spread::Sticky { run: 16 };
    report("16 partitions, 16 consumers, no keys: sticky", &best(&sticky));
    let mut limited = setup(16, 16, 1_000.0, RECORDS / 1_000.0);
    limited.topics[0].write_limit = Rate::from_per_second(100.0);
    report("16 partitions, 16 consumers, 100 writes/s each", &best(&limited));
    let mut eventful = setup(16, 16, 1_000.0, RECORDS / 1_000.0);
    let crash = |hour: u32| {
        let action = Action::Crash { consumer: "group-3".into(), back_after: Some(Duration::from_mins(5)) };
        Change { at: Duration::from_mins(30) * hour, action }
    };
    eventful.changes = (1..10).map(crash).collect();
    report("16 partitions, 16 consumers, nine crashes", &best(&eventful));
    report("a day at 1,000 records/s, 16 partitions", &simulate(&setup(16, 16, 1_000.0, 86_400.0)));
}

fn setup(partitions: u32, consumers: u32, per_second: f64, seconds: f64) -> Setup {
    let mean = Duration::from_secs_f64(UTILISATION * f64::from(consumers) / per_second);
    let rate = Rate::from_per_second(per_second).expect("it is positive");
    let mut setup = Setup::new(partitions, rate, consumers, ServiceTime::Exponential { mean });
    setup.streams[0].spread = Spread::Keys(Keys::None);
    setup.span = Span::For(Duration::from_secs_f64(seconds));
    setup
}

/// 16 partitions, each with a consumer of its own, 1,000 records a second, exponential processing.
fn like_simpy(seconds: f64) -> Setup {
    setup(16, 16, 1_000.0, seconds)
}

fn best(setup: &Setup) -> Outcome {
    let rounds = (0..ROUNDS).map(|_| simulate(setup));
    rounds.min_by_key(|outcome| outcome.wall).expect("there are rounds")
}

fn report(what: &str, outcome: &Outcome) {
    println!(
        "{what:<52} {:6.1} M records/s, {:>10} records in {:.3} s, mean wait {:.3} s, {} rebalances",
        outcome.speed() / 1e6,
        outcome.records,
        outcome.wall.as_secs_f64(),
        outcome.wait.mean().as_secs_f64(),
        outcome.rebalance_count
    );
}
