//! `search`: resources by the registry's parameters, narrowed to what the caller may see, one keyset page at a time
//! <https://hl7.org/fhir/R4/search.html>.
//!
//! A page continues after a *position*, never at an offset: rows written or removed between two pages neither repeat nor hide
//! others. Without `_sort` the order is the order of creation.

mod compartment;
mod date;
mod driver;
mod include;
mod link;
mod order;
mod position;
mod predicate;
mod reference;
mod token;

use crate::error::StoreError;
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::{ROW_TEXT, Row, Stored};
use crate::visible::{View, visible};
use order::Order;
use position::Position;
use predicate::{Of, Role};
use varde_fhir::query::{Query, TotalMode};

/// One page of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// The resources that match, in order.
    pub matches: Vec<Stored>,
    /// What `_include` and `_revinclude` add, each once, at most 1,000.
    pub included: Vec<Stored>,
    /// Where the next page begins; `None` on the last page. Holds no personal data.
    pub next: Option<String>,
    /// How many resources match in all, when asked for.
    pub total: Option<i64>,
}

impl Session<'_> {
    /// One page of the resources that match and that `view` may see, with what is to be included. `position` is the `next` of
    /// the page before. A `count` of 0 asks for the total alone.
    ///
    /// # Errors
    /// [`StoreError::Position`] when the position does not belong to this search; else when the database does not answer.
    pub fn search(&mut self, query: &Query, view: &View, position: Option<&str>) -> Result<SearchPage, StoreError> {
        let mut page = SearchPage::default();
        if query.count == 0 || query.total == TotalMode::Accurate {
            page.total = Some(self.search_total(query, view)?);
        }
        if query.count == 0 {
            return Ok(page);
        }
        let position = position.map(|text| self.position(query, view, text)).transpose()?;
        let mut rows = self.search_rows(query, view, position.as_ref())?;
        let wanted = usize::try_from(query.count).unwrap_or(usize::MAX);
        if rows.len() > wanted {
            rows.truncate(wanted);
            page.next = rows.last().map(position::text);
        }
        page.included = self.included(query, view, &rows)?;
        page.matches = rows.into_iter().map(Row::stored).collect::<Result<_, _>>()?;
        Ok(page)
    }

    fn search_total(&mut self, query: &Query, view: &View) -> Result<i64, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT count(*) AS number FROM resource r WHERE ");
        matching(&mut sql, query, view, self.connection.has_statistics());
        sql.load_number(self.connection)
    }

    /// The page's rows and one more, if there is one.
    fn search_rows(&mut self, query: &Query, view: &View, position: Option<&Position>) -> Result<Vec<Row>, StoreError> {
        let mut sql = Sql::new();
        sql.push("SELECT ").push(ROW_TEXT);
        if query.sort.is_empty() && !self.connection.has_statistics() {
            // SQLite goes by the internal key anyhow.
            sql.push(" FROM resource r WHERE ");
            matching(&mut sql, query, view, false);
            if let Some(position) = position {
                sql.push(" AND r.pk > ").number(position.pk);
            }
            sql.push(" ORDER BY r.pk").limit(i64::from(query.count) + 1);
            return sql.load(self.connection);
        }
        // The rows of the page are named first: no sort moves bodies about.
        let order = Order::of(query);
        sql.push(" FROM (SELECT m.* FROM (SELECT r.pk AS pk");
        order.columns(&mut sql);
        sql.push(" FROM resource r WHERE ");
        matching(&mut sql, query, view, self.connection.has_statistics());
        sql.push(") m");
        if let Some(position) = position {
            sql.push(" WHERE ");
            order.after(&mut sql, position);
        }
        order.order_by(&mut sql, "m");
        sql.limit(i64::from(query.count) + 1).push(") p JOIN resource r ON r.pk = p.pk");
        order.order_by(&mut sql, "p");
        sql.load(self.connection)
    }
}

/// The predicate that page and total share: of the type, current, visible, and every term.
fn matching(sql: &mut Sql, query: &Query, view: &View, statistics: bool) {
    let driver = driver::driver(&query.terms, statistics);
    let by_index = driver.and_then(|place| query.terms.get(place)).is_some_and(|term| term.param.name != "_id");
    let types = query.types();
    let of = Of { row: "r", types: &types };
    if !by_index {
        // SQLite would read all of several types to put them in order: with `+` it goes along the order.
        of.typed(sql, if types.len() > 1 && driver.is_none() && !statistics { "+r.rtype" } else { "r.rtype" });
        sql.push(" AND ");
    }
    // A driving index says the type already; said twice, it would lead SQLite to go through all of the type in the order of a sort.
    sql.push("NOT r.deleted AND ");
    visible(sql, "r", view);
    for (place, term) in query.terms.iter().enumerate() {
        sql.push(" AND ");
        let role = match driver {
            Some(driver) if driver == place => Role::Drives,
            Some(_) => Role::Tests,
            None => Role::Stands,
        };
        predicate::term(sql, of, term, view, role);
    }
    if let Some(patient) = &query.compartment {
        sql.push(" AND ");
        compartment::within(sql, of, patient, view);
    }
    for link in &query.links {
        sql.push(" AND ");
        link::link(sql, "r", link, view, 1);
    }
    if driver.is_none() {
        sql.planned_by_values();
    }
}
