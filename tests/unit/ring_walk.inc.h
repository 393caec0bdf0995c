/* ring_walk.inc.h: a random walk of several ends over one ring, one step after the other on one thread, each
 * answer compared with a model that knows the state of every cell. What no thread can be made to do at will
 * happens here all the time: claims that stay unpublished, runs that stay taken, reservations given back with
 * others behind them, ends dropped with their hands full. Part of test_ring.c.
 *
 * SPDX-License-Identifier: MIT */

enum state { UNUSED, CLAIMED, SENT, VOID };

struct range {
    uint64_t from, to; /* empty: nothing */
    bool kept;
};

enum { CELLS_MAX = 1 << 16, GIVEN_UP_MAX = 64 };

/* Positions count from 0 here, whatever the ring's first is. */
struct model {
    struct ring ring;
    uint64_t random, first, head, tail;
    enum state state[CELLS_MAX];
    unsigned received[CELLS_MAX];
    struct range claimed[ENDS], taken[ENDS];
    struct range given_up[GIVEN_UP_MAX]; /* by receivers that went */
    unsigned given_up_count;
    bool sealed;
};

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static int any_of(struct model *m, int count)
{
    return (int)kit_below(&m->random, (uint64_t)count);
}

static bool is_empty(struct range r)
{
    return r.from == r.to;
}

static uint64_t lowest_of(const struct model *m, bool *held_up)
{
    uint64_t low = m->head;
    *held_up = false;
    for (int i = 0; i < m->ring.rx_count; i++)
        if (!is_empty(m->taken[i]) && m->taken[i].from < low) {
            low = m->taken[i].from;
            *held_up = !m->taken[i].kept;
        }
    for (unsigned i = 0; i < m->given_up_count; i++)
        if (m->given_up[i].from < low) {
            low = m->given_up[i].from;
            *held_up = false;
        }
    return low;
}

static uint64_t to_lap_end(const struct model *m, uint64_t position)
{
    return m->ring.lap - (m->first + position) % m->ring.lap;
}

static void *cell_at(const struct model *m, uint64_t position)
{
    return m->ring.cells + (m->first + position) % m->ring.lap * CELL;
}

/* ---- senders ---- */

static void step_claim(struct model *m, int tx)
{
    const struct kind *k = m->ring.kind;
    struct sluice__run run = { 0, 0, NULL, NULL };
    uint64_t want = kit_below(&m->random, m->ring.capacity + 2) + 1;
    bool held_up;
    uint64_t room = m->ring.capacity - (m->tail - lowest_of(m, &held_up));
    enum sluice_status status = k->claim(&m->ring.tx[tx], want, &run);
    if (m->sealed || room == 0) {
        CHECK_STATUS(status, m->sealed ? SLUICE_CLOSED : held_up ? SLUICE_BUSY : SLUICE_FULL);
        return;
    }
    if (!CHECK_STATUS(status, SLUICE_OK))
        return;
    CHECK_EQ_INT(run.count, smaller(want, smaller(room, to_lap_end(m, m->tail))));
    CHECK(run.cells == cell_at(m, m->tail));
    m->claimed[tx] = (struct range){ m->tail, m->tail + run.count, false };
    for (uint64_t i = 0; i < run.count; i++) {
        m->state[m->tail + i] = CLAIMED;
        write_number(&run, i, m->tail + i);
    }
    k->hold(&m->ring.tx[tx], &run, 0, run.count);
    if (m->ring.tx_count > 1)
        m->tail += run.count; /* one sender has only looked */
}

