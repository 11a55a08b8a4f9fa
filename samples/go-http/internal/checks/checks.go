// Package checks reports what a program finds around it in its container.
package checks

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Timeout of each check that uses the network.
const timeout = 5 * time.Second

// Ok is the result of a check that found nothing wrong; any other text is the error.
const Ok = "ok"

// Report is what Run found.
type Report struct {
	UID int `json:"uid"`
	GID int `json:"gid"`
	// TimeZone is whether US/Pacific, a legacy name, can be loaded.
	TimeZone string `json:"time_zone"`
	// User is whether the current user can be looked up.
	User string `json:"user"`
	// DNS is whether localhost resolves.
	DNS string `json:"dns"`
	// TLS is whether the server at CHECK_TLS_URL is trusted; empty without that variable.
	TLS string `json:"tls,omitempty"`
	// Shell is the path of a shell, empty when there is none.
	Shell string `json:"shell"`
	// RootWritable is whether a file can be made in /.
	RootWritable bool `json:"root_writable"`
	// TemporaryWritable is whether a file can be made in the directory for temporary files.
	TemporaryWritable bool `json:"temporary_writable"`
	// Capabilities are the effective ones, in hexadecimal as the kernel writes them.
	Capabilities string `json:"capabilities"`
	// WorkingDirectory is where the program was started.
	WorkingDirectory string `json:"working_directory"`
}

// Run makes all checks.
func Run(ctx context.Context) Report {
	directory, _ := os.Getwd()
	return Report{
		UID:               os.Getuid(),
		GID:               os.Getgid(),
		TimeZone:          result(timeZone()),
		User:              result(currentUser()),
		DNS:               result(localhost(ctx)),
		TLS:               tls(ctx, os.Getenv("CHECK_TLS_URL")),
		Shell:             shell(os.Getenv("PATH")),
		RootWritable:      writable("/"),
		TemporaryWritable: writable(os.TempDir()),
		Capabilities:      capabilities("/proc/self/status"),
		WorkingDirectory:  directory,
	}
}

func result(err error) string {
	if err != nil {
		return err.Error()
	}
	return Ok
}

func timeZone() error {
	_, err := time.LoadLocation("US/Pacific")
	return err
}

func currentUser() error {
	_, err := user.LookupId(strconv.Itoa(os.Getuid()))
	return err
}

func localhost(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := net.DefaultResolver.LookupHost(ctx, "localhost")
	return err
}

func tls(ctx context.Context, url string) string {
	if url == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return result(err)
}

func shell(path string) string {
	directories := append(filepath.SplitList(path), "/bin", "/usr/bin")
	for _, directory := range directories {
		for _, name := range []string{"sh", "bash", "dash", "busybox"} {
			if found, err := exec.LookPath(filepath.Join(directory, name)); err == nil {
				return found
			}
		}
	}
	return ""
}

func writable(directory string) bool {
	file, err := os.CreateTemp(directory, "check-")
	if err != nil {
		return false
	}
	file.Close()
	return os.Remove(file.Name()) == nil
}

func capabilities(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if value, found := strings.CutPrefix(lines.Text(), "CapEff:"); found {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
