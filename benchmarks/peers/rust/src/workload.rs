//! The routes and queries of benchmarks/workload.cc, byte for byte.

const WORDS: [&str; 8] = ["users", "orders", "items", "v1", "v2", "admin", "search", "cart"];

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Exact,
    Prefix,
    Mixed,
}

pub struct Sample {
    pub host: String,
    pub exact: bool,
    pub path: String,
    pub asked: String,
}

pub struct Query {
    pub host: String,
    pub path: String,
    pub key: String,
    pub route: u32,
}

/// lib/base/random.h: xoshiro256++ and Lemire's draw.
struct Random([u64; 4]);

impl Random {
    fn new(mut seed: u64) -> Self {
        let mut split_mix = || {
            seed = seed.wrapping_add(0x9e3779b97f4a7c15);
            let mut z = seed;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);
            z ^ (z >> 31)
        };
        Random([split_mix(), split_mix(), split_mix(), split_mix()])
    }

    fn next(&mut self) -> u64 {
        let s = &mut self.0;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    fn below(&mut self, bound: u64) -> u64 {
        loop {
            let product = u128::from(self.next()) * u128::from(bound);
            let low = product as u64;
            if low >= bound || low >= bound.wrapping_neg() % bound {
                return (product >> 64) as u64;
            }
        }
    }
}

fn exact_path(i: u32, k: u32) -> String {
    let hash = i.wrapping_mul(2654435761) % (1 << 24);
    format!("/api/v1/res{hash:06x}/sub{:03}", k % 1000)
}

fn prefix_path(k: u32) -> String {
    let word = |i: u32| WORDS[i as usize % WORDS.len()];
    let mut path = format!("/api/{}/res{k:03}", word(k));
    match k % 3 {
        1 => path += &format!("/{}", word(k / 8)),
        2 => path += &format!("/sub{}", k % 5),
        _ => {}
    }
    path
}

pub fn sample(kind: Kind, routes: u32, i: u32) -> Sample {
    let hosts = (routes / 100).max(1);
    let (host, k) = (i % hosts, i / hosts);
    let exact = kind == Kind::Exact || (kind == Kind::Mixed && k % 2 == 0);
    let path = if exact { exact_path(i, k) } else { prefix_path(k) };
    let asked = if exact { path.clone() } else { format!("{path}/x/y42") };
    Sample { host: format!("svc-{host:05}.team-{:02}.example.com", host % 97), exact, path, asked }
}

pub fn queries(kind: Kind, routes: u32, count: u32) -> Vec<Query> {
    let mut random = Random::new(1);
    (0..count)
        .map(|_| {
            let route = random.below(u64::from(routes)) as u32;
            let s = sample(kind, routes, route);
            Query { key: s.host.clone() + &s.path, host: s.host, path: s.asked, route }
        })
        .collect()
}
