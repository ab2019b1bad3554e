//! How the bytes of a segment are cut so that redb wastes little. A value longer than a page takes a run of
//! pages whose number is a power of two, so values are cut to just below such sizes. Pure arithmetic.

/// What redb puts beside one value with an eight-byte key in a page.
const PAGE_OVERHEAD: usize = 16;

/// The longest value that shares a page with others.
const PAGE_VALUE: usize = 4_096 - PAGE_OVERHEAD;

/// The longest chunk. Longer ones are written no faster, and a run of pages must lie in one piece.
pub(super) const MAX_CHUNK: usize = 65_536 - PAGE_OVERHEAD;

/// The lengths to cut `total` bytes into.
pub(super) fn lengths(total: usize) -> impl Iterator<Item = usize> {
    let mut left = total;
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let length = first_length(left);
        left -= length;
        Some(length)
    })
}

fn first_length(left: usize) -> usize {
    if left >= MAX_CHUNK {
        return MAX_CHUNK;
    }
    if left <= PAGE_VALUE {
        return left;
    }
    let run = (left + PAGE_OVERHEAD).next_power_of_two();
    let wasted = run - PAGE_OVERHEAD - left;
    // A cut costs one more entry in the tree, which an eighth of the run is worth.
    if wasted <= run / 8 { left } else { run / 2 - PAGE_OVERHEAD }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_just_below_powers_of_two() {
        let cases: &[(usize, &[usize])] = &[
            (0, &[]),
            (1, &[1]),
            (4_080, &[4_080]),
            (4_081, &[4_080, 1]),
            (8_000, &[8_000]),
            (9_000, &[8_176, 824]),
            (49_152, &[32_752, 16_368, 32]),
            (65_520, &[65_520]),
            (65_536, &[65_520, 16]),
            (300_000, &[65_520, 65_520, 65_520, 65_520, 32_752, 4_080, 1_088]),
        ];
        for (total, expected) in cases {
            assert_eq!(lengths(*total).collect::<Vec<_>>(), *expected, "{total}");
        }
    }

    #[test]
    fn nothing_is_lost_and_little_is_wasted() {
        for total in (1..1_000_000).step_by(997) {
            let (mut cut, mut taken) = (0, 0);
            for length in lengths(total) {
                cut += length;
                taken += (length + PAGE_OVERHEAD).next_power_of_two().max(4_096);
            }
            assert_eq!(cut, total);
            assert!(taken <= total + total / 7 + 8_192, "{total} bytes take {taken}");
        }
    }
}
