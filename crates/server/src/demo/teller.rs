//! Prints the story. Whatever it is handed, eleven digits in a row (a national identity number) never reach the terminal.

use std::io::{self, Write};

/// Writes numbered chapters, requests and the essentials of answers.
pub(super) struct Teller {
    out: Box<dyn Write>,
    chapter: u32,
}

impl Teller {
    pub(super) fn new(out: Box<dyn Write>) -> Self {
        Self { out, chapter: 0 }
    }

    /// A new part of the story.
    pub(super) fn chapter(&mut self, title: &str) -> io::Result<()> {
        self.chapter += 1;
        writeln!(self.out, "\n{}. {}", self.chapter, masked(title))
    }

    /// What is sent, and by whom.
    pub(super) fn request(&mut self, method: &str, path: &str, persona: &str) -> io::Result<()> {
        writeln!(self.out, "   → {method} {}   as {persona}", masked(path))
    }

    /// What came back, in short.
    pub(super) fn answer(&mut self, status: u16, essentials: &str) -> io::Result<()> {
        writeln!(self.out, "   ← {status} {}", masked(essentials))
    }

    /// Something worth reading in the answer.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        for line in masked(text).lines() {
            writeln!(self.out, "       {line}")?;
        }
        self.out.flush()
    }
}

/// Replaces every run of exactly eleven digits.
fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut run = String::new();
    let mut before_is_word = false;
    for character in text.chars() {
        if character.is_ascii_digit() {
            run.push(character);
            continue;
        }
        settle(&mut shown, &mut run, before_is_word || character.is_alphanumeric());
        before_is_word = character.is_alphanumeric();
        shown.push(character);
    }
    settle(&mut shown, &mut run, before_is_word);
    shown
}

fn settle(shown: &mut String, run: &mut String, part_of_a_word: bool) {
    if run.len() == 11 && !part_of_a_word {
        shown.push_str("•••••••••••");
    } else {
        shown.push_str(run);
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_digits_are_masked_and_ids_are_not() {
        for (text, expected) in [
            ("15825512869", "•••••••••••"),
            ("nr. 15825512869, takk", "nr. •••••••••••, takk"),
            ("fnr=15825512869/x", "fnr=•••••••••••/x"),
            ("orgnr 983974724", "orgnr 983974724"),
            ("2026-11-22T15:00:00.000Z", "2026-11-22T15:00:00.000Z"),
            ("Task/01998a6b-0000-7000-8000-012345678901", "Task/01998a6b-0000-7000-8000-012345678901"),
            ("a12345678901", "a12345678901"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }
}
