//! The servers that one URL names, and which of them this process talks to: never two at the same time. After a failover a
//! reader that is still connected to the old primary would show what is no longer true.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, TargetSessionAttrs};

/// The servers of one URL.
pub(crate) struct Hosts {
    each: Vec<Config>,
    /// Where the next connection is tried first.
    first: AtomicUsize,
    /// Where the newest connection is.
    home: AtomicUsize,
}

/// How long one server may take to let somebody in, from the first packet to the settings of the session, unless the URL
/// says so with `connect_timeout`. A process that is stopped or a disk that hangs accepts connections and answers nothing.
const CONNECT: Duration = Duration::from_secs(5);
/// When a silent connection is asked for a sign of life, how often, and how many signs may be missing.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(15), Duration::from_secs(5), 3);
/// What `tokio-postgres` has when the URL says nothing.
const UNSET_IDLE: Duration = Duration::from_hours(2);
/// How long what was sent may stay unacknowledged by the other machine.
const UNACKNOWLEDGED: Duration = Duration::from_secs(15);

impl Hosts {
    /// Takes a URL's servers apart. `None` when its lists of hosts, addresses and ports do not fit together.
    pub(crate) fn new(config: &Config) -> Option<Self> {
        let (names, addresses, ports) =
            (config.get_hosts().len(), config.get_hostaddrs().len(), config.get_ports().len());
        let count = names.max(addresses);
        let fits = |length: usize| length == 0 || length == count;
        if count == 0 || !fits(names) || !fits(addresses) || !(fits(ports) || ports == 1) {
            return None;
        }
        let each = (0..count).map(|index| alone(config, index)).collect();
        Some(Self { each, first: AtomicUsize::new(0), home: AtomicUsize::new(0) })
    }

    /// Every server once, the likeliest first, with how long it may take.
    pub(crate) fn in_turn(&self) -> impl Iterator<Item = (usize, &Config, Duration)> {
        let first = self.first.load(Ordering::Relaxed);
        let turned = self.each.iter().enumerate().cycle().skip(first).take(self.each.len());
        turned.map(|(index, config)| (index, config, config.get_connect_timeout().copied().unwrap_or(CONNECT)))
    }

    /// A connection was made here: the others are given up, and the next one is tried here first.
    pub(crate) fn settle(&self, index: usize) {
        self.home.store(index, Ordering::Relaxed);
        self.first.store(index, Ordering::Relaxed);
    }

    /// Whether the newest connection is here.
    pub(crate) fn is_home(&self, index: usize) -> bool {
        self.home.load(Ordering::Relaxed) == index
    }

