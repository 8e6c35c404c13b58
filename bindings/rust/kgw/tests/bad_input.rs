//! Requests and configurations that are too large or no good: an answer or an error, never a crash.

mod support;

use kgw::{Code, Engine, Header, Request, Text, Verdict};
use support::{get, reader, shop};

fn status(request: &Request<'_>) -> (Verdict, Option<u16>, String) {
    let engine = shop();
    let mut reader = reader(&engine);
    let decision = reader.route(request).expect("a decision");
    (
        decision.verdict(),
        decision.response().status,
        decision.reason().to_string(),
    )
}

#[test]
fn bad_requests_are_answered() {
    let bad = |status: u16| (Verdict::Error, Some(status), "BadRequest".to_string());
    assert_eq!(status(&get("/a\0b")), bad(400));
    assert_eq!(status(&get("/a\r\nb")), bad(400));
    assert_eq!(status(&get(&format!("/{}", "x".repeat(1 << 16)))), bad(414));
    let many = [Header::new("a", "b"); 1001];
    assert_eq!(status(&get("/").headers(&many)), bad(431));
    let value = "x".repeat(300 << 10);
    assert_eq!(
        status(&get("/").headers(&[Header::new("a", &value)])),
        bad(431)
    );
    assert_eq!(
        status(&get("/").headers(&[Header::new("a", "b\nc")])),
        bad(400)
    );
}

#[test]
fn odd_requests_are_requests() {
    let forward = (Verdict::Forward, None, String::new());
    assert_eq!(status(&get("")), forward);
    assert_eq!(status(&get("/%zz")), forward);
    assert_eq!(status(&Request::new("", "SHOP.example.:80", "/")), forward);
    assert_eq!(status(&get("/").headers(&[Header::new("", "")])), forward);
    assert_eq!(status(&Request::default()).0, Verdict::NoRoute);
    assert_eq!(status(&get("/").scheme("https")).0, Verdict::Reject);
}

#[test]
fn any_bytes_are_a_path() {
    let engine = shop();
    let mut reader = reader(&engine);
    let path = b"/api/\xff\xfe";
    let request = Request::new("GET", "shop.example", path);
    let decision = reader.route(&request).expect("a decision");
    assert_eq!(decision.request().path, Some(Text::new(b"/v2/\xff\xfe")));
    assert!(decision.json(Some(&request)).is_ok());
}

#[test]
fn huge_inputs_are_refused_or_served() {
    let engine = shop();
    let mut reader = reader(&engine);
    let huge = vec![b'x'; 64 << 20];
    let answer = reader
        .route(&Request::new(&huge, &huge, &huge))
        .expect("a decision");
    assert_ne!(answer.verdict(), Verdict::Forward);
    drop(answer);
    let requests = vec![get("/"); 10_000];
    assert_eq!(
        reader.route_many(&requests).expect("decisions").len(),
        10_000
    );
    let text = format!(
        "# {}\n{}",
        "x".repeat(10 << 20),
        support::route("more", "more.example")
    );
    assert!(
        engine
            .apply_text("large", &text)
            .expect("a report")
            .strict()
            .is_ok()
    );
}

#[test]
fn a_configuration_that_is_too_large_is_an_error() {
    let engine = Engine::new().expect("an engine");
    let error = engine
        .apply_text("huge", &vec![b'\n'; (256 << 20) + 1])
        .expect_err("it is refused");
    assert_eq!(
        (error.code(), error.diagnostics()[0].code.as_str()),
        (Code::Config, "TooLarge")
    );
}

#[test]
fn odd_configurations_are_findings() {
    let engine = Engine::new().expect("an engine");
    for text in [
        &b"\xff\xfe\x00"[..],
        b"[",
        b"kind: [",
        b"\"",
        b"- - - -",
        b"kind: Gateway",
        b"{}{}",
    ] {
        let strict = engine.apply_text("odd", text).and_then(kgw::Report::strict);
        let error = strict.expect_err("it is no configuration");
        assert_eq!(error.code(), Code::Config);
        assert!(!error.diagnostics().is_empty() && !error.message().is_empty());
    }
    assert_eq!(
        engine.load(Vec::<&str>::new()).expect_err("nothing").code(),
        Code::Config
    );
    assert_eq!(
        engine.load(["a\0b"]).expect_err("no path has a NUL").code(),
        Code::Invalid
    );
}
