//! Tokens that were checked a moment ago: a client sends the same token for many requests, and a signature costs more than
//! all the rest of a read.
//!
//! What is remembered is what the whole check came to, for at most a minute and never past the token's `exp`, so that a key that
//! the issuer withdraws or a changed setting is noticed as soon as that. A token that was refused is not remembered. Each
//! replica remembers by itself: nothing here decides anything that another replica would decide differently.

use crate::Actor;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use varde_fhir::Micros;

/// How long a checked token is believed without looking again.
const BELIEVED: Micros = 60_000_000;
/// How many are remembered.
const MOST: usize = 4096;

/// The callers of the last minute.
#[derive(Default)]
pub(crate) struct Recall(RwLock<HashMap<Box<str>, Caller>>);

struct Caller {
    actor: Arc<Actor>,
    since: Micros,
    until: Micros,
}

impl Recall {
    /// Who sends this token, when it was checked lately.
    pub(crate) fn get(&self, token: &str, now: Micros) -> Option<Arc<Actor>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let caller = known.get(token)?;
        (caller.since <= now && now < caller.until).then(|| Arc::clone(&caller.actor))
    }

    /// Remembers a token that was found good `now` and ends at `expires`.
    pub(crate) fn put(&self, token: &str, actor: &Arc<Actor>, now: Micros, expires: Micros) {
        let until = now.saturating_add(BELIEVED).min(expires);
        if until <= now {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, caller| caller.since <= now && now < caller.until);
        }
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(token.into(), Caller { actor: Arc::clone(actor), since: now, until });
    }
}

#[cfg(test)]
mod tests {
    use super::{BELIEVED, MOST, Recall};
    use crate::{Actor, ActorKind, Scopes};
    use std::sync::Arc;

    fn actor() -> Arc<Actor> {
        Arc::new(Actor {
            client: "epj".into(),
            tenant: "983974724".into(),
            unit: None,
            supplier: None,
            kind: ActorKind::Hospital,
            hpr: None,
            scopes: Scopes::default(),
            purpose: None,
            decision: None,
        })
    }

    #[test]
    fn a_token_is_believed_for_a_minute_and_never_past_its_end() {
        let recall = Recall::default();
        recall.put("long", &actor(), 1000, i64::MAX);
        recall.put("short", &actor(), 1000, 1500);
        recall.put("over", &actor(), 1000, 1000);
        for (token, now, known) in [
            ("long", 999, false),
            ("long", 1000, true),
            ("long", 999 + BELIEVED, true),
            ("long", 1000 + BELIEVED, false),
            ("short", 1499, true),
            ("short", 1500, false),
            ("over", 1000, false),
            ("lon", 1000, false),
        ] {
            assert_eq!(recall.get(token, now).is_some(), known, "{token} at {now}");
        }
    }

    #[test]
    fn it_holds_a_bounded_number() {
        let recall = Recall::default();
        for number in 0..=MOST {
            recall.put(&number.to_string(), &actor(), 0, i64::MAX);
        }
        assert!(recall.0.read().unwrap().len() <= MOST);
        assert!(recall.get(&MOST.to_string(), 0).is_some());
    }
}
