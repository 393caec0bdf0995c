/* fan_in.c: many sensors, one collector. Each sensor's readings arrive in its order, and nothing is said between sensors: so each
 * has a lane of its own, and none of them ever waits for another.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include <sluice/thread.h>

struct reading {
    int sensor;
    int number;
    int celsius;
};

#define SLUICE_NAME    readings
#define SLUICE_TYPE    struct reading
#define SLUICE_FLAVOUR SLUICE_MPSC
#define SLUICE_ORDER   SLUICE_PER_SENDER
#include <sluice/channel.h>

enum { SENSORS = 5, READINGS = 1000 };

struct sensor {
    int index;
    readings_tx tx;
};

static void *measure(void *arg)
{
    struct sensor *self = arg;
    SLUICE_AUTO(readings_tx) tx = SLUICE_MOVE(self->tx);
    for (int i = 0; i < READINGS; i++) {
        struct reading r = { .sensor = self->index, .number = i, .celsius = 20 + (self->index * 7 + i) % 5 };
        if (readings_send(tx, r) != SLUICE_OK)
            break; /* the collector is gone */
    }
    return NULL;
}

/* Takes them in until the last sensor has finished; returns whether each one's came complete and in order. */
static bool collect(readings_rx rx)
{
    int next[SENSORS] = { 0 };
    long sum[SENSORS] = { 0 };
    bool right = true;
    SLUICE_FOR_EACH(readings, rx, r) {
        right &= r.number == next[r.sensor]++;
        sum[r.sensor] += r.celsius;
    }
    for (int i = 0; i < SENSORS; i++) {
        printf("sensor %d: %d readings, %.2f degrees on average\n", i, next[i], (double)sum[i] / next[i]);
        right &= next[i] == READINGS;
    }
    return right;
}

int main(void)
{
    SLUICE_AUTO(readings_tx) tx = NULL;
    SLUICE_AUTO(readings_rx) rx = NULL;
    if (readings_open(&tx, &rx, &(struct sluice_options){ .capacity = 64 }) != SLUICE_OK) /* for each sender */
        return 1;
    struct sensor sensors[SENSORS];
    bool right = true;
    SLUICE_SCOPE(s) {
        for (int i = 0; i < SENSORS; i++) {
            sensors[i] = (struct sensor){ .index = i, .tx = readings_tx_clone(tx) };
            if (!sensors[i].tx || sluice_scope_spawn(s, measure, &sensors[i], NULL) != SLUICE_OK) {
                readings_tx_drop(&sensors[i].tx);
                right = false;
            }
        }
        readings_tx_drop(&tx); /* ours; the channel closes when the sensors' are gone too */
        right &= collect(rx);
    }
    return !right;
}
