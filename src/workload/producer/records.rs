//! What a producer sends: key, size and content of each record, and the partition that it goes to, all drawn
//! from the producer's seed. When it is sent is not its business.

use super::batch_bytes;
use crate::clock::Time;
use crate::model::batch::encoded_record_len;
use crate::model::partitioner::{Partitioner, Strategy};
use crate::scenario::{PartitionerKind, ProducerSpec};
use crate::workload::keys::{KeyChooser, SizeChooser};
use crate::workload::payload::PayloadWriter;

/// The records of one life of a producer, one after the other.
pub(super) struct RecordSource {
    seed: u64,
    keys: KeyChooser,
    sizes: SizeChooser,
    payload: PayloadWriter,
    partitioner: Partitioner,
    ignores_keys: bool,
    number: u32,
}

/// A record that is to be appended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn<'a> {
    pub partition: u32,
    pub key: Option<&'a [u8]>,
    pub value: &'a [u8],
    /// How many bytes it takes in a batch.
    pub encoded_len: usize,
    /// Its key alone decided where it goes.
    pub is_bound: bool,
}

impl RecordSource {
    pub fn new(spec: &ProducerSpec, seed: u64) -> Self {
        Self {
            seed,
            keys: keys(spec, seed),
            sizes: sizes(spec, seed),
            payload: PayloadWriter::default(),
            partitioner: partitioner(spec, seed),
            ignores_keys: ignores_keys(spec),
            number: 0,
        }
    }

    /// Draws by `spec` from now on. What it has in common with the one `before` goes on where it is.
    pub fn follow(&mut self, before: &ProducerSpec, spec: &ProducerSpec) {
        if spec.keys != before.keys {
            self.keys = keys(spec, self.seed);
        }
        if spec.size != before.size {
            self.sizes = sizes(spec, self.seed);
        }
        if (spec.partitioner, spec.batch_size) != (before.partitioner, before.batch_size) {
            self.partitioner = partitioner(spec, self.seed);
            self.ignores_keys = ignores_keys(spec);
        }
    }

    /// The next record, of a topic that has so many partitions. `is_open` says whether the batch that is open for a
    /// partition takes a record of so many bytes.
    pub fn draw(&mut self, intended: Time, partitions: u32, is_open: impl Fn(u32, usize) -> bool) -> Drawn<'_> {
        let value = self.payload.write(self.number, intended.as_micros(), self.sizes.draw());
        self.number = self.number.wrapping_add(1);
        let key = self.keys.draw();
        let encoded_len = encoded_record_len(key, Some(value), &[]);
        let heeded = key.filter(|_| !self.ignores_keys);
        let partition = self.partitioner.partition(heeded, partitions, |partition| is_open(partition, encoded_len));
        Drawn { partition, key, value, encoded_len, is_bound: heeded.is_some() }
    }

    /// Batches grew by so many bytes for a record that no key bound to its partition.
    pub fn count_unbound(&mut self, bytes: usize) {
        self.partitioner.count(bytes);
    }
}

// Each draws from a seed of its own, so that a change of one leaves the others as they were.

fn keys(spec: &ProducerSpec, seed: u64) -> KeyChooser {
    KeyChooser::new(&spec.keys, seed ^ 1)
}

fn sizes(spec: &ProducerSpec, seed: u64) -> SizeChooser {
    SizeChooser::new(spec.size, seed ^ 2)
}

fn partitioner(spec: &ProducerSpec, seed: u64) -> Partitioner {
    let strategy = match spec.partitioner {
        // The sticky one is Kafka's, never told of a key.
        PartitionerKind::Default | PartitionerKind::Sticky => Strategy::Default,
        PartitionerKind::RoundRobin => Strategy::RoundRobin,
        PartitionerKind::Explicit(partition) => Strategy::Explicit(partition),
    };
    Partitioner::new(strategy, batch_bytes(spec), seed ^ 3)
}

fn ignores_keys(spec: &ProducerSpec) -> bool {
    spec.partitioner == PartitionerKind::Sticky
}
