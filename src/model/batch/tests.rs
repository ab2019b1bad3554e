//! The bytes of record batches against Kafka's, and what a damaged batch is refused for.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::model::record::{Header, Record};

fn build(records: &[Record]) -> Bytes {
    let mut builder = BatchBuilder::new(1 << 20);
    for record in records {
        builder.append_record(record);
    }
    builder.finish()
}

fn read(batch: &Bytes) -> Vec<Record> {
    Records::new(batch).unwrap().map(|record| record.unwrap().to_record(batch)).collect()
}

fn some_records() -> Vec<Record> {
    let header =
        |value: Option<&'static [u8]>| Header { key: "trace".to_owned(), value: value.map(Bytes::from_static) };
    vec![
        Record {
            timestamp: 1_000,
            key: Some("a".into()),
            value: Some("first".into()),
            headers: vec![header(Some(b"1")), header(Some(b"2")), header(None)],
        },
        Record { timestamp: 900, key: None, value: None, headers: vec![] },
        Record { timestamp: 5_000, key: Some("".into()), value: Some(vec![7; 300].into()), headers: vec![] },
    ]
}

#[test]
fn a_batch_has_the_bytes_that_kafka_gives_it() {
    let mut builder = BatchBuilder::new(1 << 20);
    builder.append(1_000, Some(b"k"), Some(b"v"), &[]);
    builder.append(1_001, None, Some(b"w"), &[]);
    let batch = builder.finish();
    let mut expected = Vec::new();
    expected.extend_from_slice(&0_i64.to_be_bytes());
    expected.extend_from_slice(&66_i32.to_be_bytes());
    expected.extend_from_slice(&0_i32.to_be_bytes());
    expected.push(2);
    let mut covered = Vec::new();
    covered.extend_from_slice(&0_i16.to_be_bytes());
    covered.extend_from_slice(&1_i32.to_be_bytes());
    covered.extend_from_slice(&1_000_i64.to_be_bytes());
    covered.extend_from_slice(&1_001_i64.to_be_bytes());
    covered.extend_from_slice(&(-1_i64).to_be_bytes());
    covered.extend_from_slice(&(-1_i16).to_be_bytes());
    covered.extend_from_slice(&(-1_i32).to_be_bytes());
    covered.extend_from_slice(&2_i32.to_be_bytes());
    covered.extend_from_slice(&[16, 0, 0, 0, 2, b'k', 2, b'v', 0]);
    covered.extend_from_slice(&[14, 0, 2, 2, 1, 2, b'w', 0]);
    expected.extend_from_slice(&crc32c::crc32c(&covered).to_be_bytes());
    expected.extend_from_slice(&covered);
    assert_eq!(batch, expected);
}

#[test]
fn records_come_back_as_they_went_in() {
    let records = some_records();
    let batch = build(&records);
    let header = BatchHeader::check(&batch).unwrap();
    check_records(&batch).unwrap();
    assert_eq!((header.record_count, header.base_timestamp, header.max_timestamp), (3, 1_000, 5_000));
    assert_eq!(read(&batch), records);
}

#[test]
fn offsets_follow_the_base_offset_and_the_checksum_still_holds() {
    let mut batch = build(&some_records()).to_vec();
    patch_base_offset(&mut batch, 40);
    patch_leader_epoch(&mut batch, 3);
    let header = BatchHeader::check(&batch).unwrap();
    assert_eq!((header.base_offset, header.last_offset(), header.partition_leader_epoch), (40, 42, 3));
    let offsets: Vec<i64> = Records::new(&batch).unwrap().map(|record| record.unwrap().offset).collect();
    assert_eq!(offsets, [40, 41, 42]);
}

#[test]
fn a_producer_is_stamped_once() {
    let stamp = ProducerStamp { producer_id: 9, producer_epoch: 1, base_sequence: 77, is_transactional: true };
    let mut builder = BatchBuilder::new(100);
    builder.set_producer(stamp);
    builder.append(0, None, None, &[]);
    let header = BatchHeader::check(&builder.finish()).unwrap();
    assert_eq!((header.producer_id, header.producer_epoch, header.base_sequence), (9, 1, 77));
    assert!(header.is_transactional());
    builder.append(0, None, None, &[]);
    let header = BatchHeader::check(&builder.finish()).unwrap();
    assert_eq!((header.producer_id, header.is_transactional()), (-1, false));
}

#[test]
fn a_builder_keeps_to_its_bound() {
    let mut builder = BatchBuilder::new(300);
    let record = encoded_record_len(None, Some(&[0; 100]), &[]);
    assert!(builder.fits(10_000), "the first record always fits");
    while builder.fits(record) {
        builder.append(0, None, Some(&[0; 100]), &[]);
    }
    assert_eq!(builder.record_count(), 2);
    assert!(builder.len() <= 300);
}

