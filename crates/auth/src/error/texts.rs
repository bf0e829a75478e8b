//! What each [`crate::AuthError`] says, by its key: Norwegian bokmål and English. `{}` is a word that the error carries.
//! English is plain ASCII: it also stands in a header.

/// Key, bokmål, English.
type Text = (&'static str, &'static str, &'static str);

/// The texts of a key.
pub(super) fn of(key: &str) -> (&'static str, &'static str) {
    TEXTS.iter().find(|text| text.0 == key).map_or(("", ""), |text| (text.1, text.2))
}

static TEXTS: &[Text] = &[
    (
        "token-missing",
        "Du må være logget inn: send et token i Authorization: Bearer.",
        "You must be logged in: send a token in Authorization: Bearer.",
    ),
    ("token-repeated", "Send nøyaktig én Authorization-header.", "Send exactly one Authorization header."),
    (
        "token-scheme",
        "Authorization må ha skjemaet Bearer fulgt av ett token.",
        "Authorization must have the scheme Bearer followed by one token.",
    ),
    ("token-too-long", "Tokenet er for langt (høyst 16 KiB).", "The token is too long (16 KiB at most)."),
    (
        "token-malformed",
        "Tokenet er ikke et gyldig JWT (feil i delen {}).",
        "The token is not a well-formed JWT (error in the {}).",
    ),
    (
        "token-type",
        "Tokenet er ikke et tilgangstoken: typ må være at+jwt eller JWT.",
        "The token is not an access token: typ must be at+jwt or JWT.",
    ),
    (
        "token-algorithm",
        "Signaturalgoritmen godtas ikke: bruk RS, PS 256/384/512 eller ES 256/384.",
        "The signature algorithm is not accepted: use RS, PS 256/384/512 or ES 256/384.",
    ),
    (
        "token-critical",
        "Tokenet krever en utvidelse (crit) som ikke støttes.",
        "The token requires an extension (crit) that is not supported.",
    ),
    (
        "token-key-embedded",
        "Tokenet kan ikke ha med seg eller peke på sin egen nøkkel (jwk, jku, x5u, x5c).",
        "The token must not bring or point at its own key (jwk, jku, x5u, x5c).",
    ),
    (
        "token-key-unknown",
        "Tokenet er ikke signert med en av utstederens nøkler for denne algoritmen.",
        "The token is not signed with one of the issuer's keys for this algorithm.",
    ),
    ("token-signature", "Signaturen på tokenet er feil.", "The signature of the token is wrong."),
    ("token-issuer", "Utstederen av tokenet (iss) er ikke tiltrodd.", "The issuer of the token (iss) is not trusted."),
    (
        "token-audience",
        "Tokenet er ikke utstedt til denne tjenesten alene (aud).",
        "The token is not issued for this service alone (aud).",
    ),
    ("token-expired", "Tokenet er utløpt: hent et nytt.", "The token has expired: fetch a new one."),
    ("token-not-yet-valid", "Tokenet er ikke gyldig ennå (nbf, iat).", "The token is not valid yet (nbf, iat)."),
    (
        "token-claim",
        "Påstanden {} mangler i tokenet eller har feil form.",
        "The claim {} is missing from the token or has the wrong form.",
    ),
    (
        "token-organisation",
        "Tokenet sier ikke hvilken virksomhet det gjelder: orgnr_parent må være ni sifre.",
        "The token does not say which organisation it is for: orgnr_parent must be nine digits.",
    ),
    (
        "issuer-unavailable",
        "Nøklene til utstederen av tokenet er ikke tilgjengelige nå. Prøv igjen om litt.",
        "The keys of the token issuer are not available now. Try again shortly.",
    ),
    ("configuration", "Innstillingen er ugyldig: {}.", "The setting cannot work: {}."),
    (
        "dpop-unavailable",
        "Binding med DPoP er ikke tilgjengelig ennå; den kommer i en egen sak. Sett VARDE_TOKEN_BINDING=bearer.",
        "Token binding by DPoP is not available yet; it comes with its own issue. Set VARDE_TOKEN_BINDING=bearer.",
    ),
    (
        "not-development",
        "Utviklingstokener finnes bare i utviklingsmodus.",
        "Development tokens exist in development mode only.",
    ),
    ("persona-unknown", "Ukjent client_id. Velg en av: {}.", "Unknown client_id. Choose one of: {}."),
    ("scope-not-granted", "Be bare om scope som personaen har.", "Ask only for scopes that the persona has."),
];
