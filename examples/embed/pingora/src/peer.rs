//! An endpoint of kgw as a peer of pingora.

use std::net::SocketAddr;
use std::time::Duration;

use kgw::{Endpoint, HttpVersion};
use pingora_core::upstreams::peer::{HttpPeer, HttpUpstreamRequestPolicy};
use pingora_core::{Error, ErrorType, Result};
use tokio::net::lookup_host;

use crate::exchange::Exchange;

const CONNECT: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(30);

/// Where the next try goes, and how long it may take.
pub async fn of(exchange: &mut Exchange) -> Result<Box<HttpPeer>> {
    let limit = exchange.begin_try();
    let Some(decision) = &exchange.decision else {
        return Error::err_in(ErrorType::InternalError);
    };
    let transport = decision.transport();
    if transport.tls.is_some() || transport.version == Some(HttpVersion::Http2) {
        return Error::e_explain(
            ErrorType::InternalError,
            "neither TLS nor HTTP/2 is spoken here",
        );
    }
    let Some(endpoint) = decision.endpoint() else {
        return Error::err_up(ErrorType::ConnectError);
    };
    let mut peer = match endpoint.unix_path() {
        Some(path) => HttpPeer::new_uds(&path.to_string_lossy(), false, String::new())?,
        None => HttpPeer::new(address_of(&endpoint).await?, false, String::new()),
    };
    let options = &mut peer.options;
    options.connection_timeout = Some(limit.map_or(CONNECT, |limit| limit.min(CONNECT)));
    options.read_timeout = limit;
    options.idle_timeout = Some(IDLE);
    options.http_upstream_request_policy = HttpUpstreamRequestPolicy::deny_upgrades();
    Ok(Box::new(peer))
}

async fn address_of(endpoint: &Endpoint<'_>) -> Result<SocketAddr> {
    match endpoint.socket_addr() {
        Some(address) => Ok(address),
        None => resolve(&endpoint.host().to_str_lossy(), endpoint.port).await,
    }
}

/// One of the addresses of a name: pingora tries no other.
pub async fn resolve(name: &str, port: u16) -> Result<SocketAddr> {
    let found = lookup_host((name, port)).await.map_err(|error| {
        Error::because(ErrorType::ConnectError, name.to_string(), error).into_up()
    })?;
    let all: Vec<SocketAddr> = found.collect();
    let best = all.iter().find(|address| address.is_ipv4());
    let best = best.or(all.first()).copied();
    best.ok_or_else(|| Error::new_up(ErrorType::ConnectError))
}
