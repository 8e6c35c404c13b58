package kgw

// #include "shim.h"
import "C"

import "fmt"

// The number of the C ABI that has all that this package calls.
const neededABI = 1

// Version is that of the library: "0.1.0".
func Version() string { return C.GoString(C.kgw_version()) }

func checkVersion() error {
	if abi := int(C.kgw_abi()); abi < neededABI {
		return fmt.Errorf("kgw: libkgw %s has ABI %d, this package needs %d or newer", Version(), abi, neededABI)
	}
	return nil
}
