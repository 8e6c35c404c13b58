//! Declarations of `kgw/c.h`, by hand: for those who want the C ABI as it is. Everybody else wants
//! the crate `kgw`, which is safe.
//!
//! Names, order and meaning are those of the header, which documents them. `KGW_X_INIT` are
//! constants here. `tests/header.rs` compares all of this with what bindgen makes of the header.

#![no_std]
#![allow(non_camel_case_types, missing_docs)]

mod basics;
mod decision;
mod engine;
mod options;
mod reader;
mod request;

pub use basics::*;
pub use decision::*;
pub use engine::*;
pub use options::*;
pub use reader::*;
pub use request::*;

/// What `kgw_abi()` of a library says that has all of this. An older one must not be called.
pub const KGW_ABI: i32 = 1;

/// Opaque types of the library: they cannot be made, moved or shared here.
macro_rules! opaque {
    ($($name:ident)*) => {$(
        #[repr(C)]
        pub struct $name {
            _data: [u8; 0],
            _pinned: core::marker::PhantomData<(*mut u8, core::marker::PhantomPinned)>,
        }
    )*};
}
pub(crate) use opaque;
