//! Every setting of Varde: the one file that reads `VARDE_*` variables. Each has a flag of the same name
//! (`VARDE_BASE_URL`, `--base-url`), a default fit for a bare `cargo run`, and a plain text when it is wrong.

mod error;
mod names;
mod values;

pub(crate) use error::ConfigError;
pub(crate) use values::{LogFormat, Tls};

use clap::Args as _;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use varde_auth::{ActorKind, Binding, Mode};

/// What was written on the command line or in the environment, before it is understood.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Flags {
    /// development (a token for every persona, loopback only) or production
    #[arg(long, global = true, env = "VARDE_MODE", hide_env_values = true, value_name = "MODE")]
    pub(crate) mode: Option<String>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "VARDE_BIND", hide_env_values = true, value_name = "IP:PORT")]
    pub(crate) bind: Option<String>,
    /// sqlite:PATH or postgres:URL [default: sqlite:varde.db]
    #[arg(long, global = true, env = "VARDE_DATABASE", hide_env_values = true, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Where clients reach this server, without /fhir [default: that of --bind]
    #[arg(long, global = true, env = "VARDE_BASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// The token issuer to trust, written as in its tokens; production needs one
    #[arg(long, global = true, env = "VARDE_ISSUER", hide_env_values = true, value_name = "URL")]
    pub(crate) issuer: Option<String>,
    /// Where clients get tokens, for /metadata and /.well-known/smart-configuration
    #[arg(long, global = true, env = "VARDE_TOKEN_ENDPOINT", hide_env_values = true, value_name = "URL")]
    pub(crate) token_endpoint: Option<String>,
    /// The audience a token must be made for
    #[arg(long, global = true, env = "VARDE_AUDIENCE", hide_env_values = true, value_name = "NAME")]
    pub(crate) audience: Option<String>,
    /// What stands before appoint, plan-status … in scope names [default: varde:]
    #[arg(long, global = true, env = "VARDE_SCOPE_PREFIX", hide_env_values = true, value_name = "TEXT")]
    pub(crate) scope_prefix: Option<String>,
    /// Tenants and their kind: 983974724=hospital,964338531=municipality,…
    #[arg(long, global = true, env = "VARDE_TENANTS", hide_env_values = true, value_name = "LIST")]
    pub(crate) tenants: Option<String>,
    /// bearer or dpop [default: bearer in development, dpop in production]
    #[arg(long, global = true, env = "VARDE_TOKEN_BINDING", hide_env_values = true, value_name = "SCHEME")]
    pub(crate) token_binding: Option<String>,
    /// What to log, e.g. info or varde=debug,warn [default: info for serve, otherwise warn]
    #[arg(long, global = true, env = "VARDE_LOG", hide_env_values = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// json or text [default: text on a terminal, otherwise json]
    #[arg(long, global = true, env = "VARDE_LOG_FORMAT", hide_env_values = true, value_name = "FORMAT")]
    pub(crate) log_format: Option<String>,
    /// Certificate chain (PEM); together with --tls-key
    #[arg(long, global = true, env = "VARDE_TLS_CERT", hide_env_values = true, value_name = "FILE")]
    pub(crate) tls_cert: Option<String>,
    /// Private key (PEM); together with --tls-cert
    #[arg(long, global = true, env = "VARDE_TLS_KEY", hide_env_values = true, value_name = "FILE")]
    pub(crate) tls_key: Option<String>,
    /// on in a test environment: accept identifiers with a wrong check digit [default: off]
    #[arg(long, global = true, env = "VARDE_TEST_IDENTIFIERS", hide_env_values = true, value_name = "ON|OFF")]
    pub(crate) test_identifiers: Option<String>,
    /// Connections that read, 1 to 256 [default: 4]
    #[arg(long, global = true, env = "VARDE_READERS", hide_env_values = true, value_name = "NUMBER")]
    pub(crate) readers: Option<String>,
    /// HTTP worker threads, 1 to 256 [default: one for each core]
    #[arg(long, global = true, env = "VARDE_WORKERS", hide_env_values = true, value_name = "NUMBER")]
    pub(crate) workers: Option<String>,
    /// Seconds between "not ready" and the end of listening at SIGTERM, 0 to 300 [default: 0, in production 5]
    #[arg(long, global = true, env = "VARDE_DRAIN_SECONDS", hide_env_values = true, value_name = "NUMBER")]
    pub(crate) drain_seconds: Option<String>,
    /// on: this process takes outbox rows to the world [default: on]
    #[arg(long, global = true, env = "VARDE_DELIVERY", hide_env_values = true, value_name = "ON|OFF")]
    pub(crate) delivery: Option<String>,
    /// Hosts that messages may go to: ip.example.no,.nhn.no [default: none]
    #[arg(long, global = true, env = "VARDE_DELIVERY_HOSTS", hide_env_values = true, value_name = "LIST")]
    pub(crate) delivery_hosts: Option<String>,
    /// Organisation numbers whose directory entries may say where others receive messages [default: none]
    #[arg(long, global = true, env = "VARDE_REGISTRARS", hide_env_values = true, value_name = "LIST")]
    pub(crate) registrars: Option<String>,
}