static void step_publish(struct model *m, int tx)
{
    const struct kind *k = m->ring.kind;
    struct range r = m->claimed[tx];
    uint64_t count = r.to - r.from, pass = kit_below(&m->random, 3) ? count : kit_below(&m->random, count + 1);
    struct sluice__run run;
    CHECK_EQ_INT(k->held(&m->ring.tx[tx], &run), count);
    CHECK(run.cells == cell_at(m, r.from));
    k->hold(&m->ring.tx[tx], &run, 0, 0);
    CHECK_EQ_INT(k->held(&m->ring.tx[tx], &(struct sluice__run){ 0, 0, NULL, NULL }), 0);
    k->publish(&m->ring.tx[tx], &run, pass);
    bool last = m->ring.tx_count == 1 || m->tail == r.to;
    for (uint64_t p = r.from; p < r.to; p++)
        m->state[p] = p < r.from + pass ? SENT : last ? UNUSED : VOID;
    if (last)
        m->tail = r.from + pass;
    m->claimed[tx] = (struct range){ 0, 0, false };
}

/* The sender goes, and another comes: what it had claimed is given back. */
static void step_renew_tx(struct model *m, int tx)
{
    const struct sluice__flavour *f = m->ring.kind->flavour;
    struct range r = m->claimed[tx];
    if (m->ring.tx_count == 1)
        return;
    f->detach(&m->ring.tx[tx], 0);
    REQUIRE(f->attach(m->ring.queue, 0, &m->ring.tx[tx]) == SLUICE_OK);
    bool last = m->tail == r.to;
    for (uint64_t p = r.from; p < r.to; p++)
        m->state[p] = last ? UNUSED : VOID;
    if (!is_empty(r) && last)
        m->tail = r.from;
    m->claimed[tx] = (struct range){ 0, 0, false };
}

/* ---- receivers ---- */

/* Where a take begins that is not another's: the head moves over void cells. */
static uint64_t messages_at_head(struct model *m)
{
    uint64_t n = 0;
    while (m->head < m->tail && m->state[m->head] == VOID)
        m->head++;
    while (m->head + n < m->tail && m->state[m->head + n] == SENT)
        n++;
    return n;
}

/* What a receiver with free hands gets first: a range that came back, any of them. */
static bool step_adopt(struct model *m, int rx, const struct sluice__run *run, enum sluice_status status)
{
    if (m->given_up_count == 0)
        return false;
    if (!CHECK_STATUS(status, SLUICE_OK))
        return true;
    for (unsigned i = 0; i < m->given_up_count; i++)
        if (cell_at(m, m->given_up[i].from) == run->cells && read_number(run->cells, 0) == m->given_up[i].from) {
            m->taken[rx] = m->given_up[i];
            m->taken[rx].kept = true;
            m->given_up[i] = m->given_up[--m->given_up_count];
            return true;
        }
    CHECK(!"a run that came back, or the head's");
    return true;
}

static bool others_have_something(const struct model *m, int rx)
{
    for (int i = 0; i < m->ring.rx_count; i++)
        if (i != rx && !is_empty(m->taken[i]))
            return true;
    return false;
}

