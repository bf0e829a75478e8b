//! Finding a name among many known ones quickly: validation asks for the name of every member of every object. A hash table
//! that is made once and compares numbers, because nearly all names have at most sixteen bytes.

/// Known names and their places in some list.
#[derive(Debug, Default)]
pub(super) struct Finder {
    /// In the order of the list.
    names: Vec<(Key, &'static str)>,
    /// Twice as many as there are names at least, so that a search soon comes to an empty one; the number of a name plus one.
    slots: Vec<u16>,
}

/// What a name of at most sixteen bytes is known by, and a longer one nearly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    length: usize,
}

impl Finder {
    /// Finds nothing.
    pub(super) const EMPTY: Self = Self { names: Vec::new(), slots: Vec::new() };

    /// Finds these names, which differ.
    pub(super) fn of(names: impl IntoIterator<Item = &'static str>) -> Self {
        let names: Vec<_> = names.into_iter().map(|name| (Key::of(name), name)).collect();
        let mut finder = Self { slots: vec![0; (names.len() * 2).next_power_of_two()], names };
        for (number, (key, _)) in (1..).zip(&finder.names) {
            let free = finder.walk(*key).find(|slot| finder.slots.get(*slot) == Some(&0));
            if let Some(slot) = free.and_then(|free| finder.slots.get_mut(free)) {
                *slot = number;
            }
        }
        finder
    }

    /// How many names it knows.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.names.len()
    }

    /// The place of a name in the list.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let key = Key::of(name);
        for slot in self.walk(key) {
            let at = usize::from(self.slots.get(slot)?.checked_sub(1)?);
            let (known, text) = self.names.get(at)?;
            if *known == key && (key.length <= 16 || *text == name) {
                return Some(at);
            }
        }
        None
    }

    /// The slots where a key may be, from its own on.
    fn walk(&self, key: Key) -> impl Iterator<Item = usize> + use<> {
        let count = self.slots.len();
        (key.spread()..).map(move |slot| slot & count.wrapping_sub(1)).take(count)
    }
}

impl Key {
    fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let word = |half: Option<&[u8; 4]>| half.map_or(0, |half| u64::from(u32::from_le_bytes(*half)));
        let (first, last) = match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
            _ if bytes.len() >= 4 => (word(bytes.first_chunk()), word(bytes.last_chunk())),
            _ => (bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), 0),
        };
        Self { first, last, length: bytes.len() }
    }

    /// A number whose low bits differ where keys differ (Fibonacci hashing).
    fn spread(self) -> usize {
        let mixed = self.first ^ self.last.rotate_left(23);
        let spread = mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        usize::try_from(spread).unwrap_or_default().wrapping_add(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_its_names_and_no_others() {
        let names =
            ["", "a", "ab", "abc", "abcd", "abcde", "id", "valueCode", "valueCodeableConcept", "valueCoding", "åæø"];
        let finder = Finder::of(names);
        for (at, name) in names.into_iter().enumerate() {
            assert_eq!(finder.find(name), Some(at), "{name}");
        }
        for name in
            ["b", "ba", "abd", "abce", "abcdf", "di", "valueCodes", "valueCodeableConcepts", "valueXodeableConcept"]
        {
            assert_eq!(finder.find(name), None, "{name}");
        }
        assert_eq!(Finder::EMPTY.find(""), None);
        assert_eq!(Finder::of([]).find("a"), None);
    }

    #[test]
    fn long_names_with_the_same_ends_are_told_apart() {
        let (one, other) = ("aaaaaaaabbbbbbbbaaaaaaaa", "aaaaaaaaccccccccaaaaaaaa");
        assert_eq!(Key::of(one), Key::of(other));
        let finder = Finder::of([one, other]);
        assert_eq!([finder.find(one), finder.find(other)], [Some(0), Some(1)]);
        assert_eq!(finder.find("aaaaaaaaddddddddaaaaaaaa"), None);
    }
}
