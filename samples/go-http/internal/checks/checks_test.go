package checks

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTLSNeedsATrustedServer(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	if got := tls(t.Context(), server.URL); !strings.Contains(got, "certificate") {
		t.Errorf("an unknown certificate: %q", got)
	}
	if got := tls(t.Context(), ""); got != "" {
		t.Errorf("no URL: %q", got)
	}
}

func TestShellIsFoundOnPath(t *testing.T) {
	directory := t.TempDir()
	path := filepath.Join(directory, "sh")
	if err := os.WriteFile(path, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := shell(directory); got != path {
		t.Errorf("got %q, want %q", got, path)
	}
}

func TestWritable(t *testing.T) {
	directory := t.TempDir()
	if !writable(directory) {
		t.Error("a temporary directory is not writable")
	}
	if writable(filepath.Join(directory, "absent")) {
		t.Error("an absent directory is writable")
	}
}

func TestCapabilities(t *testing.T) {
	path := filepath.Join(t.TempDir(), "status")
	if err := os.WriteFile(path, []byte("Name:\tx\nCapEff:\t0000000000000000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := capabilities(path); got != "0000000000000000" {
		t.Errorf("got %q", got)
	}
}
