//! What a call costs over the C++ API (`bindings/rust/bench.sh`).
//!
//! Three ways to the same answers take turns in one process, each with an engine of its own: the C++
//! API, linked in statically (cxx.cc); kgw/c.h through libkgw.so, called as it is; and this crate.
//! 1000 hosts with ten routes each, half of them exact, half prefixes; one pick among 100 endpoints;
//! twelve headers. `hot` asks the same 64 requests again and again, so that the caches hide where each
//! engine's memory happens to lie; what is left of that is `noise`, the difference of two ways alike.
//!
//! `overhead WAY CALLS ROUNDS` only runs one of them (`c++`, `c`, `rust`) with 100 routes, by calls of
//! `route` alone or of `route+done`, for a tool that
//! counts instructions: two runs with different numbers of rounds tell what a call takes.

use std::error::Error;
use std::ffi::CString;
use std::hint::black_box;

use kgw::{Engine, Header, Outcome, Reader, Request};
use kgw_sys as sys;

const ROUNDS: usize = 31;
const REQUESTS: usize = 1 << 13;
const NAMES: [(&str, &str); 12] = [
    ("user-agent", "bench/1.0"),
    ("accept", "*/*"),
    ("accept-encoding", "gzip, br"),
    ("accept-language", "en-GB,en;q=0.9"),
    ("cookie", "session=0123456789abcdef"),
    ("referer", "https://example.com/"),
    ("x-request-id", "4bf92f3577b34da6"),
    ("x-forwarded-for", "192.0.2.7"),
    ("x-forwarded-proto", "https"),
    ("cache-control", "no-cache"),
    ("content-type", "application/json"),
    ("authorization", "Bearer 0123456789abcdef"),
];

fn configuration(hosts: u64) -> String {
    let mut out =
        String::from("apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: shop}\n");
    out += "spec:\n  static:\n    hosts:\n";
    for i in 0..100 {
        out += &format!(
            "    - {{addr: 10.0.0.{i}, port: 8080, loadBalancingWeight: {}}}\n",
            1 + i % 7
        );
    }
    out += "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: web}\n";
    out +=
        "spec:\n  gatewayClassName: kgw\n  listeners: [{name: http, port: 80, protocol: HTTP}]\n";
    for host in 0..hosts {
        for path in 0..10 {
            let kind = if path % 2 == 0 { "Exact" } else { "PathPrefix" };
            out += &format!(
                "---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n\
                 metadata: {{name: r{host}-{path}}}\nspec:\n  parentRefs: [{{name: web}}]\n  \
                 hostnames: [h{host}.example.com]\n  rules:\n  \
                 - matches: [{{path: {{type: {kind}, value: /service{path}/items}}}}]\n    \
                 backendRefs: [{{group: gloo.solo.io, kind: Upstream, name: shop}}]\n"
            );
        }
    }
    out
}

/// Hosts and paths in an order that no cache foresees.
fn questions(hosts: u64) -> Vec<(String, String)> {
    let mut state = 7u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    (0..REQUESTS)
        .map(|_| {
            (
                format!("h{}.example.com", next(hosts)),
                format!("/service{}/items?page=2&size=20", next(10)),
            )
        })
        .collect()
}

// ---------------------------------------------------------------- the C++ API

#[repr(C)]
#[derive(Clone, Copy)]
struct Text {
    data: *const u8,
    size: usize,
}

fn text(from: &str) -> Text {
    Text {
        data: from.as_ptr(),
        size: from.len(),
    }
}

type New = unsafe extern "C" fn(Text) -> *mut libc::c_void;
type Add = unsafe extern "C" fn(*mut libc::c_void, Text, Text, *const Text, usize);
type Run = unsafe extern "C" fn(*mut libc::c_void, usize, usize, libc::c_int) -> u64;

struct Cxx {
    run: Run,
    way: *mut libc::c_void, // lives as long as the process
}

