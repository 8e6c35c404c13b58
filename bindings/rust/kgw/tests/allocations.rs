//! After warm-up, the path of a request allocates nothing on Rust's side.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use kgw::{Header, Outcome};
use support::{get, reader, shop};

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: it is the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: the caller has promised what it asks for.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn routing_allocates_nothing_after_warm_up() {
    let engine = shop();
    let mut reader = reader(&engine);
    let lines = [Header::new("x-tenant", "blue")];
    let lookup =
        |name: &str, index: usize| (name == "x-tenant" && index == 0).then_some(&b"blue"[..]);
    let requests = ["/", "/api/x", "/old", "/copied"].map(get);
    let mut all = || {
        for request in requests {
            reader
                .route(&request.headers(&lines))
                .expect("a decision")
                .done(Outcome::completed(200));
            reader
                .route(&request.lookup(&lookup))
                .expect("a decision")
                .done(Outcome::completed(200));
            let mut decision = reader.route(&request).expect("a decision");
            assert!(decision.verdict() != kgw::Verdict::NoRoute && decision.reason().is_empty());
            decision
                .take_mirrors()
                .for_each(|(_, ticket)| ticket.done(Outcome::completed(200)));
            if let Some(ticket) = decision.take_ticket() {
                drop(decision);
                reader
                    .retry(ticket, Outcome::reset(), Some(&request))
                    .expect("another")
                    .done(Outcome::reset());
            }
        }
        let mut decisions = reader.route_many(&requests).expect("decisions");
        decisions.done(0, Outcome::completed(200));
        drop(decisions);
        reader.rest();
    };
    all();
    let before = COUNT.get();
    assert!(before > 0, "the allocator counts");
    (0..100).for_each(|_| all());
    assert_eq!(COUNT.get(), before);
}
