//! What the tests of the crate share.
#![allow(dead_code)] // each of them needs some of it

use std::path::PathBuf;

use kgw::{Engine, Options, Reader, Request};

/// The routes of examples/shop.yaml.
pub fn shop() -> Engine {
    let engine = Engine::with_options(&seeded()).expect("an engine");
    engine
        .load(["examples/shop.yaml"])
        .and_then(kgw::Report::strict)
        .expect("it is sound");
    engine
}

pub fn seeded() -> Options {
    Options::new()
        .and_then(|options| options.set("seed", "7"))
        .expect("options")
}

pub fn get(path: &str) -> Request<'_> {
    Request::new("GET", "shop.example", path)
}

/// How many requests are under way, by `kgw endpoints`, for hosts that end so.
pub fn active(engine: &Engine, host: &str) -> u64 {
    counted(engine, host, "\"active_requests\":")
}

/// The sum of one counter over the endpoints whose address ends so.
pub fn counted(engine: &Engine, host: &str, counter: &str) -> u64 {
    let rows = engine.endpoints().expect("endpoints");
    let of_host = rows
        .split('{')
        .filter(|row| row.contains(&format!("{host}:8080")));
    let number = |row: &str| {
        let digits = row.split(counter).nth(1).unwrap_or("0");
        digits
            .chars()
            .take_while(char::is_ascii_digit)
            .collect::<String>()
    };
    of_host
        .map(|row| number(row).parse::<u64>().unwrap_or(0))
        .sum()
}

pub fn reader(engine: &Engine) -> Reader {
    engine.reader().expect("a reader")
}

/// An empty folder that goes with the value.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let (path, beside) = (self.0.join(name), self.0.join(format!(".{name}.new")));
        std::fs::write(&beside, text).expect("a file");
        std::fs::rename(&beside, &path).expect("a file");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A route to the Upstream `shop` of examples/shop.yaml.
pub fn route(name: &str, host: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}}}\n\
         spec:\n  parentRefs: [{{name: edge}}]\n  hostnames: [{host}]\n  rules:\n  \
         - backendRefs: [{{group: gloo.solo.io, kind: Upstream, name: shop}}]\n"
    )
}
