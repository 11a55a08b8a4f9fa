/* A small HTTP server: one thread, any number of clients up to MAXIMUM_CLIENTS.
 *
 * It needs no file, no library and no shell, so the image that holds it holds nothing else. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAXIMUM_CLIENTS = 256, MAXIMUM_REQUEST = 4096, IDLE_SECONDS = 10 };

struct client {
    int socket;
    time_t deadline;
    size_t length;
    char request[MAXIMUM_REQUEST + 1];
};

static struct client clients[MAXIMUM_CLIENTS];
static size_t client_count;

/* The kernel gives the first process of a container no default actions, so it must end itself. */
static void end(int signal_number)
{
    (void)signal_number;
    _exit(0);
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static time_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static unsigned short wanted_port(void)
{
    const char *text = getenv("PORT");
    if (text == NULL || *text == '\0') {
        return 8080;
    }
    char *rest;
    long port = strtol(text, &rest, 10);
    if (*rest != '\0' || port < 1 || port > 65535) {
        fprintf(stderr, "PORT is \"%s\", expected a number from 1 to 65535\n", text);
        exit(1);
    }
    return (unsigned short)port;
}

static int listen_on(unsigned short port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0) {
        fail("socket");
    }
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_ANY),
        .sin_port = htons(port),
    };
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0) {
        fail("bind");
    }
    if (listen(listener, 128) < 0) {
        fail("listen");
    }
    return listener;
}

static void answer(int socket, const char *request)
{
    bool head = strncmp(request, "HEAD ", 5) == 0;
    bool get = strncmp(request, "GET ", 4) == 0;
    const char *path = request + (head ? 5 : 4);
    const char *status = "404 Not Found";
    const char *body = "There is nothing here.\n";
    if (!get && !head) {
        status = "405 Method Not Allowed";
        body = "Only GET and HEAD are known.\n";
    } else if (strncmp(path, "/ ", 2) == 0 || strncmp(path, "/?", 2) == 0) {
        status = "200 OK";
        body = "Hello from a static C program.\n";
    }
    char response[512];
    int length = snprintf(response, sizeof response,
                          "HTTP/1.1 %s\r\n"
                          "Content-Type: text/plain; charset=utf-8\r\n"
                          "Content-Length: %zu\r\n"
                          "%s"
                          "Connection: close\r\n\r\n%s",
                          status, strlen(body), get || head ? "" : "Allow: GET, HEAD\r\n",
                          head ? "" : body);
    /* A new connection's send buffer holds the whole response. */
    send(socket, response, (size_t)length, MSG_NOSIGNAL);
}

/* Reads what has come; returns whether the connection is to be closed. */
static bool serve(struct client *client)
{
    ssize_t received = recv(client->socket, client->request + client->length,
                            MAXIMUM_REQUEST - client->length, 0);
    if (received < 0) {
        return errno != EAGAIN && errno != EINTR;
    }
    client->length += (size_t)received;
    client->request[client->length] = '\0';
    bool complete = strstr(client->request, "\r\n\r\n") != NULL;
    if (complete) {
        answer(client->socket, client->request);
        shutdown(client->socket, SHUT_WR);
    }
    return complete || received == 0 || client->length == MAXIMUM_REQUEST;
}

static void accept_clients(int listener)
{
    while (client_count < MAXIMUM_CLIENTS) {
        int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket < 0) {
            return;
        }
        struct client *client = &clients[client_count++];
        client->socket = socket;
        client->deadline = now() + IDLE_SECONDS;
        client->length = 0;
    }
}

static void serve_clients(const struct pollfd *events)
{
    /* Backwards, because the last client moves into the place of one that is closed. */
    for (size_t index = client_count; index-- > 0;) {
        struct client *client = &clients[index];
        bool is_late = client->deadline <= now();
        if (is_late || (events[index].revents != 0 && serve(client))) {
            close(client->socket);
            *client = clients[--client_count];
        }
    }
}

int main(void)
{
    struct sigaction action = { .sa_handler = end };
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    unsigned short port = wanted_port();
    int listener = listen_on(port);
    printf("Listening on port %hu\n", port);
    fflush(stdout);

    static struct pollfd events[MAXIMUM_CLIENTS + 1];
    for (;;) {
        for (size_t index = 0; index < client_count; index++) {
            events[index] = (struct pollfd){ .fd = clients[index].socket, .events = POLLIN };
        }
        /* A full house leaves new clients in the kernel's queue. */
        size_t watched = client_count;
        if (client_count < MAXIMUM_CLIENTS) {
            events[watched++] = (struct pollfd){ .fd = listener, .events = POLLIN };
        }
        size_t served = client_count;
        if (poll(events, watched, client_count > 0 ? 1000 : -1) < 0 && errno != EINTR) {
            fail("poll");
        }
        serve_clients(events);
        if (watched > served && events[served].revents != 0) {
            accept_clients(listener);
        }
    }
}