/// Refuses a `VARDE_*` variable that is not a setting, naming the nearest one that is.
pub(crate) fn check_names(names: impl Iterator<Item = String>) -> Result<(), ConfigError> {
    let command = Flags::augment_args(clap::Command::new("varde"));
    let known: Vec<&str> = command.get_arguments().filter_map(|arg| arg.get_env()?.to_str()).collect();
    names::check(names, &known)
}

/// The settings, understood and found consistent.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) mode: Mode,
    pub(crate) bind: SocketAddr,
    /// May hold a password: never shown.
    pub(crate) database: String,
    /// Without a slash at the end; FHIR lives at `{base_url}/fhir`.
    pub(crate) base_url: String,
    /// Empty in development when none was given: then only the built-in issuer is trusted.
    pub(crate) issuer: String,
    pub(crate) token_endpoint: Option<String>,
    pub(crate) audience: String,
    pub(crate) scope_prefix: String,
    pub(crate) tenants: BTreeMap<String, ActorKind>,
    pub(crate) binding: Binding,
    /// `None`: what fits the command.
    pub(crate) log: Option<String>,
    pub(crate) log_format: LogFormat,
    pub(crate) tls: Option<Tls>,
    pub(crate) test_identifiers: bool,
    pub(crate) readers: usize,
    pub(crate) workers: usize,
    /// How long a server that was told to stop says that it is not ready, and still answers.
    pub(crate) drain: Duration,
    pub(crate) delivery: bool,
    pub(crate) delivery_hosts: BTreeSet<String>,
    pub(crate) registrars: BTreeSet<String>,
}

impl Config {
    /// Understands the flags. `on_terminal` says whether standard error is a terminal (it chooses the log format).
    pub(crate) fn read(flags: &Flags, on_terminal: bool) -> Result<Self, ConfigError> {
        let mode = values::mode(flags.mode.as_deref())?;
        let production = mode == Mode::Production;
        let bind = values::bind(flags.bind.as_deref())?;
        let tls = values::tls(flags.tls_cert.as_deref(), flags.tls_key.as_deref())?;
        let base_url = values::base_url(flags.base_url.as_deref(), bind, tls.is_some(), production)?;
        guard_network(mode, bind, tls.is_some(), &base_url)?;
        Ok(Self {
            mode,
            bind,
            database: values::database(flags.database.as_deref())?,
            issuer: required_in_production(flags.issuer.as_deref(), production, "VARDE_ISSUER", "")?,
            token_endpoint: values::text(flags.token_endpoint.as_deref()).map(str::to_owned),
            audience: required_in_production(flags.audience.as_deref(), production, "VARDE_AUDIENCE", "varde")?,
            scope_prefix: values::text(flags.scope_prefix.as_deref()).unwrap_or("varde:").to_owned(),
            tenants: values::tenants(flags.tenants.as_deref())?,
            binding: values::binding(flags.token_binding.as_deref(), production)?,
            log: values::text(flags.log.as_deref()).map(str::to_owned),
            log_format: values::log_format(flags.log_format.as_deref(), on_terminal)?,
            tls,
            test_identifiers: values::switch("VARDE_TEST_IDENTIFIERS", flags.test_identifiers.as_deref(), false)?,
            readers: values::number("VARDE_READERS", flags.readers.as_deref(), 4)?,
            workers: values::number("VARDE_WORKERS", flags.workers.as_deref(), values::cores())?,
            drain: values::drain(flags.drain_seconds.as_deref(), production)?,
            delivery: values::switch("VARDE_DELIVERY", flags.delivery.as_deref(), true)?,
            delivery_hosts: values::hosts(flags.delivery_hosts.as_deref())?,
            registrars: values::registrars(flags.registrars.as_deref())?,
            base_url,
        })
    }

    /// The FHIR base, e.g. `http://127.0.0.1:8080/fhir`.
    pub(crate) fn fhir_base(&self) -> String {
        format!("{}/fhir", self.base_url)
    }
}