static void step_take(struct model *m, int rx)
{
    const struct kind *k = m->ring.kind;
    struct range *taken = &m->taken[rx];
    struct sluice__run run = { 0, 0, NULL, NULL };
    bool many = m->ring.rx_count > 1, last = m->sealed && kit_below(&m->random, 2);
    uint64_t want = kit_below(&m->random, m->ring.capacity + 2) + 1;
    enum sluice_status status = last ? k->take_last(&m->ring.rx[rx], want, &run) : k->take(&m->ring.rx[rx], want, &run);
    if (many && is_empty(*taken) && !step_adopt(m, rx, &run, status)) {
        uint64_t n = messages_at_head(m), most = smaller(want, to_lap_end(m, m->head));
        if (n == 0) {
            bool nothing = m->head == m->tail, over = last && nothing && !others_have_something(m, rx);
            CHECK_STATUS(status, over ? SLUICE_CLOSED : nothing ? SLUICE_EMPTY : SLUICE_BUSY);
            return;
        }
        if (!CHECK_STATUS(status, SLUICE_OK))
            return;
        *taken = (struct range){ m->head, m->head + smaller(n, most), false };
        m->head = taken->to;
    } else if (!many) {
        uint64_t n = messages_at_head(m);
        if (n == 0) {
            bool nothing = m->head == m->tail;
            CHECK_STATUS(status, last && nothing ? SLUICE_CLOSED : nothing ? SLUICE_EMPTY : SLUICE_BUSY);
            return;
        }
        *taken = (struct range){ m->head, m->head + smaller(n, smaller(want, to_lap_end(m, m->head))), false };
    }
    if (!CHECK_STATUS(status, SLUICE_OK))
        return;
    CHECK_EQ_INT(run.count, smaller(want, taken->to - taken->from));
    CHECK(run.cells == cell_at(m, taken->from));
    for (uint64_t i = 0; i < run.count; i++)
        CHECK_EQ_INT(read_number(run.cells, i), taken->from + i);
    if (kit_below(&m->random, 2) == 0) { /* at once, as a plain receive */
        k->release(&m->ring.rx[rx], &run, run.count);
    } else if (kit_below(&m->random, 2)) { /* as a peek, with some of it released */
        uint64_t out = kit_below(&m->random, run.count + 1);
        k->keep(&m->ring.rx[rx], &run, 0, run.count);
        CHECK_EQ_INT(k->kept(&m->ring.rx[rx], &(struct sluice__run){ 0, 0, NULL, NULL }), run.count);
        k->release(&m->ring.rx[rx], &run, out);
        k->keep(&m->ring.rx[rx], &run, out, run.count - out);
        taken->kept = true;
        run.count = out;
    } else { /* in the middle of it */
        run.count = 0;
    }
    for (uint64_t i = 0; i < run.count; i++)
        m->received[taken->from + i]++;
    taken->from += run.count;
    if (!many) {
        m->head = taken->from;
        *taken = (struct range){ 0, 0, false };
    } else if (!is_empty(*taken) && run.count) {
        taken->kept = true; /* what is left of it is not in the middle of a copy */
    }
}

static void step_renew_rx(struct model *m, int rx)
{
    const struct sluice__flavour *f = m->ring.kind->flavour;
    if (m->ring.rx_count == 1 || m->given_up_count == GIVEN_UP_MAX)
        return;
    f->detach(&m->ring.rx[rx], 1);
    REQUIRE(f->attach(m->ring.queue, 1, &m->ring.rx[rx]) == SLUICE_OK);
    if (!is_empty(m->taken[rx]))
        m->given_up[m->given_up_count++] = m->taken[rx];
    m->taken[rx] = (struct range){ 0, 0, false };
}

/* ---- all of it ---- */

static void check_length(const struct model *m)
{
    uint64_t inside = 0;
    for (uint64_t p = m->head; p < m->tail; p++)
        inside += m->state[p] != VOID;
    for (int i = 0; i < m->ring.rx_count; i++)
        inside += m->taken[i].kept ? m->taken[i].to - m->taken[i].from : 0;
    for (unsigned i = 0; i < m->given_up_count; i++)
        inside += m->given_up[i].to - m->given_up[i].from;
    CHECK_EQ_INT(m->ring.kind->flavour->length(m->ring.queue), inside);
}

static void check_ready(struct model *m)
{
    const struct sluice__flavour *f = m->ring.kind->flavour;
    bool held_up;
    int tx = any_of(m, m->ring.tx_count), rx = any_of(m, m->ring.rx_count);
    if (!m->sealed)
        CHECK_EQ_INT(f->ready(&m->ring.tx[tx], 0), m->ring.capacity - (m->tail - lowest_of(m, &held_up)));
    bool at_head = m->head < m->tail && (m->state[m->head] == SENT || m->state[m->head] == VOID);
    CHECK_EQ_INT(f->ready(&m->ring.rx[rx], 1) > 0, at_head || m->given_up_count > 0); /* what is taken is not waited for */
}

