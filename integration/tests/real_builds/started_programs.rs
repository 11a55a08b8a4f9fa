//! Programs that say how they were started, for the cases of start commands.

use integration::output_of;
use tempfile::TempDir;

/// A server in Go that answers with its arguments, its directory and `MODE`.
const GO: &str = r#"
-- go.mod --
module example.com/told

go 1.26
-- main.go --
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(response http.ResponseWriter, _ *http.Request) {
		directory, _ := os.Getwd()
		fmt.Fprintf(response, "%q in %s, MODE=%s", os.Args[1:], directory, os.Getenv("MODE"))
	})
	http.HandleFunc("/process", func(response http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(response, os.Getpid())
	})
	listener, err := net.Listen("tcp", ":"+os.Getenv("PORT"))
	if err != nil {
		log.Fatal(err)
	}
	log.Print("listening on ", listener.Addr())
	log.Fatal(http.Serve(listener, nil))
}
-- data/text --
"#;

/// The same in C, without a handler of signals. `/orphan` leaves a process without a parent and says whether
/// somebody waits for it; `/exit` ends with status 7.
const C: &str = r#"
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *orphan(void)
{
    int ends[2];
    pid_t orphan = 0;
    if (pipe(ends) != 0) exit(1);
    pid_t child = fork();
    if (child == 0) {
        orphan = fork();
        if (orphan == 0) {
            while (getppid() != 1) usleep(1000);
            _exit(0);
        }
        if (write(ends[1], &orphan, sizeof orphan) != sizeof orphan) _exit(1);
        _exit(0);
    }
    if (read(ends[0], &orphan, sizeof orphan) != sizeof orphan) exit(1);
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    /* As long as nobody has waited for it, it can be signalled, dead or not. */
    for (int tries = 0; tries < 5000; tries++) {
        if (kill(orphan, 0) != 0 && errno == ESRCH) return "waited for";
        usleep(1000);
    }
    return "left a zombie";
}

int main(int argc, char **argv)
{
    const char *port = getenv("PORT"), *mode = getenv("MODE");
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port ? port : "8080"))};
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 16)) {
        perror("listen");
        return 1;
    }
    printf("listening on %s\n", port);
    fflush(stdout);
    for (;;) {
        char request[4096] = "", body[8192] = "", directory[4096] = "";
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        /* It comes in as many pieces as the client likes. */
        for (size_t length = 0; !strstr(request, "\r\n\r\n") && length < sizeof request - 1;) {
            ssize_t more = read(client, request + length, sizeof request - 1 - length);
            if (more <= 0) break;
            length += more;
        }
        int ends = strncmp(request, "GET /exit ", 10) == 0;
        if (strncmp(request, "GET /orphan ", 12) == 0) {
            strcpy(body, orphan());
        } else if (strncmp(request, "GET /process ", 13) == 0) {
            sprintf(body, "%d", getpid());
        } else {
            strcpy(body, "[");
            for (int index = 1; index < argc; index++) {
                sprintf(body + strlen(body), "%s\"%.1000s\"", index > 1 ? " " : "", argv[index]);
            }
            if (!getcwd(directory, sizeof directory)) return 1;
            sprintf(body + strlen(body), "] in %.4000s, MODE=%.1000s", directory, mode ? mode : "");
        }
        dprintf(client, "HTTP/1.0 200 OK\r\n\r\n%s", body);
        close(client);
        if (ends) return 7;
    }
}
"#;

/// The app in Go, with further files.
#[track_caller]
pub(crate) fn go(files: &str) -> TempDir {
    testkit::directory(&format!("{GO}{files}"))
}

/// The program of the app in C, `out/server`, static and without its source, with further files.
#[track_caller]
pub(crate) fn c(files: &str) -> TempDir {
    let source = testkit::directory(&format!("-- server.c --\n{C}"));
    let app = testkit::directory(&format!("-- out/ --\n-- data/text --\n{files}"));
    let program = app.path().join("out/server");
    let arguments = ["-static", "-O1", "-w", "-o"];
    let paths = [program.to_str(), Some("server.c")].map(|path| path.expect("a readable path"));
    let arguments: Vec<&str> = arguments.into_iter().chain(paths).collect();
    let _ = output_of("cc", &arguments, source.path());
    app
}
