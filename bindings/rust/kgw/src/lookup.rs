//! Headers where the caller keeps them.

use std::ffi::{c_char, c_void};

use crate::{panics, raw};

/// Finds the headers of a request where they are, so that no list of them has to be made.
///
/// Closures will do:
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// let lines = [("x-tenant".to_string(), b"blue".to_vec())];
/// let lookup = |name: &str, index: usize| {
///     lines.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_slice()).nth(index)
/// };
/// let request = kgw::Request::new("GET", "shop.example", "/").lookup(&lookup);
/// assert_eq!(engine.reader()?.route(&request)?.cluster(), "blue_default");
/// # Ok(())
/// # }
/// ```
///
/// A panic resumes when the call returns that asked: the request's turn of a round robin is then
/// used up, but it does not count as active.
///
/// `'a` is for how long its values are there: that of the [`Request`](crate::Request) that has it.
pub trait HeaderLookup<'a> {
    /// The `index`-th value, from 0, of the header `name`, which is in lower case. `None`: there are
    /// no more.
    ///
    /// ```
    /// struct Lines(Vec<(String, String)>);
    ///
    /// impl<'a> kgw::HeaderLookup<'a> for Lines {
    ///     fn value(&'a self, name: &str, index: usize) -> Option<&'a [u8]> {
    ///         let mut values = self.0.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    ///         values.nth(index).map(|(_, value)| value.as_bytes())
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// let lines = Lines(vec![("X-Tenant".into(), "blue".into())]);
    /// let request = kgw::Request::new("GET", "shop.example", "/").lookup(&lines);
    /// assert_eq!(engine.reader()?.route(&request)?.cluster(), "blue_default");
    /// # Ok(())
    /// # }
    /// ```
    fn value(&'a self, name: &str, index: usize) -> Option<&'a [u8]>;
}

impl<'a, 'v: 'a, F> HeaderLookup<'a> for F
where
    F: Fn(&str, usize) -> Option<&'v [u8]>,
{
    #[inline]
    fn value(&'a self, name: &str, index: usize) -> Option<&'a [u8]> {
        self(name, index)
    }
}

/// # Safety
/// For the library: `ctx` is the `L` of a request that is being decided about.
pub(crate) unsafe extern "C" fn look_up<'a, L: HeaderLookup<'a> + 'a>(
    ctx: *mut c_void,
    name: *const c_char,
    name_len: usize,
    index: usize,
    value: *mut *const c_char,
    value_len: *mut usize,
) -> i32 {
    if panics::pending() {
        return 0;
    }
    // SAFETY: the request has borrowed it, and the library passes what kgw/c.h says.
    let (lookup, name) = unsafe {
        (
            &*ctx.cast_const().cast::<L>(),
            raw::list(name.cast::<u8>(), name_len),
        )
    };
    let Ok(name) = std::str::from_utf8(name) else {
        return 0;
    };
    match panics::contain(|| lookup.value(name, index)) {
        Ok(Some(found)) => {
            // SAFETY: both can be written. `found` is borrowed from what the request has borrowed.
            unsafe {
                *value = found.as_ptr().cast();
                *value_len = found.len();
            }
            1
        }
        Ok(None) => 0,
        Err(panic) => {
            panics::keep(panic);
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask<'a, L: HeaderLookup<'a>>(lookup: &'a L, name: &str, index: usize) -> Option<Vec<u8>> {
        let (mut value, mut len) = (std::ptr::null(), 0);
        let ctx = std::ptr::from_ref(lookup).cast_mut().cast();
        // SAFETY: all of it is there.
        unsafe {
            let name_data = name.as_ptr().cast();
            let found = look_up::<L>(ctx, name_data, name.len(), index, &mut value, &mut len);
            (found == 1).then(|| raw::list(value.cast::<u8>(), len).to_vec())
        }
    }

    #[test]
    fn closures_are_asked_for_one_value_after_the_other() {
        let values = [String::from("red"), String::from("blue")];
        let lookup = |name: &str, i: usize| {
            if name == "x" {
                values.get(i).map(String::as_bytes)
            } else {
                None
            }
        };
        assert_eq!(ask(&lookup, "x", 1).as_deref(), Some(&b"blue"[..]));
        assert_eq!(ask(&lookup, "x", 2), None);
        assert_eq!(ask(&lookup, "y", 0), None);
    }

    #[test]
    fn a_panic_is_kept_and_nothing_more_is_asked() {
        let asked = std::sync::atomic::AtomicU32::new(0);
        let lookup = |_: &str, _: usize| -> Option<&'static [u8]> {
            asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            panic!("no headers today")
        };
        assert_eq!(ask(&lookup, "x", 0), None);
        assert_eq!(ask(&lookup, "x", 0), None);
        assert_eq!(asked.into_inner(), 1);
        let panic = panics::take().expect("it was kept");
        assert_eq!(panics::message(&panic), "no headers today");
    }
}
