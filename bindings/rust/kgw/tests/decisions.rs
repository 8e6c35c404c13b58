//! What decisions say, and how long they say it.

mod support;

use std::time::Duration;

use kgw::{Address, Code, Header, HttpVersion, Protocol, Request, Text, Verdict};
use support::{get, reader, shop};

fn text(literal: &str) -> &Text {
    Text::new(literal)
}

#[test]
fn a_forward_says_all_that_the_configuration_says() {
    let engine = shop();
    let mut reader = reader(&engine);
    let decision = reader.route(&get("/api/x?q=1")).expect("a decision");
    assert_eq!(
        (decision.verdict(), decision.reason()),
        (Verdict::Forward, text(""))
    );
    assert_eq!(
        (decision.gateway(), decision.listener()),
        (text("default/edge"), text("http"))
    );
    let route = decision.route().expect("a route");
    assert_eq!(
        (route.kind, route.namespace),
        (text("HTTPRoute"), text("default"))
    );
    assert_eq!(
        (route.name, route.rule, route.match_index),
        (text("shop"), 0, 0)
    );
    let backend = decision.backend().expect("a backend");
    assert_eq!(
        (backend.group, backend.kind),
        (text("gloo.solo.io"), text("Upstream"))
    );
    assert_eq!((backend.name, backend.index), (text("api"), 0));
    let endpoint = decision.endpoint().expect("an endpoint");
    let address = endpoint.socket_addr().expect("it needs no resolver");
    assert_eq!(
        (address.to_string(), address.port()),
        (format!("{}:8080", endpoint.host()), 8080)
    );
    assert_eq!(
        decision.generation(),
        engine.stats().expect("stats").generation
    );
}

#[test]
fn a_forward_says_what_to_send_and_when_to_give_up() {
    let engine = shop();
    let mut reader = reader(&engine);
    let decision = reader.route(&get("/api/x?q=1")).expect("a decision");
    let forward = decision.request();
    assert_eq!((forward.method, forward.scheme), (None, None));
    assert_eq!(forward.authority, Some(text("api.internal")));
    assert_eq!(forward.path, Some(text("/v2/x?q=1")));
    assert_eq!(
        forward.edits.remove().collect::<Vec<_>>(),
        [text("x-debug")]
    );
    assert_eq!(
        forward.edits.set().collect::<Vec<_>>(),
        [(text("x-edge"), text("kgw"))]
    );
    assert_eq!(forward.edits.add().len(), 0);
    assert_eq!(decision.timeouts().request, Some(Duration::from_secs(10)));
    assert_eq!(
        decision.timeouts().backend_request,
        Some(Duration::from_secs(2))
    );
    let retry = decision.retry();
    assert_eq!((retry.attempts, retry.codes), (2, &[502, 503][..]));
    assert_eq!(retry.backoff, Some(Duration::from_millis(10)));
    assert_eq!(
        (decision.transport().version, decision.transport().tls),
        (None, None)
    );
    assert!(decision.response().edits.is_empty());
    assert_eq!(
        (decision.response().status, decision.response().body),
        (None, text(""))
    );
}

#[test]
fn what_is_not_configured_is_none() {
    let engine = shop();
    let mut reader = reader(&engine);
    let decision = reader.route(&get("/")).expect("a decision");
    assert_eq!(
        (decision.request().path, decision.request().authority),
        (None, None)
    );
    assert_eq!(
        (
            decision.timeouts().request,
            decision.timeouts().backend_request
        ),
        (None, None)
    );
    assert_eq!(
        (decision.retry().attempts, decision.retry().backoff),
        (0, None)
    );
    assert_eq!(decision.mirrors().len(), 0);
}

#[test]
fn transports_are_told() {
    let engine = kgw::Engine::new().expect("an engine");
    let upstream = "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: shop}\nspec:\n  \
                    useHttp2: true\n  sslConfig: {}\n  \
                    static: {hosts: [{addr: shop.internal, port: 8443}]}\n---\n";
    let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\n\
                   spec: {gatewayClassName: kgw, listeners: [{name: h, port: 80, protocol: HTTP}]}\n---\n";
    let all = format!("{upstream}{gateway}{}", support::route("r", "shop.example"));
    engine
        .apply_text("all", &all)
        .and_then(kgw::Report::strict)
        .expect("it is sound");
    let mut reader = reader(&engine);
    let decision = reader.route(&get("/")).expect("a decision");
    assert_eq!(decision.transport().version, Some(HttpVersion::Http2));
    assert_eq!(
        decision.transport().tls.map(|tls| tls.sni),
        Some(text("shop.internal"))
    );
    let endpoint = decision.endpoint().expect("an endpoint");
    assert_eq!(
        (endpoint.host(), endpoint.socket_addr()),
        (text("shop.internal"), None)
    );
}

#[test]
fn redirects_and_refusals_have_their_answers() {
    let engine = shop();
    let mut reader = reader(&engine);
    let decision = reader.route(&get("/old/x")).expect("a decision");
    assert_eq!(
        (decision.verdict(), decision.response().status),
        (Verdict::Redirect, Some(301))
    );
    let location = (text("location"), text("http://new.example/old/x"));
    assert_eq!(decision.response().edits.set().last(), Some(location));
    assert_eq!((decision.endpoint(), decision.backend()), (None, None));
    drop(decision);

    let decision = reader
        .route(&Request::new("GET", "nobody.example", "/"))
        .expect("a decision");
    assert_eq!(
        (decision.verdict(), decision.reason()),
        (Verdict::NoRoute, text("NoRoute"))
    );
    assert_eq!(decision.route(), None);
    drop(decision);

    let decision = reader.route(&get("/").port(9999)).expect("a decision");
    assert_eq!(
        (decision.verdict(), decision.reason()),
        (Verdict::Reject, text("NoListener"))
    );
    drop(decision);

    let decision = reader
        .route(&get("/").protocol(Protocol::Udp))
        .expect("a decision");
    assert_eq!(decision.verdict(), Verdict::Reject);
}

