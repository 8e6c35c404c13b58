//! Rust's routers on the workloads of match_bench: one router a host behind a hash map by host,
//! beside a plain hash map from host and path. They know no method, header, query string or
//! listener, so they do less than kgw.
//!
//! usage: kgw-peers exact|prefix|mixed ROUTES
//! Prints lines `router<TAB>nanoseconds<TAB>multiple of the plain map`: CPU time, medians of 9
//! interleaved rounds. Every answer is checked before anything is timed.

mod workload;

use std::collections::HashMap;
use std::hint::black_box;

use workload::{Kind, Query};

type Map<T> = HashMap<String, T, ahash::RandomState>;

const ROUNDS: usize = 9;
const QUERIES: usize = 1 << 13;

/// A router with its name, as a function from a query to the number of the route.
type Candidate<'a> = (&'static str, Box<dyn Fn(&Query) -> Option<u32> + 'a>);

fn cpu_nanoseconds() -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `now` is a timespec that lives during the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 * 1e9 + now.tv_nsec as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn plain(queries: &[Query]) -> Map<u32> {
    queries.iter().map(|query| (query.key.clone(), query.route)).collect()
}

fn matchit_routers(kind: Kind, routes: u32) -> Map<matchit::Router<u32>> {
    let mut hosts: Map<matchit::Router<u32>> = Map::default();
    for i in 0..routes {
        let s = workload::sample(kind, routes, i);
        let path = if s.exact { s.path } else { s.path + "/{*rest}" };
        hosts.entry(s.host).or_default().insert(path, i).expect("a route of the workload");
    }
    hosts
}

fn wayfind_routers(kind: Kind, routes: u32) -> Map<wayfind::Router<u32>> {
    let mut hosts: Map<wayfind::RouterBuilder<u32>> = Map::default();
    for i in 0..routes {
        let s = workload::sample(kind, routes, i);
        let path = if s.exact { s.path } else { s.path + "/<*rest>" };
        let builder = hosts.entry(s.host).or_insert_with(wayfind::RouterBuilder::new);
        builder.insert(&path, i).expect("a route of the workload");
    }
    hosts.into_iter().map(|(host, builder)| (host, builder.build())).collect()
}

fn time(queries: &[Query], ask: &dyn Fn(&Query) -> Option<u32>) -> f64 {
    let start = cpu_nanoseconds();
    for query in queries {
        black_box(ask(query));
    }
    (cpu_nanoseconds() - start) / queries.len() as f64
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let kind = match arguments.get(1).map(String::as_str) {
        Some("exact") => Kind::Exact,
        Some("prefix") => Kind::Prefix,
        Some("mixed") => Kind::Mixed,
        _ => panic!("usage: kgw-peers exact|prefix|mixed ROUTES"),
    };
    let routes: u32 = arguments.get(2).and_then(|n| n.parse().ok()).expect("a number of routes");
    let queries = workload::queries(kind, routes, if routes > 100_000 { 1 << 20 } else { 1 << 17 });
    let map = plain(&queries);
    let matchit = matchit_routers(kind, routes);
    let wayfind = wayfind_routers(kind, routes);
    let candidates: [Candidate; 3] = [
        ("ahash map", Box::new(|q| map.get(&q.key).copied())),
        (
            "matchit per host",
            Box::new(|q| matchit.get(&q.host)?.at(&q.path).ok().map(|found| *found.value)),
        ),
        (
            "wayfind per host",
            Box::new(|q| wayfind.get(&q.host)?.search(&q.path).map(|found| *found.data())),
        ),
    ];
    for (name, ask) in &candidates {
        for query in &queries {
            assert_eq!(ask(query), Some(query.route), "{name}: {}{}", query.host, query.path);
        }
    }
    let mut times = vec![Vec::new(); candidates.len()];
    for round in 0..ROUNDS {
        let part = &queries[round * QUERIES..(round + 1) * QUERIES];
        for (n, (_, ask)) in candidates.iter().enumerate() {
            times[n].push(time(part, ask));
        }
    }
    for (n, (name, _)) in candidates.iter().enumerate() {
        let ratios = times[n].iter().zip(&times[0]).map(|(a, b)| a / b).collect();
        println!("{name}\t{:.1}\t{:.2}", median(times[n].clone()), median(ratios));
    }
}
