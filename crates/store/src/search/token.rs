//! Token parameters: codes, identifiers, booleans <https://hl7.org/fhir/R4/search.html#token>.

use crate::sql::Sql;
use crate::text::key;

/// `code`, `|code`, `system|code` or `system|`, on the columns for system and code.
pub(crate) fn token(sql: &mut Sql, columns: (&str, &str), system: Option<&str>, code: Option<&str>) {
    match (system, code) {
        (None, None) => {
            sql.push("1 = 0");
        }
        (Some(system), None) => {
            sql.push(&format!("{} = ", columns.0)).text(&key(system));
        }
        (None, Some(code)) => {
            sql.push(&format!("{} = ", columns.1)).text(&key(code));
        }
        (Some(system), Some(code)) => {
            sql.push(&format!("({} = ", columns.1)).text(&key(code));
            sql.push(&format!(" AND {} = ", columns.0)).text(&key(system)).push(")");
        }
    }
}
