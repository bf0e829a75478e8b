//! Criteria through references: chains (`subject:Patient.name`) and reverse chains (`_has:CareTeam:subject:status`), alone or
//! inside each other, [`MAX_LINKS`] references deep <https://hl7.org/fhir/R4/search.html#chaining>,
//! <https://hl7.org/fhir/R4/search.html#has>.

use super::criterion::{Criterion, term};
use super::issues::{ambiguous, invalid_value, not_supported, unknown_modifier, unknown_reference};
use super::model::{Filter, Link};
use crate::registry::{Interaction, ParamKind, SearchParam, search_param, served};
use crate::{Issue, ResourceType};

/// The most references between the type searched and the parameter asked for.
pub const MAX_LINKS: usize = 2;

/// Reads one parameter of a search on a type, through as many references as its name says. A search of several types follows none.
pub(super) fn criterion(types: &[ResourceType], name: &str, text: &str, base: &str) -> Result<Criterion, Issue> {
    let reader = Reader { whole: name, text, base };
    match types {
        [only] => reader.filter(*only, name, 0),
        several if name.contains('.') || name == "_has" || name.starts_with("_has:") => Err(not_supported(
            name,
            &format!("Et søk i flere typer følger ingen referanser. Søk i én type, for eksempel {}.", first(several)),
            &format!(
                "A search of several types follows no references. Search one type, for example {}.",
                first(several)
            ),
        )),
        several => term(several, (name, name), text, base),
    }
}

fn first(types: &[ResourceType]) -> &'static str {
    types.first().map_or("CareTeam", |rtype| rtype.as_str())
}

struct Reader<'a> {
    /// The parameter's name, as it came.
    whole: &'a str,
    text: &'a str,
    base: &'a str,
}

impl Reader<'_> {
    /// `name` is what is left of the whole one behind `links` references.
    fn filter(&self, rtype: ResourceType, name: &str, links: usize) -> Result<Criterion, Issue> {
        if let Some(rest) = name.strip_prefix("_has:") {
            return self.has(rtype, rest, links);
        }
        if name == "_has" {
            return Err(self.malformed_has());
        }
        let chain = name.split_once('.').and_then(|(head, rest)| {
            let (code, declared) = head.split_once(':').map_or((head, None), |(code, of)| (code, Some(of)));
            Some((search_param(rtype, code)?, declared, rest))
        });
        match chain {
            Some((param, declared, rest)) => self.chain(param, declared, rest, links),
            None => term(&[rtype], (name, self.whole), self.text, self.base),
        }
    }

    /// `_has:Type:reference:rest`: something of this type refers to what is searched.
    fn has(&self, rtype: ResourceType, rest: &str, links: usize) -> Result<Criterion, Issue> {
        self.not_too_deep(links)?;
        let mut parts = rest.splitn(3, ':');
        let (Some(source), Some(code), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(self.malformed_has());
        };
        let source: Option<ResourceType> = source.parse().ok().filter(|source| searched(*source));
        let source = source.ok_or_else(|| self.malformed_has())?;
        let param = search_param(source, code).filter(|param| param.targets.contains(&rtype));
        let param = param.ok_or_else(|| unknown_reference(self.whole, (source, code), Some(rtype)))?;
        let then = self.filter(source, rest, links + 1)?;
        Ok(through(then, |then| Link { param, target: rtype, reverse: true, then }))
    }

    /// `reference[:Type].rest`: what is referred to has what the rest says.
    fn chain(
        &self,
        param: &'static SearchParam,
        declared: Option<&str>,
        rest: &str,
        links: usize,
    ) -> Result<Criterion, Issue> {
        if param.kind != ParamKind::Reference || param.targets.is_empty() {
            return Err(unknown_reference(self.whole, (param.rtype, param.name), None));
        }
        self.not_too_deep(links)?;
        let target = match declared {
            Some(name) => self.declared(param, name)?,
            None => self.only_target(param, rest)?,
        };
        let then = self.filter(target, rest, links + 1)?;
        Ok(through(then, |then| Link { param, target, reverse: false, then }))
    }

    fn declared(&self, param: &'static SearchParam, name: &str) -> Result<ResourceType, Issue> {
        let target = name.parse().ok().filter(|target| param.targets.contains(target));
        target.ok_or_else(|| {
            let allowed: Vec<String> = param.targets.iter().map(|target| format!(":{target}")).collect();
            unknown_modifier(self.whole, param.kind.code(), &allowed.join(", "))
        })
    }

    /// The one target that has what the rest of the name begins with.
    fn only_target(&self, param: &'static SearchParam, rest: &str) -> Result<ResourceType, Issue> {
        if let [only] = param.targets {
            return Ok(*only);
        }
        let head = rest.split(['.', ':']).next().unwrap_or(rest);
        let having: Vec<ResourceType> = param
            .targets
            .iter()
            .copied()
            .filter(|target| head == "_has" || search_param(*target, head).is_some())
            .collect();
        match having.as_slice() {
            [only] => Ok(*only),
            // Then the parameter is unknown, wherever it is looked for.
            [] => param.targets.first().copied().ok_or_else(|| ambiguous(self.whole, param.name, param.targets, rest)),
            several => Err(ambiguous(self.whole, param.name, several, rest)),
        }
    }

    fn not_too_deep(&self, links: usize) -> Result<(), Issue> {
        if links < MAX_LINKS {
            return Ok(());
        }
        Err(not_supported(
            self.whole,
            &format!("Et søk følger høyst {MAX_LINKS} referanser. Søk i to trinn."),
            &format!("A search follows at most {MAX_LINKS} references. Search in two steps."),
        ))
    }

    fn malformed_has(&self) -> Issue {
        invalid_value(
            self.whole,
            "skriv _has:Type:referanse:parameter=verdi, for eksempel _has:CareTeam:subject:participant-role=18.",
            "write _has:Type:reference:parameter=value, for example _has:CareTeam:subject:participant-role=18.",
        )
    }
}

/// The criterion behind one more link; what is unknown stays unknown.
fn through(then: Criterion, link: impl FnOnce(Box<Filter>) -> Link) -> Criterion {
    match then {
        Criterion::Filter(then) => Criterion::Filter(Filter::Link(link(Box::new(then)))),
        unknown @ Criterion::Unknown(..) => unknown,
    }
}

fn searched(rtype: ResourceType) -> bool {
    served(rtype).is_some_and(|row| row.allows(Interaction::SearchType))
}
