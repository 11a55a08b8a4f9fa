// A TLS server on the loopback whose certificate only its own CA vouches for. It writes the CA to the file
// that its first argument names, prints where it listens, and serves until its standard input ends.
//
// With no more arguments it answers every request with a word. With a directory of bare git repositories, a
// user and a password it is a proxy behind which there is one host, git.example, with these repositories.
package main

import (
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	caKey, ca, err := authority()
	if err != nil {
		log.Fatal(err)
	}
	name := "localhost"
	if len(os.Args) > 2 {
		name = gitHost
	}
	certificate, err := issue(name, caKey, ca)
	if err != nil {
		log.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw})
	if err := os.WriteFile(os.Args[1], text, 0o644); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	port := listener.Addr().(*net.TCPAddr).Port
	settings := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if len(os.Args) > 2 {
		fmt.Printf("http://127.0.0.1:%d\n", port)
		log.Fatal(serveGit(listener, settings, os.Args[2], os.Args[3], os.Args[4]))
	}
	fmt.Printf("https://localhost:%d/\n", port)
	log.Fatal(http.Serve(tls.NewListener(listener, settings), http.HandlerFunc(hello)))
}

func hello(response http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(response, "hello")
}
