//! The XHTML of a narrative <https://hl7.org/fhir/R4/narrative.html#xhtml>, read strictly: well-formed XML without document type,
//! only the elements and attributes of `txt-1`, no script by any road, and something to read (`txt-2`).

use std::str::CharIndices;

/// What is wrong with a narrative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It is no well-formed XML, or uses more of XML than a narrative may.
    NotXml,
    /// It is not one `div` in the namespace of XHTML.
    Root,
    /// An element outside the list.
    Element,
    /// An attribute outside the list, an event or a namespace.
    Attribute,
    /// A link or a style that runs or loads something.
    Link,
    /// Nothing to read.
    Empty,
}

const NAMESPACE: &str = "http://www.w3.org/1999/xhtml";
/// More nesting than this is no text for people.
const DEPTH: usize = 64;

/// The elements of `txt-1`.
const ELEMENTS: &str = "a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li \
    ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var";

/// The attributes of `txt-1`; `href`, `src` and `style` are looked at besides.
const ATTRIBUTES: &str = "abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite \
    class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev \
    rowspan rules scope shape span src start style summary tabindex title type valign value vspace width xml:lang xmlns";

/// Reads a narrative.
pub(super) fn check(text: &str) -> Result<(), Flaw> {
    let mut reader = Reader { text, letters: text.char_indices(), open: Vec::new(), told: false };
    reader.document()?;
    if reader.told { Ok(()) } else { Err(Flaw::Empty) }
}

struct Reader<'a> {
    text: &'a str,
    letters: CharIndices<'a>,
    /// The names of the elements that are open.
    open: Vec<&'a str>,
    /// Whether there was something to read: text, or a picture.
    told: bool,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<(), Flaw> {
        self.skip_space();
        if !self.rest().starts_with("<div") {
            return Err(Flaw::Root);
        }
        loop {
            match self.next() {
                Some('<') => self.markup()?,
                Some('&') if !self.open.is_empty() => {
                    self.told |= !self.entity()?.is_whitespace();
                }
                Some(letter) if self.open.is_empty() => {
                    if !letter.is_whitespace() {
                        return Err(Flaw::Root);
                    }
                }
                // `]]>` may not stand in text; control characters may stand nowhere.
                Some(']') if self.rest().starts_with("]>") => return Err(Flaw::NotXml),
                Some('\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f') => return Err(Flaw::NotXml),
                Some(letter) => self.told |= !letter.is_whitespace() && letter != '\u{a0}',
                None => break,
            }
        }
        if self.open.is_empty() { Ok(()) } else { Err(Flaw::NotXml) }
    }

    /// What follows `<`.
    fn markup(&mut self) -> Result<(), Flaw> {
        if self.take("!--") {
            let end = self.rest().find("--").ok_or(Flaw::NotXml)?;
            self.skip(end);
            return if self.take("-->") { Ok(()) } else { Err(Flaw::NotXml) };
        }
        if self.take("/") {
            let name = self.name()?;
            self.skip_space();
            return if self.take(">") && self.open.pop() == Some(name) { Ok(()) } else { Err(Flaw::NotXml) };
        }
        let first = self.open.is_empty();
        let name = self.name()?;
        if first && (name != "div" || self.told) {
            return Err(Flaw::Root);
        }
        if !listed(ELEMENTS, name) {
            return Err(Flaw::Element);
        }
        let namespace = self.attributes()?;
        match namespace {
            Some(namespace) if namespace != NAMESPACE => return Err(Flaw::Root),
            None if first => return Err(Flaw::Root),
            _ => {}
        }
        self.told |= name == "img";
        if self.take("/>") {
            // A second root would follow a first that is closed; the text after it is looked at too.
            return if first { Err(Flaw::Empty) } else { Ok(()) };
        }
        if !self.take(">") || self.open.len() >= DEPTH {
            return Err(Flaw::NotXml);
        }
        self.open.push(name);
        Ok(())
    }

    /// The attributes of an element; its namespace when it names one.
    fn attributes(&mut self) -> Result<Option<&'a str>, Flaw> {
        let (mut seen, mut namespace): (Vec<&str>, _) = (Vec::new(), None);
        loop {
            let spaced = self.skip_space();
            if self.rest().starts_with(['>', '/']) {
                return Ok(namespace);
            }
            if !spaced {
                return Err(Flaw::NotXml);
            }
            let name = self.name()?;
            self.skip_space();
            if !self.take("=") || seen.contains(&name) {
                return Err(Flaw::NotXml);
            }
            self.skip_space();
            let value = self.quoted()?;
            if !listed(ATTRIBUTES, name) {
                return Err(Flaw::Attribute);
            }
            if !harmless(name, value)? {
                return Err(Flaw::Link);
            }
            if name == "xmlns" {
                namespace = Some(value);
            }
            seen.push(name);
        }
    }

    fn quoted(&mut self) -> Result<&'a str, Flaw> {
        let quote = self.next().filter(|letter| matches!(letter, '"' | '\'')).ok_or(Flaw::NotXml)?;
        let rest = self.rest();
        let end = rest.find(quote).ok_or(Flaw::NotXml)?;
        let value = rest.get(..end).ok_or(Flaw::NotXml)?;
        self.skip(end + 1);
        if value.contains('<') { Err(Flaw::NotXml) } else { Ok(value) }
    }

    fn name(&mut self) -> Result<&'a str, Flaw> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '-')).unwrap_or(rest.len());
        let name =
            rest.get(..end).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())).ok_or(Flaw::NotXml)?;
        self.skip(end);
        Ok(name)
    }

    fn entity(&mut self) -> Result<char, Flaw> {
        let rest = self.rest();
        let end = rest.find(';').filter(|end| *end <= 8).ok_or(Flaw::NotXml)?;
        let letter = rest.get(..end).and_then(entity).ok_or(Flaw::NotXml)?;
        self.skip(end + 1);
        Ok(letter)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.letters.offset()..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        self.letters.next().map(|(_, letter)| letter)
    }

    fn skip(&mut self, bytes: usize) {
        let end = self.letters.offset() + bytes;
        while self.letters.offset() < end && self.letters.next().is_some() {}
    }

    fn skip_space(&mut self) -> bool {
        let from = self.letters.offset();
        let rest = self.rest();
        self.skip(rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len());
        self.letters.offset() > from
    }

    fn take(&mut self, text: &str) -> bool {
        let there = self.rest().starts_with(text);
        if there {
            self.skip(text.len());
        }
        there
    }
}

