//! Bytes that are usually UTF-8.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::str::Utf8Error;

/// A text as HTTP and configuration files have it: bytes, most of the time UTF-8.
///
/// It is to `[u8]` what `str` is to valid UTF-8: it prints, and compares with string literals.
///
/// ```
/// let text = kgw::Text::new(b"caf\xc3\xa9");
/// assert_eq!(text, "café");
/// assert_eq!(text.to_string(), "café");
/// assert_eq!(kgw::Text::new(b"\xff").to_string(), "\u{fffd}");
/// ```
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Text([u8]);

impl Text {
    /// Bytes, seen as a text.
    ///
    /// ```
    /// assert_eq!(kgw::Text::new("a"), kgw::Text::new(b"a"));
    /// ```
    #[inline]
    pub fn new<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> &Text {
        // SAFETY: Text is a transparent [u8].
        unsafe { &*(std::ptr::from_ref(bytes.as_ref()) as *const Text) }
    }

    /// What it is.
    ///
    /// ```
    /// assert_eq!(kgw::Text::new("é").as_bytes(), [0xc3, 0xa9]);
    /// ```
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a `str`, if it is UTF-8.
    ///
    /// ```
    /// assert_eq!(kgw::Text::new("é").to_str(), Ok("é"));
    /// assert!(kgw::Text::new(b"\xff").to_str().is_err());
    /// ```
    pub fn to_str(&self) -> Result<&str, Utf8Error> {
        std::str::from_utf8(&self.0)
    }

    /// As a `str`, with U+FFFD in the place of what is no UTF-8.
    ///
    /// ```
    /// assert_eq!(kgw::Text::new(b"a\xff").to_str_lossy(), "a\u{fffd}");
    /// ```
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

impl Deref for Text {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<'a> From<&'a str> for &'a Text {
    fn from(text: &'a str) -> &'a Text {
        Text::new(text)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == *other.as_bytes()
    }
}

impl PartialEq<str> for &Text {
    fn eq(&self, other: &str) -> bool {
        self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other.as_bytes()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_str_lossy())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}
