//! The parts of a decision.

use std::ffi::OsStr;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use kgw_sys as sys;

use crate::{HeaderEdits, Text, raw};

/// The route, rule and match that decided.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
/// let route = decision.route().unwrap();
/// assert_eq!(route.kind, "HTTPRoute");
/// assert_eq!((route.namespace, route.name), ("default".into(), "shop".into()));
/// assert_eq!((route.rule, route.match_index), (0, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteRef<'a> {
    /// `HTTPRoute`.
    pub kind: &'a Text,
    /// Of the route.
    pub namespace: &'a Text,
    /// Of the route.
    pub name: &'a Text,
    /// Empty if the rule has none.
    pub rule_name: &'a Text,
    /// From 0.
    pub rule: usize,
    /// From 0.
    pub match_index: usize,
}

/// The backendRef that was drawn.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
/// let backend = decision.backend().unwrap();
/// assert_eq!((backend.group, backend.kind), ("gloo.solo.io".into(), "Upstream".into()));
/// assert_eq!((backend.name, backend.index, backend.port), ("api".into(), 0, 0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BackendRef<'a> {
    /// Empty for a Service.
    pub group: &'a Text,
    /// `Service`, `Upstream`, ...
    pub kind: &'a Text,
    /// Of the object.
    pub namespace: &'a Text,
    /// Of the object.
    pub name: &'a Text,
    /// The function to call, if the reference names one.
    pub function: &'a Text,
    /// Its position in the rule's backendRefs.
    pub index: usize,
    /// As the reference says it; 0 if it does not.
    pub port: u32,
}

/// Where to connect.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
/// let endpoint = decision.endpoint().unwrap();
/// assert_eq!((endpoint.address, endpoint.port), ("192.0.2.21".into(), 8080));
/// assert!(endpoint.hostname.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Endpoint<'a> {
    /// An IP literal; or `unix:` and the path of a socket; or empty.
    pub address: &'a Text,
    /// A DNS name to be resolved, or empty.
    pub hostname: &'a Text,
    /// Means nothing for a socket.
    pub port: u16,
}

impl<'a> Endpoint<'a> {
    /// The address if there is one, else the name.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// assert_eq!(decision.endpoint().unwrap().host(), "192.0.2.21");
    /// # Ok(())
    /// # }
    /// ```
    pub fn host(&self) -> &'a Text {
        if self.address.is_empty() {
            self.hostname
        } else {
            self.address
        }
    }

    /// Where to connect, if no name has to be resolved for it.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// let address = decision.endpoint().and_then(|endpoint| endpoint.socket_addr());
    /// assert_eq!(address.map(|address| address.port()), Some(8080));
    /// # Ok(())
    /// # }
    /// ```
    pub fn socket_addr(&self) -> Option<SocketAddr> {
        let address: IpAddr = self.address.to_str().ok()?.parse().ok()?;
        Some(SocketAddr::new(address, self.port))
    }

    /// Where to connect, if it is a Unix socket.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/local"))?;
    /// let path = decision.endpoint().unwrap().unix_path().unwrap();
    /// assert_eq!(path, std::path::Path::new("/run/shop.sock"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn unix_path(&self) -> Option<&'a Path> {
        let path = self.address.strip_prefix(b"unix:")?;
        Some(Path::new(OsStr::from_bytes(path)))
    }
}

/// What to send. `None`: as it came.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
/// let forward = decision.request();
/// assert_eq!(forward.method, None); // as it came
/// assert_eq!(forward.authority.unwrap(), "api.internal");
/// assert_eq!(forward.path.unwrap(), "/v2/x");
/// assert_eq!(forward.edits.set().len(), 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Forward<'a> {
    /// The method.
    pub method: Option<&'a Text>,
    /// The scheme.
    pub scheme: Option<&'a Text>,
    /// Host or `:authority`.
    pub authority: Option<&'a Text>,
    /// With the query.
    pub path: Option<&'a Text>,
    /// For the request's headers.
    pub edits: HeaderEdits<'a>,
}