#[test]
fn compressed_records_are_refused_by_name() {
    let mut batch = build(&some_records()).to_vec();
    batch[22] |= 4;
    assert_eq!(Records::new(&batch).unwrap_err(), BatchError::Compression(Compression::Zstd));
}

#[test]
fn the_brokers_time_replaces_the_records() {
    let mut batch = build(&some_records()).to_vec();
    batch[22] |= 8;
    assert!(Records::new(&batch).unwrap().all(|record| record.unwrap().timestamp == 5_000));
}

#[test]
fn empty_batches_and_impossible_counts_are_refused() {
    assert!(matches!(BatchHeader::check(&BatchBuilder::new(1).finish()), Err(BatchError::Counts { .. })));
    let mut batch = build(&some_records()).to_vec();
    batch[23..27].copy_from_slice(&(i32::MAX - 1).to_be_bytes());
    batch[57..61].copy_from_slice(&i32::MAX.to_be_bytes());
    assert!(matches!(Records::new(&batch), Err(BatchError::Counts { .. })));
}

#[test]
fn batches_in_a_row_are_told_apart() {
    let batch = build(&some_records());
    let row = [batch.as_ref(), batch.as_ref()].concat();
    assert_eq!(split(&row).map(|found| found.unwrap().1.len()).collect::<Vec<_>>(), [batch.len(); 2]);
    let broken_off = &row[..row.len() - 1];
    assert_eq!(split(broken_off).filter(Result::is_err).count(), 1);
    assert!(BatchHeader::check(&row).is_err());
}

fn any_bytes(max: usize) -> impl Strategy<Value = Option<Bytes>> {
    proptest::option::of(proptest::collection::vec(any::<u8>(), 0..max).prop_map(Bytes::from))
}

fn any_record() -> impl Strategy<Value = Record> {
    let header = (".{0,9}", any_bytes(20)).prop_map(|(key, value)| Header { key, value });
    (any::<i64>(), any_bytes(20), any_bytes(200), proptest::collection::vec(header, 0..4))
        .prop_map(|(timestamp, key, value, headers)| Record { timestamp, key, value, headers })
}

/// Reads everything in every way; only panics matter.
fn read_all(bytes: &[u8]) {
    for found in split(bytes) {
        let Ok((_, batch)) = found else { continue };
        let Ok(records) = Records::new(batch) else { continue };
        for record in records.flatten() {
            assert!(record.headers().count() <= batch.len());
        }
    }
    drop(check_records(bytes));
}

proptest! {
    #[test]
    fn any_records_make_the_round_trip(records in proptest::collection::vec(any_record(), 1..20)) {
        let batch = build(&records);
        BatchHeader::check(&batch).unwrap();
        check_records(&batch).unwrap();
        let expected: usize = records.iter().map(|r| encoded_record_len(r.key.as_deref(), r.value.as_deref(), &r.headers)).sum();
        let wide_timestamps = 5 * records.len();
        prop_assert!(batch.len() <= HEADER_BYTES + expected + wide_timestamps);
        prop_assert_eq!(read(&batch), records);
    }

    #[test]
    fn any_truncation_is_found(records in proptest::collection::vec(any_record(), 1..5), cut in any::<proptest::sample::Index>()) {
        let batch = build(&records);
        let short = &batch[..cut.index(batch.len())];
        prop_assert!(BatchHeader::check(short).is_err());
        read_all(short);
    }

    #[test]
    fn any_flipped_bit_is_found(records in proptest::collection::vec(any_record(), 1..5), at in any::<proptest::sample::Index>(), bit in 0..8_u8) {
        let mut batch = build(&records).to_vec();
        let at = at.index(batch.len());
        batch[at] ^= 1_u8 << bit;
        let is_patched_by_brokers = (0..8).contains(&at) || (12..16).contains(&at);
        prop_assert_eq!(BatchHeader::check(&batch).is_ok(), is_patched_by_brokers);
        read_all(&batch);
    }

    #[test]
    fn garbage_never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..300), length in 40..300_i32, count in 0..50_i32) {
        if bytes.len() >= HEADER_BYTES {
            bytes[8..12].copy_from_slice(&length.to_be_bytes());
            bytes[16] = 2;
            bytes[22] &= !7;
            bytes[23..27].copy_from_slice(&(count - 1).to_be_bytes());
            bytes[57..61].copy_from_slice(&count.to_be_bytes());
        }
        read_all(&bytes);
    }
}
