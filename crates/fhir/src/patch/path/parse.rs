//! Reading a path, character by character; nothing is guessed.

use super::model::{Literal, Path, Step, Test};
use std::str::CharIndices;

/// The longest path, in bytes.
const LONGEST: usize = 1000;
/// How often `where` may stand inside `where`.
const DEEPEST: usize = 4;

pub(super) fn path(text: &str) -> Option<Path> {
    let mut reader = Reader { rest: text.trim(), depth: 0 };
    let path = reader.path().filter(|_| text.len() <= LONGEST)?;
    reader.rest.trim().is_empty().then_some(path)
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn path(&mut self) -> Option<Path> {
        let mut steps = vec![self.step()?];
        while self.goes_on(&mut steps)? {}
        Some(Path(steps))
    }

    /// Takes one more step, `.name` or `[0]`; false where the path ends.
    fn goes_on(&mut self, steps: &mut Vec<Step>) -> Option<bool> {
        if self.eat(".") {
            steps.push(self.step()?);
        } else if self.eat("[") {
            steps.push(Step::Index(self.digits()?.parse().ok()?));
            self.eat("]").then_some(())?;
        } else {
            return Some(false);
        }
        Some(true)
    }

    fn step(&mut self) -> Option<Step> {
        let name = self.name()?;
        if !self.eat("(") {
            return Some(Step::Child(name.to_owned()));
        }
        let step = match name {
            "first" => Step::First,
            "last" => Step::Last,
            "single" => Step::Single,
            "extension" => Step::Extension(self.text()?),
            "ofType" | "as" => Step::OfType(self.name()?.to_owned()),
            "where" if self.depth < DEEPEST => {
                self.depth += 1;
                let test = self.any()?;
                self.depth -= 1;
                Step::Where(test)
            }
            _ => return None,
        };
        self.eat(")").then_some(step)
    }

    fn any(&mut self) -> Option<Test> {
        let mut test = self.all()?;
        while self.word("or") {
            test = Test::Or(Box::new(test), Box::new(self.all()?));
        }
        Some(test)
    }

    fn all(&mut self) -> Option<Test> {
        let mut test = self.test()?;
        while self.word("and") {
            test = Test::And(Box::new(test), Box::new(self.test()?));
        }
        Some(test)
    }

    fn test(&mut self) -> Option<Test> {
        let mut steps = vec![self.step()?];
        loop {
            if self.eat(".exists()") {
                return Some(Test::Exists(Path(steps)));
            }
            if self.eat(".empty()") {
                return Some(Test::Empty(Path(steps)));
            }
            if !self.goes_on(&mut steps)? {
                break;
            }
        }
        let differs = self.eat("!=");
        (differs || self.eat("=")).then_some(())?;
        let literal = self.literal()?;
        Some(if differs { Test::Differs(Path(steps), literal) } else { Test::Equals(Path(steps), literal) })
    }

    fn literal(&mut self) -> Option<Literal> {
        self.space();
        if self.rest.starts_with('\'') {
            return self.text().map(Literal::Text);
        }
        for (word, value) in [("true", true), ("false", false)] {
            if self.word(word) {
                return Some(Literal::Boolean(value));
            }
        }
        let length = self.rest.find(|c: char| !(c.is_ascii_digit() || ".-".contains(c))).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(length).filter(|(number, _)| number.parse::<f64>().is_ok())?;
        self.rest = rest;
        Some(Literal::Number(number.to_owned()))
    }

    /// `'text'` with the escapes of FHIRPath.
    fn text(&mut self) -> Option<String> {
        self.eat("'").then_some(())?;
        let mut text = String::new();
        let mut characters = self.rest.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '\'' => {
                    self.rest = self.rest.get(at + 1..)?;
                    return Some(text);
                }
                '\\' => text.push(match characters.next()?.1 {
                    escaped @ ('\'' | '"' | '`' | '\\' | '/') => escaped,
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'f' => '\u{c}',
                    'u' => unicode(&mut characters)?,
                    _ => return None,
                }),
                c => text.push(c),
            }
        }
        None
    }

    fn name(&mut self) -> Option<&'t str> {
        self.space();
        let length = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(length)?;
        let plain = name.starts_with(|c: char| c.is_ascii_alphabetic());
        self.rest = rest;
        plain.then_some(name)
    }

    fn digits(&mut self) -> Option<&'t str> {
        self.space();
        let length = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(digits)
    }

    /// Takes this text if it stands here, with the space around it.
    fn eat(&mut self, token: &str) -> bool {
        self.space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// [`Reader::eat`] for a whole word.
    fn word(&mut self, word: &str) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(word);
        let rest = rest.filter(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }
}

/// The four digits behind `\u`.
fn unicode(characters: &mut CharIndices<'_>) -> Option<char> {
    let number = (0..4).try_fold(0, |number, _| Some(number * 16 + characters.next()?.1.to_digit(16)?))?;
    char::from_u32(number)
}
