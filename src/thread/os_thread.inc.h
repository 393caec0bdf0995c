/* os_thread.inc.h: the part of os.c that knows threads: starting them, their ends, what each has of its own, who it is.
 *
 * SPDX-License-Identifier: MIT */

static int apply_options(pthread_attr_t *attributes, const struct sluice__os_thread_options *options)
{
    int error = 0;
    if (options->stack_size)
        error = pthread_attr_setstacksize(attributes, options->stack_size);
    if (!error && options->cpu >= 0) {
        cpu_set_t *set = CPU_ALLOC(options->cpu + 1);
        if (!set)
            return ENOMEM;
        size_t bytes = CPU_ALLOC_SIZE(options->cpu + 1);
        CPU_ZERO_S(bytes, set);
        CPU_SET_S(options->cpu, bytes, set);
        error = pthread_attr_setaffinity_np(attributes, bytes, set);
        CPU_FREE(set);
    }
    return error;
}

int sluice__os_thread_start(sluice__os_thread *thread, void *(*body)(void *), void *arg,
                            const struct sluice__os_thread_options *options)
{
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error)
        return error;
    error = apply_options(&attributes, options);
    if (!error)
        error = pthread_create(thread, &attributes, body, arg);
    pthread_attr_destroy(&attributes);
    if (!error && options->name) {
        char name[SLUICE_OS_NAME_BYTES];
        strncpy(name, options->name, sizeof name - 1);
        name[sizeof name - 1] = '\0';
        pthread_setname_np(*thread, name); /* for debuggers; a refusal changes nothing */
    }
    return error;
}

int sluice__os_thread_join(sluice__os_thread thread, void **result, int *cancelled)
{
    int error = pthread_join(thread, result);
    if (!error)
        *cancelled = *result == PTHREAD_CANCELED;
    return error;
}

int sluice__os_thread_detach(sluice__os_thread thread)
{
    return pthread_detach(thread);
}

void *sluice__os_thread_guard(void *(*body)(void *), void *arg, void (*at_end)(void *))
{
    void *result;
    pthread_cleanup_push(at_end, arg);
    result = body(arg);
    pthread_cleanup_pop(1);
    return result;
}

uint64_t sluice__os_thread_id(void)
{
    return (uint64_t)getpid() << 32 | (uint32_t)syscall(SYS_gettid);
}

int sluice__os_thread_has_ended(uint64_t id)
{
    int saved = errno;
    int ended = id >> 32 == (uint64_t)getpid() && syscall(SYS_tgkill, getpid(), (pid_t)(uint32_t)id, 0) != 0 && errno == ESRCH;
    errno = saved;
    return ended;
}

void sluice__os_thread_name(char *name)
{
    memset(name, 0, SLUICE_OS_NAME_BYTES);
    pthread_getname_np(pthread_self(), name, SLUICE_OS_NAME_BYTES);
}

static _Thread_local void *own;

void *sluice__os_own(void)
{
    return own;
}

void sluice__os_set_own(void *value)
{
    own = value;
}

static pthread_key_t end_key;
static int end_key_error = EAGAIN;
static _Thread_local void (*own_end)(void *);

static void run_own_end(void *value)
{
    own_end(value);
}

static void make_end_key(void)
{
    end_key_error = pthread_key_create(&end_key, run_own_end);
}

int sluice__os_at_thread_end(void (*at_end)(void *), void *value)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_end_key);
    own_end = at_end;
    return end_key_error ? end_key_error : pthread_setspecific(end_key, value);
}

/* A thread that ends after the library was unloaded must not call into it. */
__attribute__((destructor)) static void forget_end_key(void)
{
    if (!end_key_error)
        pthread_key_delete(end_key);
}
