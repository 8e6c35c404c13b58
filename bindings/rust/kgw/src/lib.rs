//! Where does this request go, and how? kgw answers that for any proxy, by Gateway API routes.
//!
//! Configuration goes into an [`Engine`]. Each thread asks its [`Reader`] about one [`Request`] after
//! the other, and gets a [`Decision`]: which endpoint, what to change on the way, how long it may
//! take, when to try again. The proxy acts, and says how it ended.
//!
//! ```
//! # fn main() -> Result<(), kgw::Error> {
//! let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?; // strict: all findings, or none
//! let mut reader = engine.reader()?; // one for each thread
//!
//! let headers = [kgw::Header::new("x-tenant", "blue")];
//! let request = kgw::Request::new("GET", "shop.example", "/cart?id=7").headers(&headers);
//! let decision = reader.route(&request)?;
//! if decision.verdict() == kgw::Verdict::Forward {
//!     let endpoint = decision.endpoint().unwrap();
//!     println!("{}:{}", endpoint.host(), endpoint.port);
//!     // ... connect, apply decision.request().edits, send ...
//!     decision.done(kgw::Outcome::completed(200));
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here prints, aborts or starts a thread, except [`Engine::start`]. The library is C++
//! behind a C ABI, `kgw-sys`; misuse that C could only document does not compile here, or is an
//! [`Error`].
//!
//! - **Borrowing.** A decision is borrowed from its reader, so that the next call has to wait for
//!   its end. [`Decision::pin`] makes an owned one.
//! - **Panics** of callbacks do not unwind through C++: see [`HeaderLookup`], [`UpstreamType`] and
//!   [`Options::log`] for what becomes of them.
//! - **Features.** `http`: a [`Request`] from an `http::Request`, a `HeaderMap` for a
//!   [`HeaderLookup`], and decisions applied to both.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(not(unix))]
compile_error!("kgw runs on Unix systems");

mod address;
mod clock;
mod decision;
mod decisions;
mod diagnostic;
mod edits;
mod engine;
mod error;
mod exit;
mod handle;
mod header;
#[cfg(feature = "http")]
mod http;
mod library;
mod log;
mod lookup;
mod object;
mod options;
mod outcome;
mod panics;
mod parts;
mod pinned;
mod raw;
mod reader;
mod report;
mod request;
mod source;
mod stats;
mod text;
mod ticket;
mod upstream_type;
mod view;

pub use address::Address;
pub use clock::monotonic_ns;
pub use decision::Decision;
pub use decisions::Decisions;
pub use diagnostic::{Diagnostic, Severity};
pub use edits::HeaderEdits;
pub use engine::Engine;
pub use error::{Code, Error};
pub use header::Header;
pub use library::version;
pub use log::LogLevel;
pub use lookup::HeaderLookup;
pub use object::Object;
pub use options::Options;
pub use outcome::Outcome;
pub use parts::{
    BackendRef, Endpoint, Forward, HttpVersion, Mirror, Response, Retry, RouteRef, Timeouts, Tls,
    Transport,
};
pub use pinned::Pinned;
pub use reader::Reader;
pub use report::Report;
pub use request::{Protocol, Request};
pub use source::{Format, Source};
pub use stats::{Behind, Stats};
pub use text::Text;
pub use ticket::{Mirrors, Ticket};
pub use upstream_type::{Reporter, UpstreamEndpoint, UpstreamObject, UpstreamType};
pub use view::{DecisionView, Verdict};

/// The examples of the guide are tests, too.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/rust.md")]
struct Guide;
