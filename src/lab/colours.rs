//! Which colour a consumer wears: chosen when it comes and kept until it goes, whoever comes and goes meanwhile. How
//! a colour looks is the window's.

/// Colours before they come again; the window has as many.
const COLOURS: usize = 8;

/// The number of a colour for one more consumer of a group whose consumers wear `own`, when those of all groups
/// together wear `all`. It is one that the fewest of its group wear, and among those the fewest of all: owners are told
/// apart across groups for as long as the colours last. Within a group no number is given twice.
pub(super) fn free_colour(own: &[usize], all: &[usize]) -> usize {
    let wearers = |worn: &[usize], colour: usize| worn.iter().filter(|it| **it % COLOURS == colour).count();
    let rank = |colour: &usize| (wearers(own, *colour), wearers(all, *colour));
    let colour = (0..COLOURS).min_by_key(rank).unwrap_or(0);
    (colour..).step_by(COLOURS).find(|number| !own.contains(number)).unwrap_or(colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups of these sizes, whose consumers come one group after the other.
    fn worn(sizes: &[usize]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for size in sizes {
            groups.push(Vec::new());
            (0..*size).for_each(|_| join(&mut groups));
        }
        groups
    }

    /// One more comes into the last group.
    fn join(groups: &mut [Vec<usize>]) {
        let all = groups.concat();
        let own = groups.last_mut().unwrap();
        own.push(free_colour(own, &all));
    }

    #[test]
    fn owners_are_told_apart_across_groups_for_as_long_as_the_colours_last() {
        let table: [(&[usize], &[&[usize]]); 4] = [
            (&[3, 2], &[&[0, 1, 2], &[3, 4]]),
            (&[4, 4], &[&[0, 1, 2, 3], &[4, 5, 6, 7]]),
            (&[6, 4], &[&[0, 1, 2, 3, 4, 5], &[6, 7, 0, 1]]),
            (&[10], &[&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]),
        ];
        for (sizes, expected) in table {
            assert_eq!(worn(sizes), expected, "groups of {sizes:?}");
        }
    }

    #[test]
    fn who_stays_keeps_its_colour_and_who_comes_takes_a_free_one() {
        let mut groups = worn(&[10]);
        groups[0].remove(0);
        join(&mut groups);
        assert_eq!(groups[0], [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]);
        groups[0].remove(1);
        join(&mut groups);
        assert_eq!(groups[0].last(), Some(&2), "the only colour that nobody wears");
    }
}
