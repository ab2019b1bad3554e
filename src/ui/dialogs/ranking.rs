//! How well words that were typed fit what something is called. Pure, and the same for the same words.

/// Points for a letter that begins a word, that follows the letter before, and for any other.
const AT_START: i32 = 8;
const IN_A_ROW: i32 = 6;
const ANYWHERE: i32 = 1;

/// Points, more for a better fit; `None` where a word is not found. Letters may be left out, words may come in
/// any order.
pub fn fit(query: &str, label: &str) -> Option<i32> {
    let label: Vec<char> = label.to_lowercase().chars().collect();
    let mut points = 0;
    for word in query.split_whitespace() {
        points += fit_word(&word.to_lowercase(), &label)?;
    }
    // Of two that fit alike the shorter is meant.
    Some(points * 8 - i32::try_from(label.len()).unwrap_or(i32::MAX / 2).min(200))
}

fn fit_word(word: &str, label: &[char]) -> Option<i32> {
    (0..label.len()).filter_map(|from| fit_from(word, label, from)).max()
}

/// The points of `word` when its first letter is at `from`.
fn fit_from(word: &str, label: &[char], from: usize) -> Option<i32> {
    let (mut at, mut points, mut last) = (from, 0, None);
    for letter in word.chars() {
        let found = at + label[at..].iter().position(|other| *other == letter)?;
        if last.is_none() && found != from {
            return None;
        }
        let is_start = found == 0 || !label[found - 1].is_alphanumeric();
        points += match last {
            Some(last) if found == last + 1 => IN_A_ROW,
            _ if is_start => AT_START,
            _ => ANYWHERE,
        };
        (last, at) = (Some(found), found + 1);
    }
    Some(points)
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn the_best_fit_is_the_one_that_is_meant() {
        for (query, meant, other) in [
            ("crash billing-2", "Crash billing-2", "Crash billing-1"),
            ("crb2", "Crash billing-2", "Add a consumer to billing"),
            ("consumer add", "Add a consumer to billing", "Add a topic…"),
            ("light", "Theme Light", "Slow billing-1 down 10×"),
            ("open", "Open…", "Stop one"),
            ("step", "Step", "Stop web, then step"),
        ] {
            let (meant_points, other_points) = (fit(query, meant), fit(query, other));
            assert!(meant_points > other_points, "{query}: {meant} {meant_points:?}, {other} {other_points:?}");
        }
    }

    #[test]
    fn what_lacks_a_letter_does_not_fit() {
        assert_eq!(fit("zzz", "Crash billing-2"), None);
        assert_eq!(fit("crash kafka", "Crash billing-2"), None);
        assert!(fit("", "Anything").is_some());
    }
}
