/* switch.c: see switch.h.
 *
 * SPDX-License-Identifier: MIT */
#include "switch.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
__asm__(".text\n"
        ".globl ex_switch\n"
        ".type ex_switch, @function\n"
        "ex_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size ex_switch, . - ex_switch\n");

void *ex_switch_make(void *stack, size_t bytes, void (*body)(void))
{
    uintptr_t top = ((uintptr_t)stack + bytes) & ~(uintptr_t)15;
    uintptr_t *frame = (uintptr_t *)top - 8; /* six registers, the address to return to, and one that body returns to */
    memset(frame, 0, 8 * sizeof *frame);
    frame[6] = (uintptr_t)body;
    return frame;
}

#elif defined(__aarch64__)
__asm__(".text\n"
        ".globl ex_switch\n"
        ".type ex_switch, %function\n"
        "ex_switch:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp, #0]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x2, sp\n"
        "    str x2, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp, #0]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size ex_switch, . - ex_switch\n");

void *ex_switch_make(void *stack, size_t bytes, void (*body)(void))
{
    uintptr_t top = ((uintptr_t)stack + bytes) & ~(uintptr_t)15;
    uintptr_t *frame = (uintptr_t *)top - 20;
    memset(frame, 0, 20 * sizeof *frame);
    frame[11] = (uintptr_t)body; /* x30 */
    return frame;
}

#else
#error "the explorer knows x86-64 and aarch64"
#endif
