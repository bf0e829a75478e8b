//! Seeded chance: the same throws each time, and bytes struck by them.

/// A linear congruential generator: the same throws each time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `sides`.
    pub(crate) fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides.max(1)
    }

    /// One of these.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.throw(of.len())]
    }
}

/// One to three strikes at the bytes: flipped, cut, doubled, or something nasty put in.
pub(crate) fn mutated_bytes(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=dice.throw(3) {
        let from = dice.throw(bytes.len());
        let to = (from + 1 + dice.throw(20)).min(bytes.len());
        match dice.throw(4) {
            0 if from < bytes.len() => bytes[from] ^= 1 << dice.throw(8),
            1 => drop(bytes.drain(from.min(to)..to)),
            2 => {
                let again = bytes[from.min(to)..to].to_vec();
                drop(bytes.splice(from..from, again));
            }
            _ => drop(bytes.splice(from..from, dice.pick(BYTES).iter().copied())),
        }
    }
    bytes
}

/// Bytes that break things.
const BYTES: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xc3",
    b"%",
    b"%00",
    b"%zz",
    b"..",
    b"//",
    b"\\",
    b"\"",
    b"'",
    b"{",
    b"]",
    b",",
    b":",
    b"\x7f",
    b"\t",
    b"$",
    b"_history",
    b"?",
    b"&",
    b"=",
    b"|",
    b"-",
    b"+",
    b"9999999999",
    b"\xe2\x80\xae",
    b";",
    b"*",
    b"#",
];
