//! Many threads, one engine, and changes while they route.

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use kgw::{Engine, Outcome, Reader, Ticket};
use support::{active, get, reader, route, shop};

fn is_send_and_sync<T: Send + Sync + ?Sized>() {}
fn is_send<T: Send>() {}

#[test]
fn types_may_go_where_they_may_go() {
    is_send_and_sync::<kgw::HeaderEdits<'_>>();
    is_send_and_sync::<kgw::Response<'_>>();
    is_send_and_sync::<Engine>();
    is_send_and_sync::<kgw::Error>();
    is_send_and_sync::<kgw::Pinned>();
    is_send_and_sync::<kgw::Report>();
    is_send_and_sync::<kgw::Request<'_>>();
    is_send_and_sync::<kgw::Text>();
    is_send::<kgw::Decision<'_>>();
    is_send::<kgw::Decisions<'_>>();
    is_send::<kgw::Options>();
    is_send::<Reader>();
    is_send::<Ticket>();
}

#[test]
fn threads_route_while_the_configuration_changes() {
    let engine = shop();
    let done = AtomicBool::new(false);
    thread::scope(|threads| {
        for number in 0..4 {
            let (engine, done) = (&engine, &done);
            threads.spawn(move || {
                let mut reader = reader(engine);
                let mut kept = Vec::new();
                for count in 0.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    let path = format!("/api/{number}/{count}");
                    let pinned = reader
                        .route(&get(&path))
                        .and_then(kgw::Decision::pin)
                        .expect("a decision");
                    kept.push((format!("/v2/{number}/{count}"), pinned));
                    if kept.len() == 20 {
                        for (path, pinned) in kept.drain(..) {
                            assert_eq!(pinned.request().path, Some(kgw::Text::new(&path)));
                            pinned.done(Outcome::completed(200));
                        }
                        reader.rest();
                    }
                }
            });
        }
        for change in 0..200 {
            let text = route("more", &format!("h{change}.example"));
            engine
                .apply_text("more", &text)
                .and_then(kgw::Report::strict)
                .expect("it is sound");
            engine.poll(kgw::monotonic_ns()).expect("a poll");
        }
        done.store(true, Ordering::Relaxed);
    });
    engine.poll(kgw::monotonic_ns()).expect("a poll");
    assert_eq!(
        active(&engine, "192.0.2.41") + active(&engine, "192.0.2.42"),
        0
    );
    let stats = engine.stats().expect("stats");
    assert_eq!((stats.snapshots, stats.readers), (1, 0));
}

#[test]
fn a_reader_goes_from_thread_to_thread() {
    let engine = shop();
    let mut reader = reader(&engine);
    drop(engine);
    for _ in 0..4 {
        let moved = thread::spawn(move || {
            reader
                .route(&get("/"))
                .expect("a decision")
                .done(Outcome::completed(200));
            reader
        });
        reader = moved.join().expect("it did not panic");
    }
}

#[test]
fn tickets_are_finished_by_threads_at_the_same_time() {
    let engine = shop();
    let mut reader = reader(&engine);
    let tickets: Vec<Ticket> = (0..1000)
        .filter_map(|_| reader.route(&get("/")).expect("a decision").take_ticket())
        .collect();
    assert_eq!(active(&engine, "192.0.2.21"), 1000);
    let mut shares: Vec<Vec<Ticket>> = (0..4).map(|_| Vec::new()).collect();
    for (count, ticket) in tickets.into_iter().enumerate() {
        shares[count % 4].push(ticket);
    }
    thread::scope(|threads| {
        for share in shares {
            threads.spawn(|| {
                share
                    .into_iter()
                    .for_each(|ticket| ticket.done(Outcome::completed(200)))
            });
        }
    });
    assert_eq!(active(&engine, "192.0.2.21"), 0);
}
