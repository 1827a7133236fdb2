#include "http/operator_token.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "files/descriptor.hpp"
#include "text/hex.hpp"

namespace understudy::daemon::http {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t least_digits = 32;  // an operator may bring a token of their own

std::string sentence(const std::filesystem::path& path, std::string_view what) {
  return "operator token " + path.string() + ": " + std::string(what);
}

std::string os_error(const std::filesystem::path& path, std::string_view doing) {
  return sentence(path, std::string(doing) + ": " + std::strerror(errno));
}

std::expected<std::string, std::string> read_token(const std::filesystem::path& path, bool must_own) {
  const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return std::unexpected(os_error(path, "cannot be opened"));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return std::unexpected(os_error(path, "cannot be examined"));
  if (!S_ISREG(status.st_mode)) return std::unexpected(sentence(path, "is not a file"));
  if (must_own && status.st_uid != ::geteuid())
    return std::unexpected(sentence(path, "belongs to another user (" + std::to_string(status.st_uid) +
                                              "), who may know it; remove it to have one made"));
  if ((status.st_mode & 022) != 0)
    return std::unexpected(sentence(path, "can be written by others; remove it to have one made"));
  if ((status.st_mode & 077) != 0 && ::fchmod(file.get(), 0600) != 0)
    return std::unexpected(os_error(path, "is readable by others and cannot be narrowed"));

  char buffer[256];
  const auto got = ::read(file.get(), buffer, sizeof buffer);
  if (got < 0) return std::unexpected(os_error(path, "cannot be read"));
  if (got == sizeof buffer) return std::unexpected(sentence(path, "is longer than 255 characters"));
  std::string_view token(buffer, static_cast<std::size_t>(got));
  while (token.ends_with('\n') || token.ends_with('\r') || token.ends_with(' ')) token.remove_suffix(1);
  for (const char c : token)
    if (c <= ' ' || c > '~') return std::unexpected(sentence(path, "holds more than one word"));
  if (token.size() < least_digits)
    return std::unexpected(sentence(path, "is shorter than 32 characters; remove it to have one made"));
  return std::string(token);
}

/// Complete and on disk before it has its name; never replaces one that another process created meanwhile.
std::optional<std::string> create_token(const std::filesystem::path& path) {
  const auto draft = path.string() + "." + text::random_hex(8);
  const files::Descriptor file(
      ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return os_error(path, "cannot be made");
  const auto content = text::random_hex(token_bytes) + "\n";
  const bool written =
      ::write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(file.get()) == 0;
  const bool named = written && (::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST);
  auto failure = named ? std::optional<std::string>{} : os_error(path, "cannot be written");
  ::unlink(draft.c_str());
  const files::Descriptor folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) ::fsync(folder.get());
  return failure;
}

}  // namespace

std::expected<std::string, std::string> load_token(const std::filesystem::path& path) {
  return read_token(path, false);
}

std::expected<std::string, std::string> load_or_create_token(const std::filesystem::path& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    std::error_code ignored;  // the next call says what is wrong
    std::filesystem::create_directories(path.parent_path(), ignored);
    if (auto failure = create_token(path)) return std::unexpected(*failure);
  }
  return read_token(path, true);
}

bool constant_time_equal(std::string_view secret, std::string_view presented) {
  if (secret.empty()) return false;
  unsigned difference = secret.size() == presented.size() ? 0 : 1;
  for (std::size_t i = 0; i < presented.size(); ++i) {
    const volatile unsigned char a = static_cast<unsigned char>(secret[i % secret.size()]);
    const volatile unsigned char b = static_cast<unsigned char>(presented[i]);
    difference |= static_cast<unsigned>(a ^ b);
  }
  return difference == 0;
}

}  // namespace understudy::daemon::http
