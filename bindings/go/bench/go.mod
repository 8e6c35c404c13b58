module kgw.dev/kgw/bench

go 1.24

require (
	github.com/julienschmidt/httprouter v1.3.0
	kgw.dev/kgw v0.0.0
)

replace kgw.dev/kgw => ../
