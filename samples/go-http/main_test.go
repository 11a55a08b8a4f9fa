package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/go-http/internal/checks"
)

func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	response := httptest.NewRecorder()
	handler().ServeHTTP(response, httptest.NewRequest(http.MethodGet, path, nil))
	return response
}

func TestPage(t *testing.T) {
	response := get(t, "/")
	if response.Code != http.StatusOK || !strings.Contains(response.Body.String(), "Hello from Coracle") {
		t.Fatalf("%d %s", response.Code, response.Body)
	}
}

func TestChecks(t *testing.T) {
	response := get(t, "/checks")
	var report checks.Report
	if err := json.Unmarshal(response.Body.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	if report.TLS != "" {
		t.Errorf("TLS was checked without a URL: %s", report.TLS)
	}
}

func TestUnknownPath(t *testing.T) {
	if response := get(t, "/absent"); response.Code != http.StatusNotFound {
		t.Fatal(response.Code)
	}
}
