//! Who sends the load: it makes a difference where records have no keys.

use super::{Own, count, switch, to_u32};
use crate::scenario::plan::MAX_PRODUCERS;

/// Producers to begin with, where their number is given.
const USUAL_PRODUCERS: u32 = 4;

pub static HAS_PRODUCERS: Own = switch(
    "Name the producers",
    "producers",
    "Off: as from very many, so that each record without a key goes its own way",
    |plan| Some(usize::from(plan.producers.is_some())),
    |plan, is_on| plan.producers = (is_on == 1).then_some(plan.producers.unwrap_or(USUAL_PRODUCERS)),
);

pub static PRODUCERS: Own = count(
    "Just so many producers",
    "producers",
    "Without keys each fills a batch for one partition before it goes on to another, and records wait longer the fewer \
     producers there are; with keys it makes no difference to waiting",
    (
        |plan| plan.producers.map(u64::from),
        |plan, producers| plan.producers = Some(to_u32(producers.min(MAX_PRODUCERS.into()))),
    ),
    1,
);
