module kgw.dev/kgw/bench

go 1.24

require kgw.dev/kgw v0.0.0

replace kgw.dev/kgw => ../