impl Cxx {
    fn new(
        config: &str,
        questions: &[(String, String)],
        headers: &[Text],
    ) -> Result<Cxx, Box<dyn Error>> {
        let path = CString::new(std::env::var("KGW_CXX_BENCH")?)?;
        // SAFETY: the functions are those of cxx.cc; all texts and headers live as long as `main`.
        unsafe {
            let library = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
            let find = |name: &std::ffi::CStr| {
                let found = if library.is_null() {
                    library
                } else {
                    libc::dlsym(library, name.as_ptr())
                };
                if found.is_null() {
                    Err("KGW_CXX_BENCH is no library of cxx.cc")
                } else {
                    Ok(found)
                }
            };
            let new: New = std::mem::transmute(find(c"cxx_new")?);
            let add: Add = std::mem::transmute(find(c"cxx_add")?);
            let run: Run = std::mem::transmute(find(c"cxx_run")?);
            let way = new(text(config));
            if way.is_null() {
                return Err("the configuration was refused".into());
            }
            for (host, path) in questions {
                add(
                    way,
                    text(host),
                    text(path),
                    headers.as_ptr(),
                    headers.len() / 2,
                );
            }
            Ok(Cxx { run, way })
        }
    }

    fn run(&mut self, mask: usize, done: bool) -> u64 {
        // SAFETY: the way is there.
        unsafe { (self.run)(self.way, REQUESTS, mask, done.into()) }
    }
}

// ---------------------------------------------------------------- kgw/c.h

struct C {
    engine: *mut sys::kgw_engine, // lives as long as the process
    reader: *mut sys::kgw_reader,
    requests: Vec<sys::kgw_request>,
    decision: sys::kgw_decision,
}

impl C {
    fn new(config: &str, questions: &[(String, String)], lines: &[sys::kgw_header]) -> C {
        let borrow = |text: &str| sys::kgw_str {
            data: text.as_ptr().cast(),
            len: text.len(),
        };
        let (mut engine, mut reader) = (std::ptr::null_mut(), std::ptr::null_mut());
        let source = sys::kgw_source {
            name: borrow("bench.yaml"),
            bytes: borrow(config),
            format: sys::KGW_FORMAT_YAML,
            reserved: 0,
        };
        // SAFETY: as kgw/c.h says.
        unsafe {
            assert!(sys::kgw_engine_new(std::ptr::null(), &mut engine).is_null());
            assert!(sys::kgw_engine_apply(engine, &source, 1, std::ptr::null_mut()).is_null());
            assert!(sys::kgw_reader_new(engine, &mut reader).is_null());
        }
        let ask = |(host, path): &(String, String)| sys::kgw_request {
            authority: borrow(host),
            path: borrow(path),
            headers: lines.as_ptr(),
            header_count: lines.len(),
            ..sys::KGW_REQUEST_INIT
        };
        let requests = questions.iter().map(ask).collect();
        C {
            engine,
            reader,
            requests,
            decision: sys::KGW_DECISION_INIT,
        }
    }

    fn run(&mut self, mask: usize, done: bool) -> u64 {
        let mut sum = 0;
        let outcome = sys::kgw_outcome {
            status: 200,
            ..sys::KGW_OUTCOME_INIT
        };
        for i in 0..REQUESTS {
            // SAFETY: as kgw/c.h says.
            unsafe {
                sys::kgw_reader_route(self.reader, &self.requests[i & mask], &mut self.decision);
                sum += self.decision.endpoint.port;
                if done {
                    sys::kgw_ticket_done(self.engine, &mut self.decision.ticket, &outcome);
                }
            }
        }
        sum
    }
}

// ---------------------------------------------------------------- this crate

struct Rust<'a> {
    reader: Reader,
    requests: Vec<Request<'a>>,
}

