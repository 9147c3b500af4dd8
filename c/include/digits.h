/* Written by cbindgen: see tests/header.rs. */

#ifndef DIGITS_H
#define DIGITS_H

#include <stddef.h>
#include <stdint.h>

/*
 Numbers in an image: the ink in 8 × 8 cells, from 0 to 1, row by row.
 */
#define DIGITS_PIXELS 64

/*
 Classes, the digits 0 to 9.
 */
#define DIGITS_CLASSES 10

/*
 The result of a call.
 */
typedef enum DigitsStatus {
  /*
   The call has done its work.
   */
  DIGITS_STATUS_OK = 0,
  /*
   A pointer that must not be null is null.
   */
  DIGITS_STATUS_NULL_POINTER = 1,
  /*
   The file cannot be read, or is not of this network.
   */
  DIGITS_STATUS_INVALID_FILE = 2,
  /*
   The images contain NaN or infinite numbers, or there are none.
   */
  DIGITS_STATUS_INVALID_INPUT = 3,
  /*
   An error of the library itself.
   */
  DIGITS_STATUS_INTERNAL = 4,
} DigitsStatus;

/*
 A trained network.
 */
typedef struct Digits Digits;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/*
 Loads a network from a file in the format `safetensors`, and stores it in `*digits`. Release it
 with `digits_free`.

 `message` receives the text of an error, ended by a zero and truncated to `capacity` bytes. It may
 be null.

 # Safety

 `path` must be null or a text that ends with a zero, `digits` null or a place for a pointer,
 `message` null or memory of `capacity` bytes.
 */
enum DigitsStatus digits_load(const char *path,
                              struct Digits **digits,
                              char *message,
                              size_t capacity);

/*
 Releases a network. Null is ignored.

 # Safety

 `digits` must be null or a network of `digits_load` that is not used anymore.
 */
void digits_free(struct Digits *digits);

/*
 Classifies `count` images of `DIGITS_PIXELS` numbers. Stores the probabilities of the classes,
 `DIGITS_CLASSES` for each image, in `probabilities`, and the most probable class of each image in
 `classes`. Either may be null. After an error, both are unchanged.

 # Safety

 `digits` must be null or a network of `digits_load`; `images`, `probabilities`, `classes` and
 `message` null or memory of the given sizes, which do not overlap.
 */
enum DigitsStatus digits_predict(const struct Digits *digits,
                                 const float *images,
                                 size_t count,
                                 float *probabilities,
                                 uint8_t *classes,
                                 char *message,
                                 size_t capacity);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* DIGITS_H */