fn listed(names: &str, name: &str) -> bool {
    names.split_ascii_whitespace().any(|known| known == name)
}

/// XML's five names, and numbers of characters that XML allows.
fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| *letter >= ' ' || matches!(letter, '\t' | '\n' | '\r'))
        }
    }
}

/// Whether a link or a style only shows: entities are read first, for a browser does so too.
fn harmless(name: &str, value: &str) -> Result<bool, Flaw> {
    let mut plain = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('&') {
        let (inside, after) = after.split_once(';').ok_or(Flaw::NotXml)?;
        plain.push_str(before);
        plain.push(entity(inside).ok_or(Flaw::NotXml)?);
        rest = after;
    }
    plain.push_str(rest);
    // Browsers pass over space and control characters in a scheme.
    let plain: String =
        plain.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>().to_lowercase();
    let scheme = plain.split(['/', '?', '#']).next().and_then(|start| start.split_once(':')).map(|(scheme, _)| scheme);
    // A name of another entry of the Bundle (`urn:uuid:`) loads nothing, and a transaction makes an address of it.
    Ok(match name {
        "href" | "cite" | "longdesc" => {
            matches!(scheme, None | Some("http" | "https" | "ftp" | "mailto" | "tel" | "urn"))
        }
        "src" => matches!(scheme, None | Some("http" | "https" | "urn")) || plain.starts_with("data:image/"),
        "style" => {
            // A picture in the text itself loads nothing.
            let style = plain.replace("url(data:image/", "");
            let running = ["url(", "expression(", "javascript:", "@import", "-moz-binding", "behavior:", "\\"];
            !running.iter().any(|word| style.contains(word))
        }
        _ => true,
    })
}

