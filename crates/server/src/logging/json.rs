//! A log event as one line of JSON: `timestamp`, `level`, the event's own fields (`message` first), `target`. Written by hand,
//! because every request leaves one.

use jiff::Timestamp;
use jiff::fmt::{StdFmtWrite, temporal};
use std::fmt::{self, Debug, Write};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;
use varde_fhir::Clock;

/// Microseconds, in UTC.
static TIMES: temporal::DateTimePrinter = temporal::DateTimePrinter::new().precision(Some(6));

/// Writes events as JSON, with the time of this clock.
pub(super) struct Json(pub(super) Clock);

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        self.line(&mut writer, event)
    }
}

impl Json {
    fn line(&self, out: &mut impl Write, event: &Event<'_>) -> fmt::Result {
        let metadata = event.metadata();
        out.write_str("{\"timestamp\":\"")?;
        let now = Timestamp::from_microsecond(self.0.now()).unwrap_or_default();
        TIMES.print_timestamp(&now, StdFmtWrite(&mut *out)).map_err(|_| fmt::Error)?;
        write!(out, "\",\"level\":\"{}\"", metadata.level().as_str())?;
        let mut fields = Fields { out: &mut *out, written: Ok(()) };
        event.record(&mut fields);
        fields.written?;
        out.write_str(",\"target\":")?;
        text(out, metadata.target())?;
        out.write_str("}\n")
    }
}

/// Writes each field behind a comma.
struct Fields<'w, W> {
    out: &'w mut W,
    written: fmt::Result,
}

impl<W: Write> Fields<'_, W> {
    fn put(&mut self, field: &Field, value: impl FnOnce(&mut W) -> fmt::Result) {
        let put = |out: &mut W| {
            out.write_char(',')?;
            text(out, field.name())?;
            out.write_char(':')?;
            value(out)
        };
        self.written = self.written.and_then(|()| put(&mut *self.out));
    }
}

impl<W: Write> Visit for Fields<'_, W> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, |out| text(out, value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, |out| write!(out, "{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, |out| write!(out, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, |out| write!(out, "{value}"));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no other numbers.
        self.put(field, |out| if value.is_finite() { write!(out, "{value:?}") } else { out.write_str("null") });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, |out| {
            out.write_char('"')?;
            write!(Escaped(&mut *out), "{value:?}")?;
            out.write_char('"')
        });
    }
}

/// A JSON string.
fn text(out: &mut impl Write, value: &str) -> fmt::Result {
    out.write_char('"')?;
    Escaped(&mut *out).write_str(value)?;
    out.write_char('"')
}

/// Escapes what a JSON string cannot hold as it is (RFC 8259 §7).
struct Escaped<'w, W>(&'w mut W);

impl<W: Write> Write for Escaped<'_, W> {
    fn write_str(&mut self, value: &str) -> fmt::Result {
        let escapes = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
        if !value.bytes().any(escapes) {
            return self.0.write_str(value);
        }
        for c in value.chars() {
            match c {
                '"' | '\\' => {
                    self.0.write_char('\\')?;
                    self.0.write_char(c)?;
                }
                '\n' => self.0.write_str("\\n")?,
                '\r' => self.0.write_str("\\r")?,
                '\t' => self.0.write_str("\\t")?,
                c if u32::from(c) < 0x20 => write!(self.0, "\\u{:04x}", u32::from(c))?,
                c => self.0.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::fmt;

    /// The lines that `log` leaves.
    fn logged(log: impl FnOnce()) -> Vec<String> {
        #[derive(Clone, Default)]
        struct Kept(Arc<Mutex<Vec<u8>>>);
        impl std::io::Write for Kept {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let kept = Kept::default();
        let writer = kept.clone();
        let clock = Clock::fixed("2026-11-22T15:00:00.000120Z").unwrap();
        let lines = fmt().with_writer(move || writer.clone()).event_format(Json(clock)).finish();
        tracing::subscriber::with_default(lines, log);
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_event_is_one_line_with_its_fields_in_order() {
        let lines = logged(|| {
            tracing::info!(
                method = "GET",
                r#type = Some("CareTeam"),
                client = None::<&str>,
                status = 200_u16,
                ms = format_args!("{}.{:03}", 1, 20),
                request_id = %"r-1",
                "request"
            );
        });
        let expected = "{\"timestamp\":\"2026-11-22T15:00:00.000120Z\",\"level\":\"INFO\",\"message\":\"request\",\"method\":\"GET\",\
             \"type\":\"CareTeam\",\"status\":200,\"ms\":\"1.020\",\"request_id\":\"r-1\",\
             \"target\":\"";
        assert_eq!(lines, [format!("{expected}{}\"}}", module_path!())]);
    }

    #[test]
    fn whatever_is_logged_is_json() {
        let nasty = "\"quoted\" \\ \n\r\t\u{1} æ 😀 \u{7f}";
        let lines = logged(|| {
            let (whole, signed, part, none) = (u64::MAX, i64::MIN, 0.5, f64::NAN);
            tracing::error!(nasty, debug = ?nasty, whole, signed, part, none, yes = true, "{nasty}");
        });
        let line: Value = serde_json::from_str(&lines.concat()).unwrap();
        let expected = json!({
            "timestamp": "2026-11-22T15:00:00.000120Z", "level": "ERROR", "message": nasty, "nasty": nasty,
            "debug": format!("{nasty:?}"), "whole": u64::MAX, "signed": i64::MIN, "part": 0.5, "none": null, "yes": true,
            "target": module_path!(),
        });
        assert_eq!((lines.len(), line), (1, expected));
    }
}
