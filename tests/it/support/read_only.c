/* Loaded into a process before its C library: while the file that DAYBOOK_TEST_READ_ONLY names is
   there, no file can be written, as when a file system was remounted after an error. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_refused(int fd) {
    const char *sign = getenv("DAYBOOK_TEST_READ_ONLY");
    struct stat about;
    return sign && access(sign, F_OK) == 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

#define REFUSE(result, name, takes, gives)                            \
    result name takes {                                               \
        if (is_refused(fd)) {                                         \
            errno = EROFS;                                            \
            return -1;                                                \
        }                                                             \
        return ((result(*) takes)dlsym(RTLD_NEXT, #name))gives;       \
    }

REFUSE(ssize_t, write, (int fd, const void *from, size_t length), (fd, from, length))
REFUSE(ssize_t, pwrite, (int fd, const void *from, size_t length, off_t at), (fd, from, length, at))
REFUSE(ssize_t, pwrite64, (int fd, const void *from, size_t length, off64_t at), (fd, from, length, at))
REFUSE(int, ftruncate, (int fd, off_t length), (fd, length))
REFUSE(int, ftruncate64, (int fd, off64_t length), (fd, length))
