//! Where each accepted record stands, in scripts.

use super::*;

const ME: MemberTag = MemberTag(1);
const OTHER: MemberTag = MemberTag(2);

struct Books {
    ledger: Ledger,
    accepted: AcceptedBook,
    group: GroupBook,
}

fn partition() -> TopicPartition {
    TopicPartition::new(TopicName::new("orders").unwrap(), 0)
}

/// A hundred accepted records at 0 to 99.
fn books() -> Books {
    let ledger = Ledger::default();
    let accepted = ledger.accepted(&partition());
    accepted.acknowledged(0, 100);
    let group = ledger.group("billing").partition(&partition());
    Books { ledger, accepted, group }
}

impl Books {
    /// Accepted, processed once, in flight, lost, expired, duplicates.
    #[track_caller]
    fn expect(&self, committed: Option<i64>, log_start: i64, expected: [u64; 6]) {
        let facts = PartitionFacts { log_start_offset: log_start, committed_offset: committed };
        let counts = self.ledger.counts("billing", &[partition().topic], |_| facts);
        let LedgerCounts { accepted, processed_once, in_flight, lost, expired, duplicates, .. } = counts;
        assert_eq!([accepted, processed_once, in_flight, lost, expired, duplicates], expected);
        assert_eq!(processed_once + in_flight + lost + expired, accepted);
    }
}

#[test]
fn what_nobody_has_read_yet_is_in_flight() {
    books().expect(None, 0, [100, 0, 100, 0, 0, 0]);
}

#[test]
fn a_commit_ahead_of_processing_loses_what_a_crash_interrupts() {
    let books = books();
    books.group.take(ME, 0);
    books.group.polled(ME, 50);
    books.group.processed(0, 20, &[]);
    books.expect(Some(50), 0, [100, 20, 80, 0, 0, 0]);
    books.group.release(ME);
    books.expect(Some(50), 0, [100, 20, 50, 30, 0, 0]);
}

#[test]
fn a_commit_behind_processing_repeats() {
    let books = books();
    books.group.take(ME, 0);
    books.group.processed(0, 30, &[]);
    books.group.release(ME);
    books.group.take(OTHER, 10);
    books.group.processed(10, 100, &[]);
    books.expect(Some(100), 0, [100, 100, 0, 0, 0, 20]);
}

#[test]
fn what_a_member_that_was_put_out_still_holds_is_in_flight_whoever_owns_the_partition() {
    let books = books();
    books.group.take(ME, 0);
    books.group.polled(ME, 40);
    books.group.take(OTHER, 0);
    books.group.polled(OTHER, 10);
    books.expect(None, 0, [100, 0, 100, 0, 0, 0]);
    books.group.release(OTHER);
    books.group.take(OTHER, 60);
    books.expect(Some(60), 0, [100, 0, 80, 20, 0, 0]);
}

#[test]
fn retention_expires_what_was_to_come_and_not_what_was_lost_before() {
    let books = books();
    books.expect(Some(10), 30, [100, 0, 70, 10, 20, 0]);
    // The group goes on behind the gap: what expired stays expired.
    books.group.take(ME, 30);
    books.group.processed(30, 100, &[]);
    books.expect(Some(100), 30, [100, 70, 0, 10, 20, 0]);
}

#[test]
fn a_group_that_finds_its_offset_gone_was_passed_over_by_retention() {
    let books = books();
    books.group.passed_over(0, 40);
    books.group.take(ME, 60);
    books.expect(None, 40, [100, 0, 40, 20, 40, 0]);
}

#[test]
fn a_log_that_is_cut_loses_what_was_not_processed_and_offsets_begin_anew() {
    let books = books();
    books.group.take(ME, 0);
    books.group.processed(0, 80, &[]);
    books.ledger.truncated(&partition(), 50);
    books.expect(Some(50), 0, [100, 80, 0, 20, 0, 0]);
    books.accepted.acknowledged(50, 10);
    books.expect(Some(50), 0, [110, 80, 10, 20, 0, 0]);
    books.group.processed(50, 60, &[]);
    books.expect(Some(60), 0, [110, 90, 0, 20, 0, 0]);
    books.ledger.topic_deleted(&partition().topic);
    books.expect(None, 0, [110, 90, 0, 20, 0, 0]);
}

#[test]
fn what_is_in_hand_of_a_deleted_topic_counts_for_it_and_not_for_the_next_of_its_name() {
    let books = books();
    let reader = books.group.clone();
    reader.take(ME, 0);
    reader.processed(0, 80, &[]);
    books.ledger.topic_deleted(&partition().topic);
    reader.processed(70, 90, &[]);
    books.expect(None, 0, [100, 90, 0, 10, 0, 10]);
    books.accepted.acknowledged(0, 100);
    books.expect(None, 0, [200, 90, 100, 10, 0, 10]);
    let reader = books.ledger.group("billing").partition(&partition());
    reader.processed(0, 5, &[]);
    books.expect(None, 0, [200, 95, 95, 10, 0, 10]);
}

#[test]
fn records_sent_without_acks_are_in_flight_until_they_are_placed_or_refused() {
    let books = books();
    books.accepted.sent(10);
    books.expect(None, 0, [110, 0, 110, 0, 0, 0]);
    books.accepted.placed(100, 6);
    books.accepted.never_stored(4);
    books.group.processed(0, 106, &[]);
    books.expect(None, 0, [110, 106, 0, 4, 0, 0]);
}

#[test]
fn a_group_reads_only_its_topics_and_a_record_may_be_processed_before_it_is_acknowledged() {
    let books = books();
    let other = TopicPartition::new(TopicName::new("other").unwrap(), 0);
    books.ledger.accepted(&other).acknowledged(0, 7);
    books.group.processed(100, 110, &[]);
    books.expect(None, 0, [100, 0, 100, 0, 0, 0]);
    books.accepted.acknowledged(100, 10);
    books.expect(None, 0, [110, 10, 100, 0, 0, 0]);
}

#[test]
fn order_is_judged_per_key_over_all_partitions_of_a_topic() {
    let books = books();
    let mark = |key: &str, offset| KeyMark { key_hash: key_hash(key.as_bytes()), partition: 0, offset, time: 10 };
    books.group.processed(0, 3, &[mark("a", 0), mark("b", 1), mark("a", 2)]);
    books.group.processed(0, 2, &[mark("a", 0), mark("b", 1)]);
    let facts = |_: &TopicPartition| PartitionFacts::default();
    assert_eq!(books.ledger.counts("billing", &[partition().topic], facts).out_of_order, 1);
    assert_eq!(books.ledger.group("billing").untracked(), 0);
}
