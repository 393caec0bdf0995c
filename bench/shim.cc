/* shim.cc: Google Benchmark for C. It decides when which repetition runs; what was measured stays with the C side,
 * which also prints it, so the reporter here says nothing.
 *
 * SPDX-License-Identifier: MIT */
#include "shim.h"

#include <benchmark/benchmark.h>

namespace {

class quiet_reporter : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context &) override { return true; }
    void ReportRuns(const std::vector<Run> &) override {}
};

benchmark::State &of(shim_state *state)
{
    return *reinterpret_cast<benchmark::State *>(state);
}

} // namespace

extern "C" {

void shim_start(const char *program)
{
    char interleave[] = "--benchmark_enable_random_interleaving=true";
    std::string name(program);
    char *arguments[] = { &name[0], interleave, nullptr };
    int count = 2;
    benchmark::Initialize(&count, arguments);
}

void shim_register(const char *name, shim_body *body, void *argument, int repetitions)
{
    benchmark::RegisterBenchmark(name, [body, argument](benchmark::State &state) {
        body(reinterpret_cast<shim_state *>(&state), argument);
    })->UseManualTime()->Iterations(1)->Repetitions(repetitions);
}

size_t shim_run(void)
{
    quiet_reporter reporter;
    size_t count = benchmark::RunSpecifiedBenchmarks(&reporter, "all");
    benchmark::ClearRegisteredBenchmarks();
    return count;
}

int shim_iterate(shim_state *state)
{
    return of(state).KeepRunning();
}

void shim_time(shim_state *state, double seconds)
{
    of(state).SetIterationTime(seconds);
}

void shim_count(shim_state *state, uint64_t messages, uint64_t message_bytes)
{
    of(state).SetItemsProcessed(static_cast<int64_t>(messages));
    of(state).SetBytesProcessed(static_cast<int64_t>(messages * message_bytes));
}

} /* extern "C" */
