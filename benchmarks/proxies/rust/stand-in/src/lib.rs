//! As much of the crate kgw as `examples/embed/rust` uses, with matchit inside: that proxy and this
//! make the one that kgw is measured beside. It reads what `table.rs` says, once, and does nothing
//! that needs more than host and path: no header edits, mirrors, timeouts, retries or outcomes.

mod decision;
mod table;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};

use http::header::HOST;
use http::request::Parts;

pub use decision::{
    Decision, DecisionView, Edits, Endpoint, HttpVersion, Mirror, Outcome, Response, Retry, Text,
    Ticket, Timeouts, Transport, Verdict,
};
use table::Table;

pub type Error = String;
pub type Pinned = Decision;

#[derive(Default)]
pub struct Options;

impl Options {
    pub fn new() -> Result<Options, Error> {
        Ok(Options)
    }

    pub fn log<F: Fn(Infallible, &str)>(self, _log: F) -> Result<Options, Error> {
        Ok(self)
    }

    pub fn set(self, key: &str, _value: &str) -> Result<Options, Error> {
        Err(format!("{key} is no option here"))
    }
}

pub struct Report {
    pub generation: u64,
    pub diagnostics: Vec<String>,
}

pub struct Stats {
    pub generation: u64,
    pub snapshots: u64,
    pub readers_behind: u64,
}

#[derive(Clone)]
pub struct Engine(Arc<OnceLock<Table>>);

impl Engine {
    pub fn with_options(_options: &Options) -> Result<Engine, Error> {
        Ok(Engine(Arc::default()))
    }

    pub fn watch(&self, paths: &[String]) -> Result<Report, Error> {
        let [path] = paths else {
            return Err("one file, please".to_string());
        };
        let table = Table::read(path)?;
        self.0.set(table).map_err(|_| "there is one already")?;
        self.load(paths)
    }

    /// What there is stays.
    pub fn load(&self, _paths: &[String]) -> Result<Report, Error> {
        Ok(Report {
            generation: 1,
            diagnostics: vec![],
        })
    }

    pub fn start(&self) -> Result<(), Error> {
        Ok(())
    }

    pub fn reader(&self) -> Result<Reader, Error> {
        Ok(Reader(self.clone()))
    }

    pub fn stats(&self) -> Result<Stats, Error> {
        Ok(Stats {
            generation: 1,
            snapshots: 1,
            readers_behind: 0,
        })
    }
}

pub struct Reader(Engine);

impl Reader {
    pub fn route(&mut self, request: &Request<'_>) -> Result<Decision, Error> {
        let table = self.0.0.get().ok_or("nothing was read")?;
        Ok(Decision::to(table.endpoint(request.host, request.path)))
    }

    pub fn retry(
        &mut self,
        _ticket: Ticket,
        _outcome: Outcome,
        request: Option<&Request<'_>>,
    ) -> Result<Decision, Error> {
        self.route(request.ok_or("there is no request")?)
    }

    pub fn rest(&mut self) {}
}

pub struct Request<'a> {
    host: &'a str,
    path: &'a str,
}

impl<'a> From<&'a Parts> for Request<'a> {
    fn from(parts: &'a Parts) -> Request<'a> {
        let line = || parts.headers.get(HOST)?.to_str().ok();
        let authority = parts.uri.authority().map(|authority| authority.as_str());
        let authority = authority.or_else(line).unwrap_or_default();
        Request {
            host: authority.split(':').next().unwrap_or_default(),
            path: parts.uri.path(),
        }
    }
}

impl Request<'_> {
    pub fn peer(self, _address: &Address) -> Self {
        self
    }

    pub fn local(self, _address: &Address) -> Self {
        self
    }

    pub fn port(self, _port: u16) -> Self {
        self
    }

    pub fn now_ns(self, _now: i64) -> Self {
        self
    }
}

#[derive(Clone, Copy)]
pub struct Address(pub IpAddr);

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Address {
        Address(address.ip())
    }
}

/// Nobody here asks what time it is.
pub fn monotonic_ns() -> i64 {
    0
}