    /// This one went silent: the next connection is tried elsewhere first.
    pub(crate) fn avoid(&self, index: usize) {
        let next = (index + 1) % self.each.len();
        // Only when nobody has found a better one meanwhile.
        let _ = self.first.compare_exchange(index, next, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// What a server is called, for messages.
pub(crate) fn name(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match (config.get_hosts().first(), config.get_hostaddrs().first()) {
        (Some(Host::Tcp(name)), _) => format!("{name}:{port}"),
        (Some(Host::Unix(folder)), _) => format!("{}:{port}", folder.display()),
        (None, address) => address.map(|address| format!("{address}:{port}")).unwrap_or_default(),
    }
}

/// The configuration with one server only, which must take writes: every request leaves an audit row.
fn alone(config: &Config, index: usize) -> Config {
    let mut one = Config::new();
    match config.get_hosts().get(index) {
        Some(Host::Tcp(name)) => _ = one.host(name),
        Some(Host::Unix(folder)) => _ = one.host_path(folder),
        None => {}
    }
    if let Some(address) = config.get_hostaddrs().get(index) {
        one.hostaddr(*address);
    }
    if let Some(port) = config.get_ports().get(index).or_else(|| config.get_ports().first()) {
        one.port(*port);
    }
    login(&mut one, config);
    let (idle, interval, retries) = KEEPALIVE;
    let idle = if config.get_keepalives_idle() == UNSET_IDLE { idle } else { config.get_keepalives_idle() };
    one.target_session_attrs(TargetSessionAttrs::ReadWrite)
        .connect_timeout(config.get_connect_timeout().copied().unwrap_or(CONNECT))
        .tcp_user_timeout(config.get_tcp_user_timeout().copied().unwrap_or(UNACKNOWLEDGED))
        .keepalives(config.get_keepalives())
        .keepalives_idle(idle)
        .keepalives_interval(config.get_keepalives_interval().unwrap_or(interval))
        .keepalives_retries(config.get_keepalives_retries().unwrap_or(retries));
    one
}

/// Who logs in, where, and how.
fn login(one: &mut Config, config: &Config) {
    if let Some(user) = config.get_user() {
        one.user(user);
    }
    if let Some(password) = config.get_password() {
        one.password(password);
    }
    if let Some(dbname) = config.get_dbname() {
        one.dbname(dbname);
    }
    if let Some(options) = config.get_options() {
        one.options(options);
    }
    one.application_name(config.get_application_name().unwrap_or("varde"))
        .ssl_mode(config.get_ssl_mode())
        .ssl_negotiation(config.get_ssl_negotiation())
        .channel_binding(config.get_channel_binding());
}

#[cfg(test)]
mod tests {
    use super::{Hosts, name};
    use std::time::Duration;
    use tokio_postgres::config::TargetSessionAttrs;

    fn hosts(url: &str) -> Option<Hosts> {
        Hosts::new(&url.parse().unwrap())
    }

    fn names(hosts: &Hosts) -> Vec<String> {
        hosts.in_turn().map(|(_, config, _)| name(config)).collect()
    }

    #[test]
    fn a_url_names_one_server_or_several() {
        for (url, expected) in [
            ("postgres://u@a/d", vec!["a:5432"]),
            ("postgres://u@a:1,b:2/d", vec!["a:1", "b:2"]),
            ("postgres://u@a,b/d?hostaddr=10.0.0.1,10.0.0.2", vec!["a:5432", "b:5432"]),
            ("postgres://u@/d?hostaddr=10.0.0.1&port=7", vec!["10.0.0.1:7"]),
            ("postgres://u@%2Frun%2Fpg/d", vec!["/run/pg:5432"]),
        ] {
            assert_eq!(names(&hosts(url).unwrap()), expected, "{url}");
        }
        for url in ["postgres:///d", "postgres://u@a,b/d?hostaddr=10.0.0.1", "postgres://u@a,b,c/d?port=1,2"] {
            assert!(hosts(url).is_none(), "{url}");
        }
    }

    #[test]
    fn what_the_url_says_is_kept_and_the_rest_is_bounded() {
        let url = "postgres://u:p@a,b/d?connect_timeout=2&tcp_user_timeout=3&keepalives_idle=9&target_session_attrs=any\
                   &application_name=other";
        for url in [url, "postgres://u:p@a,b/d"] {
            for (_, config, patience) in hosts(url).unwrap().in_turn() {
                let said = url.len() > 30;
                let seconds = |said_so, usual| Duration::from_secs(if said { said_so } else { usual });
                assert_eq!(
                    (config.get_hosts().len(), config.get_user(), config.get_dbname()),
                    (1, Some("u"), Some("d"))
                );
                assert_eq!(config.get_password(), Some(b"p".as_slice()));
                assert_eq!(config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
                assert_eq!(config.get_application_name(), Some(if said { "other" } else { "varde" }));
                assert_eq!((patience, config.get_connect_timeout()), (seconds(2, 5), Some(&seconds(2, 5))));
                assert_eq!(config.get_tcp_user_timeout(), Some(&seconds(3, 15)));
                assert_eq!(config.get_keepalives_idle(), seconds(9, 15));
            }
        }
    }

    #[test]
    fn the_newest_connection_decides_where_the_process_is_at_home() {
        let hosts = hosts("postgres://u@a,b,c/d").unwrap();
        assert!(hosts.is_home(0));
        hosts.settle(1);
        assert!(hosts.is_home(1) && !hosts.is_home(0));
        assert_eq!(names(&hosts), ["b:5432", "c:5432", "a:5432"]);
    }

    #[test]
    fn a_silent_server_is_tried_last_but_stays_home_until_another_answers() {
        let hosts = hosts("postgres://u@a,b/d").unwrap();
        hosts.avoid(0);
        assert!(hosts.is_home(0));
        assert_eq!(names(&hosts), ["b:5432", "a:5432"]);
        // Somebody else's connection that was silent as well turns nothing back.
        hosts.avoid(0);
        assert_eq!(names(&hosts), ["b:5432", "a:5432"]);
    }
}
