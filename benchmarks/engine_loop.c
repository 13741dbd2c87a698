/* The benchmark's model as a bare loop: routes by chance, first come first served, office hours, and nothing else.
   A landmark for the speed of a machine, not a simulator: nothing of it can be changed without compiling it again. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define DAY 86400.0
#define OPENS 32400.0
#define CLOSES 61200.0
#define CHUNK 65536
enum { WAKE, ARRIVE, DONE };

typedef struct { double time; int32_t kind, item; } Event;
typedef struct { double ready, start; int32_t number, next; int16_t place, person; } Case;
typedef struct { double ready[CHUNK], start[CHUNK], end[CHUNK]; int32_t number[CHUNK]; int16_t place[CHUNK], person[CHUNK]; } Log;

static uint64_t state;
static double luck(void) {
    uint64_t x = (state += 0x9E3779B97F4A7C15ull);
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return (double)((x ^ (x >> 31)) >> 11) * 0x1p-53;
}
static double some_time(double mean) { return -mean * log(1.0 - luck()); }

static double opening(double time) {
    double day = floor(time / DAY), of_day = time - day * DAY;
    if (fmod(day, 7.0) < 5.0 && of_day < CLOSES) return of_day > OPENS ? time : day * DAY + OPENS;
    do day += 1.0; while (fmod(day, 7.0) >= 5.0);
    return day * DAY + OPENS;
}
static double work_ends(double time, double work) {
    for (;;) {
        double closes = floor(time / DAY) * DAY + CLOSES;
        if (work <= closes - time) return time + work;
        work -= closes - time;
        time = opening(closes);
    }
}

static Event *heap;
static int pending;
static void push(double time, int kind, int item) {
    int at = pending++;
    while (at > 0 && heap[(at - 1) / 2].time > time) { heap[at] = heap[(at - 1) / 2]; at = (at - 1) / 2; }
    heap[at] = (Event){time, kind, item};
}
static Event pop(void) {
    Event top = heap[0], last = heap[--pending];
    int at = 0, below;
    while ((below = 2 * at + 1) < pending) {
        if (below + 1 < pending && heap[below + 1].time < heap[below].time) below++;
        if (heap[below].time >= last.time) break;
        heap[at] = heap[below];
        at = below;
    }
    heap[at] = last;
    return top;
}

/* Runs `cases` cases; gives the number of activities and the sum of waits. Room for `slots` cases in the system. */
int64_t run(int places, const double *means, int teams, int people, double on, double rate, int cases, uint64_t seed,
            int slots, double *waited) {
    Case *at = malloc(sizeof(Case) * slots);
    Log *log_ = malloc(sizeof(Log));
    int *open_slots = malloc(sizeof(int) * slots), free_slots = slots;
    int head[64], tail[64], idle[64], who[64][64], came = 0, over = 0;
    int64_t done = 0;
    heap = malloc(sizeof(Event) * (slots + 2));
    pending = 0; state = seed; *waited = 0.0;
    for (int i = 0; i < slots; i++) open_slots[i] = slots - 1 - i;
    for (int t = 0; t < teams; t++) { head[t] = -1; idle[t] = people; for (int p = 0; p < people; p++) who[t][p] = t * people + p; }
    push(some_time(1.0 / rate), ARRIVE, 0);
    push(opening(0.0), WAKE, 0);
    while (over < cases) {
        Event event = pop();
        double now = event.time;
        int slot = -1, first = 0, last = -1;
        if (event.kind == WAKE) {
            last = teams - 1;
            push(opening(floor(now / DAY) * DAY + CLOSES), WAKE, 0);
        } else if (event.kind == ARRIVE) {
            if (!free_slots) return -1;
            slot = open_slots[--free_slots];
            at[slot].place = 0; at[slot].number = came++;
            if (came < cases) push(now + some_time(1.0 / rate), ARRIVE, 0);
        } else {
            Case *one = &at[event.item];
            int row = done++ % CHUNK, team = one->place % teams;
            log_->ready[row] = one->ready; log_->start[row] = one->start; log_->end[row] = now;
            log_->number[row] = one->number; log_->place[row] = one->place; log_->person[row] = one->person;
            *waited += one->start - one->ready;
            who[team][idle[team]++] = one->person;
            first = last = team;
            if (luck() < on) { slot = event.item; one->place = (one->place + 1) % places; }
            else { open_slots[free_slots++] = event.item; over++; }
        }
        if (slot >= 0) {
            int team = at[slot].place % teams;
            at[slot].ready = now; at[slot].next = -1;
            if (head[team] < 0) head[team] = slot; else at[tail[team]].next = slot;
            tail[team] = slot;
            if (last < 0) first = last = team;
            else if (team < first) first = team;
            else if (team > last) last = team;
        }
        if (opening(now) == now)
            for (int team = first; team <= last; team++)
                while (head[team] >= 0 && idle[team] > 0) {
                    int begun = head[team];
                    head[team] = at[begun].next;
                    at[begun].start = now; at[begun].person = (int16_t)who[team][--idle[team]];
                    push(work_ends(now, some_time(means[at[begun].place])), DONE, begun);
                }
    }
    free(at); free(log_); free(open_slots); free(heap);
    return done;
}
