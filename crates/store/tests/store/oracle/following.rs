//! What comes with a page: `_include` and `_revinclude`, with `:iterate` again from what came.

use super::scan::Asked;
use super::stock::{Kept, Stock};
use std::collections::BTreeSet;

/// How far `:iterate` goes.
const FARTHEST: usize = 5;

/// One of them.
struct Follow<'a> {
    source: &'a str,
    code: &'a str,
    target: Option<&'a str>,
    reverse: bool,
    iterate: bool,
}

impl Stock {
    /// `Type/id` of what comes with the page, sorted.
    pub(super) fn beside(&self, asked: &Asked, page: &[&Kept]) -> Vec<String> {
        let follows: Vec<Follow<'_>> = asked.params.iter().filter_map(|(name, value)| follow(name, value)).collect();
        let mut known: BTreeSet<String> = page.iter().map(|kept| kept.address()).collect();
        let mut beside = Vec::new();
        let mut from: Vec<&Kept> = page.to_vec();
        for round in 0..FARTHEST {
            let mut fresh = Vec::new();
            for follow in follows.iter().filter(|follow| round == 0 || follow.iterate) {
                for other in self.all.iter().filter(|other| self.sees(asked.viewer, other)) {
                    if from.iter().any(|kept| self.follows(follow, kept, other)) && known.insert(other.address()) {
                        beside.push(other.address());
                        fresh.push(other);
                    }
                }
            }
            from = fresh;
        }
        beside.sort_unstable();
        beside
    }

    fn follows(&self, follow: &Follow<'_>, here: &Kept, other: &Kept) -> bool {
        let (holder, target) = if follow.reverse { (other, here) } else { (here, other) };
        holder.rtype == follow.source
            && follow.target.is_none_or(|rtype| target.rtype == rtype)
            && self.leads(holder, follow.code, target)
    }
}

fn follow<'a>(name: &'a str, value: &'a str) -> Option<Follow<'a>> {
    let (head, iterate) = name.strip_suffix(":iterate").map_or((name, false), |head| (head, true));
    let reverse = match head {
        "_include" => false,
        "_revinclude" => true,
        _ => return None,
    };
    let mut parts = value.split(':');
    Some(Follow { source: parts.next()?, code: parts.next()?, target: parts.next(), reverse, iterate })
}
