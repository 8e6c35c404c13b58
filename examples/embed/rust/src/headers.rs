//! What a proxy does to headers, whatever the configuration says.

use std::net::IpAddr;

use hyper::Version;
use hyper::header::{
    self, CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use hyper::http::request::Parts;

const HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::TE,
    header::TRAILER,
    TRANSFER_ENCODING,
    header::UPGRADE,
    header::EXPECT,
];
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Takes away what is meant for one connection only (RFC 9110, 7.6.1).
pub fn remove_hop_by_hop(headers: &mut HeaderMap) {
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH); // RFC 9112, 6.3: it does not count
    }
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
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

/// RFC 9112, 3.2: a request of HTTP/1.1 has one Host line.
pub fn has_one_host(parts: &Parts) -> bool {
    let lines = parts.headers.get_all(HOST).iter().count();
    lines == 1 || (lines == 0 && parts.version < Version::HTTP_11)
}
