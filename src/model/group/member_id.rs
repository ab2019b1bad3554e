//! Member ids: `clientId-uuid` as Kafka's, but drawn from a seed and a count, so that a run can be repeated.

/// Gives out the ids of one group; never the same twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MemberIds {
    seed: u64,
    issued: u64,
}

impl MemberIds {
    /// Ids for the group `name`, going on after the first `issued` of them.
    pub fn new(seed: u64, name: &str, issued: u64) -> Self {
        let seed = name.bytes().fold(mix(seed), |hash, byte| mix(hash ^ u64::from(byte)));
        Self { seed, issued }
    }

    /// How many have been given out.
    pub const fn issued(&self) -> u64 {
        self.issued
    }

    /// `prefix-` and 128 bits in the shape of a UUID (version 4).
    pub fn issue(&mut self, prefix: &str) -> String {
        self.issued += 1;
        let high = mix(self.seed ^ self.issued.rotate_left(32));
        let low = mix(high ^ self.issued);
        format!(
            "{prefix}-{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff
        )
    }
}

/// The step and the finalizer of `SplitMix64`: a bijection that spreads every bit.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}
