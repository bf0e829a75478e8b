//! The newest versions of several types that an organisation may see, found from what it may see, so that what others write costs it
//! nothing (docs/decisions/0022): its own and the directory's along the commit sequence of each type, by an index of it; what was
//! granted, by the grants. Which of them it may see, and that it may, is the base relation's to say.

use super::past::Past;
use crate::sql::Sql;
use crate::visible::{View, seen_by_all, visible_even_deleted};
use varde_fhir::ResourceType;

/// Adds the numbers in the commit sequence of the newest versions, as the column `seq`, newest first; there is at least one type.
pub(super) fn newest(sql: &mut Sql, past: &Past<'_>, types: &[ResourceType], organisation: &str, view: &View) {
    for rtype in types {
        sql.push("SELECT * FROM (SELECT c.seq AS seq FROM change c");
        if past.since.is_some() || past.at.is_some() {
            sql.push(" JOIN history h ON h.seq = c.seq");
        }
        // The type as a text: the index of the directory's sequence is of these types alone.
        for text in [" WHERE c.rtype = '", rtype.as_str(), "'"] {
            sql.push(text);
        }
        if !seen_by_all(*rtype) {
            sql.push(" AND c.owner = ").text(organisation);
        }
        past.narrow(sql, "c.seq");
        sql.push(" ORDER BY c.seq DESC").limit(past.limit).push(") o UNION ALL ");
    }
    // The sum keeps either database from walking all of the sequence back in its order.
    sql.push("SELECT * FROM (SELECT h.seq AS seq FROM resource r JOIN history h ON h.resource = r.pk WHERE r.pk IN (");
    granted(sql, types, organisation, view);
    sql.push(")");
    past.narrow(sql, "h.seq");
    sql.push(" AND ");
    visible_even_deleted(sql, "r", view);
    sql.push(" ORDER BY h.seq + 0 DESC").limit(past.limit).push(") o ORDER BY seq DESC").limit(past.limit);
}

/// What others own of the people about whom they have granted something: what was granted is among it.
fn granted(sql: &mut Sql, types: &[ResourceType], organisation: &str, view: &View) {
    sql.push(
        "SELECT x.pk FROM access_grant g JOIN resource s ON s.pk = g.source JOIN resource x ON x.patient = g.patient \
         AND x.owner = s.owner WHERE g.organisation = ",
    );
    sql.text(organisation).push(" AND g.valid_from <= ").number(view.now).push(" AND g.valid_to > ").number(view.now);
    sql.push(" AND x.owner <> ").text(organisation).push(" AND x.rtype");
    sql.in_texts(types.iter().filter(|rtype| !seen_by_all(**rtype)).map(ToString::to_string));
}
