//! A JSON body with holes: written once, filled for each request without building JSON anew.

use serde_json::Value;

/// Text and holes in turn.
#[derive(Debug)]
pub(crate) struct Template(Vec<Piece>);

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole(usize),
}

impl Template {
    /// A body in which `<0>`, `<1>` … inside strings are the places of values.
    pub(crate) fn new(body: &Value) -> Self {
        let text = body.to_string();
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, hole, after)) = next_hole(rest) {
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Hole(hole));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Self(pieces)
    }

    /// Adds the body with these values, which need no escaping in JSON; a hole without a value stays empty.
    pub(crate) fn fill(&self, values: &[&str], out: &mut Vec<u8>) {
        for piece in &self.0 {
            let text = match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Hole(index) => values.get(*index).copied().unwrap_or_default(),
            };
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// The text before the next hole, its number, and the text after it.
fn next_hole(text: &str) -> Option<(&str, usize, &str)> {
    text.match_indices('<').find_map(|(at, _)| {
        let (number, after) = text.get(at + 1..)?.split_once('>')?;
        Some((text.get(..at)?, number.parse().ok()?, after))
    })
}

#[cfg(test)]
mod tests {
    use super::Template;
    use serde_json::json;

    #[test]
    fn holes_are_filled_and_other_brackets_stay() {
        let template = Template::new(&json!({ "a": "<1>", "b": "x < y", "c": "<0>/<1>", "d": "<p>" }));
        let mut out = b"> ".to_vec();
        template.fill(&["zero", "one"], &mut out);
        assert_eq!(out, br#"> {"a":"one","b":"x < y","c":"zero/one","d":"<p>"}"#);
    }
}