#[test]
fn json_is_that_of_the_program() {
    let engine = shop();
    let mut reader = reader(&engine);
    let request = get("/plain");
    let decision = reader.route(&request).expect("a decision");
    let whole = String::from_utf8(decision.json(Some(&request)).expect("JSON")).expect("UTF-8");
    assert!(
        whole.starts_with("{\"verdict\":\"forward\",\"gateway\":\"default/edge\""),
        "{whole}"
    );
    assert!(whole.contains("\"path\":\"/plain\""), "{whole}");
    let alone = String::from_utf8(decision.json(None).expect("JSON")).expect("UTF-8");
    assert!(!alone.contains("/plain"), "{alone}");
    assert!(format!("{decision:?}").contains("cluster: \"shop_default\""));
}

#[test]
fn headers_come_as_a_list_or_are_looked_up_or_both() {
    let engine = shop();
    let mut reader = reader(&engine);
    let mut cluster = |request: Request<'_>| {
        reader
            .route(&request)
            .expect("a decision")
            .cluster()
            .to_string()
    };
    let lines = [Header::new("X-Tenant", "blue")];
    assert_eq!(cluster(get("/").headers(&lines)), "blue_default");
    let value = String::from("blue");
    let lookup =
        |name: &str, index: usize| (name == "x-tenant" && index == 0).then_some(value.as_bytes());
    assert_eq!(cluster(get("/").lookup(&lookup)), "blue_default");
    let other = [Header::new("x-other", "blue")];
    assert_eq!(
        cluster(get("/").headers(&other).lookup(&lookup)),
        "blue_default"
    );
    assert_eq!(cluster(get("/").headers(&other)), "shop_default");
}

#[test]
fn decisions_do_not_point_into_the_request() {
    let engine = shop();
    let mut reader = reader(&engine);
    for path in ["/api/x?q=1", "/copied", "/old/x", "/"] {
        let (mut path, mut host) = (String::from(path), String::from("shop.example"));
        let decision = {
            let peer = Address::from([192, 0, 2, 1]);
            reader
                .route(&Request::new("GET", &host, &path).peer(&peer))
                .expect("a decision")
        };
        let before = decision.json(None).expect("JSON");
        path.replace_range(.., &"#".repeat(path.len()));
        host.replace_range(.., &"#".repeat(host.len()));
        assert_eq!(decision.json(None).expect("JSON"), before);
    }
}

#[test]
fn pinned_decisions_outlive_reader_engine_and_configuration() {
    let engine = shop();
    let mut reader = reader(&engine);
    let request = get("/api/x?q=1");
    let pinned = reader
        .route(&request)
        .and_then(kgw::Decision::pin)
        .expect("a decision");
    let before = pinned.json(None).expect("JSON");
    for _ in 0..50 {
        let next = Request::new("GET", "shop.example", "/old/overwrite-the-buffers");
        reader
            .route(&next)
            .expect("a decision")
            .done(kgw::Outcome::aborted());
    }
    engine
        .apply_text("examples/shop.yaml", "")
        .expect("everything is gone");
    engine.poll(1).expect("a poll");
    drop((reader, engine));
    let elsewhere = std::thread::spawn(move || {
        assert_eq!(pinned.json(None).expect("JSON"), before);
        assert_eq!(pinned.request().path, Some(text("/v2/x?q=1")));
    });
    elsewhere.join().expect("it did not panic");
}

#[test]
fn many_decisions_are_those_of_one_after_the_other() {
    let (one, other) = (shop(), shop());
    let (mut single, mut many) = (reader(&one), reader(&other));
    let paths: Vec<String> = (0..40)
        .map(|i| format!("/{}/{i}", ["api", "old", "copied", ""][i % 4]))
        .collect();
    let requests: Vec<Request<'_>> = paths.iter().map(|path| get(path)).collect();
    let decisions = many.route_many(&requests).expect("decisions");
    assert_eq!(decisions.len(), 40);
    for (request, decision) in requests.iter().zip(decisions.iter()) {
        let alone = single
            .route(request)
            .and_then(kgw::Decision::pin)
            .expect("a decision");
        assert_eq!(
            decision.json(Some(request)).ok(),
            alone.json(Some(request)).ok()
        );
    }
    drop(decisions);
    assert!(many.route_many(&[]).expect("no decisions").is_empty());

    let pinned = many
        .route_many(&requests[..3])
        .and_then(kgw::Decisions::pin)
        .expect("decisions");
    drop(many);
    assert_eq!(pinned[0].request().path, Some(text("/v2/0")));
    assert_eq!(pinned[2].mirrors().len(), 1);
}

#[test]
fn errors_say_what_they_are() {
    let error = kgw::Engine::from_paths(["no/such/file.yaml"]).expect_err("there is none");
    assert_eq!((error.code(), error.diagnostics().len()), (Code::Config, 1));
    assert_eq!(error.diagnostics()[0].code, "CannotRead");
    assert!(error.to_string().contains("no/such/file.yaml"));
    assert_eq!(format!("{error:#}").lines().count(), 2);
    let error: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert!(error.downcast_ref::<kgw::Error>().is_some());
}
