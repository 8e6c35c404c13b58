//! Routes: one router of matchit for each host, behind a hash map.

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

type Map<T> = HashMap<String, T, ahash::RandomState>;

/// A file of lines `upstream ADDRESS...`, which are numbered from 0, and then lines
/// `exact|prefix HOST PATH UPSTREAM`. Without any of these, everything goes to the first upstream.
pub struct Table {
    upstreams: Vec<Upstream>,
    hosts: Map<matchit::Router<usize>>,
}

/// Its endpoints take turns.
struct Upstream {
    endpoints: Vec<SocketAddr>,
    turn: AtomicUsize,
}

impl Upstream {
    fn parse(addresses: &[&str]) -> Result<Upstream, String> {
        let endpoints: Result<Vec<SocketAddr>, _> = addresses.iter().map(|a| a.parse()).collect();
        Ok(Upstream {
            endpoints: endpoints.map_err(|error| format!("{addresses:?}: {error}"))?,
            turn: AtomicUsize::new(0),
        })
    }

    fn pick(&self) -> Option<SocketAddr> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.endpoints
            .get(turn % self.endpoints.len().max(1))
            .copied()
    }
}

impl Table {
    pub fn read(path: &str) -> Result<Table, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let mut out = Table {
            upstreams: vec![],
            hosts: Map::default(),
        };
        for line in text.lines() {
            out.add(line)
                .map_err(|error| format!("{path}: {line}: {error}"))?;
        }
        Ok(out)
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["upstream", ref addresses @ ..] => self.upstreams.push(Upstream::parse(addresses)?),
            [kind @ ("exact" | "prefix"), host, path, upstream] => {
                let upstream = upstream.parse().map_err(|_| "not a number")?;
                let router = self.hosts.entry(host.to_string()).or_default();
                let mut insert =
                    |path: String| router.insert(path, upstream).map_err(|e| e.to_string());
                insert(path.to_string())?;
                if kind == "prefix" {
                    insert(format!("{path}/{{*rest}}"))?;
                }
            }
            _ => return Err("not a line of a table".to_string()),
        }
        Ok(())
    }

    pub fn endpoint(&self, host: &str, path: &str) -> Option<SocketAddr> {
        let upstream = if self.hosts.is_empty() {
            0
        } else {
            *self.hosts.get(host)?.at(path).ok()?.value
        };
        self.upstreams.get(upstream)?.pick()
    }
}
