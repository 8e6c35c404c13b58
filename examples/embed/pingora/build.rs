//! Lets the program find the libkgw that it was built with, wherever that is.

fn main() {
    println!("cargo:rerun-if-env-changed=DEP_KGW_LIBDIR");
    if let Ok(folder) = std::env::var("DEP_KGW_LIBDIR") {
        println!("cargo:rustc-link-arg-bins=-Wl,-rpath,{folder}");
    }
}
