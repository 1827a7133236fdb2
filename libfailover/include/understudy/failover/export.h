#ifndef UNDERSTUDY_FAILOVER_EXPORT_H
#define UNDERSTUDY_FAILOVER_EXPORT_H

/* Marks what libunderstudy_failover.so shows; all else is built hidden. For C and C++. */
#if defined(__GNUC__)
#define UNDERSTUDY_FAILOVER_API __attribute__((visibility("default")))
#else
#define UNDERSTUDY_FAILOVER_API
#endif

#endif