static void step(struct model *m)
{
    int tx = any_of(m, m->ring.tx_count), rx = any_of(m, m->ring.rx_count);
    switch (kit_below(&m->random, 20)) {
    case 0:
        step_renew_tx(m, tx);
        break;
    case 1:
        step_renew_rx(m, rx);
        break;
    case 2: case 3: case 4: case 5: case 6: case 7: case 8: case 9: case 10:
        step_take(m, rx);
        break;
    default:
        if (is_empty(m->claimed[tx]))
            step_claim(m, tx);
        else
            step_publish(m, tx);
    }
    check_length(m);
    check_ready(m);
}

static void give_all_claims_up(struct model *m)
{
    for (int i = 0; i < m->ring.tx_count; i++)
        if (!is_empty(m->claimed[i]))
            step_publish(m, i);
}

/* The end of a walk, one way: sealed, drained, CLOSED for ever. */
static void drain(struct model *m)
{
    if (m->ring.kind->flavour->seal)
        m->ring.kind->flavour->seal(m->ring.queue);
    else
        give_all_claims_up(m); /* its only sender closes when it is done */
    m->sealed = true;
    for (int i = 0; i < 200; i++) {
        if (m->ring.tx_count > 1 || is_empty(m->claimed[0]))
            step_take(m, any_of(m, m->ring.rx_count));
        for (int t = 0; m->ring.tx_count > 1 && t < m->ring.tx_count; t++)
            if (is_empty(m->claimed[t]))
                step_claim(m, t); /* CLOSED */
    }
    give_all_claims_up(m);
    struct sluice__run run;
    for (int i = 0; i < m->ring.rx_count; i++)
        while (m->ring.kind->take(&m->ring.rx[i], 1, &run) == SLUICE_OK) {
            m->received[read_number(run.cells, 0)]++;
            m->ring.kind->release(&m->ring.rx[i], &run, 1);
        }
    for (int i = 0; i < 3 * m->ring.rx_count; i++)
        CHECK_STATUS(m->ring.kind->take_last(&m->ring.rx[i % m->ring.rx_count], 1, &run), SLUICE_CLOSED);
    for (int i = 0; i < m->ring.rx_count; i++)
        m->ring.kind->flavour->detach(&m->ring.rx[i], 1);
}

static void destroy_left(struct model *m)
{
    void *cells;
    uint64_t count;
    while ((count = m->ring.kind->flavour->leftover(m->ring.queue, &cells)) > 0) {
        for (uint64_t i = 0; i < count; i++)
            m->received[read_number(cells, i)]++;
        m->ring.kind->flavour->discard(m->ring.queue, count);
    }
}

/* The other way: the receivers go, with their hands full; then, after that, the senders. */
static void go_down(struct model *m)
{
    if (m->ring.rx_count == 1)
        m->taken[0] = (struct range){ 0, 0, false };
    for (int i = 0; i < m->ring.rx_count; i++)
        m->ring.kind->flavour->detach(&m->ring.rx[i], 1);
    if (m->ring.kind->flavour->seal)
        m->ring.kind->flavour->seal(m->ring.queue);
    destroy_left(m);
    give_all_claims_up(m);
    destroy_left(m);
    CHECK_EQ_INT(m->ring.kind->flavour->length(m->ring.queue), 0);
}

static void walk(const struct kind *kind, uint64_t capacity, uint64_t first, uint64_t seed)
{
    static struct model m; /* large */
    memset(&m, 0, sizeof m);
    m.random = kit_scramble(capacity + first) + seed;
    m.first = first;
    make_ring(&m.ring, kind, capacity, first);
    int steps = KIT_ROUNDS(3000);
    while (steps-- > 0 && m.tail + 2 * capacity < CELLS_MAX)
        step(&m);
    if (kit_below(&m.random, 2))
        drain(&m);
    else
        go_down(&m);
    for (uint64_t p = 0; p < m.tail; p++)
        if (m.received[p] != (m.state[p] == SENT))
            CHECK_EQ_INT(m.received[p], m.state[p] == SENT);
    free_ring(&m.ring);
}
