/* sizes.inc.h: messages of 1 to 65536 bytes, at alignments of 1 to 4096. Part of contract.inc.h.
 *
 * SPDX-License-Identifier: MIT */

#define SIZE_NAME b1
#define SIZE_BYTES 1
#define SIZE_ALIGN 1
#include "size.inc.h"

#define SIZE_NAME b3
#define SIZE_BYTES 3
#define SIZE_ALIGN 1
#include "size.inc.h"

#define SIZE_NAME b8
#define SIZE_BYTES 8
#define SIZE_ALIGN 8
#include "size.inc.h"

#define SIZE_NAME b24
#define SIZE_BYTES 24
#define SIZE_ALIGN 8
#include "size.inc.h"

#define SIZE_NAME b64
#define SIZE_BYTES 64
#define SIZE_ALIGN 64
#include "size.inc.h"

#define SIZE_NAME b4096
#define SIZE_BYTES 4096
#define SIZE_ALIGN 1
#include "size.inc.h"

#define SIZE_NAME b65536
#define SIZE_BYTES 65536
#define SIZE_ALIGN 8
#include "size.inc.h"

#define SIZE_NAME a2
#define SIZE_BYTES 2
#define SIZE_ALIGN 2
#include "size.inc.h"

#define SIZE_NAME a4
#define SIZE_BYTES 12
#define SIZE_ALIGN 4
#include "size.inc.h"

#define SIZE_NAME a16
#define SIZE_BYTES 48
#define SIZE_ALIGN 16
#include "size.inc.h"

#define SIZE_NAME a32
#define SIZE_BYTES 32
#define SIZE_ALIGN 32
#include "size.inc.h"

#define SIZE_NAME a128
#define SIZE_BYTES 256
#define SIZE_ALIGN 128
#include "size.inc.h"

#define SIZE_NAME a256
#define SIZE_BYTES 256
#define SIZE_ALIGN 256
#include "size.inc.h"

#define SIZE_NAME a512
#define SIZE_BYTES 512
#define SIZE_ALIGN 512
#include "size.inc.h"

#define SIZE_NAME a1024
#define SIZE_BYTES 1024
#define SIZE_ALIGN 1024
#include "size.inc.h"

#define SIZE_NAME a2048
#define SIZE_BYTES 2048
#define SIZE_ALIGN 2048
#include "size.inc.h"

#define SIZE_NAME a4096
#define SIZE_BYTES 8192
#define SIZE_ALIGN 4096
#include "size.inc.h"

static void run_sizes(void)
{
    RUN(b1_messages_arrive_whole_and_aligned);
    RUN(b3_messages_arrive_whole_and_aligned);
    RUN(b8_messages_arrive_whole_and_aligned);
    RUN(b24_messages_arrive_whole_and_aligned);
    RUN(b64_messages_arrive_whole_and_aligned);
    RUN(b4096_messages_arrive_whole_and_aligned);
    RUN(b65536_messages_arrive_whole_and_aligned);
    RUN(a2_messages_arrive_whole_and_aligned);
    RUN(a4_messages_arrive_whole_and_aligned);
    RUN(a16_messages_arrive_whole_and_aligned);
    RUN(a32_messages_arrive_whole_and_aligned);
    RUN(a128_messages_arrive_whole_and_aligned);
    RUN(a256_messages_arrive_whole_and_aligned);
    RUN(a512_messages_arrive_whole_and_aligned);
    RUN(a1024_messages_arrive_whole_and_aligned);
    RUN(a2048_messages_arrive_whole_and_aligned);
    RUN(a4096_messages_arrive_whole_and_aligned);
}
