//! JSON Patch (RFC 6902) with JSON Pointers (RFC 6901).

use super::bounds::{MAX_OPERATIONS, touches_fixed};
use super::fault::{At, PatchFault, no_patch};
use super::value::{fits, same, weight};
use crate::Issue;
use serde_json::Value;

/// The most bytes that the `copy` operations of one patch may add together.
const MOST_COPIED: usize = 2 << 20;

/// One operation.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    path: Pointer,
    act: Act,
}

#[derive(Clone, Debug)]
enum Act {
    Add(Value),
    Remove,
    Replace(Value),
    Move(Pointer),
    Copy(Pointer),
    Test(Value),
}

/// The names and numbers of a JSON Pointer.
type Pointer = Vec<String>;

/// Reads an array of operations.
pub(super) fn read(document: &Value) -> Result<Vec<Operation>, Issue> {
    let Value::Array(operations) = document else {
        return Err(no_patch(
            "patch",
            "En JSON Patch er en liste: [{\"op\": \"replace\", \"path\": \"/status\", \"value\": \"inactive\"}].",
            "A JSON Patch is an array: [{\"op\": \"replace\", \"path\": \"/status\", \"value\": \"inactive\"}].",
        ));
    };
    if operations.is_empty() || operations.len() > MAX_OPERATIONS {
        return Err(no_patch(
            "patch",
            &format!("En patch har 1 til {MAX_OPERATIONS} operasjoner."),
            &format!("A patch has 1 to {MAX_OPERATIONS} operations."),
        ));
    }
    operations.iter().enumerate().map(|(index, operation)| one(At::Json(index), operation)).collect()
}

fn one(at: At, operation: &Value) -> Result<Operation, Issue> {
    let pointer = |name: &str| {
        let text = operation.get(name).and_then(Value::as_str);
        text.and_then(self::pointer).ok_or_else(|| {
            at.malformed(
                name,
                &format!("{name} må være en JSON Pointer, for eksempel /participant/0/period."),
                &format!("{name} must be a JSON Pointer, for example /participant/0/period."),
            )
        })
    };
    let value = || {
        operation
            .get("value")
            .cloned()
            .ok_or_else(|| at.malformed("value", "operasjonen trenger value.", "the operation needs a value."))
    };
    let act = match operation.get("op").and_then(Value::as_str) {
        Some("add") => Act::Add(value()?),
        Some("remove") => Act::Remove,
        Some("replace") => Act::Replace(value()?),
        Some("move") => Act::Move(pointer("from")?),
        Some("copy") => Act::Copy(pointer("from")?),
        Some("test") => Act::Test(value()?),
        _ => {
            return Err(at.malformed(
                "op",
                "op må være add, remove, replace, move, copy eller test.",
                "op must be add, remove, replace, move, copy or test.",
            ));
        }
    };
    let path = pointer("path")?;
    if matches!(&act, Act::Move(from) if path.len() > from.len() && path.starts_with(from)) {
        return Err(at.malformed("from", "noe kan ikke flyttes inn i seg selv.", "nothing can be moved into itself."));
    }
    Ok(Operation { path, act })
}

/// `/a~1b/0` → `a/b`, `0`; the empty text is the whole.
fn pointer(text: &str) -> Option<Pointer> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.strip_prefix('/')?.split('/').map(unescaped).collect()
}

fn unescaped(token: &str) -> Option<String> {
    let sound = token.match_indices('~').all(|(at, _)| matches!(token.as_bytes().get(at + 1), Some(b'0' | b'1')));
    sound.then(|| token.replace("~1", "/").replace("~0", "~"))
}

/// Carries them out in order.
pub(super) fn apply(operations: &[Operation], resource: &mut Value) -> Result<(), PatchFault> {
    let original = resource.clone();
    let mut copied = 0;
    for (index, operation) in operations.iter().enumerate() {
        let at = At::Json(index);
        carry_out(at, operation, resource, &mut copied)?;
        if !matches!(operation.act, Act::Test(_)) && touches_fixed(&original, resource) {
            return Err(at.fixed());
        }
    }
    Ok(())
}

fn carry_out(at: At, operation: &Operation, resource: &mut Value, copied: &mut usize) -> Result<(), PatchFault> {
    let Operation { path, act } = operation;
    let nothing = || at.nothing_there("path");
    match act {
        Act::Add(value) => add(at, resource, path, value.clone()),
        Act::Remove => remove(resource, path).map(drop).ok_or_else(nothing),
        Act::Replace(value) => {
            let there = find_mut(resource, path).ok_or_else(nothing)?;
            if !fits(path.len(), value) {
                return Err(at.too_large());
            }
            *there = value.clone();
            Ok(())
        }
        Act::Move(from) => {
            let value = remove(resource, from).ok_or_else(|| at.nothing_there("from"))?;
            add(at, resource, path, value)
        }
        Act::Copy(from) => {
            let value = find(resource, from).ok_or_else(|| at.nothing_there("from"))?.clone();
            *copied += weight(&value);
            if *copied > MOST_COPIED {
                return Err(at.too_large());
            }
            add(at, resource, path, value)
        }
        Act::Test(value) => {
            let there = find(resource, path).ok_or_else(nothing)?;
            if same(there, value) { Ok(()) } else { Err(at.test_failed()) }
        }
    }
}

fn add(at: At, resource: &mut Value, path: &[String], value: Value) -> Result<(), PatchFault> {
    if !fits(path.len(), &value) {
        return Err(at.too_large());
    }
    let Some((last, parents)) = path.split_last() else {
        *resource = value;
        return Ok(());
    };
    let nothing = || at.nothing_there("path");
    match find_mut(resource, parents).ok_or_else(nothing)? {
        Value::Object(members) => {
            members.insert(last.clone(), value);
            Ok(())
        }
        Value::Array(items) => {
            let index = if last == "-" { Some(items.len()) } else { place(last) };
            let index = index.filter(|index| *index <= items.len()).ok_or_else(nothing)?;
            items.insert(index, value);
            Ok(())
        }
        _ => Err(nothing()),
    }
}

/// Takes out what stands there; what comes after it in a list moves up.
fn remove(resource: &mut Value, path: &[String]) -> Option<Value> {
    let Some((last, parents)) = path.split_last() else { return Some(resource.take()) };
    match find_mut(resource, parents)? {
        Value::Object(members) => members.shift_remove(last),
        Value::Array(items) => place(last).filter(|index| *index < items.len()).map(|index| items.remove(index)),
        _ => None,
    }
}

fn find<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, token| match value {
        Value::Object(members) => members.get(token),
        Value::Array(items) => items.get(place(token)?),
        _ => None,
    })
}

fn find_mut<'v>(value: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, token| match value {
        Value::Object(members) => members.get_mut(token),
        Value::Array(items) => items.get_mut(place(token)?),
        _ => None,
    })
}

/// A place in a list: digits without leading zeros (RFC 6901 §4).
fn place(token: &str) -> Option<usize> {
    let plain = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| plain)
}
