//! A request, as it is put to a reader.

use core::ffi::{c_char, c_void};

use crate::{KGW_STR_INIT, kgw_str};

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_header {
    pub name: kgw_str,
    pub value: kgw_str,
}

pub const KGW_PROTOCOL_HTTP: i32 = 0;
pub const KGW_PROTOCOL_GRPC: i32 = 1;
pub const KGW_PROTOCOL_TLS: i32 = 2;
pub const KGW_PROTOCOL_TCP: i32 = 3;
pub const KGW_PROTOCOL_UDP: i32 = 4;

pub type kgw_header_lookup = Option<
    unsafe extern "C" fn(
        ctx: *mut c_void,
        name: *const c_char,
        name_len: usize,
        index: usize,
        value: *mut *const c_char,
        value_len: *mut usize,
    ) -> i32,
>;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_request {
    pub size: usize,
    pub method: kgw_str,
    pub scheme: kgw_str,
    pub authority: kgw_str,
    pub path: kgw_str,
    pub headers: *const kgw_header,
    pub header_count: usize,
    pub lookup: kgw_header_lookup,
    pub lookup_ctx: *mut c_void,
    pub sni: kgw_str,
    pub peer: kgw_str,
    pub local: kgw_str,
    pub client_namespace: kgw_str,
    pub gateway: kgw_str,
    pub protocol: i32,
    pub port: u16,
    pub peek: u8,
    pub reserved: u8,
    pub random: u64,
    pub now_ns: i64,
}

const fn text(literal: &'static str) -> kgw_str {
    kgw_str {
        data: literal.as_ptr().cast(),
        len: literal.len(),
    }
}

pub const KGW_REQUEST_INIT: kgw_request = kgw_request {
    size: size_of::<kgw_request>(),
    method: text("GET"),
    scheme: text("http"),
    authority: KGW_STR_INIT,
    path: text("/"),
    headers: core::ptr::null(),
    header_count: 0,
    lookup: None,
    lookup_ctx: core::ptr::null_mut(),
    sni: KGW_STR_INIT,
    peer: KGW_STR_INIT,
    local: KGW_STR_INIT,
    client_namespace: KGW_STR_INIT,
    gateway: KGW_STR_INIT,
    protocol: KGW_PROTOCOL_HTTP,
    port: 0,
    peek: 0,
    reserved: 0,
    random: 0,
    now_ns: 0,
};
