//! Every request under way is counted, and finished once.

mod support;

use std::thread;

use kgw::{Code, Outcome};
use support::{active, counted, get, reader, shop};

const SHOP: &str = "192.0.2.21";
const BLUE: &str = "192.0.2.31";

#[test]
fn done_finishes_a_decision() {
    let engine = shop();
    let mut reader = reader(&engine);
    let decision = reader.route(&get("/")).expect("a decision");
    assert_eq!(active(&engine, SHOP), 1);
    decision.done(Outcome::completed(200));
    assert_eq!(
        (
            active(&engine, SHOP),
            counted(&engine, SHOP, "\"finished_requests\":")
        ),
        (0, 1)
    );
}

#[test]
fn what_is_dropped_is_aborted() {
    let engine = shop();
    let mut reader = reader(&engine);
    drop(reader.route(&get("/copied")).expect("a decision"));
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (0, 0));

    let ticket = reader.route(&get("/")).expect("a decision").take_ticket();
    assert_eq!(active(&engine, SHOP), 1);
    drop(ticket);
    assert_eq!(active(&engine, SHOP), 0);

    let pinned = reader
        .route(&get("/copied"))
        .and_then(kgw::Decision::pin)
        .expect("a decision");
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (1, 1));
    drop(pinned);
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (0, 0));

    let requests = [get("/"), get("/copied"), get("/old")];
    let mut decisions = reader.route_many(&requests).expect("decisions");
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (2, 1));
    decisions.done(0, Outcome::completed(200));
    decisions.done(77, Outcome::completed(200));
    assert_eq!(active(&engine, SHOP), 1);
    drop(decisions);
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (0, 0));
}

#[test]
fn tickets_are_taken_once_and_finished_by_any_thread() {
    let engine = shop();
    let mut reader = reader(&engine);
    let mut decision = reader.route(&get("/copied")).expect("a decision");
    let ticket = decision.take_ticket().expect("it is forwarded");
    assert!(decision.take_ticket().is_none());
    let copies: Vec<_> = decision
        .take_mirrors()
        .map(|(mirror, ticket)| (mirror.endpoint.port, ticket))
        .collect();
    assert_eq!(
        (copies.len(), decision.take_mirrors().len(), copies[0].0),
        (1, 0, 8080)
    );
    assert_eq!(decision.mirrors().len(), 1);
    drop(decision);
    drop(reader);
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (1, 1));
    let elsewhere = thread::spawn(move || {
        ticket.done(Outcome::completed(200));
        copies
            .into_iter()
            .for_each(|(_, ticket)| ticket.done(Outcome::reset()));
    });
    elsewhere.join().expect("it did not panic");
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (0, 0));
}

#[test]
fn mirrors_that_nobody_asks_for_are_aborted() {
    let engine = shop();
    let mut reader = reader(&engine);
    let mut pinned = reader
        .route(&get("/copied"))
        .and_then(kgw::Decision::pin)
        .expect("a decision");
    drop(pinned.take_mirrors());
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (1, 0));
    pinned.done(Outcome::completed(200));
    assert_eq!(active(&engine, SHOP), 0);

    let requests = [get("/copied"), get("/copied")];
    let mut decisions = reader.route_many(&requests).expect("decisions");
    let kept: Vec<_> = decisions.take_mirrors(1).collect();
    assert_eq!(kept.len(), 1);
    drop(kept);
    assert_eq!(active(&engine, BLUE), 1);
    let ticket = decisions.take_ticket(0);
    drop(decisions);
    assert_eq!((active(&engine, SHOP), active(&engine, BLUE)), (1, 0));
    drop(ticket);
    assert_eq!(active(&engine, SHOP), 0);
}

#[test]
fn what_is_not_forwarded_or_only_peeked_at_has_no_ticket() {
    let engine = shop();
    let mut reader = reader(&engine);
    assert!(
        reader
            .route(&get("/old"))
            .expect("a decision")
            .take_ticket()
            .is_none()
    );
    let mut decision = reader.route(&get("/").peek(true)).expect("a decision");
    assert!(decision.take_ticket().is_none());
    assert_eq!(active(&engine, SHOP), 0);
    let error = decision
        .try_again(Outcome::reset(), None)
        .expect_err("there is nothing to retry");
    assert_eq!(error.code(), Code::Invalid);
}

#[test]
fn a_retry_goes_elsewhere() {
    let engine = shop();
    let mut reader = reader(&engine);
    let request = get("/api/x");
    for _ in 0..20 {
        let decision = reader.route(&request).expect("a decision");
        let first = decision.endpoint().expect("an endpoint").host().to_string();
        let decision = decision
            .try_again(Outcome::connect_failure(), Some(&request))
            .expect("another");
        assert_ne!(
            decision.endpoint().expect("an endpoint").host(),
            first.as_str()
        );
        assert_eq!(decision.request().path, Some(kgw::Text::new("/v2/x")));
        let decision = decision
            .try_again(Outcome::timeout(), None)
            .expect("another");
        assert!(decision.request().path.is_none());
        assert_eq!(
            (active(&engine, "192.0.2.41") + active(&engine, "192.0.2.42")),
            1
        );
        decision.done(Outcome::completed(200));
    }
    let ticket = reader
        .route(&request)
        .expect("a decision")
        .take_ticket()
        .expect("a ticket");
    reader
        .retry(ticket, Outcome::reset(), None)
        .expect("another")
        .done(Outcome::completed(200));
    assert_eq!(
        (active(&engine, "192.0.2.41") + active(&engine, "192.0.2.42")),
        0
    );
}

#[test]
fn a_retry_sends_no_mirrors_and_lets_go_of_those_that_are_left() {
    let engine = shop();
    let mut reader = reader(&engine);
    let request = get("/copied");
    let decision = reader.route(&request).expect("a decision");
    assert_eq!(active(&engine, BLUE), 1);
    let mut decision = decision
        .try_again(Outcome::reset(), Some(&request))
        .expect("another");
    assert_eq!(
        (decision.take_mirrors().len(), active(&engine, BLUE)),
        (0, 0)
    );
}

#[test]
fn a_ticket_of_another_engine_is_an_error_and_not_lost() {
    let (one, other) = (shop(), shop());
    let ticket = reader(&one)
        .route(&get("/"))
        .expect("a decision")
        .take_ticket()
        .expect("a ticket");
    let mut stranger = reader(&other);
    let error = stranger
        .retry(ticket, Outcome::reset(), None)
        .expect_err("it is not its own");
    assert_eq!(error.code(), Code::Invalid);
    assert_eq!(active(&one, SHOP), 0);
}

#[test]
fn tickets_outlive_engines_and_endpoints() {
    let engine = shop();
    let mut reader = reader(&engine);
    let first = reader
        .route(&get("/"))
        .expect("a decision")
        .take_ticket()
        .expect("a ticket");
    let second = reader
        .route(&get("/"))
        .expect("a decision")
        .take_ticket()
        .expect("a ticket");
    engine
        .apply_text("examples/shop.yaml", "")
        .expect("everything is gone");
    first.done(Outcome::completed(200));
    drop((reader, engine));
    second.done(Outcome::completed(200));
}
