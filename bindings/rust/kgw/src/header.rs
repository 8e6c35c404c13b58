//! Field lines of a request.

use std::fmt;
use std::marker::PhantomData;

use kgw_sys as sys;

use crate::{Text, raw};

/// One field line of a request, borrowed.
///
/// ```
/// let line = kgw::Header::new("Accept", b"*/*");
/// assert_eq!((line.name().as_bytes(), line.value().as_bytes()), (&b"Accept"[..], &b"*/*"[..]));
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Header<'a> {
    raw: sys::kgw_header,
    _texts: PhantomData<&'a [u8]>,
}

// SAFETY: it is two slices of bytes.
unsafe impl Send for Header<'_> {}
// SAFETY: as above.
unsafe impl Sync for Header<'_> {}

impl<'a> Header<'a> {
    /// The name may be written in any case.
    ///
    /// ```
    /// let (text, bytes) = (kgw::Header::new("X-A", "blue"), kgw::Header::new("x-b", b"\xff"));
    /// assert_eq!((text.value().len(), bytes.value().len()), (4, 1));
    /// ```
    #[inline]
    pub fn new<N, V>(name: &'a N, value: &'a V) -> Header<'a>
    where
        N: AsRef<[u8]> + ?Sized,
        V: AsRef<[u8]> + ?Sized,
    {
        let (name, value) = (raw::borrow(name.as_ref()), raw::borrow(value.as_ref()));
        Header {
            raw: sys::kgw_header { name, value },
            _texts: PhantomData,
        }
    }

    /// As it was written.
    ///
    /// ```
    /// assert_eq!(kgw::Header::new("Accept", "*/*").name(), "Accept");
    /// ```
    pub fn name(&self) -> &'a Text {
        // SAFETY: it is borrowed for 'a.
        unsafe { raw::text(self.raw.name) }
    }

    /// As it was written.
    ///
    /// ```
    /// assert_eq!(kgw::Header::new("Accept", "*/*").value(), "*/*");
    /// ```
    pub fn value(&self) -> &'a Text {
        // SAFETY: it is borrowed for 'a.
        unsafe { raw::text(self.raw.value) }
    }
}

impl fmt::Debug for Header<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", self.name(), self.value())
    }
}
