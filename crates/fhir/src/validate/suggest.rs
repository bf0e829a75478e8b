//! “Did you mean …?”: the nearest name by edit distance.

use std::fmt::Display;

/// The candidate nearest to a name, when it is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > 64 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let limit = (name.len() / 3).clamp(1, 3);
    let near = candidates.map(|candidate| (distance(&name, &candidate.to_ascii_lowercase()), candidate));
    near.filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The question as it follows a sentence, in Norwegian and English: ` Did you mean status?`; empty when nothing is near.
pub(crate) fn meant(near: Option<impl Display>) -> (String, String) {
    near.map_or_else(Default::default, |near| (format!(" Mente du {near}?"), format!(" Did you mean {near}?")))
}

/// Insertions, deletions and replacements between two texts (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let (first, rest) = row.split_at_mut(1);
        first.fill(left);
        for (cell, y) in rest.iter_mut().zip(b.bytes()) {
            let value = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, value);
            left = value;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("member", "memeber", 1)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn the_nearest_name() {
        let names = ["member", "onBehalfOf", "period", "role"];
        assert_eq!(nearest("memeber", names.into_iter()), Some("member"));
        assert_eq!(nearest("onbehalfof", names.into_iter()), Some("onBehalfOf"));
        assert_eq!(nearest("x", names.into_iter()), None);
        assert_eq!(nearest("practitioner", names.into_iter()), None);
    }
}
