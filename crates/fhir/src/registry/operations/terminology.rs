//! The terminology service <https://hl7.org/fhir/R4/terminology-service.html> over the published code systems and value sets.

use super::model::{Operation, OperationKind, Parameter, given, made};
use crate::ResourceType;

/// The rows.
pub(super) fn rows() -> [Operation; 7] {
    use ResourceType::{CodeSystem, ValueSet};
    let row = |rtype, name, instance, operation_id, title, title_nb, parameters| Operation {
        rtype,
        name,
        instance,
        kind: OperationKind::Terminology,
        affects_state: false,
        by_get: true,
        scope: "",
        operation_id,
        title,
        title_nb,
        parameters,
    };
    let check_nb = "Undersøk om en kode er med i verdisettet";
    let system_nb = "Undersøk om en kode finnes i kodeverket";
    [
        row(ValueSet, "expand", false, "expandValueSet", "The codes of a value set", "Kodene i et verdisett", EXPAND),
        row(
            ValueSet,
            "expand",
            true,
            "expandStoredValueSet",
            "The codes of this value set",
            "Kodene i verdisettet",
            EXPAND_ONE,
        ),
        row(ValueSet, "validate-code", false, "validateCodeInValueSet", "Is a code in a value set", check_nb, IN_SET),
        row(
            ValueSet,
            "validate-code",
            true,
            "validateCodeInStoredValueSet",
            "Is a code in this value set",
            check_nb,
            IN_THIS,
        ),
        row(CodeSystem, "lookup", false, "lookupCode", "What a code means", "Hva en kode betyr", LOOKUP),
        row(
            CodeSystem,
            "validate-code",
            false,
            "validateCodeInCodeSystem",
            "Is a code in a code system",
            system_nb,
            IN_SYSTEM,
        ),
        row(
            CodeSystem,
            "validate-code",
            true,
            "validateCodeInStoredCodeSystem",
            "Is a code in this code system",
            system_nb,
            IN_THIS_SYSTEM,
        ),
    ]
}

const URL_OF_SET: Parameter = given("url", 1, "1", "uri", "The value set's canonical URL.");
const FILTER: Parameter = given("filter", 0, "1", "string", "Only codes whose code or display has this in it.");
const COUNT: Parameter = given("count", 0, "1", "integer", "The most codes to answer; 0 asks for the total alone.");
const OFFSET: Parameter = given("offset", 0, "1", "integer", "How many to skip.");
const LANGUAGE: Parameter = given("displayLanguage", 0, "1", "code", "nb or en; Accept-Language when left out.");
const CODE: Parameter = given("code", 0, "1", "code", "The code, unless coding or codeableConcept is given.");
const SYSTEM: Parameter = given("system", 0, "1", "uri", "The code system of the code.");
const DISPLAY: Parameter = given("display", 0, "1", "string", "What the code is believed to be called.");
const CODING: Parameter = given("coding", 0, "1", "Coding", "System and code together.");
const CONCEPT: Parameter =
    given("codeableConcept", 0, "1", "CodeableConcept", "Several codings: one that is right is enough.");
const RESULT: Parameter = made("result", 1, "1", "boolean", "Whether it is.");
const MESSAGE: Parameter = made("message", 0, "1", "string", "Why not.");
const NAMED: Parameter = made("display", 0, "1", "string", "What the code is called.");
const EXPANDED: Parameter = made("return", 1, "1", "ValueSet", "The value set with its expansion.");

const EXPAND: &[Parameter] = &[URL_OF_SET, FILTER, OFFSET, COUNT, LANGUAGE, EXPANDED];
const EXPAND_ONE: &[Parameter] = &[FILTER, OFFSET, COUNT, LANGUAGE, EXPANDED];
const IN_SET: &[Parameter] = &[URL_OF_SET, CODE, SYSTEM, DISPLAY, CODING, CONCEPT, LANGUAGE, RESULT, MESSAGE, NAMED];
const IN_THIS: &[Parameter] = &[CODE, SYSTEM, DISPLAY, CODING, CONCEPT, LANGUAGE, RESULT, MESSAGE, NAMED];
const LOOKUP: &[Parameter] = &[
    CODE,
    SYSTEM,
    CODING,
    LANGUAGE,
    made("name", 1, "1", "string", "The code system's name."),
    made("version", 0, "1", "string", "The version of it that was asked."),
    made("display", 1, "1", "string", "What the code is called."),
    Parameter {
        name: "designation",
        out: true,
        min: 0,
        max: "*",
        rtype: "",
        parts: &[
            made("language", 0, "1", "code", "nb or en."),
            made("value", 1, "1", "string", "What the code is called in that language."),
        ],
        about: "What the code is called in each language.",
    },
];
const IN_SYSTEM: &[Parameter] = &[
    given("url", 0, "1", "uri", "The code system's canonical URL, unless coding has it."),
    CODE,
    DISPLAY,
    CODING,
    CONCEPT,
    LANGUAGE,
    RESULT,
    MESSAGE,
    NAMED,
];
const IN_THIS_SYSTEM: &[Parameter] = &[CODE, DISPLAY, CODING, CONCEPT, LANGUAGE, RESULT, MESSAGE, NAMED];
