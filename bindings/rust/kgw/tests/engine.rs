//! Configuration: changes, files, tables.

mod support;

use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use kgw::{Code, Engine, Format, Options, Source, Verdict};
use support::{Folder, get, reader, route, shop};

fn verdict(engine: &Engine, host: &str) -> Verdict {
    let mut reader = reader(engine);
    reader
        .route(&kgw::Request::new("GET", host, "/"))
        .expect("a decision")
        .verdict()
}

fn shop_text() -> String {
    std::fs::read_to_string("examples/shop.yaml").expect("a file")
}

#[test]
fn an_empty_engine_rejects() {
    let engine = Engine::new().expect("an engine");
    assert_eq!(verdict(&engine, "shop.example"), Verdict::Reject);
    assert_eq!(engine.stats().expect("stats").generation, 0);
}

#[test]
fn sources_are_one_change_and_an_empty_one_takes_away() {
    let engine = Engine::new().expect("an engine");
    let (shop, more) = (shop_text(), route("more", "more.example"));
    let sources = [
        Source::new("shop", &shop),
        Source::new("more", &more).format(Format::Yaml),
    ];
    let report = engine
        .apply(&sources)
        .and_then(kgw::Report::strict)
        .expect("it is sound");
    assert_eq!((report.generation, report.objects), (1, 7));
    assert_eq!(verdict(&engine, "more.example"), Verdict::Forward);
    engine.apply(&[Source::new("more", "")]).expect("a report");
    assert_eq!(verdict(&engine, "more.example"), Verdict::NoRoute);
}

#[test]
fn what_is_wrong_keeps_its_last_good_form() {
    let engine = shop();
    let wrong = route("shop", "shop.example").replace("hostnames", "hostnamez");
    let report = engine.apply_text(
        "examples/shop.yaml",
        &format!("{}---\n{wrong}", shop_text()),
    );
    let report = report.expect("a report");
    assert!(report.errors().count() >= 1, "{report:?}");
    assert_eq!(verdict(&engine, "shop.example"), Verdict::Forward);
    let error = report.strict().expect_err("it has errors");
    assert_eq!(error.code(), Code::Config);
    assert!(
        error.message().starts_with("examples/shop.yaml:"),
        "{error}"
    );
}

#[test]
fn a_strict_engine_has_all_findings_in_its_error() {
    let text = "kind: Gatewey\n---\napiVersion: v1\nkind: Service\nmetadata: {nam: x}\n";
    let error = Engine::from_text(text).expect_err("it has errors");
    assert!(error.diagnostics().len() > 1, "{error:#}");
    assert!(error.to_string().contains("more)"), "{error}");
    assert!(Engine::from_text(&shop_text()).is_ok());
}

#[test]
fn options_are_those_of_the_program() {
    let options = Options::new().and_then(|options| options.set("path_type_order", "prefix_first"));
    assert!(Engine::with_options(&options.expect("options")).is_ok());
    for (key, value) in [
        ("no_such_option", "1"),
        ("path_type_order", "sideways"),
        ("", ""),
        ("seed", "x"),
    ] {
        let error = Options::new()
            .and_then(|options| options.set(key, value))
            .expect_err("it is none");
        assert_eq!(error.code(), Code::Option, "{key}={value}");
    }
}

#[test]
fn watched_files_are_followed_by_whoever_polls() {
    let folder = Folder::new("watch");
    folder.write("a.yaml", &shop_text());
    let engine = Engine::new().expect("an engine");
    engine
        .watch([&folder.0])
        .and_then(kgw::Report::strict)
        .expect("it is sound");
    assert!(engine.fd().expect("Linux has one").as_raw_fd() >= 0);
    folder.write("b.yaml", &route("late", "late.example"));
    let end = Instant::now() + Duration::from_secs(10);
    while verdict(&engine, "late.example") != Verdict::Forward {
        assert!(Instant::now() < end, "the file was not noticed");
        engine.poll(kgw::monotonic_ns()).expect("a poll");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn watched_files_are_followed_by_a_thread() {
    let folder = Folder::new("start");
    folder.write("a.yaml", &shop_text());
    let engine = Engine::new().expect("an engine");
    engine
        .watch([&folder.0])
        .and_then(kgw::Report::strict)
        .expect("it is sound");
    engine.start().expect("a thread");
    folder.write("b.yaml", &route("late", "late.example"));
    let end = Instant::now() + Duration::from_secs(10);
    while verdict(&engine, "late.example") != Verdict::Forward {
        assert!(Instant::now() < end, "the file was not noticed");
        std::thread::sleep(Duration::from_millis(5));
    }
    engine.stop();
}

#[test]
fn tables_and_objects_are_json() {
    let engine = shop();
    assert!(
        engine
            .routes()
            .expect("routes")
            .contains("\"shop.example\"")
    );
    assert!(
        engine
            .endpoints()
            .expect("endpoints")
            .contains("192.0.2.42:8080")
    );
    let objects = engine.objects("HTTPRoute").expect("objects");
    assert_eq!(objects.len(), 1);
    let route = &objects[0];
    assert_eq!(
        (route.kind.as_str(), route.namespace.as_str()),
        ("HTTPRoute", "default")
    );
    assert_eq!(
        (route.name.as_str(), route.file.as_str()),
        ("shop", "examples/shop.yaml")
    );
    assert!(route.line > 20 && route.json.contains("\"parentRefs\""));
    let status = route.status().expect("a status");
    assert!(
        status.starts_with("{\"parents\":") && status.ends_with('}'),
        "{status}"
    );
    assert!(engine.objects("Nothing").expect("none").is_empty());
}

#[test]
fn explanations_are_text_or_json() {
    let engine = shop();
    let request = get("/api/x");
    assert!(
        engine
            .explain(&request)
            .expect("a text")
            .contains("api_default")
    );
    assert!(
        engine
            .explain_json(&request)
            .expect("JSON")
            .starts_with('{')
    );
}

#[test]
fn a_reader_that_does_not_rest_is_named() {
    let engine = shop();
    let (mut busy, mut resting) = (reader(&engine), reader(&engine));
    for reader in [&mut busy, &mut resting] {
        reader
            .route(&get("/"))
            .expect("a decision")
            .done(kgw::Outcome::completed(200));
    }
    resting.rest();
    engine
        .apply_text("more", &route("more", "more.example"))
        .expect("a report");
    let stats = engine.stats().expect("stats");
    assert_eq!(
        (
            stats.generation,
            stats.snapshots,
            stats.readers,
            stats.readers_behind
        ),
        (2, 2, 2, 1)
    );
    let behind = stats.furthest_behind.expect("one is behind");
    assert_eq!((behind.reader, behind.generation), (0, 1));
    busy.rest();
    engine.poll(1).expect("a poll");
    let stats = engine.stats().expect("stats");
    assert_eq!((stats.snapshots, stats.furthest_behind), (1, None));
}
