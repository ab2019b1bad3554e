//! Every setting of a producer that a scenario file can give, to be changed while it runs.

use std::time::Duration;

use egui::Ui;

use super::settings::Setting;
use crate::lab::Command;
use crate::lab::command::ProducerChange;
use crate::lab::snapshot::ProducerState;
use crate::model::request::Acks;
use crate::scenario::{Keys, PartitionerKind, Pattern, RecordSize};
use crate::ui::command::Ask;

const ACKS: [Acks; 3] = [Acks::None, Acks::Leader, Acks::All];

pub fn settings_ui(ui: &mut Ui, producer: &ProducerState, asks: &mut Vec<Ask>) {
    let spec = &*producer.spec;
    let set = |label, meaning| Setting::new(&producer.name, label, meaning);
    let mut push = |change: Option<ProducerChange>| {
        let command = change.map(|change| Command::SetProducer { producer: producer.name.clone(), change });
        asks.extend(command.map(Ask::Lab));
    };
    set("Topic", "Where it sends to").fixed_ui(ui, &producer.topic, "a producer keeps its topic; add another one");
    push(pattern_ui(ui, &producer.name, &spec.pattern).map(ProducerChange::Pattern));
    push(keys_ui(ui, &producer.name, &spec.keys).map(ProducerChange::Keys));
    push(size_ui(ui, &producer.name, spec.size).map(ProducerChange::Size));
    let meaning = "When a record counts as sent: 0 never hears of a loss (RabbitMQ: publisher confirms off)";
    let current = ACKS.iter().position(|it| *it == spec.acks);
    push(set("Acks", meaning).choice_ui(ui, current, &["0", "1", "all"]).map(|at| ProducerChange::Acks(ACKS[at])));
    let meaning = "The broker drops what is sent twice by a retry (SQS: deduplication of a FIFO queue)";
    let chosen = set("Idempotent", meaning).choice_ui(ui, Some(usize::from(spec.idempotent)), &["off", "on"]);
    push(chosen.map(|at| ProducerChange::Idempotent(at == 1)));
    let meaning = "How long a batch waits for more records";
    push(set("Linger", meaning).millis_ui(ui, spec.linger).map(ProducerChange::Linger));
    let meaning = "Bytes at which a batch is sent without waiting";
    push(set("Batch size", meaning).small_count_ui(ui, spec.batch_size, 1, " B").map(ProducerChange::BatchSize));
    push(partitioner_ui(ui, &producer.name, spec.partitioner).map(ProducerChange::Partitioner));
}

fn pattern_ui(ui: &mut Ui, owner: &str, pattern: &Pattern) -> Option<Pattern> {
    let current = match pattern {
        Pattern::Constant => Some(0),
        Pattern::Poisson => Some(1),
        Pattern::Burst { .. } => Some(2),
        Pattern::Diurnal { .. } => Some(3),
        Pattern::Trace { .. } => None,
    };
    let meaning = "How its sends are spread over time";
    let words = ["constant", "poisson", "burst", "diurnal"];
    let mut next = Setting::new(owner, "Pattern", meaning).choice_ui(ui, current, &words).map(|chosen| match chosen {
        0 => Pattern::Constant,
        1 => Pattern::Poisson,
        2 => Pattern::Burst { every: Duration::from_secs(20), length: Duration::from_secs(5), factor: 3.0 },
        _ => Pattern::Diurnal { peak: 2.0, period: Duration::from_mins(1) },
    });
    match *pattern {
        Pattern::Burst { every, length, factor } => {
            let times = Setting::new(owner, "Burst factor", "The rate during a burst, over the usual one");
            let factor_set = times.number_ui(ui, factor, (0.0, 1e3), "×");
            next = factor_set.map(|factor| Pattern::Burst { every, length, factor }).or(next);
            let set = Setting::new(owner, "Burst every", "From one burst to the next").seconds_ui(ui, every);
            next = set.map(|every| Pattern::Burst { every, length: length.min(every), factor }).or(next);
            let set = Setting::new(owner, "Burst length", "How long a burst lasts").seconds_ui(ui, length);
            next = set.map(|length| Pattern::Burst { every, length: length.min(every), factor }).or(next);
        }
        Pattern::Diurnal { peak, period } => {
            let set =
                Setting::new(owner, "Peak", "The highest rate, over the mean").number_ui(ui, peak, (1.0, 100.0), "×");
            next = set.map(|peak| Pattern::Diurnal { peak, period }).or(next);
            let set = Setting::new(owner, "Period", "From one peak to the next").seconds_ui(ui, period);
            next = set.map(|period| Pattern::Diurnal { peak, period }).or(next);
        }
        Pattern::Constant | Pattern::Poisson | Pattern::Trace { .. } => {}
    }
    next
}

