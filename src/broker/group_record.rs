//! What the store keeps of a group, as bytes: a version, then the fields of a snapshot in order. Numbers
//! are big-endian; texts and bytes have their length before them.

use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};

use crate::model::group::call::Protocol;
use crate::model::group::{GroupSnapshot, MemberSnapshot};

/// Of the layout below.
const VERSION: u8 = 1;

pub(super) fn encode(group: &GroupSnapshot) -> Bytes {
    let mut record = vec![VERSION];
    record.put_i32(group.generation);
    record.put_u64(group.member_ids_issued);
    for text in [&group.protocol_type, &group.protocol, &group.leader] {
        put_optional_text(&mut record, text.as_ref());
    }
    put_len(&mut record, group.members.len());
    for member in &group.members {
        put_member(&mut record, member);
    }
    record.into()
}

/// The group that [`encode`] wrote; `None` when the bytes are no such record.
pub(super) fn decode(name: &str, mut record: &[u8]) -> Option<GroupSnapshot> {
    let input = &mut record;
    if input.try_get_u8().ok()? != VERSION {
        return None;
    }
    let group = GroupSnapshot {
        group: name.to_owned(),
        generation: input.try_get_i32().ok()?,
        member_ids_issued: input.try_get_u64().ok()?,
        protocol_type: take_list(input, take_text)?.pop(),
        protocol: take_list(input, take_text)?.pop(),
        leader: take_list(input, take_text)?.pop(),
        members: take_list(input, take_member)?,
    };
    input.is_empty().then_some(group)
}

fn put_member(record: &mut Vec<u8>, member: &MemberSnapshot) {
    put_bytes(record, member.id.as_bytes());
    put_optional_text(record, member.instance_id.as_ref());
    put_bytes(record, member.client_id.as_bytes());
    for timeout in [member.session_timeout, member.rebalance_timeout] {
        record.put_u64(u64::try_from(timeout.as_micros()).unwrap_or(u64::MAX));
    }
    put_len(record, member.protocols.len());
    for protocol in &member.protocols {
        put_bytes(record, protocol.name.as_bytes());
        put_bytes(record, &protocol.metadata);
    }
    put_bytes(record, &member.assignment);
}

fn take_member(input: &mut &[u8]) -> Option<MemberSnapshot> {
    Some(MemberSnapshot {
        id: take_text(input)?,
        instance_id: take_list(input, take_text)?.pop(),
        client_id: take_text(input)?,
        session_timeout: Duration::from_micros(input.try_get_u64().ok()?),
        rebalance_timeout: Duration::from_micros(input.try_get_u64().ok()?),
        protocols: take_list(input, |input| Some(Protocol { name: take_text(input)?, metadata: take_bytes(input)? }))?,
        assignment: take_bytes(input)?,
    })
}

fn put_len(record: &mut Vec<u8>, len: usize) {
    record.put_u32(u32::try_from(len).expect("what a member sends is far shorter than 4 GiB"));
}

fn put_bytes(record: &mut Vec<u8>, bytes: &[u8]) {
    put_len(record, bytes.len());
    record.put_slice(bytes);
}

/// A list of none or one.
fn put_optional_text(record: &mut Vec<u8>, text: Option<&String>) {
    put_len(record, text.iter().len());
    if let Some(text) = text {
        put_bytes(record, text.as_bytes());
    }
}

fn take_list<T>(input: &mut &[u8], take: impl Fn(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    let len = input.try_get_u32().ok()?;
    (0..len).map(|_| take(input)).collect()
}

fn take_bytes(input: &mut &[u8]) -> Option<Bytes> {
    let len = usize::try_from(input.try_get_u32().ok()?).ok()?;
    let (bytes, rest) = input.split_at_checked(len)?;
    *input = rest;
    Some(Bytes::copy_from_slice(bytes))
}

fn take_text(input: &mut &[u8]) -> Option<String> {
    String::from_utf8(take_bytes(input)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> GroupSnapshot {
        let member = MemberSnapshot {
            id: "billing-1-7".to_owned(),
            instance_id: Some("one".to_owned()),
            client_id: "billing-1".to_owned(),
            session_timeout: Duration::from_secs(6),
            rebalance_timeout: Duration::from_mins(1),
            protocols: vec![Protocol { name: "range".to_owned(), metadata: Bytes::from_static(b"m") }],
            assignment: Bytes::from_static(b"\0\x01"),
        };
        GroupSnapshot {
            group: "billing".to_owned(),
            generation: 3,
            protocol_type: Some("consumer".to_owned()),
            protocol: Some("range".to_owned()),
            leader: None,
            members: vec![member.clone(), MemberSnapshot { instance_id: None, ..member }],
            member_ids_issued: 9,
        }
    }

    #[test]
    fn a_group_comes_back_as_it_was() {
        assert_eq!(decode("billing", &encode(&group())), Some(group()));
    }

    #[test]
    fn a_record_that_breaks_off_or_goes_on_is_refused() {
        let record = encode(&group());
        for len in 0..record.len() {
            assert_eq!(decode("billing", &record[..len]), None, "{len} bytes");
        }
        assert_eq!(decode("billing", &[&record[..], b"x"].concat()), None);
    }
}
