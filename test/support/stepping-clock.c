/* Preloaded (LD_PRELOAD): this process reads a wall clock that is off by the ms in the file STEPPING_CLOCK_FILE, a binary int64.
   Asks the kernel itself, as libfaketime hangs in a redis-server with jemalloc. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *ahead_ms = 0;

__attribute__((constructor)) static void open_file(void) {
  const char *path = getenv("STEPPING_CLOCK_FILE");
  int file = path ? open(path, O_RDONLY) : -1;
  void *at = file < 0 ? MAP_FAILED : mmap(0, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  if (at != MAP_FAILED) ahead_ms = at;
}

static void shift(struct timespec *time) {
  int64_t ms = ahead_ms ? *ahead_ms : 0;
  time->tv_sec += ms / 1000;
  time->tv_nsec += (ms % 1000) * 1000000;
  if (time->tv_nsec < 0) { time->tv_nsec += 1000000000; time->tv_sec -= 1; }
  if (time->tv_nsec >= 1000000000) { time->tv_nsec -= 1000000000; time->tv_sec += 1; }
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = syscall(SYS_clock_gettime, clock, time);
  if (result == 0 && clock == CLOCK_REALTIME) shift(time);
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at) *at = now.tv_sec;
  return now.tv_sec;
}
