//! What refers to a resource, and what a reference finds <https://hl7.org/fhir/R4/http.html#integrity>.

use crate::error::StoreError;
use crate::session::Session;
use crate::sql::Sql;
use crate::stored::key_of;
use crate::visible::{View, visible};
use diesel::deserialize::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use std::sync::LazyLock;
use varde_fhir::links::LINK;
use varde_fhir::registry::{Group, ParamKind, search_params, served_types};
use varde_fhir::{ResourceKey, ResourceType};

/// The most referrers that are named.
const MOST: i64 = 20;

/// By which index rows something refers to a type: its own types and parameters. A record of what happened does not hold on to what it
/// is about: that stays readable in its history (docs/decisions/0024).
static HOLDING: LazyLock<Vec<(ResourceType, &'static str)>> = LazyLock::new(|| {
    let holding = served_types().iter().filter(|row| row.group != Group::Record);
    let links = |rtype| {
        let params = search_params(rtype).iter().filter(|param| param.kind == ParamKind::Reference);
        params.map(|param| param.name).chain([LINK]).map(move |param| (rtype, param))
    };
    holding.flat_map(|row| links(row.rtype)).collect()
});

#[derive(QueryableByName)]
struct Current {
    #[diesel(sql_type = Text)]
    rtype: String,
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

#[derive(QueryableByName)]
struct Referrer {
    #[diesel(sql_type = Text)]
    gone_type: String,
    #[diesel(sql_type = Text)]
    gone_id: String,
    #[diesel(sql_type = Text)]
    rtype: String,
    #[diesel(sql_type = Text)]
    id: String,
}

impl Session<'_> {
    /// Those of these resources that `view` may see and that are not deleted, each with its version.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn versions_visible(
        &mut self,
        keys: &[ResourceKey],
        view: &View,
    ) -> Result<Vec<(ResourceKey, i64)>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new();
        sql.push("SELECT r.rtype, r.id, r.version FROM ").rows("asked", ["rtype", "id"], keys.iter().map(pair));
        sql.push(" CROSS JOIN resource r WHERE r.rtype = asked.rtype AND r.id = asked.id AND NOT r.deleted AND ");
        visible(&mut sql, "r", view);
        let found = sql.load::<Current>(self.connection)?;
        found.into_iter().map(|row| Ok((key_of(&row.rtype, &row.id)?, row.version))).collect()
    }

    /// The current resources that refer to these and that `view` may see, but for those in `besides`: what is referred to, and by what.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn referrers(
        &mut self,
        of: &[ResourceKey],
        besides: &[ResourceKey],
        view: &View,
    ) -> Result<Vec<(ResourceKey, ResourceKey)>, StoreError> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql = Sql::new();
        sql.push("SELECT DISTINCT gone.rtype AS gone_type, gone.id AS gone_id, r.rtype, r.id FROM ");
        sql.rows("gone", ["rtype", "id"], of.iter().map(pair)).push(" CROSS JOIN ");
        let holding = HOLDING.iter().map(|(rtype, param)| [rtype.to_string(), (*param).to_owned()]);
        sql.rows("asked", ["rtype", "param"], holding);
        sql.push(
            " CROSS JOIN idx_reference i CROSS JOIN resource r WHERE i.rtype = asked.rtype AND i.param = asked.param \
             AND i.target_id = gone.id AND i.target_type = gone.rtype AND r.pk = i.resource AND NOT r.deleted \
             AND NOT (r.rtype || '/' || r.id",
        );
        sql.in_texts(besides.iter().map(ToString::to_string)).push(") AND ");
        visible(&mut sql, "r", view);
        sql.push(" ORDER BY 1, 2, 3, 4").limit(MOST);
        let found = sql.load::<Referrer>(self.connection)?;
        found.into_iter().map(|row| Ok((key_of(&row.gone_type, &row.gone_id)?, key_of(&row.rtype, &row.id)?))).collect()
    }
}

fn pair(key: &ResourceKey) -> [String; 2] {
    [key.rtype.to_string(), key.id.as_str().to_owned()]
}
