//! Texts of a configuration.

use std::fmt;
use std::marker::PhantomData;

use kgw_sys as sys;

use crate::raw;

/// What a [`Source`] is written in.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// let engine = kgw::Engine::new()?;
/// let yaml = kgw::Source::new("routes", "{kind: Gateway}");
/// let report = engine.apply(&[yaml.format(kgw::Format::Json)])?;
/// assert_eq!(report.diagnostics[0].code, "InvalidJSON");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON if the name ends in `.json`, else YAML, which includes JSON.
    #[default]
    Auto,
    /// One or more YAML documents.
    Yaml,
    /// One JSON document, which may be a List.
    Json,
}

/// One named text of a configuration, usually a file; see
/// [`Engine::apply`](crate::Engine::apply).
///
/// ```
/// let source = kgw::Source::new("routes", "{}").format(kgw::Format::Json);
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Source<'a> {
    raw: sys::kgw_source,
    _texts: PhantomData<&'a [u8]>,
}

// SAFETY: it is two slices of bytes and a number.
unsafe impl Send for Source<'_> {}
// SAFETY: as above.
unsafe impl Sync for Source<'_> {}

impl<'a> Source<'a> {
    /// The name appears in findings. An empty text takes away what the source brought before.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::new()?;
    /// let report = engine.apply(&[kgw::Source::new("edge.yaml", "kind: [")])?;
    /// assert_eq!(report.diagnostics[0].file, "edge.yaml");
    /// # Ok(())
    /// # }
    /// ```
    pub fn new<T: AsRef<[u8]> + ?Sized>(name: &'a str, bytes: &'a T) -> Source<'a> {
        let (name, bytes) = (raw::borrow(name.as_bytes()), raw::borrow(bytes.as_ref()));
        let raw = sys::kgw_source {
            name,
            bytes,
            format: sys::KGW_FORMAT_AUTO,
            reserved: 0,
        };
        Source {
            raw,
            _texts: PhantomData,
        }
    }

    /// By its name, if nothing else is said.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// let engine = kgw::Engine::new()?;
    /// let text = r#"{"apiVersion": "v1", "kind": "List", "items": []}"#;
    /// let source = kgw::Source::new("a list", text).format(kgw::Format::Json);
    /// engine.apply(&[source])?.strict()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.raw.format = match format {
            Format::Auto => sys::KGW_FORMAT_AUTO,
            Format::Yaml => sys::KGW_FORMAT_YAML,
            Format::Json => sys::KGW_FORMAT_JSON,
        };
        self
    }
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: it is borrowed for as long as `self`.
        let name = unsafe { raw::text(self.raw.name) };
        write!(f, "Source({name:?}, {} bytes)", self.raw.bytes.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_points_to_its_text() {
        let text = String::from("kind: Gateway");
        let source = Source::new("a.yaml", &text).format(Format::Yaml);
        assert_eq!(source.raw.bytes.data.cast(), text.as_ptr());
        assert_eq!(source.raw.format, sys::KGW_FORMAT_YAML);
        assert_eq!(format!("{source:?}"), "Source(\"a.yaml\", 13 bytes)");
    }
}
