//! Writes a plan as a file that reads well: what is as by default is left out. Checking the text gives the
//! same plan again.

use crate::scenario::save::{Text, batch, keys, pattern, quoted, service_time, size, span};
use crate::scenario::{BatchSpec, Keys, Pattern};

use super::Plan;

/// The plan as the text of a file.
pub fn to_toml(plan: &Plan) -> String {
    let mut text = Text::default();
    heading(&mut text, plan);
    load(&mut text, plan);
    capacity(&mut text, plan);
    if let Some(outage) = plan.outage {
        text.section("[outage]");
        text.field("length", span(outage.length));
        if let Some(at) = outage.at {
            text.field("at", span(at));
        }
    }
    target(&mut text, plan);
    text.into_string()
}

fn heading(text: &mut Text, plan: &Plan) {
    text.field("version", crate::scenario::check::VERSION.to_string());
    text.field("title", quoted(&plan.title));
    text.field("seed", plan.seed.to_string());
    if let Some(precision) = plan.precision {
        text.field("precision", precision.to_string());
    }
}

fn load(text: &mut Text, plan: &Plan) {
    if !matches!(plan.pattern, Pattern::Trace { .. }) {
        text.field("produce_rate", quoted(&plan.produce_rate.to_string()));
    }
    text.changed("pattern", &plan.pattern, &Pattern::Poisson, pattern);
    text.field("message_size", size(&plan.message_size));
    text.changed("keys", &plan.keys, &Keys::None, keys);
    if let Some(producers) = plan.producers {
        text.field("producers", producers.to_string());
    }
}

fn capacity(text: &mut Text, plan: &Plan) {
    if let Some(limit) = plan.partition_write_limit {
        text.field("partition_write_limit", quoted(&limit.to_string()));
    }
    if let Some(rate) = plan.consumer_rate {
        text.field("consumer_rate", quoted(&rate.to_string()));
    }
    if let Some(processing) = &plan.processing {
        text.field("processing", service_time(processing));
    }
    text.changed("batch", &plan.batch, &BatchSpec::SINGLE, batch);
    text.changed("workers", &plan.workers, &1, ToString::to_string);
    text.changed("tolerate_consumer_failures", &plan.tolerate_consumer_failures, &0, ToString::to_string);
    text.field("replication_factor", plan.replication_factor.to_string());
    text.field("retention", plan.retention.map_or_else(|| quoted("forever"), span));
    if !plan.partitions.is_empty() {
        text.field("partitions", format!("{:?}", plan.partitions));
    }
    if let Some(consumers) = plan.consumers {
        text.field("consumers", consumers.to_string());
    }
}

fn target(text: &mut Text, plan: &Plan) {
    let target = plan.target;
    let times = [
        ("p99_latency", target.p99_latency),
        ("max_backlog_time", target.max_backlog_time),
        ("catch_up", target.catch_up),
    ];
    if times.iter().all(|(_, time)| time.is_none()) && target.utilisation.is_none() {
        return;
    }
    text.section("[target]");
    for (key, time) in times {
        if let Some(time) = time {
            text.field(key, span(time));
        }
    }
    if let Some(utilisation) = target.utilisation {
        text.field("utilisation", utilisation.to_string());
    }
}
