module kgw.dev/kgw

go 1.24
