#pragma once

/// The version of Understudy and all its parts. It is written nowhere else: CMakeLists.txt reads it here.
#define UNDERSTUDY_VERSION_MAJOR 0
#define UNDERSTUDY_VERSION_MINOR 2
#define UNDERSTUDY_VERSION_PATCH 0

#define UNDERSTUDY_TEXT_OF(macro) UNDERSTUDY_TEXT(macro)
#define UNDERSTUDY_TEXT(tokens) #tokens
/// "0.2.0"
#define UNDERSTUDY_VERSION_STRING              \
  UNDERSTUDY_TEXT_OF(UNDERSTUDY_VERSION_MAJOR) \
  "." UNDERSTUDY_TEXT_OF(UNDERSTUDY_VERSION_MINOR) "." UNDERSTUDY_TEXT_OF(UNDERSTUDY_VERSION_PATCH)

/// The inline namespace of libfailover, v0_2: two versions in one program do not mix. Before 1.0 a minor
/// version may change the ABI.
#define UNDERSTUDY_ABI UNDERSTUDY_ABI_OF(UNDERSTUDY_VERSION_MAJOR, UNDERSTUDY_VERSION_MINOR)
#define UNDERSTUDY_ABI_OF(major, minor) UNDERSTUDY_ABI_NAME(major, minor)
#define UNDERSTUDY_ABI_NAME(major, minor) v##major##_##minor
