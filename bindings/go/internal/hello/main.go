// Hello is the smallest program there is: the tests run it with libraries that do not fit.
package main

import (
	"fmt"
	"os"

	"kgw.dev/kgw"
)

func main() {
	engine, err := kgw.New(nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer engine.Close()
	fmt.Println("kgw", kgw.Version())
}
