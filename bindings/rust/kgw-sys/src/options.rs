//! Options, the log callback, and Upstream types of the embedder's own.

use core::ffi::c_void;

use crate::{KGW_STR_INIT, kgw_error, kgw_str, opaque};

pub const KGW_LOG_INFO: i32 = 0;
pub const KGW_LOG_WARNING: i32 = 1;
pub const KGW_LOG_ERROR: i32 = 2;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_log_callback {
    pub size: usize,
    pub ctx: *mut c_void,
    pub log: Option<unsafe extern "C" fn(ctx: *mut c_void, level: i32, text: kgw_str)>,
}

pub const KGW_LOG_CALLBACK_INIT: kgw_log_callback = kgw_log_callback {
    size: size_of::<kgw_log_callback>(),
    ctx: core::ptr::null_mut(),
    log: None,
};

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_upstream_endpoint {
    pub size: usize,
    pub address: kgw_str,
    pub hostname: kgw_str,
    pub port: u32,
    pub weight: u32,
    pub tls: i32,
    pub verify: i32,
    pub sni: kgw_str,
}

pub const KGW_UPSTREAM_ENDPOINT_INIT: kgw_upstream_endpoint = kgw_upstream_endpoint {
    size: size_of::<kgw_upstream_endpoint>(),
    address: KGW_STR_INIT,
    hostname: KGW_STR_INIT,
    port: 0,
    weight: 1,
    tls: 0,
    verify: 0,
    sni: KGW_STR_INIT,
};

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_upstream_type {
    pub size: usize,
    pub ctx: *mut c_void,
    pub field: kgw_str,
    pub resolve: Option<
        unsafe extern "C" fn(
            ctx: *mut c_void,
            namespace_: kgw_str,
            name: kgw_str,
            json: kgw_str,
            answer: *mut kgw_upstream_answer,
        ) -> i32,
    >,
    pub free: Option<unsafe extern "C" fn(ctx: *mut c_void)>,
}

pub const KGW_UPSTREAM_TYPE_INIT: kgw_upstream_type = kgw_upstream_type {
    size: size_of::<kgw_upstream_type>(),
    ctx: core::ptr::null_mut(),
    field: KGW_STR_INIT,
    resolve: None,
    free: None,
};

opaque!(kgw_upstream_answer kgw_options);

unsafe extern "C" {
    pub fn kgw_upstream_answer_add(
        answer: *mut kgw_upstream_answer,
        endpoint: *const kgw_upstream_endpoint,
    ) -> i32;
    pub fn kgw_upstream_answer_report(
        answer: *mut kgw_upstream_answer,
        pointer: kgw_str,
        severity: i32,
        message: kgw_str,
    ) -> i32;

    pub fn kgw_options_new() -> *mut kgw_options;
    pub fn kgw_options_set(
        options: *mut kgw_options,
        key: kgw_str,
        value: kgw_str,
    ) -> *mut kgw_error;
    pub fn kgw_options_set_log(
        options: *mut kgw_options,
        callback: *const kgw_log_callback,
    ) -> *mut kgw_error;
    pub fn kgw_options_add_upstream_type(
        options: *mut kgw_options,
        type_: *const kgw_upstream_type,
    ) -> *mut kgw_error;
    pub fn kgw_options_free(options: *mut kgw_options);
}
