//! What a producer has gathered for one partition: an open batch, sealed ones that wait to be sent, and
//! how many are on their way. It keeps their order; it sends nothing itself.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::Time;
use crate::metrics::ledger::AcceptedBook;
use crate::model::batch::BatchBuilder;

/// Most batches of one partition that are on their way at once, as Kafka's `max.in.flight.requests.per.connection`.
const MAX_IN_FLIGHT: usize = 5;

/// How long a producer tries to send a record, as Kafka's `delivery.timeout.ms`.
const DELIVERY_TIMEOUT: Duration = Duration::from_mins(2);

/// A batch that takes no more records.
#[derive(Debug)]
pub(super) struct SealedBatch {
    /// Batches of one partition in the order in which they were sealed.
    pub order: u64,
    pub bytes: Bytes,
    pub count: u32,
    /// When its producer gives it up.
    pub expires: Time,
}

/// The batches of one partition.
#[derive(Debug)]
pub(super) struct Lane {
    pub book: AcceptedBook,
    pub builder: BatchBuilder,
    /// When the open batch got its first record.
    pub opened: Option<Time>,
    waiting: VecDeque<SealedBatch>,
    on_the_way: usize,
    sealed: u64,
    /// After a refusal: nothing is sent before this time, nor until all that is on its way has come back.
    retry_at: Option<Time>,
}

impl Lane {
    pub fn new(book: AcceptedBook, batch_size: usize) -> Self {
        let builder = BatchBuilder::new(batch_size);
        Self { book, builder, opened: None, waiting: VecDeque::new(), on_the_way: 0, sealed: 0, retry_at: None }
    }

    /// Closes the open batch, if there is one.
    pub fn seal(&mut self) {
        let Some(opened) = self.opened.take() else { return };
        let count = self.builder.record_count();
        let bytes = self.builder.finish();
        let expires = opened + DELIVERY_TIMEOUT;
        self.waiting.push_back(SealedBatch { order: self.sealed, bytes, count, expires });
        self.sealed += 1;
    }

    /// Batches that are opened from now on hold so many bytes.
    pub fn set_batch_size(&mut self, batch_size: usize) {
        self.seal();
        self.builder = BatchBuilder::new(batch_size);
    }

    /// The next batch to send now.
    pub fn next_to_send(&mut self, now: Time) -> Option<SealedBatch> {
        if let Some(retry_at) = self.retry_at {
            if now < retry_at || self.on_the_way > 0 {
                return None;
            }
            self.retry_at = None;
        }
        if self.on_the_way == MAX_IN_FLIGHT {
            return None;
        }
        let batch = self.waiting.pop_front()?;
        self.on_the_way += 1;
        Some(batch)
    }

    /// Whether the open batch is to be sealed and sent now. One that could not go yet stays open instead and takes
    /// more records, as in Kafka's client.
    pub fn is_ripe(&self, now: Time, linger: Duration) -> bool {
        self.can_send() && self.opened.is_some_and(|opened| opened + linger <= now)
    }

    /// A batch has come back, whatever the answer.
    pub fn came_back(&mut self) {
        self.on_the_way -= 1;
    }

    /// Puts a batch that came back where it was, to be sent again after `retry_at`.
    pub fn send_again(&mut self, batch: SealedBatch, retry_at: Time) {
        let place = self.waiting.partition_point(|other| other.order < batch.order);
        self.waiting.insert(place, batch);
        self.retry_at = Some(retry_at);
    }

    /// When something is to be done for this lane that no answer will announce.
    pub fn deadline(&self, linger: Duration) -> Option<Time> {
        let lingers_until = self.opened.filter(|_| self.can_send()).map(|opened| opened + linger);
        let retry_at = self.retry_at.filter(|_| self.on_the_way == 0);
        lingers_until.into_iter().chain(retry_at).min()
    }

    /// Whether a batch that is sealed now goes at once.
    fn can_send(&self) -> bool {
        self.waiting.is_empty() && self.on_the_way < MAX_IN_FLIGHT && self.retry_at.is_none()
    }

    /// Whether there is nothing left to send or to wait for.
    pub fn is_idle(&self) -> bool {
        self.opened.is_none() && self.waiting.is_empty() && self.on_the_way == 0
    }

    /// Gives up everything that is not on its way; the records and bytes of the sealed batches.
    pub fn give_up(&mut self) -> Vec<SealedBatch> {
        self.seal();
        self.waiting.drain(..).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_that_can_not_go_yet_stays_open_for_more() {
        let (now, linger) = (Time::from_micros(10_000), Duration::from_millis(5));
        let mut lane = Lane::new(AcceptedBook::default(), 16_384);
        for sent in 0..=MAX_IN_FLIGHT {
            lane.builder.append(0, None, None, &[]);
            lane.opened = Some(Time::ZERO);
            assert_eq!(lane.is_ripe(now, linger), sent < MAX_IN_FLIGHT, "{sent} on their way");
            assert_eq!(lane.deadline(linger).is_some(), sent < MAX_IN_FLIGHT, "nothing to wake for");
            if sent < MAX_IN_FLIGHT {
                lane.seal();
                assert!(lane.next_to_send(now).is_some());
            }
        }
        lane.came_back();
        assert!(lane.is_ripe(now, linger));
    }
}
