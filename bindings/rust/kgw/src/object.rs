//! Objects of the configuration.

use kgw_sys as sys;

use crate::raw;

/// One object of the configuration, as [`Engine::objects`](crate::Engine::objects) has it.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// let route = &engine.objects("HTTPRoute")?[0];
/// assert_eq!((route.namespace.as_str(), route.name.as_str()), ("default", "shop"));
/// println!("{}:{}: {}", route.file, route.line, route.json);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Object {
    /// `HTTPRoute`, ...
    pub kind: String,
    /// Of the object; empty for kinds that are in none.
    pub namespace: String,
    /// Of the object.
    pub name: String,
    /// The source that it came from.
    pub file: String,
    /// From 1.
    pub line: u32,
    /// As an API server would return it: with defaults, and the status that kgw computed.
    pub json: String,
}

impl Object {
    /// # Safety
    /// The texts of `from` are there during the call.
    pub(crate) unsafe fn copy_of(from: &sys::kgw_object) -> Object {
        // SAFETY: as above.
        let copy = |text| unsafe { raw::string(text) };
        Object {
            kind: copy(from.kind),
            namespace: copy(from.namespace_),
            name: copy(from.name),
            file: copy(from.file),
            line: from.line,
            json: copy(from.json),
        }
    }

    /// The JSON of its `status`, if it has one.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// for route in engine.objects("HTTPRoute")? {
    ///     assert!(route.status().unwrap().contains("Accepted"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn status(&self) -> Option<&str> {
        member(&self.json, "status")
    }
}

/// The value of a key of a JSON object, as it is written.
fn member<'a>(json: &'a str, wanted: &str) -> Option<&'a str> {
    let (mut depth, mut in_text, mut escaped) = (0, false, false);
    let (mut key, mut start) = (None, 0);
    for (at, byte) in json.bytes().enumerate() {
        if in_text {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            in_text = !ends;
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b':' if depth == 1 && key.is_none() => {
                key = Some(json[start..at].trim());
                start = at + 1;
            }
            b',' | b'}' if depth == 1 => {
                if key
                    .take()
                    .is_some_and(|key| key.trim_matches('"') == wanted)
                {
                    return Some(json[start..at].trim());
                }
                start = at + 1;
                depth -= usize::from(byte == b'}');
            }
            b'{' | b'[' => {
                depth += 1;
                if depth == 1 {
                    start = at + 1;
                }
            }
            b'}' | b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_found_where_it_is() {
        let json =
            r#"{"a": {"status": 1, "b": [{"c": "}\""}]} , "status":{"x": ["y,", ":"]},"z":0}"#;
        assert_eq!(member(json, "status"), Some(r#"{"x": ["y,", ":"]}"#));
        assert_eq!(member(json, "z"), Some("0"));
        assert_eq!(member(json, "b"), None);
        assert_eq!(member("{}", "a"), None);
        assert_eq!(member("", "a"), None);
        assert_eq!(member(r#"{"a":"status:"}"#, "a"), Some(r#""status:""#));
    }
}
