// A host with private repositories, behind a proxy of its own.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cgi"
	"os/exec"
	"path"
	"strings"
	"sync"
)

const gitHost = "git.example"

// serveGit answers CONNECT to the host and, in the tunnel, what go and git ask it for.
func serveGit(listener net.Listener, settings *tls.Config, repositories, user, password string) error {
	git, err := exec.LookPath("git")
	if err != nil {
		return err
	}
	backend := &cgi.Handler{
		Path: git,
		Args: []string{"http-backend"},
		Env:  []string{"GIT_PROJECT_ROOT=" + repositories, "GIT_HTTP_EXPORT_ALL=1"},
	}
	private := http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		givenUser, givenPassword, _ := request.BasicAuth()
		if givenUser != user || givenPassword != password {
			response.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			http.Error(response, "not for everybody", http.StatusUnauthorized)
			return
		}
		if request.URL.Query().Get("go-get") == "1" {
			tellRepository(response, request.URL.Path)
			return
		}
		backend.ServeHTTP(response, request)
	})
	return http.Serve(listener, http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		if request.Method != http.MethodConnect || request.Host != gitHost+":443" {
			http.Error(response, "there is nothing but "+gitHost, http.StatusBadGateway)
			return
		}
		connection, _, err := response.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		fmt.Fprint(connection, "HTTP/1.1 200 OK\r\n\r\n")
		tunnel := newOneConnection(tls.Server(connection, settings))
		_ = http.Serve(tunnel, private)
	}))
}

// tellRepository says that the module at team/name is in the repository team/name.git.
func tellRepository(response http.ResponseWriter, asked string) {
	parts := append(strings.SplitN(strings.Trim(asked, "/"), "/", 3), "", "")
	root := path.Join(gitHost, parts[0], parts[1])
	fmt.Fprintf(response, `<meta name="go-import" content="%s git https://%s.git">`, root, root)
}

// oneConnection is a listener that accepts one connection, and ends with it.
type oneConnection struct {
	net.Conn
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

func newOneConnection(connection net.Conn) *oneConnection {
	one := &oneConnection{Conn: connection, waiting: make(chan net.Conn, 1), closed: make(chan struct{})}
	one.waiting <- one
	return one
}

func (one *oneConnection) Accept() (net.Conn, error) {
	select {
	case connection := <-one.waiting:
		return connection, nil
	case <-one.closed:
		return nil, io.EOF
	}
}

func (one *oneConnection) Addr() net.Addr { return one.LocalAddr() }

// Close is called for the connection, and for the listener when it has ended.
func (one *oneConnection) Close() error {
	one.once.Do(func() { close(one.closed) })
	return one.Conn.Close()
}