/// What a flaw is called, and what to do about it, in Norwegian and English.
pub(super) const fn describe(flaw: Flaw) -> (&'static str, &'static str) {
    match flaw {
        Flaw::NotXml => (
            "txt-1: Teksten er ikke velformet XHTML. Bruk bare elementer, attributter, tekst og &amp; &lt; &gt; &quot; &apos; &#…;.",
            "txt-1: The narrative is not well-formed XHTML. Use only elements, attributes, text and &amp; &lt; &gt; &quot; &apos; &#…;.",
        ),
        Flaw::Root => (
            "txt-1: Teksten skal være én <div xmlns=\"http://www.w3.org/1999/xhtml\">…</div>.",
            "txt-1: The narrative is one <div xmlns=\"http://www.w3.org/1999/xhtml\">…</div>.",
        ),
        Flaw::Element => (
            "txt-1: Teksten har et element som FHIR ikke tillater (script, form, iframe, object …). Fjern det.",
            "txt-1: The narrative has an element that FHIR does not allow (script, form, iframe, object …). Remove it.",
        ),
        Flaw::Attribute => (
            "txt-1: Teksten har et attributt som FHIR ikke tillater, for eksempel en hendelse (onclick). Fjern det.",
            "txt-1: The narrative has an attribute that FHIR does not allow, for example an event (onclick). Remove it.",
        ),
        Flaw::Link => (
            "txt-1: Teksten har en lenke eller stil som kjører eller henter noe. Bruk http, https, mailto, tel eller #.",
            "txt-1: The narrative has a link or style that runs or loads something. Use http, https, mailto, tel or #.",
        ),
        Flaw::Empty => (
            "txt-2: Teksten er tom. Skriv noe som kan leses, eller utelat «text».",
            "txt-2: The narrative is empty. Write something to read, or leave out “text”.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn div(inside: &str) -> String {
        format!("<div xmlns=\"{NAMESPACE}\">{inside}</div>")
    }

    #[test]
    fn good_narratives() {
        for inside in [
            "x",
            "<p>Æøå &amp; &lt;tegn&gt; &#160;&#xE6;</p><br/>",
            "<table class='t'><tbody><tr><td colspan=\"2\">1</td></tr></tbody></table>",
            "<a href=\"https://example.no/?a=1&amp;b=2\">x</a><a href='#p'>y</a><a name=\"z\">z</a>",
            "<a href=\"urn:uuid:0b1e1111-1111-4111-8111-111111111111\">x</a><a href=\"Patient/1\">y</a>",
            "<img src=\"data:image/png;base64,QUJD\" alt=\"bilde\"/>",
            "<img src=\"#logo\" alt=\"\"/>",
            "<td style=\"background-image: url(data: image/png;base64,QUJD)\">x</td>",
            "<!-- note --><b style=\"color: red\" xml:lang='nb' lang='nb'>x</b>",
            "<div xmlns=\"http://www.w3.org/1999/xhtml\">inner</div>",
        ] {
            assert_eq!(check(&div(inside)), Ok(()), "{inside}");
        }
        assert_eq!(check(&format!(" \n{}\n", div("x"))), Ok(()));
    }

    #[test]
    fn bad_narratives() {
        for (inside, flaw) in [
            ("<script>x</script>", Flaw::Element),
            ("<SCRIPT>x</SCRIPT>", Flaw::Element),
            ("<iframe src='x'/>", Flaw::Element),
            ("<form>x</form>", Flaw::Element),
            ("<svg>x</svg>", Flaw::Element),
            ("<p onclick='x()'>x</p>", Flaw::Attribute),
            ("<p xmlns:x='u'>x</p>", Flaw::Attribute),
            ("<p xmlns='http://www.w3.org/2000/svg'>x</p>", Flaw::Root),
            ("<a href='javascript:x()'>x</a>", Flaw::Link),
            ("<a href='java&#10;script:x()'>x</a>", Flaw::Link),
            ("<a href='&#x6a;avascript:x()'>x</a>", Flaw::Link),
            ("<a href='data:text/html,x'>x</a>", Flaw::Link),
            ("<img src='data:text/html,x' alt='x'/>", Flaw::Link),
            ("<p style='background: url(x)'>x</p>", Flaw::Link),
            ("<p>x", Flaw::NotXml),
            ("<p>x</b>", Flaw::NotXml),
            ("<p class=x>x</p>", Flaw::NotXml),
            ("<p class='a' class='b'>x</p>", Flaw::NotXml),
            ("<p class='a'id='b'>x</p>", Flaw::NotXml),
            ("&nbsp;", Flaw::NotXml),
            ("a & b", Flaw::NotXml),
            ("&#0;", Flaw::NotXml),
            ("<![CDATA[x]]>", Flaw::NotXml),
            ("<?php x?>", Flaw::NotXml),
            ("<!DOCTYPE html>", Flaw::NotXml),
            ("<!-- a -- b -->x", Flaw::NotXml),
            ("x ]]> y", Flaw::NotXml),
            ("< p>x</p>", Flaw::NotXml),
            ("", Flaw::Empty),
            (" \n\t<p> </p><br/>&#32;", Flaw::Empty),
            ("\u{a0}", Flaw::Empty),
        ] {
            assert_eq!(check(&div(inside)), Err(flaw), "{inside}");
        }
        for (text, flaw) in [
            ("", Flaw::Root),
            ("x", Flaw::Root),
            ("<p>x</p>", Flaw::Root),
            ("<div>x</div>", Flaw::Root),
            ("<div xmlns='http://www.w3.org/2000/svg'>x</div>", Flaw::Root),
            ("<divide xmlns='http://www.w3.org/1999/xhtml'>x</divide>", Flaw::Root),
            ("<div xmlns='http://www.w3.org/1999/xhtml'/>", Flaw::Empty),
            ("<div xmlns='http://www.w3.org/1999/xhtml'>x</div>y", Flaw::Root),
            (
                "<div xmlns='http://www.w3.org/1999/xhtml'>x</div><div xmlns='http://www.w3.org/1999/xhtml'>y</div>",
                Flaw::Root,
            ),
            ("<div xmlns='http://www.w3.org/1999/xhtml'", Flaw::NotXml),
            ("<div xmlns='http://www.w3.org/1999/xhtml'>x", Flaw::NotXml),
        ] {
            assert_eq!(check(text), Err(flaw), "{text}");
        }
        assert_eq!(check(&div(&format!("{}x{}", "<b>".repeat(70), "</b>".repeat(70)))), Err(Flaw::NotXml));
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn anything_is_read_without_panic(inside in "([<>/&;#='\"a-zæ \\[\\]!-]|<p>|</p>|<!--|-->|&#|xmlns=){0,40}") {
            let _ = check(&inside);
            if check(&div(&inside)).is_ok() {
                proptest::prop_assert!(!inside.to_lowercase().contains("<script"));
            }
        }
    }
}
