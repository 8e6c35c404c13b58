//! From C and back: texts and lists.

use std::slice;

use kgw_sys::{KGW_STR_INIT, kgw_str};

use crate::Text;

/// # Safety
/// `raw` points to `raw.len` bytes that stay as they are for `'a`; with no length to anything.
#[inline]
pub(crate) unsafe fn text<'a>(raw: kgw_str) -> &'a Text {
    // SAFETY: as above.
    Text::new(unsafe { list(raw.data.cast::<u8>(), raw.len) })
}

/// # Safety
/// As for `text`.
pub(crate) unsafe fn string(raw: kgw_str) -> String {
    // SAFETY: as above; it is copied at once.
    unsafe { text(raw) }.to_str_lossy().into_owned()
}

/// # Safety
/// `data` points to `len` values that stay as they are for `'a`; with no length to anything.
#[inline]
pub(crate) unsafe fn list<'a, T>(data: *const T, len: usize) -> &'a [T] {
    if data.is_null() || len == 0 {
        return &[];
    }
    // SAFETY: as above.
    unsafe { slice::from_raw_parts(data, len) }
}

/// Valid for as long as `bytes`.
#[inline]
pub(crate) const fn borrow(bytes: &[u8]) -> kgw_str {
    if bytes.is_empty() {
        return KGW_STR_INIT;
    }
    kgw_str {
        data: bytes.as_ptr().cast(),
        len: bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_there_and_back() {
        for bytes in [&b""[..], b"a", b"with a \0 in it", b"\xff\xfe"] {
            let raw = borrow(bytes);
            // SAFETY: `bytes` is still there.
            assert_eq!(unsafe { text(raw) }.as_bytes(), bytes);
        }
    }

    #[test]
    fn nothing_is_an_empty_text_wherever_it_points() {
        let dangling = kgw_str {
            data: std::ptr::dangling(),
            len: 0,
        };
        for raw in [KGW_STR_INIT, dangling] {
            // SAFETY: there are no bytes to be read.
            assert!(unsafe { text(raw) }.is_empty());
        }
    }

    #[test]
    fn lists_are_borrowed_in_place() {
        let codes = [502u16, 503];
        // SAFETY: `codes` is still there.
        let seen = unsafe { list(codes.as_ptr(), codes.len()) };
        assert_eq!((seen, seen.as_ptr()), (&codes[..], codes.as_ptr()));
        // SAFETY: there are no values to be read.
        assert!(unsafe { list(std::ptr::null::<u64>(), 0) }.is_empty());
    }
}
