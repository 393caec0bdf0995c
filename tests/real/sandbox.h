/* sandbox.h: real seccomp filters that refuse system calls, from the start or while threads run; and tests in a child process, since
 * neither a filter nor what the library has learnt about the system can be taken back.
 *
 * SPDX-License-Identifier: MIT */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../kit.h"

/* From now on the system call answers with the error: to all threads of the process, or to the calling one and those it will start.
 * False where the system has no seccomp. */
__attribute__((unused)) static bool sandbox_refuse(long call, unsigned error, bool all_threads)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof steps / sizeof *steps, .filter = steps };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return false;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, all_threads ? SECCOMP_FILTER_FLAG_TSYNC : 0, &program) == 0;
}

/* Whether there is seccomp here; asked in a child, which then has a filter for good. */
__attribute__((unused)) static bool sandbox_exists(void)
{
    int status = 1;
    fflush(NULL);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0)
        _exit(!sandbox_refuse(SYS_membarrier, EPERM, true) || syscall(SYS_membarrier, 0, 0, 0) != -1 || errno != EPERM);
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Memory that children share with their parent. */
__attribute__((unused)) static void *sandbox_shared(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    return memory;
}

/* Runs the body in a child and returns what the child exits with; 1 where a check failed, 1000 + signal where one ended it. */
__attribute__((unused)) static int sandbox_child(void (*body)(void *), void *argument)
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        body(argument);
        fflush(NULL);
        _exit(check_failure_count() != 0);
    }
    while (waitpid(child, &status, 0) != child)
        REQUIRE(errno == EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

#endif
