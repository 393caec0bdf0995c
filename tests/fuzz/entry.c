/* entry.c: what libFuzzer calls (see sequence.h): clang -fsanitize=fuzzer,address.
 *
 * SPDX-License-Identifier: MIT */
#include "sequence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size <= 4096)
        (void)run_sequence(data, size);
    return 0;
}
