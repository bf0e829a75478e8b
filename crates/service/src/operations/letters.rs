//! The words of journal notes and letters, in Norwegian bokmål. What a note must hold is guideline 5.1 i: name, title,
//! telephone, and whether the patient is informed; what the patient is told is 5.1 g–h and the right to complain, § 6.

use super::participants::Contact;
use varde_fhir::time::oslo;
use varde_fhir::{Language, terminology, view};

/// A letter: what it is about, and its text.
pub(crate) struct Letter {
    /// Subject line.
    pub(crate) subject: String,
    /// Text.
    pub(crate) body: String,
}

/// The journal note of an appointing.
pub(crate) fn appointed(role: &str, contact: &Contact, start: &str, informed: bool) -> String {
    let role = role_name(role);
    let informed = if informed { "Ja" } else { "Nei" };
    format!(
        "Oppnevning av {role}\n\n{}\nGjelder fra: {}\nPasienten er informert: {informed}\n",
        contact_line(contact),
        day(start)
    )
}

/// The journal note of an ending.
pub(crate) fn ended(role: &str, contact: &Contact, end: &str, reason: &str) -> String {
    let role = role_name(role);
    format!("Avslutning av {role}\n\n{}\nGjelder til: {}\nBegrunnelse: {reason}\n", contact_line(contact), day(end))
}

/// Information to the patient, next of kin or guardian about an appointing.
pub(crate) fn to_patient(role: &str, contact: &Contact, start: &str) -> Letter {
    let name = role_name(role);
    let tasks = match role {
        "18" => {
            "Koordinator sørger for samordning av tilbudet ditt og følger det opp før, under og etter innleggelse eller poliklinisk behandling."
        }
        "19" => "Kontaktlege er din medisinskfaglige kontakt i avdelingen.",
        _ => "Kontaktpsykolog er din faglige kontakt i avdelingen.",
    };
    let complaint = "Du kan klage til statsforvalteren dersom du mener at du ikke får det du har rett til (pasient- og brukerrettighetsloven § 7-2).";
    Letter {
        subject: format!("Du har fått {name}"),
        body: format!(
            "Fra {} har du fått {name}.\n\n{}\n\n{tasks}\n\n{complaint}\n",
            day(start),
            contact_line(contact)
        ),
    }
}

/// Information to the patient, next of kin or guardian about an ending.
pub(crate) fn ended_to_patient(role: &str, end: &str) -> Letter {
    let name = role_name(role);
    Letter {
        subject: format!("Din {name} er avsluttet"),
        body: format!(
            "Oppnevningen av {name} er avsluttet {}. Har du fortsatt behov, kan du be avdelingen om en ny. Du kan klage til \
             statsforvalteren dersom du mener at du ikke får det du har rett til (pasient- og brukerrettighetsloven § 7-2).\n",
            day(end)
        ),
    }
}

/// Word to the koordinerende enhet of the home municipality.
pub(crate) fn to_municipality(contact: &Contact, start: &str) -> Letter {
    Letter {
        subject: "Koordinator oppnevnt i spesialisthelsetjenesten".to_owned(),
        body: format!(
            "Pasienten har fått koordinator i spesialisthelsetjenesten fra {} (spesialisthelsetjenesteloven § 2-5 a).\n\n{}\n\n\
             Pasienten har samtykket til at kommunen får vite dette.\n",
            day(start),
            contact_line(contact)
        ),
    }
}

fn contact_line(contact: &Contact) -> String {
    format!("Navn: {}\nTittel: {}\nTelefon: {}", contact.name, contact.title, contact.phone)
}

fn role_name(role: &str) -> String {
    match role {
        "18" => "koordinator".to_owned(),
        other => {
            let display = terminology::display(terminology::ROLE, other, Language::Norwegian);
            display.map_or_else(|| "oppnevnt person".to_owned(), str::to_lowercase)
        }
    }
}

/// The day of a dateTime in Norway, as Norwegians write it: `22.11.2026`.
fn day(date_time: &str) -> String {
    let Some((from, _)) = view::interval(date_time) else { return date_time.to_owned() };
    let Ok(at) = jiff::Timestamp::from_microsecond(from) else { return date_time.to_owned() };
    at.to_zoned(oslo()).strftime("%d.%m.%Y").to_string()
}
