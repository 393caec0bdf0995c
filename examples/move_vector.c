/* move_vector.c: a growable vector moves into a thread, which grows it further and gives it back.
 *
 * C has no compiler that watches ownership; SLUICE_MOVE leaves NULL behind, so that the one who gave the
 * vector away cannot use it by accident, and SLUICE_AUTO frees it wherever it ends up.
 *
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>

#include <sluice/thread.h>

struct vector {
    size_t length, room;
    int *items;
};
typedef struct vector *vector;

static void vector_drop(vector *v)
{
    if (*v)
        free((*v)->items);
    free(*v);
    *v = NULL;
}

static bool vector_push(vector v, int item)
{
    if (v->length == v->room) {
        size_t room = v->room ? 2 * v->room : 4;
        int *items = realloc(v->items, room * sizeof *items);
        if (!items)
            return false;
        v->items = items;
        v->room = room;
    }
    v->items[v->length++] = item;
    return true;
}

/* Takes the vector, returns it longer; NULL when memory ran out. */
static void *append_squares(void *arg)
{
    SLUICE_AUTO(vector) v = arg;
    printf("the thread has a vector of %zu\n", v->length);
    for (size_t i = 0, given = v->length; i < given; i++)
        if (!vector_push(v, v->items[i] * v->items[i]))
            return NULL;
    return SLUICE_MOVE(v);
}

int main(void)
{
    SLUICE_AUTO(vector) v = calloc(1, sizeof *v);
    for (int i = 1; i <= 3; i++)
        if (!v || !vector_push(v, i))
            return 1;

    sluice_thread *thread;
    if (sluice_spawn(&thread, append_squares, v, NULL) != SLUICE_OK)
        return 1; /* not moved: dropped here */
    v = NULL;     /* moved */

    void *result = NULL;
    if (sluice_join(&thread, &result) != SLUICE_OK || !result)
        return 1;
    v = result;
    static const int expected[] = { 1, 2, 3, 1, 4, 9 };
    int wrong = v->length != 6;
    for (size_t i = 0; i < v->length && !wrong; i++) {
        printf("%d\n", v->items[i]);
        wrong = v->items[i] != expected[i];
    }
    return wrong;
}
