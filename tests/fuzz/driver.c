/* driver.c: random sequences of calls against the model (sequence.h), without a fuzzer; and a corpus for one to begin with.
 *
 *     driver [seed=N] [count=N]      SLUICE_FUZZ_SEED, SLUICE_FUZZ_COUNT; the seed is 1 unless set: the same run each time
 *     driver corpus=FOLDER           writes 200 files there
 *     driver FILE…                   runs those, and says each call
 *
 * A sequence that fails is written to the file `failed-sequence`, for the last form.
 *
 * SPDX-License-Identifier: MIT */
#define _GNU_SOURCE 1

#include <signal.h>

#include "../kit.h"
#include "faulty.h"
#include "sequence.h"

#define SIZE_MOST 1024

static uint8_t bytes[4096];
static size_t size;

static void save_and_die(int signal)
{
    FILE *file = sequence_is_traced ? NULL : fopen("failed-sequence", "wb");
    (void)signal;
    fflush(stdout);
    if (file) {
        fwrite(bytes, 1, size, file);
        fclose(file);
        fprintf(stderr, "written to failed-sequence\n");
    }
    _exit(1);
}

/* Most sequences prefer some calls and one or two endpoints, or they would never fill or empty anything. */
static void make_sequence(uint64_t seed)
{
    uint64_t random = seed;
    uint8_t favourites[6];
    unsigned ends = 1 + (unsigned)kit_below(&random, 3);
    size = 3 + 2 * (size_t)kit_below(&random, SIZE_MOST / 2);
    for (int i = 0; i < 6; i++)
        favourites[i] = (uint8_t)kit_below(&random, CALL_COUNT);
    for (size_t i = 0; i < 3; i++)
        bytes[i] = (uint8_t)kit_random(&random);
    for (size_t i = 3; i + 1 < size; i += 2) {
        uint8_t call = kit_below(&random, 4) ? favourites[kit_below(&random, 6)] : (uint8_t)kit_below(&random, CALL_COUNT);
        bool rare = strstr(call_names[call], "drop") || strstr(call_names[call], "close");
        if (rare && kit_below(&random, 16))
            call = (uint8_t)kit_below(&random, 2) ? 0 : 10;
        bytes[i] = (uint8_t)(call + CALL_COUNT * kit_below(&random, ends));
        bytes[i + 1] = (uint8_t)kit_random(&random);
    }
}

static void write_corpus(const char *folder)
{
    for (uint64_t i = 0; i < 200; i++) {
        char path[4096];
        make_sequence(i);
        bytes[0] = (uint8_t)(i % 40); /* each kind, five times */
        snprintf(path, sizeof path, "%s/%03u", folder, (unsigned)i);
        FILE *file = fopen(path, "wb");
        REQUIRE(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    }
}

static void run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    REQUIRE(file);
    size = fread(bytes, 1, sizeof bytes, file);
    sequence_is_traced = true;
    fclose(file);
    printf("%s: %zu calls\n", path, run_sequence(bytes, size));
}

static uint64_t seed = 1, count = 20000, calls;

static void random_sequences_answer_as_the_model_does(void)
{
    for (uint64_t i = 0; i < (uint64_t)KIT_ROUNDS(count); i++) {
        int64_t blocks = faulty_blocks();
        make_sequence(kit_scramble(seed) + i);
        calls += run_sequence(bytes, size);
        if (!SLUICE_HARDENED) /* which keeps dropped endpoints for a while */
            CHECK_EQ_INT(faulty_blocks(), blocks);
    }
    printf("  %llu calls\n", (unsigned long long)calls);
    CHECK(calls > count);
}

int main(int argc, char **argv)
{
    bool files = false;
    seed = getenv("SLUICE_FUZZ_SEED") ? strtoull(getenv("SLUICE_FUZZ_SEED"), NULL, 0) : seed;
    count = getenv("SLUICE_FUZZ_COUNT") ? strtoull(getenv("SLUICE_FUZZ_COUNT"), NULL, 0) : count;
    signal(SIGABRT, save_and_die);
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "seed=", 5) == 0)
            seed = strtoull(argv[i] + 5, NULL, 0);
        else if (strncmp(argv[i], "count=", 6) == 0)
            count = strtoull(argv[i] + 6, NULL, 0);
        else if (strncmp(argv[i], "corpus=", 7) == 0)
            return write_corpus(argv[i] + 7), 0;
        else
            run_file(argv[i]), files = true;
    }
    if (files)
        return 0;
    printf("seed=%llu count=%llu\n", (unsigned long long)seed, (unsigned long long)count);
    RUN(random_sequences_answer_as_the_model_does);
    return CHECK_DONE();
}