/// What to answer; of a forwarded request, what to change of the backend's answer.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/old"))?;
/// let response = decision.response();
/// assert_eq!(response.status, Some(301));
/// assert_eq!(response.edits.set().next().unwrap().1, "http://new.example/old");
/// assert!(response.body.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Response<'a> {
    /// `None`: the backend's own.
    pub status: Option<u16>,
    /// For the answer's headers. A redirect has its `location` here.
    pub edits: HeaderEdits<'a>,
    /// Often empty.
    pub body: &'a Text,
}

/// A copy of the request goes there as well.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/copied"))?;
/// let mirror = decision.mirrors().next().unwrap();
/// assert_eq!((mirror.backend.name, mirror.endpoint.host()), ("blue".into(), "192.0.2.31".into()));
/// println!("Host: {}", mirror.authority);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mirror<'a> {
    /// The reference that asks for it.
    pub backend: BackendRef<'a>,
    /// Where to connect.
    pub endpoint: Endpoint<'a>,
    /// Host or `:authority` of the copy.
    pub authority: &'a Text,
}

/// How long things may take. `None`: nothing was configured; zero: switched off.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
/// let timeouts = decision.timeouts();
/// assert_eq!(timeouts.request.unwrap().as_secs(), 10);
/// assert_eq!(timeouts.backend_request.unwrap().as_secs(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For all tries together.
    pub request: Option<Duration>,
    /// For each try.
    pub backend_request: Option<Duration>,
}

/// When to try again.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
/// let retry = decision.retry();
/// assert_eq!((retry.attempts, retry.codes), (2, &[502, 503][..]));
/// assert_eq!(retry.backoff.unwrap().as_millis(), 10);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry<'a> {
    /// How often, after the first try. 0: not at all.
    pub attempts: u64,
    /// After these statuses, sorted.
    pub codes: &'a [u16],
    /// How long to wait before each.
    pub backoff: Option<Duration>,
}

/// The version of HTTP that an endpoint wants to be spoken to in.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let lines = [kgw::Header::new("x-tenant", "blue")];
/// let request = kgw::Request::new("GET", "shop.example", "/").headers(&lines);
/// let decision = reader.route(&request)?;
/// assert_eq!(decision.transport().version, Some(kgw::HttpVersion::Http2));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HttpVersion {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2.
    Http2,
}

/// How to speak TLS to an endpoint.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let lines = [kgw::Header::new("x-tenant", "blue")];
/// let request = kgw::Request::new("GET", "shop.example", "/").headers(&lines);
/// let decision = reader.route(&request)?;
/// let tls = decision.transport().tls.unwrap();
/// assert_eq!((tls.sni, tls.verify), ("blue.internal".into(), false));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls<'a> {
    /// The server name; may be empty.
    pub sni: &'a Text,
    /// Whether its certificate is to be verified.
    pub verify: bool,
}

/// How to speak to the endpoint.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let lines = [kgw::Header::new("x-tenant", "blue")];
/// let request = kgw::Request::new("GET", "shop.example", "/").headers(&lines);
/// let decision = reader.route(&request)?;
/// let transport = decision.transport();
/// assert_eq!(transport.version, Some(kgw::HttpVersion::Http2));
/// assert_eq!(transport.tls.unwrap().sni, "blue.internal");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transport<'a> {
    /// `None`: whatever you like.
    pub version: Option<HttpVersion>,
    /// `None`: in clear.
    pub tls: Option<Tls<'a>>,
}

#[inline]
fn milliseconds(raw: i64) -> Option<Duration> {
    u64::try_from(raw).ok().map(Duration::from_millis)
}

