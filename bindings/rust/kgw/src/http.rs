//! The crate `http`: its requests as they are, and decisions applied to them.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery};
use http::{Method, Uri};

use crate::{Code, DecisionView, Error, HeaderEdits, HeaderLookup, Request, Text};

/// As it is: names in any case, and lines of the same name one after the other.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let mut headers = http::HeaderMap::new();
/// headers.insert("x-tenant", http::HeaderValue::from_static("blue"));
/// let request = kgw::Request::new("GET", "shop.example", "/").lookup(&headers);
/// assert_eq!(reader.route(&request)?.cluster(), "blue_default");
/// # Ok(())
/// # }
/// ```
impl<'a> HeaderLookup<'a> for HeaderMap {
    #[inline]
    fn value(&'a self, name: &str, index: usize) -> Option<&'a [u8]> {
        self.get_all(name)
            .iter()
            .nth(index)
            .map(HeaderValue::as_bytes)
    }
}

/// Method, scheme, authority, path and headers, all where they are. Add what only you know: the
/// [port](Request::port) of the listener, the [peer](Request::peer), `https` or the
/// [SNI](Request::sni) if TLS was terminated.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let incoming = http::Request::get("/api/x").header("host", "shop.example").body(())?;
/// let (mut parts, body) = incoming.into_parts();
/// let decision = reader.route(&kgw::Request::from(&parts))?;
/// decision.edit_request(&mut parts)?;
/// assert_eq!(parts.uri, "/v2/x");
/// # Ok(())
/// # }
/// ```
impl<'a> From<&'a Parts> for Request<'a> {
    fn from(parts: &'a Parts) -> Request<'a> {
        of(&parts.method, &parts.uri, &parts.headers)
    }
}

/// As from its [`Parts`].
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let incoming = http::Request::get("http://shop.example/").header("x-tenant", "blue").body(())?;
/// let decision = reader.route(&kgw::Request::from(&incoming))?;
/// assert_eq!(decision.cluster(), "blue_default");
/// # Ok(())
/// # }
/// ```
impl<'a, B> From<&'a http::Request<B>> for Request<'a> {
    fn from(request: &'a http::Request<B>) -> Request<'a> {
        of(request.method(), request.uri(), request.headers())
    }
}

// Without an authority in the target, the library takes the Host line.
fn of<'a>(method: &'a Method, uri: &'a Uri, headers: &'a HeaderMap) -> Request<'a> {
    let authority = uri.authority().map_or("", Authority::as_str);
    let path = uri.path_and_query().map_or("", PathAndQuery::as_str);
    let request = Request::new(method.as_str(), authority, path).lookup(headers);
    match uri.scheme_str() {
        Some(scheme) => request.scheme(scheme),
        None => request,
    }
}

impl HeaderEdits<'_> {
    /// Does the edits: remove, then set, then add. Fails at the first name or value that is none in
    /// HTTP.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/old"))?;
    /// let mut headers = http::HeaderMap::new();
    /// decision.response().edits.apply(&mut headers)?;
    /// assert_eq!(headers["location"], "http://new.example/old");
    /// # Ok(())
    /// # }
    /// ```
    pub fn apply(&self, headers: &mut HeaderMap) -> Result<(), Error> {
        for name in self.remove() {
            headers.remove(header_name(name)?);
        }
        for (name, value) in self.set() {
            headers.insert(header_name(name)?, header_value(value)?);
        }
        for (name, value) in self.add() {
            headers.append(header_name(name)?, header_value(value)?);
        }
        Ok(())
    }
}

impl DecisionView {
    /// Makes of the request that came the one to forward: method, target, Host, and the header
    /// edits. The target keeps its form: with an authority if it had one, else without.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let incoming = http::Request::get("http://shop.example/api/x").header("x-debug", "1");
    /// let (mut parts, body) = incoming.body(())?.into_parts();
    /// reader.route(&kgw::Request::from(&parts))?.edit_request(&mut parts)?;
    /// assert_eq!(parts.uri, "http://api.internal/v2/x");
    /// assert_eq!(parts.headers["x-edge"], "kgw");
    /// assert!(!parts.headers.contains_key("x-debug"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn edit_request(&self, parts: &mut Parts) -> Result<(), Error> {
        let forward = self.request();
        if let Some(method) = forward.method {
            parts.method = Method::from_bytes(method).map_err(invalid)?;
        }
        if forward.path.is_some() || forward.authority.is_some() {
            edit_target(parts, forward.path, forward.authority)?;
        }
        forward.edits.apply(&mut parts.headers)
    }
}

