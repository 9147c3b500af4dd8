/* Classifies images from several threads, and tries what must fail.
 *
 * usage: main FOLDER, with the files that examples/train.rs writes. */

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"

enum { THREADS = 4, ROUNDS = 50, COUNT = 359 };

static float images[COUNT][DIGITS_PIXELS];
static uint8_t expected[COUNT], right[COUNT];

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                            \
        }                                                                       \
    } while (0)

static void read_file(const char *folder, const char *name, void *place, size_t size) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    CHECK(fread(place, 1, size, file) == size);
    fclose(file);
}

/* Every thread uses the same network, without a lock. */
static void *classify(void *network) {
    static const size_t batches[] = {1, 7, 64, COUNT};
    char message[256];
    uint8_t classes[COUNT];
    float probabilities[COUNT][DIGITS_CLASSES];
    for (int round = 0; round < ROUNDS; round++) {
        size_t batch = batches[round % 4];
        for (size_t first = 0; first < COUNT; first += batch) {
            size_t count = first + batch <= COUNT ? batch : COUNT - first;
            DigitsStatus status =
                digits_predict(network, images[first], count, probabilities[first],
                               classes + first, message, sizeof message);
            CHECK(status == DIGITS_STATUS_OK);
        }
        CHECK(memcmp(classes, expected, COUNT) == 0);
        for (size_t sample = 0; sample < COUNT; sample++) {
            double sum = 0;
            for (size_t class = 0; class < DIGITS_CLASSES; class++)
                sum += probabilities[sample][class];
            CHECK(fabs(sum - 1) < 1e-5);
        }
    }
    return NULL;
}

static void mistakes(const char *folder, const Digits *digits) {
    char message[256] = "", path[4096];
    Digits *none = NULL;
    CHECK(digits_load("no/such/file", &none, message, sizeof message)
          == DIGITS_STATUS_INVALID_FILE);
    CHECK(none == NULL && strstr(message, "no/such/file") != NULL);
    printf("%s\n", message);

    snprintf(path, sizeof path, "%s/images", folder);
    CHECK(digits_load(path, &none, message, sizeof message) == DIGITS_STATUS_INVALID_FILE);
    printf("%s\n", message);
    CHECK(digits_load(NULL, &none, NULL, 0) == DIGITS_STATUS_NULL_POINTER);

    float wrong[DIGITS_PIXELS] = {0};
    uint8_t class = 77;
    wrong[5] = NAN;
    CHECK(digits_predict(digits, wrong, 1, NULL, &class, message, sizeof message)
          == DIGITS_STATUS_INVALID_INPUT);
    CHECK(class == 77 && strstr(message, "NaN") != NULL);
    printf("%s\n", message);
    CHECK(digits_predict(digits, wrong, 1, NULL, &class, message, 4)
          == DIGITS_STATUS_INVALID_INPUT);
    CHECK(strlen(message) == 3);
    CHECK(digits_predict(digits, wrong, 0, NULL, &class, NULL, 0)
          == DIGITS_STATUS_INVALID_INPUT);
    CHECK(digits_predict(NULL, wrong, 1, NULL, &class, NULL, 0) == DIGITS_STATUS_NULL_POINTER);
    digits_free(NULL);
}

int main(int count, char **arguments) {
    CHECK(count == 2);
    const char *folder = arguments[1];
    uint8_t classes[2][COUNT];
    read_file(folder, "images", images, sizeof images);
    read_file(folder, "classes", classes, sizeof classes);
    memcpy(expected, classes[0], COUNT);
    memcpy(right, classes[1], COUNT);

    char path[4096], message[256] = "";
    snprintf(path, sizeof path, "%s/digits.safetensors", folder);
    Digits *digits = NULL;
    if (digits_load(path, &digits, message, sizeof message) != DIGITS_STATUS_OK) {
        fprintf(stderr, "%s\n", message);
        return 1;
    }
    mistakes(folder, digits);

    pthread_t threads[THREADS];
    for (int thread = 0; thread < THREADS; thread++)
        CHECK(pthread_create(&threads[thread], NULL, classify, digits) == 0);
    for (int thread = 0; thread < THREADS; thread++) pthread_join(threads[thread], NULL);

    int correct = 0;
    for (size_t sample = 0; sample < COUNT; sample++) correct += expected[sample] == right[sample];
    printf("%d of %d digits are classified correctly\n", correct, (int)COUNT);
    CHECK(correct > COUNT * 9 / 10);
    digits_free(digits);
    return 0;
}
