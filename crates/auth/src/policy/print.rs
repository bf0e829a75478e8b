//! The whole policy as text, for review.

use super::table::{ROWS, Row, Subject, also};
use crate::ActorKind;
use std::fmt::Write;
use varde_fhir::registry::operations;

const HEAD: &str = "\
Varde: which kinds of act each kind of organisation may do (crates/auth/src/policy/table.rs).
c create  r read, vread, history  u update, patch  d delete  s search, history of the type  x run  - refused
The history of the whole system is that of the types with s. A condition (If-None-Exist, Type?search) needs s besides.
An act also needs its scope, and reaches only the patients that the organisation may see.
[type]/$validate: whoever has any right on the type, with any scope of it. Definitions and terminology: anybody.

";

/// The policy table in columns of fixed width; `crates/auth/policy.txt` is its reviewed copy.
#[must_use]
pub fn table() -> String {
    let mut text = HEAD.to_owned();
    let kinds: Vec<&str> = ActorKind::ALL.iter().map(|kind| kind.as_str()).collect();
    line(&mut text, "", &kinds, "scope");
    for row in ROWS {
        let rights: Vec<&str> = row.rights.iter().map(|r| if r.is_empty() { "-" } else { *r }).collect();
        line(&mut text, &name(row), &rights, &scope(row));
    }
    text
}

fn line(text: &mut String, name: &str, cells: &[&str], scope: &str) {
    // Writing into a String cannot fail.
    let _ = write!(text, "{name:<26}");
    for cell in cells {
        let _ = write!(text, "{cell:<14}");
    }
    text.push_str(scope);
    text.truncate(text.trim_end_matches(' ').len());
    text.push('\n');
}

fn name(row: &Row) -> String {
    match row.subject {
        Subject::Type(rtype) => rtype.to_string(),
        Subject::Operation(rtype, name) => format!("{rtype}/${name}"),
        Subject::Transaction => "transaction, batch".to_owned(),
    }
}

fn scope(row: &Row) -> String {
    match row.subject {
        Subject::Type(rtype) => {
            let also = also(rtype).map(|scope| format!(" and {scope}")).unwrap_or_default();
            format!("system/{rtype}.<letter>{also}")
        }
        Subject::Operation(rtype, name) => {
            let operation = operations().iter().find(|o| o.rtype == rtype && o.name == name);
            operation.map_or_else(String::new, |o| o.scope.to_owned())
        }
        Subject::Transaction => "that of each entry".to_owned(),
    }
}