/// # Safety
/// The texts live for `'a`, as in all functions below.
#[inline]
pub(crate) unsafe fn route<'a>(from: &sys::kgw_route_ref) -> Option<RouteRef<'a>> {
    // SAFETY: as above.
    let text = |text| unsafe { raw::text(text) };
    (from.kind.len != 0).then(|| RouteRef {
        kind: text(from.kind),
        namespace: text(from.namespace_),
        name: text(from.name),
        rule_name: text(from.rule_name),
        rule: from.rule as usize,
        match_index: from.match_ as usize,
    })
}

#[inline]
pub(crate) unsafe fn backend<'a>(from: &sys::kgw_backend_ref) -> BackendRef<'a> {
    // SAFETY: see `route`.
    let text = |text| unsafe { raw::text(text) };
    BackendRef {
        group: text(from.group),
        kind: text(from.kind),
        namespace: text(from.namespace_),
        name: text(from.name),
        function: text(from.function),
        index: from.index as usize,
        port: from.port,
    }
}

#[inline]
pub(crate) unsafe fn endpoint<'a>(from: &sys::kgw_endpoint) -> Endpoint<'a> {
    // SAFETY: see `route`.
    let text = |text| unsafe { raw::text(text) };
    let port = u16::try_from(from.port).unwrap_or(0);
    Endpoint {
        address: text(from.address),
        hostname: text(from.hostname),
        port,
    }
}

#[inline]
pub(crate) unsafe fn mirror<'a>(from: &sys::kgw_mirror) -> Mirror<'a> {
    // SAFETY: see `route`.
    unsafe {
        Mirror {
            backend: backend(&from.backend),
            endpoint: endpoint(&from.endpoint),
            authority: raw::text(from.authority),
        }
    }
}

#[inline]
pub(crate) unsafe fn forward(from: &sys::kgw_decision) -> Forward<'_> {
    // SAFETY: see `route`.
    let if_changed = |bit, text| (from.changed & bit != 0).then(|| unsafe { raw::text(text) });
    Forward {
        method: if_changed(sys::KGW_CHANGED_METHOD, from.request.method),
        scheme: if_changed(sys::KGW_CHANGED_SCHEME, from.request.scheme),
        authority: if_changed(sys::KGW_CHANGED_AUTHORITY, from.request.authority),
        path: if_changed(sys::KGW_CHANGED_PATH, from.request.path),
        // SAFETY: see `route`.
        edits: unsafe { HeaderEdits::of(&from.request.edits) },
    }
}

#[inline]
pub(crate) unsafe fn response(from: &sys::kgw_decision_response) -> Response<'_> {
    Response {
        status: u16::try_from(from.status)
            .ok()
            .filter(|status| *status != 0),
        // SAFETY: see `route`.
        edits: unsafe { HeaderEdits::of(&from.edits) },
        // SAFETY: see `route`.
        body: unsafe { raw::text(from.body) },
    }
}

#[inline]
pub(crate) fn timeouts(from: &sys::kgw_decision_timeouts) -> Timeouts {
    Timeouts {
        request: milliseconds(from.request),
        backend_request: milliseconds(from.backend_request),
    }
}

#[inline]
pub(crate) unsafe fn retry<'a>(from: &sys::kgw_decision_retry) -> Retry<'a> {
    Retry {
        attempts: from.attempts,
        // SAFETY: see `route`.
        codes: unsafe { raw::list(from.codes, from.code_count) },
        backoff: milliseconds(from.backoff_ms),
    }
}

#[inline]
pub(crate) unsafe fn transport<'a>(from: &sys::kgw_decision_transport) -> Transport<'a> {
    let tls = || Tls {
        // SAFETY: see `route`.
        sni: unsafe { raw::text(from.sni) },
        verify: from.verify != 0,
    };
    Transport {
        version: match from.protocol {
            sys::KGW_TRANSPORT_HTTP1 => Some(HttpVersion::Http1),
            sys::KGW_TRANSPORT_HTTP2 => Some(HttpVersion::Http2),
            _ => None,
        },
        tls: (from.tls != 0).then(tls),
    }
}