impl<'a> Rust<'a> {
    fn new(
        config: &str,
        questions: &'a [(String, String)],
        lines: &'a [Header<'a>],
    ) -> Result<Rust<'a>, kgw::Error> {
        let engine = Engine::from_text(config)?;
        let ask =
            |(host, path): &'a (String, String)| Request::new("GET", host, path).headers(lines);
        Ok(Rust {
            reader: engine.reader()?,
            requests: questions.iter().map(ask).collect(),
        })
    }

    fn run(&mut self, mask: usize, done: bool) -> u64 {
        let mut sum = 0;
        for i in 0..REQUESTS {
            let Ok(decision) = self.reader.route(&self.requests[i & mask]) else {
                return 0;
            };
            sum += decision
                .endpoint()
                .map_or(0, |endpoint| u64::from(endpoint.port));
            if done {
                decision.done(Outcome::completed(200));
            } else {
                std::mem::forget(decision); // else it would be finished as aborted
            }
        }
        sum
    }
}

// ---------------------------------------------------------------- taking turns

fn thread_ns() -> f64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: it can be written.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 * 1e9 + now.tv_nsec as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn measure(title: &str, ways: &mut [(&str, &mut dyn FnMut() -> u64)]) {
    let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); ways.len()];
    for _ in 0..ROUNDS {
        for ((name, run), times) in ways.iter_mut().zip(&mut rounds) {
            let start = thread_ns();
            let sum = black_box(run());
            times.push((thread_ns() - start) / REQUESTS as f64);
            assert_eq!(sum, 8080 * REQUESTS as u64, "{name} has wrong answers");
        }
    }
    print!(
        "{title:<16} {} {:7.1} ns",
        ways[0].0,
        median(rounds[0].clone())
    );
    for ((name, _), times) in ways.iter().zip(&rounds).skip(1) {
        let differences = times
            .iter()
            .zip(&rounds[0])
            .map(|(time, first)| time - first)
            .collect();
        print!("   {name} {:+6.1}", median(differences));
    }
    println!();
}

fn main() -> Result<(), Box<dyn Error>> {
    if cfg!(debug_assertions) {
        return Ok(()); // cargo test runs it, too
    }
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let counted = match arguments.as_slice() {
        [] => None,
        [way, calls, rounds] => Some((
            way.as_str(),
            calls == "route+done",
            rounds.parse::<usize>()?,
        )),
        _ => return Err("usage: overhead [WAY CALLS ROUNDS]".into()),
    };
    let hosts = if counted.is_some() { 10 } else { 1000 };
    let (config, questions) = (configuration(hosts), questions(hosts));
    let texts: Vec<Text> = NAMES
        .iter()
        .flat_map(|(name, value)| [text(name), text(value)])
        .collect();
    let lines = NAMES.map(|(name, value)| Header::new(name, value));
    // SAFETY: a Header is a transparent kgw_header.
    let raw = unsafe {
        std::slice::from_raw_parts(lines.as_ptr().cast::<sys::kgw_header>(), lines.len())
    };
    let new_cxx = || Cxx::new(&config, &questions, &texts);
    let new_rust = || Rust::new(&config, &questions, &lines);
    let last = REQUESTS - 1;
    if let Some((way, done, rounds)) = counted {
        let mut run: Box<dyn FnMut() -> u64> = match way {
            "c++" => {
                let mut way = new_cxx()?;
                Box::new(move || way.run(last, done))
            }
            "c" => {
                let mut way = C::new(&config, &questions, raw);
                Box::new(move || way.run(last, done))
            }
            "rust" => {
                let mut way = new_rust()?;
                Box::new(move || way.run(last, done))
            }
            _ => return Err("WAY is c++, c or rust".into()),
        };
        (0..rounds).for_each(|_| assert_eq!(run(), 8080 * REQUESTS as u64));
        return Ok(());
    }
    let (mut cxx, mut again) = (new_cxx()?, new_cxx()?);
    let (mut c, mut rust) = (C::new(&config, &questions, raw), new_rust()?);
    for (mask, place) in [(63, "hot"), (last, "10k routes")] {
        for (done, what) in [(false, "route"), (true, "route, done")] {
            measure(
                &format!("{what}, {place}"),
                &mut [
                    ("C++", &mut || cxx.run(mask, done)),
                    ("noise", &mut || again.run(mask, done)),
                    ("C", &mut || c.run(mask, done)),
                    ("Rust", &mut || rust.run(mask, done)),
                ],
            );
        }
    }
    Ok(())
}
