// program.cc: a channel used from C++, between two std::threads.
//
// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstdio>
#include <thread>
#include <utility>

struct point {
    std::int64_t x, y;
};

#define SLUICE_NAME points
#define SLUICE_TYPE point
#define SLUICE_FLAVOUR SLUICE_SPSC
#include <sluice/channel.h>

#define SLUICE_NAME addresses
#define SLUICE_TYPE point *
#define SLUICE_FLAVOUR SLUICE_MUTEX
#define SLUICE_DROP(p) delete (p)
#include <sluice/channel.h>

#include <sluice/thread.h>

static const std::int64_t count = 20000;

static void send_points(points_tx owned)
{
    SLUICE_AUTO(points_tx) tx = owned;
    for (std::int64_t i = 0; i < count; i++)
        if (points_send(tx, point{i, -i}) != SLUICE_OK)
            return;
}

static bool by_value()
{
    points_tx tx = nullptr;
    SLUICE_AUTO(points_rx) rx = nullptr;
    sluice_options options{};
    options.capacity = 16;
    if (points_open(&tx, &rx, &options) != SLUICE_OK)
        return false;
    std::thread sender(send_points, tx);
    std::int64_t expected = 0;
    bool in_order = true;
    SLUICE_FOR_EACH(points, rx, p)
    {
        in_order = in_order && p.x == expected && p.y == -expected;
        expected++;
    }
    sender.join();
    return in_order && expected == count;
}

static bool by_address()
{
    SLUICE_AUTO(addresses_tx) tx = nullptr;
    SLUICE_AUTO(addresses_rx) rx = nullptr;
    sluice_options options{};
    options.capacity = 4;
    if (addresses_open(&tx, &rx, &options) != SLUICE_OK)
        return false;
    for (std::int64_t i = 0; i < 3; i++) // two of them nobody receives: SLUICE_DROP deletes them
        if (addresses_send(tx, new point{i, i}) != SLUICE_OK)
            return false;
    point *got = nullptr;
    bool ok = addresses_recv(rx, &got) == SLUICE_OK && got->x == 0;
    delete got;
    return ok;
}

int main()
{
    bool ok = by_value() && by_address();
    std::printf("C++: %s\n", ok ? "ok" : "FAILED");
    return ok ? 0 : 1;
}
