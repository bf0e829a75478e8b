//! Invariants of the datatypes <https://hl7.org/fhir/R4/datatypes.html>.

use super::rule::{Invariant, has, has_choice, in_order, sign, text};
use serde_json::{Map, Value};

const UCUM: &str = "http://unitsofmeasure.org";

pub(super) static INVARIANTS: &[Invariant] = &[
    Invariant {
        path: "Extension",
        key: "ext-1",
        at: "",
        holds: |o| has_choice(o, "value") != has(o, "extension"),
        nb: "En utvidelse har enten en verdi (value[x]) eller utvidelser inni seg, og ikke begge.",
        en: "An extension has either a value (value[x]) or extensions inside, and not both.",
    },
    Invariant {
        path: "Period",
        key: "per-1",
        at: "",
        holds: |o| in_order(o, "start", "end"),
        nb: "Perioden slutter før den begynner. Rett «start» eller «end».",
        en: "The period ends before it starts. Correct “start” or “end”.",
    },
    Invariant {
        path: "Attachment",
        key: "att-1",
        at: "contentType",
        holds: |o| !has(o, "data") || has(o, "contentType"),
        nb: "Et vedlegg med «data» må ha «contentType».",
        en: "An attachment with “data” must have “contentType”.",
    },
    Invariant {
        path: "ContactPoint",
        key: "cpt-2",
        at: "system",
        holds: |o| !has(o, "value") || has(o, "system"),
        nb: "Et kontaktpunkt med «value» må ha «system», for eksempel phone.",
        en: "A contact point with “value” must have “system”, for example phone.",
    },
    Invariant {
        path: "Range",
        key: "rng-2",
        at: "",
        holds: |o| !range_reversed(o),
        nb: "«low» kan ikke være større enn «high».",
        en: "“low” cannot be greater than “high”.",
    },
    Invariant {
        path: "Ratio",
        key: "rat-1",
        at: "",
        holds: |o| {
            let (numerator, denominator) = (has(o, "numerator"), has(o, "denominator"));
            numerator == denominator && (numerator || has(o, "extension"))
        },
        nb: "Et forhold har både «numerator» og «denominator», eller ingen av dem og en utvidelse.",
        en: "A ratio has both “numerator” and “denominator”, or neither and an extension.",
    },
    Invariant { path: "Quantity", key: "qty-3", at: "system", holds: code_has_system, nb: UNIT_NB, en: UNIT_EN },
    Invariant { path: "Age", key: "qty-3", at: "system", holds: code_has_system, nb: UNIT_NB, en: UNIT_EN },
    Invariant { path: "Count", key: "qty-3", at: "system", holds: code_has_system, nb: UNIT_NB, en: UNIT_EN },
    Invariant { path: "Distance", key: "qty-3", at: "system", holds: code_has_system, nb: UNIT_NB, en: UNIT_EN },
    Invariant { path: "Duration", key: "qty-3", at: "system", holds: code_has_system, nb: UNIT_NB, en: UNIT_EN },
    Invariant {
        path: "Age",
        key: "age-1",
        at: "",
        holds: |o| measured_in_ucum(o) && sign(o, "value").is_none_or(|sign| sign > 0),
        nb: "En alder er større enn null og har «code» fra UCUM.",
        en: "An age is greater than zero and has a “code” from UCUM.",
    },
    Invariant {
        path: "Distance",
        key: "dis-1",
        at: "",
        holds: measured_in_ucum,
        nb: "En avstand har «code» fra UCUM.",
        en: "A distance has a “code” from UCUM.",
    },
    Invariant {
        path: "Duration",
        key: "drt-1",
        at: "",
        holds: |o| !has(o, "code") || (text(o, "system") == UCUM && has(o, "value")),
        nb: "En varighet med «code» må ha «value» og UCUM som «system».",
        en: "A duration with “code” must have “value” and UCUM as “system”.",
    },
    Invariant {
        path: "Count",
        key: "cnt-3",
        at: "",
        holds: |o| {
            let whole = !matches!(o.get("value"), Some(Value::Number(n)) if n.as_str().contains('.'));
            measured_in_ucum(o) && (!has(o, "code") || text(o, "code") == "1") && whole
        },
        nb: "Et antall er et helt tall med «code» 1 fra UCUM.",
        en: "A count is a whole number with “code” 1 from UCUM.",
    },
    Invariant {
        path: "Expression",
        key: "exp-1",
        at: "",
        holds: |o| has(o, "expression") || has(o, "reference"),
        nb: "Et uttrykk har «expression» eller «reference».",
        en: "An expression has “expression” or “reference”.",
    },
    Invariant {
        path: "TriggerDefinition",
        key: "trd-1",
        at: "",
        holds: |o| !(has(o, "data") && has_choice(o, "timing")),
        nb: "En utløser har «timing» eller «data», ikke begge.",
        en: "A trigger has “timing” or “data”, not both.",
    },
    Invariant {
        path: "TriggerDefinition",
        key: "trd-2",
        at: "condition",
        holds: |o| !has(o, "condition") || has(o, "data"),
        nb: "«condition» krever «data».",
        en: "“condition” needs “data”.",
    },
    Invariant {
        path: "TriggerDefinition",
        key: "trd-3",
        at: "",
        holds: |o| match text(o, "type") {
            "named-event" => has(o, "name"),
            "periodic" => has_choice(o, "timing"),
            other => !other.starts_with("data-") || has(o, "data"),
        },
        nb: "«named-event» krever «name», «periodic» krever «timing», «data-…» krever «data».",
        en: "“named-event” needs “name”, “periodic” needs “timing”, “data-…” needs “data”.",
    },
    Invariant {
        path: "DataRequirement.codeFilter",
        key: "drq-1",
        at: "",
        holds: path_or_parameter,
        nb: FILTER_NB,
        en: FILTER_EN,
    },
    Invariant {
        path: "DataRequirement.dateFilter",
        key: "drq-2",
        at: "",
        holds: path_or_parameter,
        nb: FILTER_NB,
        en: FILTER_EN,
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-1",
        at: "durationUnit",
        holds: |o| !has(o, "duration") || has(o, "durationUnit"),
        nb: "«duration» krever «durationUnit».",
        en: "“duration” needs “durationUnit”.",
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-2",
        at: "periodUnit",
        holds: |o| !has(o, "period") || has(o, "periodUnit"),
        nb: "«period» krever «periodUnit».",
        en: "“period” needs “periodUnit”.",
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-4",
        at: "duration",
        holds: |o| sign(o, "duration") != Some(-1),
        nb: "«duration» kan ikke være negativ.",
        en: "“duration” cannot be negative.",
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-5",
        at: "period",
        holds: |o| sign(o, "period") != Some(-1),
        nb: "«period» kan ikke være negativ.",
        en: "“period” cannot be negative.",
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-6",
        at: "periodMax",
        holds: |o| !has(o, "periodMax") || has(o, "period"),
        nb: "«periodMax» krever «period».",
        en: "“periodMax” needs “period”.",
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-7",
        at: "durationMax",
        holds: |o| !has(o, "durationMax") || has(o, "duration"),
        nb: "«durationMax» krever «duration».",
        en: "“durationMax” needs “duration”.",
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-8",
        at: "countMax",
        holds: |o| !has(o, "countMax") || has(o, "count"),
        nb: "«countMax» krever «count».",
        en: "“countMax” needs “count”.",
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-9",
        at: "offset",
        holds: |o| !has(o, "offset") || (has(o, "when") && !meals(o)),
        nb: "«offset» krever «when», og ikke C, CM, CD eller CV.",
        en: "“offset” needs “when”, and not C, CM, CD or CV.",
    },
    Invariant {
        path: "Timing.repeat",
        key: "tim-10",
        at: "timeOfDay",
        holds: |o| !(has(o, "timeOfDay") && has(o, "when")),
        nb: "Bruk «timeOfDay» eller «when», ikke begge.",
        en: "Use “timeOfDay” or “when”, not both.",
    },
];

