/*
 * kill -9 at a chosen step: a child is followed from system call to system
 * call, and killed before the nth that would leave something behind (a write,
 * a flush, a rename, a word to another process).
 */
#ifndef SCEAU_TESTS_ADMIN_KILL_AT_H
#define SCEAU_TESTS_ADMIN_KILL_AT_H

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

static inline gboolean
leaves_something(guint64 number)
{
    static const long steps[] = {
        SYS_write,    SYS_pwrite64,  SYS_writev,  SYS_fsync,
        SYS_sendto,   SYS_fdatasync, SYS_sendmsg, SYS_ftruncate,
        SYS_unlinkat, SYS_renameat2,
#ifdef SYS_rename
        SYS_rename,   SYS_unlink,
#endif
    };
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        if ((long)number == steps[i])
            return TRUE;
    }
    return FALSE;
}

/* Is this stop the entry of such a call? */
static inline gboolean
is_step(pid_t child)
{
    struct __ptrace_syscall_info info;
    long size = ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info);
    return size > 0 && info.op == PTRACE_SYSCALL_INFO_ENTRY &&
           leaves_something(info.entry.nr);
}

/* child has called PTRACE_TRACEME and stopped itself. TRUE when it ended by
 * itself before its nth step; else it is killed. */
static inline gboolean
follow(pid_t child, guint n)
{
    int status = 0;
    guint steps = 0;
    waitpid(child, &status, 0);
    ptrace(PTRACE_SETOPTIONS, child, 0,
           PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    int passed = 0;
    for (;;) {
        if (ptrace(PTRACE_SYSCALL, child, 0, passed) != 0 ||
            waitpid(child, &status, 0) != child)
            return FALSE;
        if (WIFEXITED(status) || WIFSIGNALED(status))
            return WIFEXITED(status);
        gboolean call = WSTOPSIG(status) == (SIGTRAP | 0x80);
        passed = call || WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
        if (call && is_step(child) && ++steps == n) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return FALSE;
        }
    }
}

/* In the child, before what is followed. */
static inline void
be_followed(void)
{
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
}

#endif
