//! What the clients did and what they were told: the acknowledged, and what was under way when the process was killed.

/// What one round, or many, did.
#[derive(Debug, Default)]
pub(crate) struct Acts {
    /// Acknowledged versions, in the order of their acknowledgement for each client.
    pub(crate) written: Vec<Written>,
    /// Acknowledged requests whose line must stand in the access log.
    pub(crate) answered: Vec<Answered>,
    /// Acknowledged conditional creates: HPR numbers of which there must be one Practitioner each.
    pub(crate) unique: Vec<String>,
    /// What nobody heard the end of.
    pub(crate) open: Vec<Open>,
}

/// One version of one resource that somebody was told is stored.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    /// `Type/id`.
    pub(crate) address: String,
    /// Its version.
    pub(crate) version: i64,
    /// The representation, byte for byte.
    pub(crate) body: String,
}

/// One answered request.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// Its `X-Request-Id`.
    pub(crate) request: String,
    /// The status of its answer.
    pub(crate) status: u16,
    /// A resource and version that the answer showed.
    pub(crate) shown: (String, i64),
}

/// A write that may be there or not, but whole.
#[derive(Clone, Debug)]
pub(crate) enum Open {
    /// Resources with one mark: all of these, or none.
    Marked { mark: String, types: &'static [(&'static str, usize)] },
    /// `$appoint` of a koordinator to this patient: all its papers, or none.
    Appointed { number: String },
    /// A Practitioner with this HPR number: one or none.
    Unique { hpr: String },
    /// A version after this one, with this text.
    Changed { before: Written, text: String },
}

impl Acts {
    /// Adds what somebody else did.
    pub(crate) fn add(&mut self, other: Self) {
        self.written.extend(other.written);
        self.answered.extend(other.answered);
        self.unique.extend(other.unique);
        self.open.extend(other.open);
    }
}
