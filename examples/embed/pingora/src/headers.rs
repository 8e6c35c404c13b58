//! What a proxy does to headers, whatever the configuration says. Of requests, pingora has taken
//! away already what is meant for one connection only.

use std::net::IpAddr;

use http::header::{CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use http::request::Parts;
use http::uri::PathAndQuery;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOP_BY_HOP: [HeaderName; 4] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    UPGRADE,
];

/// Of answers, but for how the body is framed, which is pingora's business.
pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Says whom the request comes from.
pub fn add_forwarded(headers: &mut HeaderMap, peer: IpAddr) {
    let before = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let all: Vec<String> = before
        .map(str::to_string)
        .chain([peer.to_string()])
        .collect();
    if let Ok(all) = HeaderValue::from_str(&all.join(", ")) {
        headers.insert(FORWARDED_FOR, all);
    }
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static("http"));
}

/// Moves the authority of a target to the Host line.
pub fn to_origin_form(parts: &mut Parts) -> Result<(), http::Error> {
    if let Some(authority) = parts.uri.authority() {
        let host = HeaderValue::from_str(authority.as_str())?;
        parts.headers.insert(HOST, host);
    }
    let target = parts.uri.path_and_query().cloned();
    parts.uri = target.unwrap_or(PathAndQuery::from_static("/")).into();
    Ok(())
}
