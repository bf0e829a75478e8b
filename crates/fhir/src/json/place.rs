//! A place inside a JSON body, as a FHIRPath expression that is only written out when there is something to say about it
//! <https://hl7.org/fhir/R4/operationoutcome-definitions.html#OperationOutcome.issue.expression>.

use std::fmt::Write;

/// One step of a path; the steps live on the stack of whoever walks the body, so that walking allocates nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// The start of a path: the resource type, or nothing yet.
    pub(crate) const fn root(name: &'a str) -> Self {
        Self { parent: None, step: Step::Name(name) }
    }

    /// An element of the object here. A leading `_` is left out: `_birthDate` holds more of `birthDate`.
    pub(crate) const fn name(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), step: Step::Name(name) }
    }

    /// An entry of the array here.
    pub(crate) const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }

    /// Whether it is the start of a path.
    pub(crate) const fn is_root(&self) -> bool {
        self.parent.is_none()
    }

    /// The name of the element, without index.
    pub(crate) fn element(&self) -> &'a str {
        match (self.step, self.parent) {
            (Step::Name(name), _) => name.trim_start_matches('_'),
            (Step::Index(_), Some(parent)) => parent.element(),
            (Step::Index(_), None) => "",
        }
    }

    /// The FHIRPath expression, e.g. `CareTeam.participant[0].member`. It ends before a name that cannot be an element's:
    /// such a name comes from the caller and may be anything, also personal data.
    pub(crate) fn expression(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> bool {
        if !self.parent.is_none_or(|parent| parent.write(text)) {
            return false;
        }
        match self.step {
            Step::Index(index) => {
                // Writing to a string cannot fail.
                write!(text, "[{index}]").is_ok()
            }
            Step::Name(name) => {
                let name = name.trim_start_matches('_');
                let plain = is_plain(name);
                if plain {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(name);
                }
                plain || name.is_empty()
            }
        }
    }
}

/// Whether a name looks like an element name and can hold no identity number, so that it may be repeated to the caller.
pub(crate) fn is_plain(name: &str) -> bool {
    let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    letters && (1..=64).contains(&name.len()) && digits < 6 && !name.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let root = Place::root("Patient");
        let names = root.name("name");
        let first = names.index(0);
        let given = first.name("_given");
        assert_eq!(given.index(1).expression(), "Patient.name[0].given[1]");
        assert_eq!(given.index(1).element(), "given");
        assert_eq!(first.name("15825512869").name("x").expression(), "Patient.name[0]");
        assert_eq!(first.name("a15825512869").expression(), "Patient.name[0]");
        assert_eq!(first.name("not a name").expression(), "Patient.name[0]");
    }
}
