// A module proxy on the loopback, of one module, that only those with the right password may ask. It answers over TLS
// with a certificate that only its own CA vouches for, writes that CA to the file named by its first argument, prints
// its URL, and answers until its standard input ends. The second argument is `user:password`.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
)

const (
	modulePath = "private.example/lib"
	goMod      = "module " + modulePath + "\n\ngo 1.21\n"
	source     = "package lib\n\nconst Text = \"private\"\n"
)

func main() {
	server := httptest.NewTLSServer(http.HandlerFunc(answer))
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(os.Args[1], text, 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func answer(response http.ResponseWriter, request *http.Request) {
	user, password, _ := request.BasicAuth()
	if user+":"+password != os.Args[2] {
		http.Error(response, "who are you?", http.StatusUnauthorized)
		return
	}
	file, isOurs := strings.CutPrefix(request.URL.Path, "/"+modulePath+"/@v/")
	switch {
	case isOurs && file == "list":
		fmt.Fprintln(response, "v1.0.0")
	case isOurs && file == "v1.0.0.info":
		fmt.Fprintln(response, `{"Version": "v1.0.0"}`)
	case isOurs && file == "v1.0.0.mod":
		fmt.Fprint(response, goMod)
	case isOurs && file == "v1.0.0.zip":
		_, _ = response.Write(archive())
	default:
		http.NotFound(response, request)
	}
}

func archive() []byte {
	var buffer bytes.Buffer
	writer := zip.NewWriter(&buffer)
	for name, text := range map[string]string{"go.mod": goMod, "lib.go": source} {
		file, err := writer.Create(modulePath + "@v1.0.0/" + name)
		if err != nil {
			log.Fatal(err)
		}
		_, _ = io.WriteString(file, text)
	}
	if err := writer.Close(); err != nil {
		log.Fatal(err)
	}
	return buffer.Bytes()
}
