// Sends requests that were written beforehand, at a pace: load PORT CLIENTS RATE SECONDS < REQUESTS > TIMES
//
// A request on the input is its length in bytes (four, of this machine's order) and the bytes. Request n is due at
// n / RATE and belongs to client n % CLIENTS, which is a thread with one connection. What is timed begins when the
// request is due, not when its client gets to it: a server that stalls delays everything that was due meanwhile, and a
// client that waited politely would hide that. With RATE 0 every client sends as soon as it has been answered.
//
// One line a request: its status, the microseconds it took, and the second in which it was answered.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

struct request { const char *bytes; uint32_t length; };
struct result { int status; int64_t took_us; int second; };

static struct request *requests;
static struct result *results;
static long count;
static int port, clients;
static double rate, seconds;
static int64_t start_us;

static void fail(const char *why) { perror(why); exit(1); }

static int64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void sleep_until(int64_t at_us) {
    struct timespec at = { at_us / 1000000, at_us % 1000000 * 1000 };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static int connected(void) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

// Sends one request and reads the whole answer; its status.
static int ask(int fd, const struct request *request) {
    for (uint32_t sent = 0; sent < request->length;) {
        ssize_t n = write(fd, request->bytes + sent, request->length - sent);
        if (n <= 0) fail("write");
        sent += n;
    }
    char head[65536];
    size_t have = 0;
    char *end = NULL;
    while (!end) {
        ssize_t n = read(fd, head + have, sizeof head - 1 - have);
        if (n <= 0) fail("read");
        have += n;
        head[have] = 0;
        end = strstr(head, "\r\n\r\n");
    }
    char *length = strcasestr(head, "\r\ncontent-length:");
    if (!length || length > end) { fprintf(stderr, "an answer without a length:\n%s\n", head); exit(1); }
    size_t rest = end + 4 - head + strtoul(length + 17, NULL, 10) - have;
    char body[16384];
    while (rest > 0) {
        ssize_t n = read(fd, body, rest < sizeof body ? rest : sizeof body);
        if (n <= 0) fail("read");
        rest -= n;
    }
    return atoi(head + 9);
}

static void *client(void *number) {
    prctl(PR_SET_TIMERSLACK, 1);
    int fd = connected();
    int64_t end_us = start_us + (int64_t)(seconds * 1e6);
    for (long n = (long)number; n < count; n += clients) {
        int64_t due_us = rate > 0 ? start_us + (int64_t)(n * 1e6 / rate) : now_us();
        if (due_us >= end_us) break;
        if (due_us > now_us()) sleep_until(due_us);
        results[n].status = ask(fd, &requests[n]);
        int64_t done_us = now_us();
        results[n].took_us = done_us - due_us;
        results[n].second = (done_us - start_us) / 1000000;
    }
    close(fd);
    return NULL;
}

static void read_requests(void) {
    size_t size = 0, room = 1 << 20;
    char *input = malloc(room);
    for (size_t n; (n = fread(input + size, 1, room - size, stdin)) > 0;)
        if ((size += n) == room && !(input = realloc(input, room *= 2))) fail("realloc");
    for (int pass = 0; pass < 2; pass++) {
        count = 0;
        for (size_t at = 0; at + 4 <= size;) {
            uint32_t length;
            memcpy(&length, input + at, 4);
            if (pass) requests[count] = (struct request){ input + at + 4, length };
            count++;
            at += 4 + length;
        }
        if (!pass) {
            requests = calloc(count + 1, sizeof *requests);
            results = calloc(count + 1, sizeof *results);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 5) { fprintf(stderr, "load PORT CLIENTS RATE SECONDS < REQUESTS\n"); return 2; }
    port = atoi(argv[1]);
    clients = atoi(argv[2]);
    rate = atof(argv[3]);
    seconds = atof(argv[4]);
    read_requests();
    pthread_t threads[clients];
    start_us = now_us() + 100000;
    for (long n = 0; n < clients; n++)
        if (pthread_create(&threads[n], NULL, client, (void *)n)) fail("pthread_create");
    for (int n = 0; n < clients; n++) pthread_join(threads[n], NULL);
    for (long n = 0; n < count; n++)
        if (results[n].status) printf("%d %lld %d\n", results[n].status, (long long)results[n].took_us, results[n].second);
}
