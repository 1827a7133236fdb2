#include "api/long_answer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "files/directory.hpp"
#include "http/respond.hpp"

namespace understudy::daemon::api {

namespace {

constexpr std::size_t chunk_size = 64 * 1024;

int open_nameless(const std::string& directory) {
  const int fd = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  auto path = directory + "/answer-XXXXXX";  // the file system lacks O_TMPFILE
  const int named = ::mkostemp(path.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(path.c_str());
  return named;
}

}  // namespace

/// Frees its space when the last sender is done.
struct LongAnswer::File {
  File(const std::string& directory, std::shared_ptr<std::atomic<std::size_t>> all)
      : fd(open_nameless(directory)), used(std::move(all)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { *used -= size; }
  files::Descriptor fd;
  std::shared_ptr<std::atomic<std::size_t>> used;
  std::size_t size{0};
};

LongAnswer::LongAnswer(SpillSpace spill) : spill_(std::move(spill)) {}
LongAnswer::~LongAnswer() = default;
LongAnswer::LongAnswer(LongAnswer&&) noexcept = default;

bool LongAnswer::add(std::string_view piece) {
  if (failed_) return false;
  size_ += piece.size();
  if (size_ > max_size) {
    failed_ = true;
    trouble_ = {true, "The answer would have more than " + std::to_string(max_size >> 20) +
                          " MiB: ask for fewer at a time, with limit and offset"};
    return false;
  }
  text_ += piece;
  return text_.size() <= in_memory || spill();
}

bool LongAnswer::spill() {
  const auto no_space = [this](const std::string& why) {
    failed_ = true;
    trouble_ = {false, "There is no space for an answer of this length (" + why +
                           "): ask for fewer, or try again shortly"};
    return false;
  };
  if (!file_) file_ = std::make_shared<File>(spill_.directory, spill_.used);
  if (!file_->fd) return no_space(std::strerror(errno));
  file_->size += text_.size();
  if (spill_.used->fetch_add(text_.size()) + text_.size() > (spill_.trusted ? max_total : max_untrusted))
    return no_space("too many are being read");
  if (!files::write_all(file_->fd.get(), text_)) return no_space(std::strerror(errno));
  text_.clear();
  return true;
}

std::expected<http::Body, LongAnswer::Trouble> LongAnswer::done() {
  if (!failed_ && file_ && !text_.empty()) spill();
  if (failed_) return std::unexpected(trouble_);
  if (!file_) return std::move(text_);
  auto send = [file = file_](http::BodyWriter& writer) { return send_file(file, writer); };
  return http::StreamBody{.produce = std::move(send), .is_finite = true};
}

boost::asio::awaitable<void> LongAnswer::send_file(std::shared_ptr<File> file, http::BodyWriter& writer) {
  std::string piece(std::min(file->size, chunk_size), '\0');
  for (std::size_t at = 0; at < file->size;) {
    const auto got = ::pread(file->fd.get(), piece.data(), piece.size(), static_cast<off_t>(at));
    if (got <= 0) throw std::runtime_error("a long answer cannot be read from its file");
    at += static_cast<std::size_t>(got);
    const bool written =
        co_await writer.write(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    if (!written) co_return;
  }
}

http::Response json_answer(std::expected<http::Body, LongAnswer::Trouble> body) {
  if (!body) {
    const auto sentence = body.error().sentence + ".";
    return body.error().too_long ? http::problem(400, sentence) : http::unavailable(sentence);
  }
  http::Response response{200, {}, std::move(*body)};
  response.headers.set("Content-Type", "application/json");
  return response;
}

}  // namespace understudy::daemon::api
