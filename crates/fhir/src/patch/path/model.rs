//! A path as it was read.

/// A path that was read.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::patch) struct Path(pub(super) Vec<Step>);

/// One step of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Child(String),
    Index(usize),
    First,
    Last,
    Single,
    Extension(String),
    OfType(String),
    Where(Test),
}

/// What `where` asks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Equals(Path, Literal),
    Differs(Path, Literal),
    Exists(Path),
    Empty(Path),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

/// What something is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Number(String),
    Boolean(bool),
}