const UNIT_NB: &str = "En enhet med «code» må ha «system».";
const UNIT_EN: &str = "A unit with “code” must have “system”.";
const FILTER_NB: &str = "Et filter har enten «path» eller «searchParam».";
const FILTER_EN: &str = "A filter has either “path” or “searchParam”.";

fn code_has_system(o: &Map<String, Value>) -> bool {
    !has(o, "code") || has(o, "system")
}

fn measured_in_ucum(o: &Map<String, Value>) -> bool {
    (has(o, "code") || !has(o, "value")) && (!has(o, "system") || text(o, "system") == UCUM)
}

fn path_or_parameter(o: &Map<String, Value>) -> bool {
    has(o, "path") != has(o, "searchParam")
}

fn meals(o: &Map<String, Value>) -> bool {
    let when = o.get("when").and_then(Value::as_array);
    when.is_some_and(|when| when.iter().filter_map(Value::as_str).any(|w| matches!(w, "C" | "CM" | "CD" | "CV")))
}

/// Compared as floating-point numbers: rounding keeps order, so a range in order is never refused.
fn range_reversed(o: &Map<String, Value>) -> bool {
    let end = |name| o.get(name).and_then(Value::as_object);
    let number = |end: &Map<String, Value>| end.get("value").and_then(Value::as_f64);
    let (Some(low), Some(high)) = (end("low"), end("high")) else { return false };
    let comparable = text(low, "code") == text(high, "code") && text(low, "unit") == text(high, "unit");
    comparable && number(low).zip(number(high)).is_some_and(|(low, high)| low > high)
}
