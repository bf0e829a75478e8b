//! Which `VARDE_*` variables there are. A misspelt variable would otherwise silently leave a default in force.

use super::error::ConfigError;

/// Variables that other parts of the tree read (tests and generators), not the server.
const NOT_OURS: [&str; 3] = ["VARDE_TEST_POSTGRES", "VARDE_BLESS", "VARDE_R4_DEFINITIONS"];

/// Refuses the first `VARDE_*` name that is neither `known` nor somebody else's.
pub(super) fn check(names: impl Iterator<Item = String>, known: &[&str]) -> Result<(), ConfigError> {
    for name in names.filter(|name| name.starts_with("VARDE_")) {
        if known.contains(&name.as_str()) || NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        let nearest = known.iter().min_by_key(|known| distance(&name, known)).copied().unwrap_or_default().to_owned();
        return Err(ConfigError::Unknown { name, nearest });
    }
    Ok(())
}

/// Levenshtein's edit distance, row by row.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (above, b) in row.iter().skip(1).zip(to.chars()) {
            left = (diagonal + usize::from(a != b)).min(above + 1).min(left + 1);
            next.push(left);
            diagonal = *above;
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edit_distance() {
        for (from, to, expected) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("VARDE_BINDD", "VARDE_BIND", 1)]
        {
            assert_eq!(distance(from, to), expected, "{from} → {to}");
        }
    }

    #[test]
    fn the_nearest_name_is_told() {
        let known = ["VARDE_BIND", "VARDE_DATABASE", "VARDE_TENANTS", "VARDE_TOKEN_BINDING"];
        let check = |name: &str| check([name.to_owned()].into_iter(), &known);
        for fine in ["VARDE_BIND", "VARDE_TEST_POSTGRES", "VARDE_BLESS", "VARDE_R4_DEFINITIONS", "PATH", "varde_bind"] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for (name, nearest) in [
            ("VARDE_DATABSE", "VARDE_DATABASE"),
            ("VARDE_TENNANTS", "VARDE_TENANTS"),
            ("VARDE_TOKEN_BINDINGS", "VARDE_TOKEN_BINDING"),
            ("VARDE_BIN", "VARDE_BIND"),
        ] {
            let expected = ConfigError::Unknown { name: name.to_owned(), nearest: nearest.to_owned() };
            assert_eq!(check(name), Err(expected));
        }
    }
}