fn keys_ui(ui: &mut Ui, owner: &str, keys: &Keys) -> Option<Keys> {
    let (current, count) = match keys {
        Keys::None => (0, None),
        Keys::Uniform { count } => (1, Some(*count)),
        Keys::Zipf { count, .. } => (2, Some(*count)),
        Keys::Hot { count, .. } => (3, Some(*count)),
        Keys::Counts { .. } => (4, None),
    };
    let meaning = "A record's key decides its partition (RabbitMQ: routing key; SQS: message group)";
    // Counts come from a file, so that they can be left but not chosen.
    let words = ["none", "uniform", "zipf", "hot", "counts"];
    let offered = if current == 4 { &words[..] } else { &words[..4] };
    let many = count.unwrap_or(1_000);
    let chosen = Setting::new(owner, "Keys", meaning).choice_ui(ui, Some(current), offered);
    let mut next = chosen.map(|chosen| match chosen {
        0 => Keys::None,
        4 => keys.clone(),
        1 => Keys::Uniform { count: many },
        2 => Keys::Zipf { count: many, exponent: 0.8 },
        _ => Keys::Hot { share: 0.5, count: many },
    });
    if let Some(count) = count
        && let Some(count) = Setting::new(owner, "Number of keys", "How many there are").count_ui(ui, count, 1, "")
    {
        next = Some(match keys {
            Keys::None | Keys::Counts { .. } => keys.clone(),
            Keys::Uniform { .. } => Keys::Uniform { count },
            Keys::Zipf { exponent, .. } => Keys::Zipf { count, exponent: *exponent },
            Keys::Hot { share, .. } => Keys::Hot { share: *share, count },
        });
    }
    match *keys {
        Keys::Zipf { count, exponent } => {
            let setting = Setting::new(owner, "Exponent", "How uneven: the k-th key's share goes with 1 / k^exponent");
            setting.number_ui(ui, exponent, (0.0, 10.0), "").map(|exponent| Keys::Zipf { count, exponent }).or(next)
        }
        Keys::Hot { share, count } => {
            let setting = Setting::new(owner, "Hot share", "What the one hot key gets");
            let set = setting.number_ui(ui, share * 100.0, (0.0, 100.0), " %");
            set.map(|percent| Keys::Hot { share: percent / 100.0, count }).or(next)
        }
        Keys::None | Keys::Uniform { .. } | Keys::Counts { .. } => next,
    }
}

fn size_ui(ui: &mut Ui, owner: &str, size: RecordSize) -> Option<RecordSize> {
    let (current, sigma) = match size {
        RecordSize::Constant(_) => (0, 0.5),
        RecordSize::Uniform { .. } => (1, 0.5),
        RecordSize::Exponential { .. } => (2, 0.5),
        RecordSize::LogNormal { sigma, .. } => (3, sigma),
    };
    let of = |kind: usize, mean: u64| match kind {
        0 => RecordSize::Constant(mean),
        1 => RecordSize::Uniform { min: mean / 2, max: mean.saturating_add(mean / 2) },
        2 => RecordSize::Exponential { mean },
        _ => RecordSize::LogNormal { mean, sigma },
    };
    let words = ["constant", "uniform", "exponential", "lognormal"];
    let chosen =
        Setting::new(owner, "Sizes", "How the sizes of values are spread").choice_ui(ui, Some(current), &words);
    let mean = size.mean();
    let set = Setting::new(owner, "Size", "Mean bytes of a record's value").count_ui(ui, mean, 0, " B");
    set.map(|mean| of(current, mean)).or_else(|| chosen.map(|kind| of(kind, mean)))
}

fn partitioner_ui(ui: &mut Ui, owner: &str, partitioner: PartitionerKind) -> Option<PartitionerKind> {
    let current = match partitioner {
        PartitionerKind::Default => 0,
        PartitionerKind::Sticky => 1,
        PartitionerKind::RoundRobin => 2,
        PartitionerKind::Explicit(_) => 3,
    };
    let meaning = "Which partition a record goes to: default is Kafka's, by the key's hash (RabbitMQ: a consistent-hash exchange)";
    let words = ["default", "sticky", "roundrobin", "one partition"];
    let chosen = Setting::new(owner, "Partitioner", meaning).choice_ui(ui, Some(current), &words);
    let next = chosen.map(|chosen| match chosen {
        0 => PartitionerKind::Default,
        1 => PartitionerKind::Sticky,
        2 => PartitionerKind::RoundRobin,
        _ => PartitionerKind::Explicit(0),
    });
    let PartitionerKind::Explicit(partition) = partitioner else { return next };
    let set = Setting::new(owner, "Partition", "The one that it sends to").small_count_ui(ui, partition, 0, "");
    set.map(PartitionerKind::Explicit).or(next)
}