/// Development gives a token to whoever asks, so it never leaves the machine; production never speaks plain HTTP over a
/// network unless something in front of it speaks TLS.
fn guard_network(mode: Mode, bind: SocketAddr, tls: bool, base_url: &str) -> Result<(), ConfigError> {
    let public = !bind.ip().is_loopback();
    if mode == Mode::Development && public {
        return Err(ConfigError::Together(format!(
            "VARDE_BIND={bind} is reachable from other machines, and development mode gives a token to whoever asks: \
             bind 127.0.0.1 or [::1], or choose VARDE_MODE=production with VARDE_ISSUER"
        )));
    }
    if mode == Mode::Production && public && !tls && base_url.starts_with("http://") && !names_loopback(base_url) {
        return Err(ConfigError::Together(
            "production speaks plain HTTP only behind a proxy or on loopback: set VARDE_TLS_CERT and VARDE_TLS_KEY, or, when \
             a proxy in front of Varde terminates TLS, set VARDE_BASE_URL to its https:// address"
                .to_owned(),
        ));
    }
    Ok(())
}

fn names_loopback(base_url: &str) -> bool {
    let authority = base_url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let host = match authority.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
        Some(v6) => v6,
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn required_in_production(
    given: Option<&str>,
    production: bool,
    name: &'static str,
    development: &str,
) -> Result<String, ConfigError> {
    match values::text(given) {
        Some(value) => Ok(value.to_owned()),
        None if production => Err(ConfigError::Together(format!("VARDE_MODE=production needs {name}"))),
        None => Ok(development.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Config, String> {
        let mut flags = Flags::default();
        for (name, value) in settings {
            let slot = match *name {
                "mode" => &mut flags.mode,
                "bind" => &mut flags.bind,
                "database" => &mut flags.database,
                "base-url" => &mut flags.base_url,
                "issuer" => &mut flags.issuer,
                "audience" => &mut flags.audience,
                "tenants" => &mut flags.tenants,
                "binding" => &mut flags.token_binding,
                "log-format" => &mut flags.log_format,
                "cert" => &mut flags.tls_cert,
                "key" => &mut flags.tls_key,
                "test-identifiers" => &mut flags.test_identifiers,
                "readers" => &mut flags.readers,
                "drain" => &mut flags.drain_seconds,
                "hosts" => &mut flags.delivery_hosts,
                "registrars" => &mut flags.registrars,
                other => panic!("{other}"),
            };
            *slot = Some((*value).to_owned());
        }
        Config::read(&flags, false).map_err(|error| error.to_string())
    }

    const PRODUCTION: [(&str, &str); 5] = [
        ("mode", "production"),
        ("issuer", "https://helseid-sts.nhn.no"),
        ("audience", "nhn:varde"),
        ("binding", "bearer"),
        ("base-url", "https://varde.example.no/"),
    ];

    #[test]
    fn a_bare_start_is_development_on_loopback_and_sqlite() {
        let config = read(&[]).unwrap();
        assert_eq!(config.mode, Mode::Development);
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(config.database, "sqlite:varde.db");
        assert_eq!(config.fhir_base(), "http://127.0.0.1:8080/fhir");
        assert_eq!(config.log_format, LogFormat::Json);
        assert!(config.delivery && !config.test_identifiers && config.tls.is_none() && config.tenants.is_empty());
    }

    #[test]
    fn an_empty_value_is_no_value() {
        let config = read(&[("mode", ""), ("bind", " "), ("readers", "")]).unwrap();
        assert_eq!((config.bind.port(), config.readers), (8080, 4));
    }

    #[test]
    fn production_is_complete_or_refused() {
        let config = read(&PRODUCTION).unwrap();
        assert_eq!(
            (config.issuer.as_str(), config.base_url.as_str()),
            ("https://helseid-sts.nhn.no", "https://varde.example.no")
        );
        for (missing, named) in
            [("issuer", "VARDE_ISSUER"), ("audience", "VARDE_AUDIENCE"), ("binding", "VARDE_TOKEN_BINDING")]
        {
            let rest: Vec<_> = PRODUCTION.into_iter().filter(|(name, _)| *name != missing).collect();
            let text = read(&rest).expect_err(missing);
            assert!(text.contains(named), "{text}");
        }
    }

    #[test]
    fn dpop_is_refused_with_the_way_out() {
        let text = read(&[("binding", "dpop")]).unwrap_err();
        assert!(text.contains("VARDE_TOKEN_BINDING=bearer"), "{text}");
    }

    #[test]
    fn development_stays_on_the_machine() {
        for bind in ["0.0.0.0:8080", "[::]:8080", "10.0.0.4:80"] {
            let text = read(&[("bind", bind)]).expect_err(bind);
            assert!(text.contains("VARDE_MODE=production"), "{text}");
        }
        for bind in ["127.0.0.1:0", "127.9.9.9:1", "[::1]:8080"] {
            assert!(read(&[("bind", bind)]).is_ok(), "{bind}");
        }
    }

    #[test]
    fn production_speaks_tls_or_stands_behind_something_that_does() {
        let with = |extra: &[(&'static str, &'static str)]| {
            let mut settings = PRODUCTION.to_vec();
            settings.push(("bind", "0.0.0.0:8080"));
            settings.extend_from_slice(extra);
            read(&settings)
        };
        assert!(with(&[]).is_ok());
        assert!(with(&[("base-url", "http://localhost:8080")]).is_ok());
        assert!(with(&[("base-url", "http://[::1]:8080")]).is_ok());
        assert!(with(&[("base-url", "http://varde.example.no"), ("cert", "a.pem"), ("key", "b.pem")]).is_ok());
        assert!(with(&[("base-url", "http://varde.example.no")]).unwrap_err().contains("VARDE_TLS_CERT"));
        assert!(with(&[("base-url", "http://localhost.example.no")]).unwrap_err().contains("VARDE_TLS_CERT"));
        assert!(with(&[("base-url", "")]).unwrap_err().contains("needs VARDE_BASE_URL"));
    }

    #[test]
    fn values_that_cannot_be_read_name_their_setting_and_not_the_value() {
        for (name, value, variable) in [
            ("mode", "prod", "VARDE_MODE"),
            ("bind", "localhost", "VARDE_BIND"),
            ("bind", "8080", "VARDE_BIND"),
            ("database", "mysql://user:hemmelig@host/x", "VARDE_DATABASE"),
            ("database", "sqlite:", "VARDE_DATABASE"),
            ("base-url", "varde.example.no", "VARDE_BASE_URL"),
            ("base-url", "http://varde.example.no/fhir", "VARDE_BASE_URL"),
            ("base-url", "http://user@varde.example.no", "VARDE_BASE_URL"),
            ("binding", "basic", "VARDE_TOKEN_BINDING"),
            ("log-format", "xml", "VARDE_LOG_FORMAT"),
            ("test-identifiers", "maybe", "VARDE_TEST_IDENTIFIERS"),
            ("readers", "0", "VARDE_READERS"),
            ("readers", "257", "VARDE_READERS"),
            ("readers", "four", "VARDE_READERS"),
            ("drain", "301", "VARDE_DRAIN_SECONDS"),
            ("drain", "-1", "VARDE_DRAIN_SECONDS"),
            ("cert", "only.pem", "VARDE_TLS_CERT"),
            ("hosts", "https://ip.example.no", "VARDE_DELIVERY_HOSTS"),
            ("hosts", "ip.example.no:443", "VARDE_DELIVERY_HOSTS"),
            ("registrars", "Bergen", "VARDE_REGISTRARS"),
        ] {
            let text = read(&[(name, value)]).expect_err(value);
            assert!(text.starts_with(variable), "{name}={value}: {text}");
            assert!(!text.contains("hemmelig"), "{text}");
        }
    }

    #[test]
    fn a_drain_takes_a_moment_in_production_and_none_in_development() {
        let seconds = |settings: &[(&str, &str)]| read(settings).unwrap().drain.as_secs();
        assert_eq!((seconds(&[]), seconds(&PRODUCTION)), (0, 5));
        assert_eq!((seconds(&[("drain", "300")]), seconds(&[&PRODUCTION[..], &[("drain", "0")]].concat())), (300, 0));
    }

    #[test]
    fn delivery_goes_to_listed_hosts() {
        let config = read(&[("hosts", "ip.example.no, .NHN.no"), ("registrars", "983658725")]).unwrap();
        assert_eq!(config.delivery_hosts, BTreeSet::from([".nhn.no".to_owned(), "ip.example.no".to_owned()]));
        assert_eq!(config.registrars, BTreeSet::from(["983658725".to_owned()]));
    }

    #[test]
    fn tenants_are_a_list() {
        let config = read(&[("tenants", " 983974724=hospital, 964338531 = municipality;\n983658725=region,")]).unwrap();
        let tenants: Vec<_> = config.tenants.into_iter().collect();
        assert_eq!(
            tenants,
            [
                ("964338531".to_owned(), ActorKind::Municipality),
                ("983658725".to_owned(), ActorKind::Region),
                ("983974724".to_owned(), ActorKind::Hospital),
            ]
        );
        for (list, said) in [
            ("98397472=hospital", "nine digits"),
            ("98397472x=hospital", "nine digits"),
            ("983974724", "is one of hospital"),
            ("983974724=sykehus", "is one of hospital"),
            ("983974724=hospital,983974724=ke", "stands twice"),
        ] {
            let text = read(&[("tenants", list)]).expect_err(list);
            assert!(text.starts_with("VARDE_TENANTS") && text.contains(said), "{text}");
        }
    }
}
