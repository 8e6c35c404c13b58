//! The feature `http`: requests as they are, and decisions applied to them.
#![cfg(feature = "http")]

mod support;

use http::HeaderMap;
use kgw::{Outcome, Request};
use support::{reader, shop};

fn incoming(target: &str, host: &str) -> http::Request<()> {
    let builder = http::Request::post(target)
        .header("host", host)
        .header("X-Debug", "1");
    builder.header("x-edge", "old").body(()).expect("a request")
}

#[test]
fn requests_of_http_1_are_routed_by_their_host_line() {
    let engine = shop();
    let mut reader = reader(&engine);
    let (mut parts, ()) = incoming("/api/x?q=1", "shop.example").into_parts();
    let decision = reader.route(&Request::from(&parts)).expect("a decision");
    assert_eq!(decision.cluster(), "api_default");
    decision.edit_request(&mut parts).expect("they are headers");
    assert_eq!(
        (parts.uri.to_string().as_str(), parts.method.as_str()),
        ("/v2/x?q=1", "POST")
    );
    assert_eq!(parts.headers["host"], "api.internal");
    assert_eq!(
        parts.headers.get_all("x-edge").iter().collect::<Vec<_>>(),
        ["kgw"]
    );
    assert!(!parts.headers.contains_key("x-debug"));
}

#[test]
fn requests_of_http_2_are_routed_by_their_authority() {
    let engine = shop();
    let mut reader = reader(&engine);
    let request = incoming("http://shop.example/api/x", "ignored.example");
    let decision = reader.route(&Request::from(&request)).expect("a decision");
    let (mut parts, ()) = request.into_parts();
    decision.edit_request(&mut parts).expect("they are headers");
    assert_eq!(parts.uri, "http://api.internal/v2/x");
    assert_eq!(parts.headers["host"], "api.internal");
}

#[test]
fn headers_decide_where_they_are() {
    let engine = shop();
    let mut reader = reader(&engine);
    let mut request = incoming("/", "shop.example");
    for (value, cluster) in [("red", "shop_default"), ("blue", "blue_default")] {
        request
            .headers_mut()
            .insert("x-tenant", http::HeaderValue::from_static(value));
        let decision = reader.route(&Request::from(&request)).expect("a decision");
        assert_eq!(decision.cluster(), cluster);
        decision.done(Outcome::completed(200));
    }
}

#[test]
fn answers_are_edited() {
    let engine = shop();
    let mut reader = reader(&engine);
    let request = incoming("/old", "shop.example");
    let decision = reader.route(&Request::from(&request)).expect("a decision");
    let mut headers = HeaderMap::new();
    headers.insert("location", http::HeaderValue::from_static("nowhere"));
    decision
        .response()
        .edits
        .apply(&mut headers)
        .expect("they are headers");
    assert_eq!(
        headers.get_all("location").iter().collect::<Vec<_>>(),
        ["http://new.example/old"]
    );
}

#[test]
fn methods_without_a_path_are_requests_too() {
    let engine = shop();
    let mut reader = reader(&engine);
    for (method, target) in [("OPTIONS", "*"), ("CONNECT", "shop.example:80")] {
        let request = http::Request::builder()
            .method(method)
            .uri(target)
            .header("host", "shop.example");
        let request = request.body(()).expect("a request");
        let decision = reader.route(&Request::from(&request)).expect("a decision");
        assert_eq!(decision.verdict(), kgw::Verdict::Forward, "{method}");
    }
}
