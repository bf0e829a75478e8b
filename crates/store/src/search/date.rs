//! Date prefixes: a stored interval `[low, high)` against the one asked for <https://hl7.org/fhir/R4/search.html#prefix>.
//!
//! | prefix | R4 says | here |
//! |---|---|---|
//! | eq | the search range fully contains the target | `low >= q.low AND high <= q.high` |
//! | ne | it does not | `NOT` eq |
//! | gt | the range above the search value intersects the target | `high > q.high` |
//! | lt | the range below it does | `low < q.low` |
//! | ge, le | gt, lt or eq | |
//! | sa | the target lies after | `low >= q.high` |
//! | eb | the target ends before | `high <= q.low` |
//! | ap | the ranges overlap, give or take a tenth of the distance to now | `low < q.high AND high > q.low` |

use crate::sql::Sql;
use varde_fhir::Micros;
use varde_fhir::query::Prefix;

/// Adds the condition; `stored` are the columns of the stored interval.
pub(crate) fn condition(sql: &mut Sql, stored: (&str, &str), prefix: Prefix, asked: (Micros, Micros), now: Micros) {
    let contained = |sql: &mut Sql| {
        both(sql, (stored.0, ">=", asked.0), (stored.1, "<=", asked.1));
    };
    match prefix {
        Prefix::Eq => contained(sql),
        Prefix::Ne => {
            sql.push("NOT ");
            contained(sql);
        }
        Prefix::Gt => one(sql, (stored.1, ">", asked.1)),
        Prefix::Lt => one(sql, (stored.0, "<", asked.0)),
        Prefix::Ge => {
            sql.push("(");
            one(sql, (stored.1, ">", asked.1));
            sql.push(" OR ");
            contained(sql);
            sql.push(")");
        }
        Prefix::Le => {
            sql.push("(");
            one(sql, (stored.0, "<", asked.0));
            sql.push(" OR ");
            contained(sql);
            sql.push(")");
        }
        Prefix::Sa => one(sql, (stored.0, ">=", asked.1)),
        Prefix::Eb => one(sql, (stored.1, "<=", asked.0)),
        Prefix::Ap => {
            let margin = asked.0.saturating_sub(now).max(now.saturating_sub(asked.1)).max(0) / 10;
            let (low, high) = (asked.0.saturating_sub(margin), asked.1.saturating_add(margin));
            both(sql, (stored.0, "<", high), (stored.1, ">", low));
        }
    }
}

type Comparison<'a> = (&'a str, &'a str, Micros);

fn one(sql: &mut Sql, (column, operator, value): Comparison<'_>) {
    sql.push(&format!("{column} {operator} ")).number(value);
}

fn both(sql: &mut Sql, first: Comparison<'_>, second: Comparison<'_>) {
    sql.push("(");
    one(sql, first);
    sql.push(" AND ");
    one(sql, second);
    sql.push(")");
}