fn edit_target(
    parts: &mut Parts,
    path: Option<&Text>,
    authority: Option<&Text>,
) -> Result<(), Error> {
    let mut target = std::mem::take(&mut parts.uri).into_parts();
    if let Some(path) = path {
        target.path_and_query = Some(PathAndQuery::try_from(path.as_bytes()).map_err(invalid)?);
    }
    if let Some(authority) = authority {
        if target.authority.is_some() {
            target.authority = Some(Authority::try_from(authority.as_bytes()).map_err(invalid)?);
        }
        if target.authority.is_none() || parts.headers.contains_key(header::HOST) {
            parts.headers.insert(header::HOST, header_value(authority)?);
        }
    }
    parts.uri = Uri::from_parts(target).map_err(invalid)?;
    Ok(())
}

fn header_name(name: &Text) -> Result<HeaderName, Error> {
    HeaderName::from_bytes(name).map_err(invalid)
}

fn header_value(value: &Text) -> Result<HeaderValue, Error> {
    HeaderValue::from_bytes(value).map_err(invalid)
}

fn invalid(error: impl std::fmt::Display) -> Error {
    Error::new(Code::Invalid, format!("cannot be written in HTTP: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Header, raw};
    use kgw_sys as sys;

    #[test]
    fn a_header_map_is_looked_up_in_place() {
        let mut headers = HeaderMap::new();
        headers.append("x-a", HeaderValue::from_static("1"));
        headers.append("x-a", HeaderValue::from_static("2"));
        assert_eq!(headers.value("x-a", 1), Some(&b"2"[..]));
        assert_eq!(headers.value("x-a", 2), None);
        assert_eq!(headers.value("not a name", 0), None);
    }

    #[test]
    fn edits_that_are_no_headers_are_errors() {
        let (name, line) = ("bad name", Header::new("x", "line\nbreak"));
        let mut all = sys::KGW_HEADER_EDITS_INIT;
        let names = [raw::borrow(name.as_bytes())];
        let mut headers = HeaderMap::new();
        (all.remove, all.remove_count) = (names.as_ptr(), 1);
        // SAFETY: all of it is there.
        let error = unsafe { HeaderEdits::of(&all) }
            .apply(&mut headers)
            .expect_err("a bad name");
        assert_eq!(error.code(), Code::Invalid);
        (all.remove_count, all.set, all.set_count) = (0, std::ptr::from_ref(&line).cast(), 1);
        // SAFETY: all of it is there.
        let edits = unsafe { HeaderEdits::of(&all) };
        assert!(edits.apply(&mut headers).is_err());
        assert!(headers.is_empty());
    }

    fn edited(target: &str, path: Option<&str>, authority: Option<&str>) -> Parts {
        let request = http::Request::get(target)
            .header("host", "old.test")
            .body(());
        let (mut parts, ()) = request.expect("a request").into_parts();
        edit_target(&mut parts, path.map(Text::new), authority.map(Text::new)).expect("fine");
        parts
    }

    #[test]
    fn targets_keep_their_form() {
        let parts = edited("/a?b", Some("/c?d"), Some("new.test"));
        assert_eq!(
            (parts.uri.to_string().as_str(), &parts.headers["host"]),
            ("/c?d", &HeaderValue::from_static("new.test"))
        );
        assert_eq!(edited("/a", None, Some("new.test")).uri, "/a");
        assert_eq!(
            edited("http://old.test/a", None, Some("new.test")).uri,
            "http://new.test/a"
        );
        assert_eq!(
            edited("http://old.test/a", Some("/b"), None).uri,
            "http://old.test/b"
        );
    }
}
