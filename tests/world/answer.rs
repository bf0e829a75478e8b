//! What came back, and how to look into it.

use reqwest::blocking::Response;
use serde_json::Value;

/// An HTTP answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// Header fields, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body as text.
    pub(crate) text: String,
    /// The body as JSON; `Null` when it is none.
    pub(crate) json: Value,
}

impl Answer {
    /// Reads a response.
    pub(crate) fn read(response: Response) -> Self {
        Self::try_read(response).expect("a body that can be read")
    }

    /// Reads a response; `None` when it broke off.
    pub(crate) fn try_read(response: Response) -> Option<Self> {
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned())).collect();
        let text = response.text().ok()?;
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Some(Self { status, headers, text, json })
    }

    /// Fails the test, with the body, unless the status is this.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A header field.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The resource's id.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_else(|| panic!("no id in {}", self.text)).to_owned()
    }

    /// The version of the weak `ETag`, as it is sent back in `If-Match`.
    #[track_caller]
    pub(crate) fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("no ETag with {}", self.text)).to_owned()
    }

    /// The codes of an OperationOutcome's issues (`details.coding[0].code`).
    pub(crate) fn codes(&self) -> Vec<&str> {
        let issues = self.json["issue"].as_array().map(Vec::as_slice).unwrap_or_default();
        issues.iter().filter_map(|issue| issue["details"]["coding"][0]["code"].as_str()).collect()
    }

    /// The resources of a Bundle's entries.
    pub(crate) fn entries(&self) -> Vec<&Value> {
        let entries = self.json["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
        entries.iter().map(|entry| &entry["resource"]).collect()
    }

    /// The parameters of this name in a Parameters answer.
    pub(crate) fn parameters(&self, name: &str) -> Vec<&Value> {
        let all = self.json["parameter"].as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|parameter| parameter["name"] == name).collect()
    }
}
